//! `#[derive(Key)]`: structs and enums by which events are grouped.

mod expand;

#[cfg(test)]
mod tests;

use crate::crate_path::{CratePath, argument};
use crate::errors::Errors;
use millstream_graph::sentence::{attribute, key as sentence};
use proc_macro2::TokenStream;
use syn::ext::IdentExt;
use syn::{Attribute, Fields, Generics, Ident, Item};

/// What the hash of a key is made of.
#[derive(Debug)]
enum Parts {
    Struct(Fields),
    /// The variants, in order: their number is part of the hash.
    Enum(Vec<(Ident, Fields)>),
}

/// A type that becomes a key.
#[derive(Debug)]
struct KeyType {
    ident: Ident,
    generics: Generics,
    parts: Parts,
    runtime: CratePath,
}

/// Expands `#[derive(Key)] item`.
pub(crate) fn expand(item: TokenStream) -> TokenStream {
    let mut errors = Errors::default();
    let key = match syn::parse2::<Item>(item) {
        Ok(item) => read(item, &mut errors),
        Err(error) => return error.to_compile_error(),
    };
    let code = key.map(|key| expand::expand(&key)).unwrap_or_default();
    let errors = errors.to_tokens();
    quote::quote!(#code #errors)
}

/// Reads the type, and reports mistakes; a type with one does not become a key.
fn read(item: Item, errors: &mut Errors) -> Option<KeyType> {
    let (ident, generics, attrs, parts) = match item {
        Item::Struct(item) => (item.ident, item.generics, item.attrs, Parts::Struct(item.fields)),
        Item::Enum(item) => {
            let variants = item.variants.into_iter().map(|variant| (variant.ident, variant.fields));
            (item.ident, item.generics, item.attrs, Parts::Enum(variants.collect()))
        }
        Item::Union(item) => {
            errors.say(item.union_token, &sentence::union());
            return None;
        }
        // The compiler allows a derive on nothing else.
        _ => return None,
    };
    let runtime = runtime(&attrs, errors);
    if let Some(lifetime) = generics.lifetimes().next() {
        let name = ident.unraw().to_string();
        errors.say(&lifetime.lifetime, &sentence::borrows(&name));
        return None;
    }
    Some(KeyType { ident, generics, parts, runtime })
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
