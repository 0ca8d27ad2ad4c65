//! An enum as a list of outputs, and its mistakes.

use super::name;
use crate::crate_path::{CratePath, argument};
use crate::errors::Errors;
use millstream_graph::sentence::{attribute, outputs as sentence};
use millstream_graph::words;
use proc_macro2::TokenStream;
use quote::{ToTokens, quote};
use syn::ext::IdentExt;
use syn::{Attribute, Fields, Generics, Ident, ItemEnum, Variant, Visibility};

/// The field of generated types for the stream itself, so no output can have this name.
const STREAM: &str = "stream";

/// An enum, or what should be one.
#[derive(Debug)]
pub(super) struct OutputsEnum {
    pub(super) vis: Visibility,
    pub(super) ident: Ident,
    /// The path of the runtime.
    pub(super) runtime: CratePath,
    pub(super) generics: Generics,
    /// Its outputs, in the order of the variants.
    pub(super) outputs: Vec<Output>,
    /// Variants that cannot be outputs.
    pub(super) others: Vec<Ident>,
}

/// A variant, as an output.
#[derive(Debug)]
pub(super) struct Output {
    pub(super) variant: Ident,
    /// Its name, with the span of the variant.
    pub(super) name: Ident,
    /// The type of its events.
    pub(super) event: TokenStream,
    /// Its docs.
    pub(super) docs: Vec<Attribute>,
    pub(super) carries: Carries,
}

/// What a variant holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Carries {
    /// One value without a name.
    Event,
    /// Something else, which has been reported: its type is a guess.
    Wrongly,
}

impl OutputsEnum {
    /// Reads an enum.
    pub(super) fn read(item: ItemEnum, errors: &mut Errors) -> Self {
        let ItemEnum { attrs, vis, ident, generics, variants, .. } = item;
        let runtime = runtime(&attrs, errors);
        if variants.is_empty() {
            errors.say(&ident, &sentence::no_variants(&ident.unraw().to_string()));
        }
        let (mut outputs, mut others): (Vec<Output>, Vec<Ident>) = (Vec::new(), Vec::new());
        for variant in variants {
            let written = variant.ident.unraw().to_string();
            let carries = carries(&variant, &written, errors);
            let name = name::snake_case(&written);
            if is_free(&variant.ident, &name, &outputs, errors) {
                outputs.push(Output::of(variant, &name, carries));
            } else {
                others.push(variant.ident);
            }
        }
        Self { vis, ident, runtime, generics, outputs, others }
    }
}

impl Output {
    fn of(variant: Variant, name: &str, carries: Carries) -> Self {
        let types = variant.fields.iter().map(|field| &field.ty);
        let event = match carries {
            Carries::Event => quote!(#(#types)*),
            Carries::Wrongly => quote!((#(#types),*)),
        };
        let docs = variant.attrs.into_iter().filter(|attr| attr.path().is_ident("doc")).collect();
        let name = Ident::new(name, variant.ident.span());
        Self { variant: variant.ident, name, event, docs, carries }
    }
}

/// The path in `#[outputs(crate = path)]`.
pub(super) fn runtime(attrs: &[Attribute], errors: &mut Errors) -> CratePath {
    let Some(attr) = attrs.iter().find(|attr| attr.path().is_ident("outputs")) else {
        return CratePath::default();
    };
    let path = attr.parse_args_with(argument).ok().as_ref().and_then(CratePath::read);
    if path.is_none() {
        errors.say(&attr.meta, &attribute::crate_is_no_path());
    }
    path.unwrap_or_default()
}

/// Reports wrong fields of a variant.
fn carries(variant: &Variant, written: &str, errors: &mut Errors) -> Carries {
    let mut wrong = |at: &dyn ToTokens, sentence| {
        errors.say(at.to_token_stream(), &sentence);
        Carries::Wrongly
    };
    match &variant.fields {
        Fields::Unnamed(fields) => match fields.unnamed.len() {
            0 => wrong(&variant.ident, sentence::unit_variant(written)),
            1 => Carries::Event,
            _ => wrong(&fields, sentence::several_fields(written)),
        },
        Fields::Named(fields) => wrong(&fields, sentence::named_fields(written)),
        Fields::Unit => wrong(&variant.ident, sentence::unit_variant(written)),
    }
}

/// Reports an invalid name of an output; returns whether it is valid.
fn is_free(variant: &Ident, name: &str, others: &[Output], errors: &mut Errors) -> bool {
    let written = variant.unraw().to_string();
    let sentence = if name == STREAM || words::OUTPUTS.contains(&name) {
        sentence::taken_output(&written, name)
    } else if name::is_keyword(name) {
        sentence::keyword(&written, name)
    } else if let Some(other) = others.iter().find(|other| other.name == name) {
        sentence::same_output(&written, &other.variant.unraw().to_string(), name)
    } else {
        return true;
    };
    errors.say(variant, &sentence);
    false
}
