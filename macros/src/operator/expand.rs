//! The expansion of an operator without mistakes.
//!
//! A struct with the name of the function, which `topology!` constructs, and the impls of the
//! operator traits for it, which call the function.

use super::held;
use super::impls::Impls;
use super::item::{accessors, cfg, clone_and_debug, declaration, wired};
use super::mode::Mode;
use super::model::{Model, Param, ParamRole};
use super::types;
use crate::beside::not_greyed;
use proc_macro2::TokenStream;
use quote::{format_ident, quote};
use syn::ext::IdentExt;
use syn::{Generics, Ident, Visibility};

/// The struct that represents the function in a topology, and its impls.
///
/// `None` if the signature does not contain the types of the event and the results.
pub(super) fn expand(model: &Model) -> Option<TokenStream> {
    let (event, out) = model.event().zip(model.out())?;
    let impls = Impls::of(model, event, out).checked();
    let generics = held::of_struct(model);
    let declared = declaration(model, &generics, &fields(model));
    let constructor = constructor(model, &generics);
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
        #[allow(unexpected_cfgs, clippy::multiple_bound_locations)]
        const _: () = { #constructor #operator #step #check };
    })
}

fn fields(model: &Model) -> TokenStream {
    // As visible as the struct, so that a missing one is reported by its name.
    let vis = &model.function.vis;
    model
        .wired()
        .filter_map(|param| {
            let (name, ty) = (param.ident()?, param.target());
            let hidden = (!matches!(vis, Visibility::Inherited)).then(|| quote!(#[doc(hidden)]));
            Some(match param.role {
                ParamRole::Shared => quote!(#hidden #vis #name: ::std::sync::Arc<#ty>,),
                _ => quote!(#hidden #vis #name: #ty,),
            })
        })
        .collect()
}

/// [`new`], and `Clone`, which makes the instances.
///
/// Only the accessors clone, so that a type that is not `Clone` is reported once, where it is
/// written.
fn constructor(model: &Model, generics: &Generics) -> TokenStream {
    let (ident, wired) = (model.ident(), wired(model));
    let copies = wired.iter().map(|(name, accessor, param)| match param.role {
        ParamRole::Shared => quote!(#name: ::std::sync::Arc::clone(&self.#name)),
        _ => quote!(#name: self.#accessor()),
    });
    let (parameters, arguments, clause) = generics.split_for_impl();
    let accessors = accessors(model, &wired);
    let common = clone_and_debug(ident, generics, quote!(Self { #(#copies),* }));
    let new = new(model, generics);
    quote! {
        #[allow(clippy::clone_on_copy, clippy::new_without_default, clippy::too_many_arguments)]
        impl #parameters #ident #arguments #clause {
            #new
            #accessors
        }
        #common
    }
}

/// `new`, with the arguments and shared values.
///
/// For a wrong argument of a function the compiler shows where the function is, which is of no use
/// to the user; for one of a pointer to a function it does not. Editors and the documentation have
/// the function.
fn new(model: &Model, generics: &Generics) -> TokenStream {
    let wired = wired(model);
    let doc = format!("Makes the operator `{}` for a topology.", model.ident().unraw());
    // That the operator is private is said of its struct.
    let vis = match &model.function.vis {
        Visibility::Inherited => quote!(pub(crate)),
        vis => quote!(#vis),
    };
    let values = values(model, &wired);
    let (ways, params) = params(model, &wired);
    let function = quote! {
        #[doc = #doc]
        #[must_use]
        #vis fn new #ways (#params) -> Self { Self { #values } }
    };
    let is_generic = types::parameters(generics).next().is_some();
    if is_generic || !ways.is_empty() {
        return function;
    }
    let names = wired.iter().map(|(name, ..)| name);
    let types = wired.iter().map(|(_, _, param)| param.target());
    let types = not_greyed(quote!(#(#types),*));
    let made = not_greyed(quote!(|#(#names),*| Self { #values }));
    quote! {
        #[cfg(any(rust_analyzer, doc))]
        #function
        #[cfg(not(any(rust_analyzer, doc)))]
        #[doc = #doc]
        #[allow(non_upper_case_globals, clippy::type_complexity)]
        #vis const new: fn(#types) -> Self = #made;
    }
}

/// The parameters of `new`, and its generics: how each shared value is given.
fn params(model: &Model, wired: &[(&Ident, Ident, &Param)]) -> (TokenStream, TokenStream) {
    let runtime = model.args.runtime();
    let mut ways = Vec::new();
    let params = wired.iter().enumerate().map(|(at, (name, _, param))| {
        let ty = param.target();
        if !is_counted(param) {
            return quote!(#name: #ty);
        }
        let way = format_ident!("__M{at}");
        ways.push(quote!(const #way: u8));
        quote!(#name: impl #runtime::operator::SharedAs<#ty, #way>)
    });
    let params: Vec<TokenStream> = params.collect();
    let ways = if ways.is_empty() { TokenStream::new() } else { quote!(<#(#ways),*>) };
    (ways, quote!(#(#params),*))
}

/// The fields, made of the parameters of `new`.
fn values(model: &Model, wired: &[(&Ident, Ident, &Param)]) -> TokenStream {
    let runtime = model.args.runtime();
    let values = wired.iter().map(|(name, _, param)| match (param.role, is_counted(param)) {
        (_, true) => quote!(#name: #runtime::operator::SharedAs::shared(#name)),
        (ParamRole::Shared, false) => quote!(#name: ::std::sync::Arc::new(#name)),
        (_, false) => quote!(#name: #name),
    });
    quote!(#(#values),*)
}

/// Whether an `Arc` may be given for it: not where its type is inferred from what is given.
fn is_counted(param: &Param) -> bool {
    param.role == ParamRole::Shared && param.written == param.ty
}
