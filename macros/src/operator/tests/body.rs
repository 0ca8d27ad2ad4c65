//! Where the body is in an expansion.

use super::{assert_has, expand};
use proc_macro2::{TokenStream, TokenTree};
use quote::quote;

/// Functions with `MARK` as their first parameter: a plain one, one whose attribute decides how it
/// is inlined, one that awaits, one each of these that is refused, and one that is not a function
/// yet.
const FORMS: &[&str] = &[
    "/// Text. \n pub async fn f(MARK: u8) -> u8 { 1 }",
    "/// Text. \n pub async fn f(MARK: u8) -> u8 { g().await }",
    "/// Text. \n pub async fn f(MARK: &A) -> u8 { 1 }",
    "/// Text. \n pub async fn f(MARK: &A) -> u8 { g().await }",
    "/// Text. \n pub async fn f(MARK: ) -> u8 { 1 }",
];

/// Functions without an event, which are refused, with `MARK` in their bodies.
const WITHOUT_EVENT: &[&str] = &["pub async fn f() { MARK }", "pub async fn f() { MARK.await }"];

/// The same with an attribute.
const INLINED: &[&str] = &[
    "#[inline] async fn f(MARK: u8) -> u8 { 1 }",
    "#[inline] async fn f(MARK: u8) -> u8 { g().await }",
    "#[inline] async fn f(MARK: &A) -> u8 { 1 }",
];

/// The length of the tokens before the first `MARK`, which editors have without spaces; `Err` with
/// the length of all if there is none.
fn length_before_mark(tokens: TokenStream) -> Result<usize, usize> {
    let mut length = 0;
    for token in tokens {
        match token {
            TokenTree::Ident(word) if word == "MARK" => return Ok(length),
            TokenTree::Group(group) => match length_before_mark(group.stream()) {
                Ok(inside) => return Ok(length + 1 + inside),
                Err(inside) => length += 2 + inside,
            },
            token => length += token.to_string().len(),
        }
    }
    Err(length)
}

#[test]
fn the_parameters_are_at_the_same_place_in_every_form() {
    for forms in [FORMS, INLINED, WITHOUT_EVENT] {
        let length = |item: &&str| {
            let expansion = expand(TokenStream::new(), item.parse().unwrap());
            length_before_mark(expansion).expect("the function is in its expansion")
        };
        let lengths: Vec<usize> = forms.iter().map(length).collect();
        assert!(lengths.iter().all(|length| *length == lengths[0]), "{lengths:?}");
    }
}

/// Functions whose bodies stay in them: one that awaits; attributes that may depend on `async`; a
/// result that may borrow; a type with a parameter.
const WRITTEN: &[&str] = &[
    "async fn f(x: u8) -> u8 { g(x).await }",
    "#[tracing::instrument] async fn f(x: u8) -> u8 { x }",
    "#[cfg(unix)] async fn f(x: u8) -> u8 { x }",
    "#[expect(unused)] async fn f(x: u8) -> u8 { x }",
    "async fn f(#[cfg(unix)] x: u8) -> u8 { x }",
    "async fn f(x: u8, seen: &mut u8) -> impl Iterator<Item = u8> { g(x) }",
    "async fn f<C: Client>(x: u8, client: C) -> u8 { x }",
];

#[test]
fn a_body_whose_meaning_could_change_stays_in_the_function() {
    for item in WRITTEN {
        let function: TokenStream = item.parse().unwrap();
        let expansion = expand(TokenStream::new(), function.clone()).to_string();
        assert_has(&expansion, function);
        assert!(!expansion.contains("__body"), "{item}");
    }
}

#[test]
fn the_async_function_calls_the_plain_one_with_names_for_all_parameters() {
    let item = quote! {
        pub(crate) async fn f<'a, const N: usize, T: Clone + Send + 'static>(
            (a, mut b): (T, [u8; N]),
            _: &'a mut Vec<T>,
            #[allow(unused)] Context { .. }: &mut Context,
        ) -> T {
            a
        }
    };
    let expansion = expand(TokenStream::new(), item).to_string();
    assert_has(
        &expansion,
        quote! {
            pub(crate) async fn f<'a, const N: usize, T: Clone + Send + 'static>(
                event: (T, [u8; N]),
                argument_1: &'a mut Vec<T>,
                argument_2: &mut Context,
            ) -> T {
                f::__body::<N, T>(event, argument_1, argument_2)
            }
        },
    );
}
