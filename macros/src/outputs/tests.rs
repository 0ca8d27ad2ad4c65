//! What `#[derive(Outputs)]` expands to, and the mistakes that it reports.

use super::expand::expand;
use super::model::OutputsEnum;
use crate::errors::Errors;
use proc_macro2::TokenStream;

fn tokens(text: &str) -> TokenStream {
    text.parse().unwrap()
}

/// The tokens as text, however they are spaced.
fn text(tokens: &TokenStream) -> String {
    tokens.to_string().split_whitespace().collect()
}

/// The code for an enum, and the mistakes in it.
fn read(item: &str) -> (String, Vec<String>) {
    let mut errors = Errors::default();
    let model = OutputsEnum::read(syn::parse2(tokens(item)).unwrap(), &mut errors);
    (text(&expand(&model)), errors.sentences())
}

/// The codes of the mistakes in an item of any kind, as the compiler finds them.
fn codes(item: &str) -> Vec<String> {
    let expanded = super::expand(tokens(item)).to_string();
    let editors = tokens("#[cfg(rust_analyzer)]").to_string();
    let expanded = expanded.split(&editors).next().unwrap();
    let at = |(at, _): (usize, &str)| expanded[at + 1..at + 6].to_owned();
    expanded.match_indices("[M0").map(at).collect()
}

#[test]
fn every_variant_is_an_output_of_its_own_type() {
    let (code, said) = read("pub(crate) enum Parsed { Order(Order), HttpError(Vec<String>) }");
    assert_eq!(said, [""; 0]);
    for expected in [
        r#"const NAMES: &'static [&'static str] = &["order", "http_error"];"#,
        "type Choice = ::millstream::operator::Choice<Order, ::millstream::operator::Choice<
            Vec<String>, ::core::convert::Infallible>>;",
        "match self {
            Self::Order(event) => ::millstream::operator::Choice::This(event),
            Self::HttpError(event) => ::millstream::operator::Choice::Other(
                ::millstream::operator::Choice::This(event)
            ),
        }",
        "pub(crate) order: ::millstream::builder::Stream<Order, __M>,",
        r#"ParsedStreams {
            order: variants.stream("order"), http_error: variants.stream("http_error"),
        }"#,
        r#"type Unused = (
            ::millstream::checks::UnusedOutput,
            (::millstream::checks::UnusedOutput, ())
        );"#,
        "pub(crate) fn all_used<__S, __U0: OrderIsUsed, __U1: HttpErrorIsUsed>",
    ] {
        assert!(code.contains(&text(&tokens(expected))), "{expected}\n{code}");
    }
}

#[test]
fn the_documentation_of_a_variant_is_that_of_its_output() {
    let (code, _) = read("enum Parsed { /** What is asked for. */ Order(u64), Garbage(String) }");
    for docs in [" What is asked for. ", "The events of the variant `Garbage`."] {
        let docs = format!("#[doc = {docs:?}]");
        assert!(code.contains(&text(&tokens(&docs))), "{docs}\n{code}");
    }
}

#[test]
fn an_unused_output_is_reported_with_the_sentence_of_the_builder() {
    let (code, _) = read("enum Parsed { Order(u64) }");
    let sentence = millstream_graph::sentence::outcome::output_goes_nowhere(None, "order");
    let told: String = format!("{} [{}]", sentence.wrong, sentence.code).split(' ').collect();
    assert!(code.contains(&told), "{code}");
}

#[test]
fn all_mistakes_are_reported_together() {
    let item = "enum Parsed {
        Order(u64), Late(u64), Refund { id: u64 }, Garbage, Pair(u8, u8), Nothing(), Type(u8),
        ORDER(u8)
    }";
    let (_, said) = read(item);
    let codes: Vec<&str> = said.iter().filter_map(|said| said.split(['[', ']']).nth(1)).collect();
    assert_eq!(codes, ["M0267", "M0266", "M0264", "M0265", "M0264", "M0268", "M0269"]);
}

#[test]
fn what_is_no_enum_with_variants_is_reported_once() {
    for (item, code) in [
        ("struct Parsed { order: u64 }", "M0261"),
        ("struct Parsed;", "M0261"),
        ("union Parsed { order: u64 }", "M0261"),
        ("enum Parsed {}", "M0262"),
        ("enum Parsed<T> { Order(T) }", "M0263"),
        ("enum Parsed<'a> { Order(&'a str) }", "M0263"),
        ("enum Parsed<const N: usize> { Order([u8; N]) }", "M0263"),
    ] {
        assert_eq!(codes(item), [code], "{item}");
    }
}

#[test]
fn a_variant_with_a_mistake_is_an_output_all_the_same() {
    let (code, _) = read("enum Parsed { Refund { id: u64, amount: f64 }, Pair(u8, u8), Garbage }");
    for expected in [
        r#"&["refund", "pair", "garbage"]"#,
        "refund: ::millstream::builder::Stream<(u64, f64),",
        "pair: ::millstream::builder::Stream<(u8, u8),",
        "garbage: ::millstream::builder::Stream<(),",
        "Self::Refund { .. } => ::core::unreachable!(),",
    ] {
        assert!(code.contains(&text(&tokens(expected))), "{expected}\n{code}");
    }
}

#[test]
fn the_code_for_any_item_is_rust() {
    for item in [
        "pub enum Parsed { Order(u64), Garbage(String) }",
        "enum Parsed {}",
        "enum Parsed { Late(u64), late(u8), Type(u8) }",
        "struct Parsed { order: u64 }",
        "struct Parsed<T>(T);",
    ] {
        let expanded = super::expand(tokens(item));
        assert!(syn::parse2::<syn::File>(expanded.clone()).is_ok(), "{item}: {expanded}");
    }
}

#[test]
fn the_crate_path_replaces_millstream() {
    let item = "pub enum Parsed { Order(u64), Garbage(String) }";
    let plain = read(item).0;
    for path in ["::engine::flow", "\"::engine::flow\"", "::engine::flow,"] {
        let (code, said) = read(&format!("#[outputs(crate = {path})] {item}"));
        assert_eq!(said, [""; 0]);
        assert_eq!(code, plain.replace("::millstream", "::engine::flow"));
    }
    for wrong in ["(crate)", "(crate = 7)", "(crate = \"my engine\")", "(name = \"x\")", "()", ""] {
        let said = read(&format!("#[outputs{wrong}] {item}")).1;
        assert!(matches!(&*said, [only] if only.contains("[M0245]")), "{wrong}: {said:?}");
    }
    assert_eq!(codes("#[outputs(crate = 7)] struct Parsed;"), ["M0261", "M0245"]);
}
