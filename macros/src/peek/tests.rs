//! What `#[derive(Peek)]` expands to, and the mistakes that it reports.

use crate::derived::expansion;

/// The expansion of an item, without spaces.
fn code(item: &str) -> String {
    expansion::code(super::expand, item)
}

fn contains(item: &str, expected: &str) {
    expansion::contains(super::expand, item, expected);
}

#[test]
fn a_field_is_shown_by_its_type_unless_it_is_hidden() {
    contains(
        "struct Payment { id: u64, #[peek(hide)] card: String }",
        "match self {
            Self { id: __field0, card: _ } => __f.debug_struct(\"Payment\")
                .field(\"id\", &::millstream::__private::PeekedField(
                    |__f: &mut ::core::fmt::Formatter<'_>|
                        <u64 as ::millstream::peek::Peek>::peek(__field0, __f)))
                .field(\"card\", &::millstream::peek::Hidden)
                .finish()
        }",
    );
    contains("struct Nothing;", "Self {} => __f.write_str(\"Nothing\")");
}

#[test]
fn an_enum_shows_its_variant() {
    contains(
        "enum Paid { Cash, By(#[peek(hide)] String, r#Card) }",
        "match self {
            Self::Cash {} => __f.write_str(\"Cash\"),
            Self::By { 0: _, 1: __field1 } => __f.debug_tuple(\"By\")
                .field(&::millstream::peek::Hidden)
                .field(&::millstream::__private::PeekedField(
                    |__f: &mut ::core::fmt::Formatter<'_>|
                        <r#Card as ::millstream::peek::Peek>::peek(__field1, __f)))
                .finish(),
        }",
    );
    contains("enum Never {}", "match *self {}");
}

#[test]
fn type_parameters_say_what_is_shown_of_them() {
    contains(
        "#[peek(crate = engine::millstream)] struct Pair<'a, A>(&'a str, A);",
        "impl<'a, A: engine::millstream::peek::Peek> engine::millstream::peek::Peek
            for Pair<'a, A>",
    );
}

#[test]
fn every_mistake_is_reported_once_and_hides_what_it_may_have_been_meant_to_hide() {
    for (item, mistake) in [
        ("union Id { a: u8 }", "M0332"),
        ("struct A { #[peek(hidden)] a: u8 }", "M0333"),
        ("struct A { #[peek] a: u8 }", "M0333"),
        ("#[peek(hide)] struct A { a: u8 }", "M0333"),
        ("enum A { #[peek(hide)] B(u8) }", "M0333"),
        ("#[peek(crate = 7)] struct A;", "M0245"),
    ] {
        let code = code(item);
        assert_eq!(code.matches("compile_error").count(), 1, "{item}: {code}");
        assert!(code.contains(mistake), "{item}: {code}");
    }
    assert!(code("struct A { #[peek(hidden)] a: u8 }").contains("Hidden"));
}
