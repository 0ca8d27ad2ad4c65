//! The expansion of an operator without mistakes.
//!
//! A struct with the name of the function, which `topology!` constructs, and the impls of the
//! operator traits for it, which call the function.

use super::impls::Impls;
use super::item::{accessors, cfg, clone_and_debug, declaration, wired};
use super::mode::Mode;
use super::model::{Model, ParamRole};
use proc_macro2::TokenStream;
use quote::quote;
use syn::ext::IdentExt;

/// The struct that represents the function in a topology, and its impls.
///
/// `None` if the signature does not contain the types of the event and the results.
pub(super) fn expand(model: &Model) -> Option<TokenStream> {
    let (event, out) = model.event().zip(model.out())?;
    let impls = Impls::of(model, event, out).checked();
    let declared = declaration(model, &fields(model));
    let constructor = constructor(model);
    let mode = model.mode();
    let operator = impls.operator(mode);
    let step = match mode {
        Mode::Stepping => impls.step(),
        Mode::Awaits => impls.await_step(),
    };
    let check = impls.check(mode);
    let cfg = cfg(model);
    Some(quote! {
        #declared
        #(#cfg)*
        const _: () = { #constructor #operator #step #check };
    })
}

fn fields(model: &Model) -> TokenStream {
    model
        .wired()
        .filter_map(|param| {
            let (name, ty) = (param.ident()?, param.target());
            Some(match param.role {
                ParamRole::Shared => quote!(#name: ::std::sync::Arc<#ty>,),
                _ => quote!(#name: #ty,),
            })
        })
        .collect()
}

/// `new` with the arguments and shared values, and `Clone`, which makes the instances.
///
/// Only the accessors clone, so that a type that is not `Clone` is reported once, where it is
/// written.
fn constructor(model: &Model) -> TokenStream {
    let (ident, vis) = (model.ident(), &model.function.vis);
    let doc = format!("Makes the operator `{}` for a topology.", ident.unraw());
    let wired = wired(model);
    let params = wired.iter().map(|(name, _, param)| {
        let ty = param.target();
        match param.role {
            ParamRole::Shared => quote! {
                #name: impl ::core::convert::Into<::std::sync::Arc<#ty>>
            },
            _ => quote!(#name: #ty),
        }
    });
    let values = wired.iter().map(|(name, _, param)| match param.role {
        ParamRole::Shared => quote!(#name: ::core::convert::Into::into(#name)),
        _ => quote!(#name: #name),
    });
    let copies = wired.iter().map(|(name, accessor, param)| match param.role {
        ParamRole::Shared => quote!(#name: ::std::sync::Arc::clone(&self.#name)),
        _ => quote!(#name: self.#accessor()),
    });
    let accessors = accessors(model, &wired);
    let common = clone_and_debug(ident, quote!(Self { #(#copies),* }));
    quote! {
        #[automatically_derived]
        #[allow(clippy::clone_on_copy, clippy::new_without_default, clippy::too_many_arguments)]
        impl #ident {
            #[doc = #doc]
            #[must_use]
            #vis fn new(#(#params),*) -> Self { Self { #(#values),* } }
            #accessors
        }
        #common
    }
}
