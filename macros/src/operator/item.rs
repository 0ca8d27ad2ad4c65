//! The parts of the struct that stands for the function, whether it has mistakes or not.

use super::model::{Model, Param, ParamRole};
use proc_macro2::{Delimiter, Group, Span, TokenStream};
use quote::{format_ident, quote, quote_spanned};
use syn::ext::IdentExt;
use syn::spanned::Spanned;
use syn::{Attribute, Ident};

/// The struct with these fields, documented as the function is.
pub(super) fn declaration(model: &Model, fields: &TokenStream) -> TokenStream {
    let ident = model.ident();
    let vis = &model.function.vis;
    let kept: Vec<&Attribute> =
        model.function.attrs.iter().filter(|attr| is_any(attr, &["doc", "cfg"])).collect();
    let docs = match kept.iter().any(|attr| attr.path().is_ident("doc")) {
        true => None,
        false => Some(format!("The operator `{}`.", ident.unraw())),
    }
    .map(|text| quote!(#[doc = #text]));
    // The function's own place: what the compiler says about the struct is said about the function.
    // That takes its first and its last token.
    let word = quote_spanned!(ident.span()=> struct);
    let mut fields = Group::new(Delimiter::Brace, fields.clone());
    fields.set_span(ident.span());
    quote! {
        #(#kept)* #docs
        #[allow(dead_code, non_camel_case_types)]
        #vis #word #ident #fields
    }
}

/// The conditions under which the function is compiled.
pub(super) fn cfg(model: &Model) -> impl Iterator<Item = &Attribute> {
    model.function.attrs.iter().filter(|attr| is_any(attr, &["cfg"]))
}

fn is_any(attr: &Attribute, words: &[&str]) -> bool {
    words.iter().any(|word| attr.path().is_ident(word))
}

/// The parameters that are given when wiring, each with its name, which its field has too, and its
/// accessor.
pub(super) fn wired(model: &Model) -> Vec<(&Ident, Ident, &Param)> {
    model.wired().filter_map(|param| Some((param.ident()?, accessor(param)?, param))).collect()
}

/// The name of the method that gives a clone of a parameter's value.
///
/// Its field has the parameter's own name, since the compiler says which field is missing. Methods
/// are found by name where a trait's are too, so this one is not `clone` or `new`.
pub(super) fn accessor(param: &Param) -> Option<Ident> {
    let ident = param.ident()?;
    Some(format_ident!("__{}", ident.unraw(), span = ident.span()))
}

/// A method for each constructor argument that gives a clone of it.
pub(super) fn accessors(wired: &[(&Ident, Ident, &Param)]) -> TokenStream {
    let arguments = wired.iter().filter(|(_, _, param)| param.role == ParamRole::Argument);
    arguments
        .map(|(name, accessor, param)| {
            let ty = param.target();
            let span = Span::call_site().located_at(ty.span());
            let clone = quote_spanned!(span=> ::core::clone::Clone::clone(&self.#name));
            quote! {
                #[inline]
                fn #accessor(&self) -> #ty { #clone }
            }
        })
        .collect()
}

/// `Clone` by this expression, and `Debug`, which shows the name only: what was given when wiring
/// may be secret.
pub(super) fn clone_and_debug(ident: &Ident, clone: TokenStream) -> TokenStream {
    let name = ident.unraw().to_string();
    quote! {
        #[automatically_derived]
        impl ::core::clone::Clone for #ident {
            fn clone(&self) -> Self { #clone }
        }
        #[automatically_derived]
        impl ::core::fmt::Debug for #ident {
            fn fmt(&self, f: &mut ::core::fmt::Formatter<'_>) -> ::core::fmt::Result {
                f.write_str(#name)
            }
        }
    }
}
