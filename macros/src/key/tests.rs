//! What `#[derive(Key)]` expands to, and the mistakes that it reports.

use crate::derived::expansion;

/// The expansion of an item, without spaces.
fn code(item: &str) -> String {
    expansion::code(super::expand, item)
}

fn contains(item: &str, expected: &str) {
    expansion::contains(super::expand, item, expected);
}

#[test]
fn a_struct_folds_its_fields() {
    contains(
        "struct Account { bank: String, number: u64 }",
        "match self {
            Self { bank: __field0, number: __field1 } =>
                <String as ::millstream::key::Key>::key_hash(__field0)
                    .then(<u64 as ::millstream::key::Key>::key_hash(__field1))
        }",
    );
    contains("struct Id(u64);", "Self { 0: __field0 } =>");
    contains("struct Nothing;", "Self {} => ::millstream::key::Key::key_hash(&())");
}

#[test]
fn an_enum_folds_the_number_of_the_variant_and_its_fields() {
    contains(
        "enum Customer { Guest = 7, Member(u64) }",
        "match self {
            Self::Guest {} => ::millstream::key::Key::key_hash(&0u64),
            Self::Member { 0: __field0 } => ::millstream::key::Key::key_hash(&1u64)
                .then(<u64 as ::millstream::key::Key>::key_hash(__field0)),
        }",
    );
    contains("enum Never {}", "match *self {}");
}

#[test]
fn type_parameters_are_keys() {
    contains(
        "struct Pair<A: Copy, const N: usize>([A; N]) where A: Ord;",
        "impl<A: Copy + ::millstream::key::Key, const N: usize> ::millstream::key::Key
            for Pair<A, N> where A: Ord",
    );
}

#[test]
fn every_mistake_is_reported_once() {
    for (item, mistake) in [
        ("union Id { number: u64 }", "[M0281]"),
        ("struct Id<'a> { text: &'a str }", "[M0282]"),
        ("#[key(crate = 7)] struct Id(u64);", "[M0245]"),
        ("#[key(skip)] struct Id(u64);", "[M0245]"),
    ] {
        let code = code(item);
        assert_eq!((code.contains(mistake), code.matches("[M0").count()), (true, 1), "{item}");
    }
}

#[test]
fn the_crate_path_replaces_millstream() {
    let plain = code("struct Id(u64);");
    let moved = code("#[key(crate = \"::engine::flow\")] struct Id(u64);");
    assert_eq!(moved, plain.replace("::millstream", "::engine::flow"));
}

#[test]
fn the_text_of_a_key_has_names_as_they_are_read() {
    contains(
        "enum Kind { r#type }",
        "Self::r#type {} => ::millstream::__private::text_of_parts(\"type\", []),",
    );
}
