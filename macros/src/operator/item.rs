//! The parts of the struct that represents the function, with or without mistakes.

use super::model::{Model, Param, ParamRole};
use proc_macro2::{Delimiter, Group, Span, TokenStream};
use quote::{format_ident, quote, quote_spanned};
use syn::ext::IdentExt;
use syn::spanned::Spanned;
use syn::{Attribute, Generics, Ident};

/// The struct with these fields and the docs of the function.
pub(super) fn declaration(model: &Model, generics: &Generics, fields: &TokenStream) -> TokenStream {
    let ident = model.ident();
    let vis = &model.function.vis;
    let kept: Vec<&Attribute> =
        model.function.attrs.iter().filter(|attr| is_any(attr, &["doc", "cfg"])).collect();
    let docs = match kept.iter().any(|attr| attr.path().is_ident("doc")) {
        true => None,
        false => Some(format!("The operator `{}`.", ident.unraw())),
    }
    .map(|text| quote!(#[doc = #text]));
    // The span of the function, so that messages about the struct point at the function. That takes
    // its first and its last token.
    let word = quote_spanned!(ident.span()=> struct);
    let mut fields = Group::new(Delimiter::Brace, fields.clone());
    fields.set_span(ident.span());
    let (parameters, _, clause) = generics.split_for_impl();
    quote! {
        #(#kept)* #docs
        #[allow(dead_code, non_camel_case_types)]
        #vis #word #ident #parameters #clause #fields
    }
}

/// The `#[cfg]` attributes of the function.
pub(super) fn cfg(model: &Model) -> impl Iterator<Item = &Attribute> {
    model.function.attrs.iter().filter(|attr| is_any(attr, &["cfg"]))
}

fn is_any(attr: &Attribute, words: &[&str]) -> bool {
    words.iter().any(|word| attr.path().is_ident(word))
}

/// The arguments and shared values, each with its name, which is also that of its field, and its
/// accessor.
pub(super) fn wired(model: &Model) -> Vec<(&Ident, Ident, &Param)> {
    model.wired().filter_map(|param| Some((param.ident()?, accessor(param)?, param))).collect()
}

/// The name of the method that clones a parameter's value.
///
/// The field has the parameter's own name, since the compiler names missing fields. The method has
/// a prefix, since a method called `clone` or `new` would be ambiguous.
pub(super) fn accessor(param: &Param) -> Option<Ident> {
    let ident = param.ident()?;
    Some(format_ident!("__{}", ident.unraw(), span = ident.span()))
}

/// A method for each argument that clones it.
pub(super) fn accessors(model: &Model, wired: &[(&Ident, Ident, &Param)]) -> TokenStream {
    let arguments = wired.iter().filter(|(_, _, param)| param.role == ParamRole::Argument);
    arguments
        .map(|(name, accessor, param)| {
            let ty = param.target();
            let span = Span::call_site().located_at(ty.span());
            let runtime = model.args.crate_path().at(span);
            let clone = quote_spanned!(span=>
                <#ty as #runtime::operator::IsArgument>::copied(&self.#name));
            quote! {
                #[inline]
                fn #accessor(&self) -> #ty { #clone }
            }
        })
        .collect()
}

/// `Clone` with this expression, and `Debug`, which shows only the name: arguments may be secret.
pub(super) fn clone_and_debug(
    ident: &Ident,
    generics: &Generics,
    clone: TokenStream,
) -> TokenStream {
    let name = ident.unraw().to_string();
    let (parameters, arguments, clause) = generics.split_for_impl();
    quote! {
        #[automatically_derived]
        impl #parameters ::core::clone::Clone for #ident #arguments #clause {
            fn clone(&self) -> Self { #clone }
        }
        #[automatically_derived]
        impl #parameters ::core::fmt::Debug for #ident #arguments #clause {
            fn fmt(&self, f: &mut ::core::fmt::Formatter<'_>) -> ::core::fmt::Result {
                f.write_str(#name)
            }
        }
    }
}
