//! The impl of an operator of which too little is known.
//!
//! It receives any event, and its types are unknown to the compiler, which therefore says nothing
//! that follows from them. They are unknown because they depend on a constant that does not
//! compile: its value is the mistakes. Editors, which know no such types, see the mistakes alone.

use super::model::Model;
use super::types;
use crate::errors::Errors;
use proc_macro2::TokenStream;
use quote::{ToTokens, quote};
use syn::{Attribute, Generics, Type};

/// The type that is an operator.
pub(super) struct Target {
    ty: TokenStream,
    generics: Generics,
    event: Option<Type>,
    runtime: TokenStream,
}

impl Target {
    /// A type without parameters.
    pub(super) fn plain(ty: TokenStream) -> Self {
        let runtime = crate::crate_path::CratePath::default().to_token_stream();
        Self { ty, generics: Generics::default(), event: None, runtime }
    }

    /// The type of a model, and its event if that is known.
    pub(super) fn of(model: &Model, ty: TokenStream) -> Self {
        let event = model.event().filter(|event| {
            let generics = &model.function.sig.generics;
            let sound = types::obstacle(event).is_none() && model.knows(event);
            sound && types::parameter_in(event, generics).is_none()
        });
        Self { event: event.cloned(), runtime: model.args.runtime(), ..Self::plain(ty) }
    }

    /// The type of an `impl`.
    pub(super) fn with(self, generics: &Generics, runtime: TokenStream) -> Self {
        Self { generics: generics.clone(), runtime, ..self }
    }
}

/// The mistakes, and the impl that is unknown because of them.
pub(super) fn implementation(target: &Target, cfg: &[&Attribute], errors: &Errors) -> TokenStream {
    let messages = errors.to_tokens();
    if errors.is_empty() {
        return messages;
    }
    let Target { ty, generics, event, runtime } = target;
    let unknown = |ty: &TokenStream| quote!(<#ty as #runtime::operator::Sound<__KNOWN>>::Type);
    let (own, nothing) = (unknown(ty), unknown(&quote!(())));
    let mut generics = generics.clone();
    let event = match event {
        Some(event) => event.to_token_stream(),
        None => {
            generics.params.push(syn::parse_quote!(__In));
            quote!(__In)
        }
    };
    let clause = syn::parse_quote!(#own: ::core::clone::Clone + ::core::marker::Send + 'static);
    generics.make_where_clause().predicates.push(clause);
    let (generics, _, clause) = generics.split_for_impl();
    quote! {
        #(#cfg)*
        #[allow(unexpected_cfgs)]
        const _: () = {
            #[cfg(not(rust_analyzer))]
            const _: () = {
                const __KNOWN: bool = { #messages true };
                #[automatically_derived]
                impl #generics #runtime::operator::Operator<#event> for #ty #clause {
                    type Out = #nothing;
                    type State = #nothing;
                    type Error = #nothing;
                    type Keying = #nothing;
                    type Mode = #nothing;
                    const NAME: &'static str = "";
                    const SHAPE: #runtime::operator::Shape = #runtime::operator::Shape::Many;
                }
            };
            #[cfg(rust_analyzer)]
            const _: () = { #messages };
        };
    }
}
