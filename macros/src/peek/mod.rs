//! `#[derive(Peek)]`: what of an event may be shown.

mod expand;

#[cfg(test)]
mod tests;

use crate::crate_path::{CratePath, argument};
use crate::derived::{self, DefinedType};
use crate::errors::Errors;
use millstream_graph::sentence::{attribute, peek as sentence};
use proc_macro2::TokenStream;
use syn::ext::IdentExt;
use syn::{Attribute, Ident, Item};

/// A type, of which a part may be shown.
#[derive(Debug)]
struct PeekType {
    defined: DefinedType,
    runtime: CratePath,
}

/// Expands `#[derive(Peek)] item`.
pub(crate) fn expand(item: TokenStream) -> TokenStream {
    derived::expand(item, read, expand::expand)
}

/// Reads the type, and reports mistakes.
fn read(item: Item, errors: &mut Errors) -> Option<PeekType> {
    if let Item::Enum(item) = &item {
        let attrs = item.variants.iter().flat_map(|variant| of_peek(&variant.attrs));
        attrs.for_each(|attr| errors.say(&attr.meta, &sentence::unknown_argument()));
    }
    let defined = DefinedType::read(item, sentence::union(), errors)?;
    let mut runtime = CratePath::default();
    for attr in of_peek(&defined.attrs) {
        match attr.parse_args_with(argument).map(|path| CratePath::read(&path)) {
            Ok(Some(path)) => runtime = path,
            Ok(None) => errors.say(&attr.meta, &attribute::crate_is_no_path()),
            Err(_) => errors.say(&attr.meta, &sentence::unknown_argument()),
        }
    }
    for field in defined.parts.fields().into_iter().flatten() {
        for attr in of_peek(&field.attrs).filter(|attr| !hides(attr)) {
            errors.say(&attr.meta, &sentence::unknown_argument());
        }
    }
    Some(PeekType { defined, runtime })
}

/// The attributes `#[peek(…)]`.
fn of_peek(attrs: &[Attribute]) -> impl Iterator<Item = &Attribute> {
    attrs.iter().filter(|attr| attr.path().is_ident("peek"))
}

/// Whether it is `#[peek(hide)]`.
fn hides(attr: &Attribute) -> bool {
    attr.parse_args_with(Ident::parse_any).is_ok_and(|word| word == "hide")
}
