//! `#[derive(Key)]`: structs and enums by which events are grouped.

mod expand;

#[cfg(test)]
mod tests;

use crate::crate_path::{CratePath, argument};
use crate::derived::{self, DefinedType};
use crate::errors::Errors;
use millstream_graph::sentence::{attribute, key as sentence};
use proc_macro2::TokenStream;
use syn::ext::IdentExt;
use syn::{Attribute, Item};

/// A type that becomes a key.
#[derive(Debug)]
struct KeyType {
    /// The number of a variant is part of the hash.
    defined: DefinedType,
    runtime: CratePath,
}

/// Expands `#[derive(Key)] item`.
pub(crate) fn expand(item: TokenStream) -> TokenStream {
    derived::expand(item, read, expand::expand)
}

/// Reads the type, and reports mistakes; a type with one does not become a key.
fn read(item: Item, errors: &mut Errors) -> Option<KeyType> {
    let defined = DefinedType::read(item, sentence::union(), errors)?;
    let runtime = runtime(&defined.attrs, errors);
    if let Some(lifetime) = defined.generics.lifetimes().next() {
        let name = defined.ident.unraw().to_string();
        errors.say(&lifetime.lifetime, &sentence::borrows(&name));
        return None;
    }
    Some(KeyType { defined, runtime })
}

/// The path in `#[key(crate = path)]`.
fn runtime(attrs: &[Attribute], errors: &mut Errors) -> CratePath {
    let Some(attr) = attrs.iter().find(|attr| attr.path().is_ident("key")) else {
        return CratePath::default();
    };
    let path = attr.parse_args_with(argument).ok().as_ref().and_then(CratePath::read);
    if path.is_none() {
        errors.say(&attr.meta, &attribute::crate_is_no_path());
    }
    path.unwrap_or_default()
}
