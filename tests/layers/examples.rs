//! Examples in the documentation: most items of the modules that users read have one.

use super::sources;
use std::collections::BTreeSet;
use syn::{Attribute, Expr, ImplItem, Item, Lit, Meta, UseTree, Visibility};

/// The modules that users read.
const READ: &[&str] = &[
    "topology",
    "builder",
    "operator",
    "source",
    "sink",
    "window",
    "join",
    "time",
    "job",
    "metrics",
    "connector",
];

/// The least share of their public items that has an example, in percent.
const SHARE: usize = 60;

/// A public item, and whether its documentation has an example.
struct Documented {
    name: String,
    has_example: bool,
}

fn is_public(visibility: &Visibility) -> bool {
    matches!(visibility, Visibility::Public(_))
}

fn has_example(attributes: &[Attribute]) -> bool {
    attributes.iter().any(|attribute| {
        let Meta::NameValue(pair) = &attribute.meta else { return false };
        let Expr::Lit(literal) = &pair.value else { return false };
        let Lit::Str(text) = &literal.lit else { return false };
        pair.path.is_ident("doc") && text.value().contains("```")
    })
}

/// The names that a `use` brings in.
fn names(tree: &UseTree, into: &mut BTreeSet<String>) {
    match tree {
        UseTree::Path(path) => names(&path.tree, into),
        UseTree::Name(name) => drop(into.insert(name.ident.to_string())),
        UseTree::Group(group) => group.items.iter().for_each(|tree| names(tree, into)),
        UseTree::Rename(_) | UseTree::Glob(_) => {}
    }
}

/// The names in `millstream::plumbing`, which need no examples.
fn machinery(plumbing: &str) -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    for item in syn::parse_file(plumbing).unwrap().items {
        let Item::Mod(module) = item else { continue };
        for item in module.content.into_iter().flat_map(|(_, items)| items) {
            if let Item::Use(item) = item {
                names(&item.tree, &mut found);
            }
        }
    }
    found
}

/// The public items of a file, and the public methods of its types.
fn public_items(text: &str, machinery: &BTreeSet<String>) -> Vec<Documented> {
    let mut found = Vec::new();
    let mut add = |name: String, visibility: &Visibility, attributes: &[Attribute]| {
        if is_public(visibility) {
            found.push(Documented { name, has_example: has_example(attributes) });
        }
    };
    for item in syn::parse_file(text).unwrap().items {
        let (name, visibility, attributes) = match &item {
            Item::Struct(item) => (item.ident.to_string(), &item.vis, &item.attrs),
            Item::Enum(item) => (item.ident.to_string(), &item.vis, &item.attrs),
            Item::Trait(item) => (item.ident.to_string(), &item.vis, &item.attrs),
            Item::Type(item) => (item.ident.to_string(), &item.vis, &item.attrs),
            Item::Fn(item) => (item.sig.ident.to_string(), &item.vis, &item.attrs),
            Item::Impl(item) if item.trait_.is_none() => {
                let syn::Type::Path(path) = &*item.self_ty else { continue };
                let owner = path.path.segments.last().unwrap().ident.to_string();
                if machinery.contains(&owner) {
                    continue;
                }
                for method in &item.items {
                    let ImplItem::Fn(method) = method else { continue };
                    add(format!("{owner}::{}", method.sig.ident), &method.vis, &method.attrs);
                }
                continue;
            }
            _ => continue,
        };
        if !machinery.contains(&name) {
            add(name, visibility, attributes);
        }
    }
    found
}

#[test]
fn most_items_that_users_read_have_an_example() {
    let files = sources("runtime/src");
    let text = |path: &str| &files.iter().find(|(file, _)| file == path).unwrap().1;
    let machinery = machinery(text("runtime/src/plumbing.rs"));
    let (mut with, mut all, mut without) = (0, 0, Vec::new());
    for (path, text) in &files {
        let path = path.strip_prefix("runtime/src/").unwrap();
        let module = path.split('/').next().unwrap();
        let only_by_the_macro = path.contains("/checks/") || path.contains("/bounds/");
        if !READ.contains(&module) || only_by_the_macro || path.ends_with("tests.rs") {
            continue;
        }
        for item in public_items(text, &machinery) {
            all += 1;
            with += usize::from(item.has_example);
            if !item.has_example {
                without.push(format!("{path}: {}", item.name));
            }
        }
    }
    let share = 100 * with / all;
    println!("{with} of {all} items have an example: {share} %; without:\n{}", without.join("\n"));
    assert!(share >= SHARE, "{share} % of the items have an example, expected {SHARE} %");
}

#[test]
fn machinery_and_private_items_need_no_example() {
    let machinery = machinery("pub mod streams { pub use crate::builder::draft::{Draft, Site}; }");
    let text = "/// ```\n/// ```\npub fn a() {} fn b() {} pub(crate) fn c() {} pub struct Draft;
        impl Draft { pub fn d(&self) {} } pub struct E; impl E { pub fn f(&self) {} fn g() {} }
        impl Clone for E { fn clone(&self) -> E { E } }";
    let found = public_items(text, &machinery);
    let shown = |item: &Documented| format!("{} {}", item.name, item.has_example);
    let found: Vec<String> = found.iter().map(shown).collect();
    assert_eq!(found, ["a true", "E false", "E::f false"]);
}
