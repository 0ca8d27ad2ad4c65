//! The function for the compiler when its signature is refused.
//!
//! The body was written for the refused signature, so errors in it would not help. Callers of the
//! function, and unknown types, are still checked. Refused types that the compiler would report
//! again are replaced.

use super::item;
use super::model::{Model, Param};
use super::returns::ReturnShape;
use super::types;
use proc_macro2::{Group, Punct, Spacing, TokenStream, TokenTree};
use quote::{ToTokens, quote};
use syn::{Lifetime, ReturnType, Type};

/// The function with a corrected signature and without its body.
pub(super) fn stand_in(model: &Model) -> TokenStream {
    let (vis, sig, cfg) = (&model.function.vis, &model.function.sig, item::cfg(model));
    let declared: Vec<&Lifetime> =
        sig.generics.lifetimes().map(|parameter| &parameter.lifetime).collect();
    let params = model.params.iter().map(|param| {
        let ty = settled(parameter(param), Elided::Stays, &declared);
        quote!(_: #ty)
    });
    let (output, body) = returned(model);
    let output = settled(output, Elided::Forever, &declared);
    let (asyncness, safety, abi) = (&sig.asyncness, &sig.safety, &sig.abi);
    let (ident, generics, clause) = (&sig.ident, &sig.generics, &sig.generics.where_clause);
    quote! {
        #[allow(unused, clippy::all, clippy::unused_async)]
        #(#cfg)*
        #vis #asyncness #safety #abi fn #ident #generics (#(#params),*) #output #clause { #body }
    }
}

/// The type of a parameter, replaced if the compiler would report it again.
fn parameter(param: &Param) -> TokenStream {
    let (ty, target) = (&param.written, param.target());
    if types::ends_in(target, "Output") && types::only_argument(target).is_none() {
        quote!(())
    } else if types::is_unsized(ty) {
        quote!(::std::boxed::Box<#ty>)
    } else {
        quote!(#ty)
    }
}

/// The return type, and a body for it. An unnamed type is only known to be an iterator.
fn returned(model: &Model) -> (TokenStream, TokenStream) {
    let output = &model.function.sig.output;
    let ReturnType::Type(_, ty) = output else { return (TokenStream::new(), TokenStream::new()) };
    let empty = quote!(::core::iter::empty());
    let whole = matches!(types::ungrouped(ty), Type::ImplTrait(_));
    match (types::unnamed(ty), model.returns.shape, &model.returns.error) {
        (false, _, _) => (output.to_token_stream(), quote!(::core::unreachable!())),
        (true, ReturnShape::Many, None) if whole => (output.to_token_stream(), empty),
        (true, ReturnShape::Many, Some(_)) => {
            (output.to_token_stream(), quote!(::core::result::Result::Ok(#empty)))
        }
        _ => (TokenStream::new(), TokenStream::new()),
    }
}

/// The lifetime of a reference without one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Elided {
    /// It has one of its own.
    Stays,
    /// There is none to infer, so it becomes `'static`.
    Forever,
}

/// The type with known lifetimes only.
fn settled(ty: TokenStream, elided: Elided, declared: &[&Lifetime]) -> TokenStream {
    let mut written = TokenStream::new();
    let mut tokens = ty.into_iter().peekable();
    while let Some(token) = tokens.next() {
        match token {
            TokenTree::Group(group) => {
                let mut inside =
                    Group::new(group.delimiter(), settled(group.stream(), elided, declared));
                inside.set_span(group.span());
                written.extend([TokenTree::Group(inside)]);
            }
            TokenTree::Punct(quote) if quote.as_char() == '\'' => {
                let Some(TokenTree::Ident(name)) = tokens.next() else { continue };
                let anonymous = name == "_";
                let known = declared.iter().any(|lifetime| lifetime.ident == name);
                let kept = known || (anonymous && elided == Elided::Stays);
                match kept {
                    true => written.extend([TokenTree::Punct(quote), TokenTree::Ident(name)]),
                    false => written.extend(quote::quote!('static)),
                }
            }
            TokenTree::Punct(and) if and.as_char() == '&' => {
                let lifetime =
                    matches!(tokens.peek(), Some(TokenTree::Punct(next)) if next.as_char() == '\'');
                let mut alone = Punct::new('&', Spacing::Alone);
                alone.set_span(and.span());
                written.extend([TokenTree::Punct(alone)]);
                if !lifetime && elided == Elided::Forever {
                    written.extend(quote::quote!('static));
                }
            }
            token => written.extend([token]),
        }
    }
    written
}
