//! The mistakes of functions, and what they still expand to.

use super::{assert_has, expand, expanded, messages};
use proc_macro2::TokenStream;
use quote::quote;

/// The expansion of `#[operator]` on a function in text.
fn expanded_text(item: &str) -> String {
    expanded(item.parse().unwrap())
}

#[test]
fn a_body_that_does_not_parse_is_passed_through() {
    let item: TokenStream = "async fn f(tx: Tx) -> u8 { let x = ; tx. }".parse().unwrap();
    let expansion = expanded(item);
    assert_has(&expansion, "fn __body(tx: Tx) -> u8 { let x = ; tx. }".parse().unwrap());
    assert_has(&expansion, quote!(impl ::millstream::operator::Step<Tx> for f));
    assert_eq!(messages(&expansion), [""; 0]);
}

#[test]
fn a_signature_that_does_not_parse_is_given_back() {
    for text in ["async fn f(tx: ) -> u8 { 1 }", "pub async fn f", "async fn f(x: u8) -> u8;"] {
        let item: TokenStream = text.parse().unwrap();
        assert_eq!(expanded(item.clone()), super::super::body::written(&item).to_string());
    }
}

#[test]
fn all_mistakes_of_a_function_are_reported() {
    let item = "unsafe fn f(tx: &Tx, a: &mut u8, b: &mut u8, table: &Map, ctx: Context) {}";
    let expansion = expand(quote!(nmae = "x"), item.parse().unwrap()).to_string();
    assert_eq!(
        messages(&expansion),
        [
            "`#[operator]` has no argument `nmae`",
            "an operator is an `async fn`: add `async`",
            "an operator is called by the runtime, which cannot vouch for `unsafe`",
            "the first parameter is the event, by value",
            "a borrowed parameter is shared by all instances",
            "the context is taken by `&mut`",
            "an operator has one state for each key",
            "an operator gives something back",
        ]
    );
}

/// Messages, each with the functions that cause it.
const MISTAKES: &[(&str, &[&str])] = &[
    ("an operator is an `async fn`: add `async`", &["fn f(x: u8) -> u8 { x }"]),
    ("an operator has the ABI of Rust", &["async extern \"C\" fn f(x: u8) -> u8 { x }"]),
    ("an operator takes an event", &["async fn f() -> u8 { 1 }"]),
    ("an operator is an `async fn`", &["struct F;", "pub(crate) enum F {}", "mod f {}"]),
    ("nothing here takes an event", &["impl F { fn f() {} }"]),
    (
        "the functions of an operator stand in an `impl` of the type itself",
        &["impl F for G { async fn process(x: u8) -> u8 { x } }"],
    ),
    (
        "the fields of an operator are the same for all keys, and do not change",
        &[
            "impl F { async fn process(&mut self, x: u8) -> u8 { x } }",
            "impl F { async fn process(self, x: u8) -> u8 { x } }",
        ],
    ),
    (
        "`process` is given nothing of this kind",
        &[
            "impl F { async fn process(x: u8, y: u8) -> u8 { x } }",
            "impl F { async fn process(x: u8, #[shared] y: &u8) -> u8 { x } }",
        ],
    ),
    (
        "the first parameter of `on_timer` is the timer",
        &[
            "impl F { async fn process(x: u8) -> u8 { x } async fn on_timer(x: u8) -> u8 { x } }",
            "impl F { async fn process(x: u8) -> u8 { x } async fn on_timer() -> u8 { 1 } }",
        ],
    ),
    (
        "`process` and `on_timer` have one type of state",
        &["impl F { async fn process(x: u8, s: &mut A) -> u8 { x } \
           async fn on_timer(t: Timer, s: &mut B) {} }"],
    ),
    (
        "`process` and `on_timer` have one type of result",
        &["impl F { async fn process(x: u8) -> Option<u8> { x } \
           async fn on_timer(t: Timer) -> Vec<u16> {} }"],
    ),
    (
        "`process` and `on_timer` have one type of error",
        &["impl F { async fn process(x: u8) -> Result<u8, E> { x } \
           async fn on_timer(t: Timer) -> Result<(), a::F> {} }"],
    ),
    (
        "no operator calls its `close`",
        &["impl F { async fn process(x: u8) -> u8 { x } async fn close() {} }"],
    ),
    (
        "an operator is a free function, without `self`",
        &["async fn f(&mut self, x: u8) -> u8 { x }"],
    ),
    (
        "the first parameter is the event, by value",
        &[
            "async fn f(x: &u8) -> u8 { 1 }",
            "async fn f(x: &mut Context, y: u8) -> u8 { 1 }",
            "async fn f(x: str) -> u8 { 1 }",
            "async fn f(x: &[u8]) -> u8 { 1 }",
            "async fn f(x: &(dyn A + Send)) -> u8 { 1 }",
        ],
    ),
    (
        "the first parameter is the event, which is never shared",
        &["async fn f(#[shared] x: &u8) -> u8 { 1 }"],
    ),
    (
        "the type of the event needs a name",
        &["async fn f(x: impl Send) -> u8 { 1 }", "async fn f(x: &impl Send) -> u8 { 1 }"],
    ),
    (
        "the event outlives the call, so it cannot borrow",
        &["async fn f(x: Cow<'_, str>) -> u8 { 1 }", "async fn f(x: Vec<&u8>) -> u8 { 1 }"],
    ),
    (
        "the state outlives the call, so it cannot borrow",
        &["async fn f(x: u8, s: &mut Vec<&str>) -> u8 { x }"],
    ),
    (
        "the result outlives the call, so it cannot borrow",
        &[
            "async fn f(x: u8, s: &mut u8) -> Option<&u8> { x }",
            "async fn f(x: u8, s: &mut u8) -> impl Iterator<Item = &u8> { x }",
        ],
    ),
    (
        "the error outlives the call, so it cannot borrow",
        &["async fn f(x: u8) -> Result<u8, Wrong<'_>> { x }"],
    ),
    (
        "the sent event outlives the call, so it cannot borrow",
        &["async fn f(x: u8, out: &mut Output<&str>) { x }"],
    ),
    (
        "the value given when wiring outlives the call, so it cannot borrow",
        &["async fn f(x: u8, y: Option<&str>) -> u8 { x }"],
    ),
    (
        "the type of the value given when wiring needs a name",
        &["async fn f(x: u8, y: Option<impl Send>) -> u8 { x }"],
    ),
    ("what it sends is not written", &["async fn f(x: u8, out: &mut Output) { x }"]),
    (
        "the output is taken by `&mut`",
        &[
            "async fn f(x: u8, out: Output<u8>) -> u8 { x }",
            "async fn f(x: u8, out: Output<u8>) {}",
            "async fn f(x: u8, out: &Output<u8>) {}",
            "async fn f(x: u8, #[shared] out: &Output<u8>) -> u8 { x }",
        ],
    ),
    ("the context is taken by `&mut`", &["async fn f(x: u8, ctx: &Context) -> u8 { x }"]),
    (
        "a borrowed parameter is shared by all instances",
        &["async fn f(x: u8, t: &Map) -> u8 { x }"],
    ),
    (
        "what all instances share cannot be changed by one",
        &["async fn f(x: u8, #[shared] t: &mut Map) -> u8 { x }"],
    ),
    ("a shared parameter is borrowed", &["async fn f(x: u8, #[shared] t: Map) -> u8 { x }"]),
    ("`#[shared]` takes no arguments", &["async fn f(x: u8, #[shared(all)] t: &Map) -> u8 { x }"]),
    (
        "a value given when wiring needs a name",
        &[
            "async fn f(x: u8, (a, b): (u8, u8)) -> u8 { x }",
            "async fn f(x: u8, _: u8) -> u8 { x }",
        ],
    ),
    (
        "nothing says what `T` is: it is not in the type of the event",
        &["async fn f<T>(x: u8, y: &mut T) -> u8 { x }"],
    ),
    (
        "the parameters of an operator are the same in every build",
        &["async fn f(x: u8, #[cfg(unix)] y: u8) -> u8 { x }"],
    ),
    (
        "an operator has one state for each key",
        &["async fn f(x: u8, a: &mut u8, b: &mut u8) -> u8 { x }"],
    ),
    ("there is one context", &["async fn f(x: u8, a: &mut Context, b: &mut Context) -> u8 { x }"]),
    (
        "an operator has one output",
        &["async fn f(x: u8, a: &mut Output<u8>, b: &mut Output<u8>) {}"],
    ),
    (
        "an operator with an output sends its results",
        &["async fn f(x: u8, out: &mut Output<u8>) -> u8 { x }"],
    ),
    (
        "an operator gives something back",
        &[
            "async fn f(x: u8) {}",
            "impl F { async fn process(x: u8) {} }",
            "async fn f(x: u8) -> () {}",
            "async fn f(x: u8) -> Result<(), E> { x }",
        ],
    ),
    (
        "an operator awaits by itself; nobody would await this future",
        &[
            "async fn f(x: u8) -> impl Future<Output = u8> { x }",
            "async fn f(x: u8) -> Pin<Box<dyn Future<Output = u8> + Send>> { x }",
            "async fn f(x: u8) -> BoxFuture<'static, u8> { x }",
        ],
    ),
    ("what the iterator gives is not written", &["async fn f(x: u8) -> impl Iterator { x }"]),
    (
        "an operator does not return a stream",
        &["async fn f(x: u8) -> impl Stream<Item = u8> { x }"],
    ),
    ("the type of the result needs a name", &["async fn f(x: u8) -> impl Debug { x }"]),
];

#[test]
fn one_mistake_is_one_message() {
    for (sentence, items) in MISTAKES {
        for item in *items {
            assert_eq!(messages(&expanded_text(item)), [*sentence], "{item}");
        }
    }
}

#[test]
fn a_wrong_operator_still_exists() {
    for item in [
        "fn f(x: u8) -> u8 { x }",
        "async fn f(x: &u8, limit: u8) -> u8 { x }",
        "async fn f<T>(x: u8, y: &mut T) -> u8 where T: Send { x }",
        "async fn f(x: u8, s: &mut Vec<&str>, table: &Map) -> Result<u8, E<'_>> { x }",
        "async fn f(x: u8, out: &mut Output<u8>) -> u8 { x }",
    ] {
        let expansion = expanded_text(item);
        assert_has(
            &expansion,
            quote!(
                struct f {}
            ),
        );
        assert_has(&expansion, quote!(impl ::millstream::operator::Operator<u8> for f));
        assert_has(&expansion, quote!(impl ::millstream::operator::Step<u8> for f));
    }
    assert_has(
        &expanded_text("async fn f() -> u8 { 1 }"),
        quote!(
            struct f {}
        ),
    );
}

#[test]
fn correct_signatures_raise_no_message() {
    for item in [
        "async fn f(Tx { id, .. }: Tx) -> u8 { id }",
        "async fn f(mut w: Window<K, Tx>) -> Vec<u8> { w }",
        "async fn f(x: fn(&u8) -> u8) -> Box<dyn Fn(&u8) -> u8 + Send> { x }",
        "async fn f(x: &'static str, mut y: &'static str) -> &'static str { x }",
        "async fn f<F: Fn(&u8)>(x: F, #[shared] t: &[u8]) -> impl Iterator<Item = u8> { x }",
        "async fn f(x: u8, ctx: &mut a::Context, out: &mut a::Output<u8>) {}",
        "async fn f<'a>(x: u8, s: &'a mut Vec<u8>) -> impl Iterator<Item = u8> + 'a { x }",
        "async fn f<T>(x: T, y: Vec<T>) -> u8 { x }",
        "async fn f(x: u8) -> io::Result<u8> { x }",
        "async fn f(x: u8, out: &mut Output<u8>) -> io::Result<()> { x }",
        "async fn f(x: u8, out: &mut Output<u8>) -> Res<()> { x }",
        "async fn f(x: u8) -> ParseResult { x }",
        "async fn f<C: Client>(x: u8, rule: impl Fn(&u8), #[shared] client: &C) -> u8 { x }",
    ] {
        assert_eq!(messages(&expanded_text(item)), [""; 0], "{item}");
    }
}

/// The plain function that editors have, and the function as written: where it awaits or its
/// result may borrow.
const PLAIN: &str = "impl f { fn __body";
const WRITTEN: &str = "async fn f";

/// Refused functions; the heads and bodies that the compiler has of them instead; and what editors
/// have.
const STAND_INS: &[(&str, &str, &str)] = &[
    (
        "async fn f(x: &str) -> u8 { x. }",
        "async fn f(_: &str) -> u8 { ::core::unreachable!() }",
        PLAIN,
    ),
    ("async fn f(x: str) -> u8 { 1 }", "async fn f(_: ::std::boxed::Box<str>) -> u8", PLAIN),
    ("async fn f(x: u8, out: &mut Output) {}", "async fn f(_: u8, _: ()) {}", WRITTEN),
    (
        "async fn f(x: u8) -> Result<u8, &str> { x }",
        "async fn f(_: u8) -> Result<u8, &'static str>",
        PLAIN,
    ),
    (
        "async fn f(x: &'a A, y: B<'_>) -> B<'_> { y }",
        "f(_: &'static A, _: B<'_>) -> B<'static>",
        PLAIN,
    ),
    ("async fn f<'a>(x: &'a A) -> &'a B { x }", "async fn f<'a>(_: &'a A) -> &'a B", PLAIN),
    (
        "async fn f(x: &A) -> impl Iterator<Item = u8> { x }",
        "-> impl Iterator<Item = u8> { ::core::iter::empty() }",
        WRITTEN,
    ),
    ("async fn f(x: A) -> impl Debug { x }", "async fn f(_: A) {}", PLAIN),
];

#[test]
fn the_body_of_a_refused_function_is_for_editors() {
    let squeezed = |text: &str| text.split_whitespace().collect::<String>();
    for (item, compiled, edited) in STAND_INS {
        let expansion = squeezed(&expanded_text(item));
        let edited = format!("#[cfg(all(rust_analyzer))]{edited}");
        for expected in [squeezed(compiled), squeezed(&edited)] {
            assert!(expansion.contains(&expected), "no {expected} in {expansion}");
        }
        assert!(!messages(&expanded_text(item)).is_empty(), "{item}");
    }
    let argument = expand(quote!(nmae = "x"), "async fn f(x: u8) -> u8 { x }".parse().unwrap());
    assert!(!argument.to_string().contains("rust_analyzer"), "its signature is right");
}
