//! `#[derive(Peek)]`: what of an event may be shown.

mod expand;

#[cfg(test)]
mod tests;

use crate::crate_path::CratePath;
use crate::errors::Errors;
use millstream_graph::sentence::{attribute, peek as sentence};
use proc_macro2::TokenStream;
use syn::ext::IdentExt;
use syn::parse::ParseStream;
use syn::{Attribute, Expr, Fields, Generics, Ident, Item, Token};

/// A type, of which a part may be shown.
#[derive(Debug)]
struct PeekType {
    ident: Ident,
    generics: Generics,
    parts: Parts,
    runtime: CratePath,
}

/// Its fields.
#[derive(Debug)]
enum Parts {
    Struct(Fields),
    Enum(Vec<(Ident, Fields)>),
}

/// Expands `#[derive(Peek)] item`.
pub(crate) fn expand(item: TokenStream) -> TokenStream {
    let mut errors = Errors::default();
    let peek = match syn::parse2::<Item>(item) {
        Ok(item) => read(item, &mut errors),
        Err(error) => return error.to_compile_error(),
    };
    let code = peek.map(|peek| expand::expand(&peek)).unwrap_or_default();
    let errors = errors.to_tokens();
    quote::quote!(#code #errors)
}

/// Reads the type, and reports mistakes.
fn read(item: Item, errors: &mut Errors) -> Option<PeekType> {
    let (ident, generics, attrs, parts) = match item {
        Item::Struct(item) => (item.ident, item.generics, item.attrs, Parts::Struct(item.fields)),
        Item::Enum(item) => {
            for variant in &item.variants {
                refuse(&variant.attrs, errors);
            }
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
    let mut runtime = CratePath::default();
    for attr in of_peek(&attrs) {
        match attr.parse_args_with(crate_argument) {
            Ok(Some(path)) => runtime = path,
            Ok(None) => errors.say(&attr.meta, &attribute::crate_is_no_path()),
            Err(_) => errors.say(&attr.meta, &sentence::unknown_argument()),
        }
    }
    let variants: Vec<&Fields> = match &parts {
        Parts::Struct(fields) => vec![fields],
        Parts::Enum(variants) => variants.iter().map(|(_, fields)| fields).collect(),
    };
    for field in variants.into_iter().flatten() {
        for attr in of_peek(&field.attrs).filter(|attr| !hides(attr)) {
            errors.say(&attr.meta, &sentence::unknown_argument());
        }
    }
    Some(PeekType { ident, generics, parts, runtime })
}

/// The attributes `#[peek(…)]`.
fn of_peek(attrs: &[Attribute]) -> impl Iterator<Item = &Attribute> {
    attrs.iter().filter(|attr| attr.path().is_ident("peek"))
}

/// Refuses arguments where there are none.
fn refuse(attrs: &[Attribute], errors: &mut Errors) {
    for attr in of_peek(attrs) {
        errors.say(&attr.meta, &sentence::unknown_argument());
    }
}

/// Whether it is `#[peek(hide)]`.
fn hides(attr: &Attribute) -> bool {
    attr.parse_args_with(Ident::parse_any).is_ok_and(|word| word == "hide")
}

/// The path in `#[peek(crate = path)]`; none if it is not one.
fn crate_argument(input: ParseStream<'_>) -> syn::Result<Option<CratePath>> {
    input.parse::<Token![crate]>()?;
    input.parse::<Token![=]>()?;
    let value: Expr = input.parse()?;
    input.parse::<Option<Token![,]>>()?;
    Ok(CratePath::read(&value))
}
