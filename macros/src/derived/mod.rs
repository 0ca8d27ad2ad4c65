//! What the derives of keys, states and events that are shown have in common: how an item is read,
//! and a `match` over its parts.

#[cfg(test)]
pub(crate) mod expansion;

use crate::errors::Errors;
use millstream_graph::sentence::Sentence;
use proc_macro2::TokenStream;
use quote::quote;
use syn::{Attribute, Fields, Generics, Ident, Item};

/// A struct or an enum.
#[derive(Debug)]
pub(crate) struct DefinedType {
    pub(crate) ident: Ident,
    pub(crate) generics: Generics,
    pub(crate) attrs: Vec<Attribute>,
    pub(crate) parts: Parts,
}

/// The fields of a type.
#[derive(Debug)]
pub(crate) enum Parts {
    Struct(Fields),
    /// The variants, in order.
    Enum(Vec<(Ident, Fields)>),
}

/// A variant: its number from 0, and its name.
pub(crate) type Variant<'a> = (u64, &'a Ident);

/// Expands what `read` makes of the item, with the mistakes that it reports.
pub(crate) fn expand<T>(
    item: TokenStream,
    read: impl FnOnce(Item, &mut Errors) -> Option<T>,
    expand: impl FnOnce(&T) -> TokenStream,
) -> TokenStream {
    let mut errors = Errors::default();
    let derived = match syn::parse2::<Item>(item) {
        Ok(item) => read(item, &mut errors),
        Err(error) => return error.to_compile_error(),
    };
    let code = derived.map(|derived| expand(&derived)).unwrap_or_default();
    let errors = errors.to_tokens();
    quote!(#code #errors)
}

impl DefinedType {
    /// Reads a struct or an enum; a union is reported.
    pub(crate) fn read(item: Item, union: Sentence, errors: &mut Errors) -> Option<Self> {
        let (ident, generics, attrs, parts) = match item {
            Item::Struct(item) => {
                (item.ident, item.generics, item.attrs, Parts::Struct(item.fields))
            }
            Item::Enum(item) => {
                let variants = item.variants.into_iter();
                let variants = variants.map(|variant| (variant.ident, variant.fields));
                (item.ident, item.generics, item.attrs, Parts::Enum(variants.collect()))
            }
            Item::Union(item) => {
                errors.say(item.union_token, &union);
                return None;
            }
            // The compiler allows a derive on nothing else.
            _ => return None,
        };
        Some(Self { ident, generics, attrs, parts })
    }
}

impl Parts {
    /// All fields, of whatever variant.
    pub(crate) fn fields(&self) -> Vec<&Fields> {
        match self {
            Self::Struct(fields) => vec![fields],
            Self::Enum(variants) => variants.iter().map(|(_, fields)| fields).collect(),
        }
    }

    /// A `match` of `self` with an arm for the struct, or one for each variant: a pattern behind
    /// its name, and what the arm does.
    pub(crate) fn matched(
        &self,
        arm: impl Fn(Option<Variant<'_>>, &Fields) -> (TokenStream, TokenStream),
    ) -> TokenStream {
        match self {
            Self::Struct(fields) => {
                let (pattern, code) = arm(None, fields);
                quote!(match self { Self #pattern => #code })
            }
            Self::Enum(variants) if variants.is_empty() => quote!(match *self {}),
            Self::Enum(variants) => {
                let arms = (0..).zip(variants).map(|(number, (name, fields))| {
                    let (pattern, code) = arm(Some((number, name)), fields);
                    quote!(Self::#name #pattern => #code,)
                });
                quote!(match self { #(#arms)* })
            }
        }
    }
}
