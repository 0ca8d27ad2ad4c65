//! What `#[derive(State)]` expands to, and the mistakes that it reports.

use crate::derived::expansion;

/// The expansion of an item, without spaces.
fn code(item: &str) -> String {
    expansion::code(super::expand, item)
}

fn contains(item: &str, expected: &str) {
    expansion::contains(super::expand, item, expected);
}

#[test]
fn the_derives_of_serde_stand_on_a_copy() {
    let item = "#[serde(deny_unknown_fields)] #[doc = \"a mean\"]
        pub struct Mean { #[serde(default)] #[doc = \"how many\"] n: u64 }";
    contains(
        item,
        "#[serde(remote = \"Mean\", crate = \"::millstream::__private::serde\")]
         #[serde(rename = \"Mean\")]
         #[allow(dead_code, clippy::all, clippy::pedantic)]
         #[serde(deny_unknown_fields)]
         struct __MeanFields { #[serde(default)] n: u64 }",
    );
    contains(item, "const MARK: &'static str = \"$millstream::State@1\";");
    contains(
        "#[serde(rename = \"M\")] struct Mean;",
        "#[serde(rename = \"M\")] struct __MeanFields;",
    );
    assert!(!code("#[serde(rename = \"M\")] struct Mean;").contains("rename=\"Mean\""));
    contains("enum Paid<T> { No = 3, By(T) }", "enum __PaidFields<T> { No, By(T) }");
    contains("enum Paid<T> { No, By(T) }", "remote = \"Paid\"");
}

#[test]
fn each_version_below_has_an_arm() {
    let item = "#[state(version = 3, upgrade(1 = from_v1, 2 = old::from_v2))] struct Mean;";
    contains(item, "const MARK: &'static str = \"$millstream::State@3\";");
    contains(
        item,
        "match version {
            1u32 => ::millstream::__private::read_upgraded::<_, _, Self>(from, from_v1),
            2u32 => ::millstream::__private::read_upgraded::<_, _, Self>(from, old::from_v2),
            version => ::millstream::__private::no_upgrade(version),
        }",
    );
    contains(
        "#[state(crate = \"::engine::millstream\")] struct Mean;",
        "crate = \"::engine::millstream::__private::serde\"",
    );
}

#[test]
fn mistakes_are_reported() {
    let cases = [
        ("union Id { number: u64 }", "[M0291]"),
        ("struct Id<'a> { text: &'a str }", "[M0292]"),
        ("#[state(version = 2)] struct Id;", "version 1 to version 2 [M0293]"),
        ("#[state(version = 3, upgrade(1 = a))] struct Id;", "version 2 to version 3 [M0293]"),
        (
            "#[state(version = 4, upgrade(1 = a, 3 = a))] struct Id;",
            "version 2 to version 4 [M0293]",
        ),
        ("#[state(upgrade(1 = a))] struct Id;", "version 1 is not below 1"),
        ("#[state(version = 2, upgrade(1 = a, 2 = b))] struct Id;", "[M0294]"),
        ("#[state(version = 2, upgrade(1 = a, 1 = b))] struct Id;", "[M0295]"),
        ("#[state(version = 0)] struct Id;", "[M0296]"),
        ("#[state(version = \"2\")] struct Id;", "[M0296]"),
        ("#[state(verison = 2)] struct Id;", "[M0297]"),
        ("#[state(version = 2, upgrade = a)] struct Id;", "[M0297]"),
        ("#[state(version = 1, version = 1)] struct Id;", "[M0298]"),
        ("#[state(crate = 7)] struct Id;", "[M0245]"),
    ];
    for (item, expected) in cases {
        let expanded = super::expand(item.parse().unwrap()).to_string();
        assert!(expanded.contains(expected), "{item}: {expanded}");
        assert_eq!(expanded.matches("compile_error").count(), 1, "{item}: {expanded}");
    }
}

#[test]
fn the_oldest_upgrades_may_be_gone() {
    let item = "#[state(version = 4, upgrade(2 = from_v2, 3 = from_v3))] struct Mean;";
    assert!(!code(item).contains("compile_error"));
}
