//! Names of types: one name is one idea.

use super::sources;
use std::collections::BTreeMap;
use syn::Item;

/// The types that a file defines, at its top.
fn types(text: &str) -> Vec<String> {
    let items = syn::parse_file(text).unwrap().items.into_iter();
    let name = |item| match item {
        Item::Struct(item) => Some(item.ident),
        Item::Enum(item) => Some(item.ident),
        Item::Trait(item) => Some(item.ident),
        Item::Type(item) => Some(item.ident),
        _ => None,
    };
    items.filter_map(name).map(|name| name.to_string()).collect()
}

#[test]
fn no_name_of_a_type_stands_twice_in_the_library() {
    let mut defined: BTreeMap<String, Vec<String>> = BTreeMap::new();
    let is_test = |path: &str| path.ends_with("/tests.rs");
    for (path, text) in sources("runtime/src").into_iter().filter(|(path, _)| !is_test(path)) {
        for name in types(&text) {
            defined.entry(name).or_default().push(path.clone());
        }
    }
    assert!(defined.len() > 300, "{} types", defined.len());
    let twice: Vec<_> = defined.iter().filter(|(_, files)| files.len() > 1).collect();
    assert!(twice.is_empty(), "{twice:#?}");
}

#[test]
fn types_inside_of_a_test_module_do_not_count() {
    let text = "struct A; enum B {} #[cfg(test)] mod tests { struct C; } fn f() { struct D; }";
    assert_eq!(types(text), ["A", "B"]);
}
