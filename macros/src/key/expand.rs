//! The code for a key: a hash folded from its parts.

use super::KeyType;
use crate::derived::DefinedType;
use proc_macro2::TokenStream;
use quote::{format_ident, quote, quote_spanned};
use syn::ext::IdentExt;
use syn::spanned::Spanned;
use syn::{Fields, Ident, Member, Type};

/// The implementation of `Key`.
pub(super) fn expand(key: &KeyType) -> TokenStream {
    let KeyType { defined: DefinedType { ident, generics, .. }, runtime } = key;
    let mut generics = generics.clone();
    for parameter in generics.type_params_mut() {
        parameter.bounds.push(syn::parse_quote!(#runtime::key::Key));
    }
    let checks = checks(key);
    if checks.is_some() {
        let known = quote!(<#ident as #runtime::operator::Sound<__SOUND>>::Type);
        generics.make_where_clause().predicates.push(syn::parse_quote! {
            #known: ::core::clone::Clone + ::core::cmp::Eq + ::core::marker::Send
        });
    }
    let (parameters, arguments, bounds) = generics.split_for_impl();
    let hash = hash(key);
    let (missing, text) = (missing(key), text(key));
    let implementation = quote! {
        #[automatically_derived]
        #[diagnostic::do_not_recommend]
        impl #parameters #runtime::key::Key for #ident #arguments #bounds {
            #[inline]
            fn key_hash(&self) -> #runtime::key::KeyHash { #hash }

            #[inline]
            fn is_missing(&self) -> bool { #missing }

            fn key_text(&self) -> ::core::option::Option<::std::string::String> {
                #text
            }
        }
    };
    match checks {
        Some(checks) => quote!(const _: () = { #checks #implementation };),
        None => implementation,
    }
}

/// A constant that compiles only if the fields are keys, and the type is what a key is besides: the
/// implementation depends on it, so nothing follows from its errors. It has no type parameters.
fn checks(key: &KeyType) -> Option<TokenStream> {
    let KeyType { defined: DefinedType { ident, generics, parts, .. }, runtime } = key;
    if !generics.params.is_empty() {
        return None;
    }
    let fields = parts.fields().into_iter().flatten().map(|field| {
        let ty = &field.ty;
        let runtime = runtime.at(ty.span());
        quote_spanned!(ty.span()=> let _ = <#ty as #runtime::key::Key>::key_hash;)
    });
    let known = quote_spanned!(ident.span()=> <#ident as #runtime::operator::Sound<__FIRST>>::Type);
    Some(quote! {
        const __FIRST: bool = { #(#fields)* true };
        const __SOUND: bool = __FIRST
            && #runtime::operator::sound(&[<#known as #runtime::key::IsKeyType>::check]);
    })
}

/// The hash of the whole key.
fn hash(key: &KeyType) -> TokenStream {
    key.defined.parts.matched(|variant, fields| {
        let (pattern, hashes) = parts(key, fields, "key_hash");
        let variant = variant.map(|(at, _)| number(key, Some(at)));
        let hash = fold(variant.into_iter().chain(hashes)).unwrap_or_else(|| number(key, None));
        (pattern, hash)
    })
}

/// Whether a part of the key is missing.
fn missing(key: &KeyType) -> TokenStream {
    key.defined.parts.matched(|_, fields| {
        let (pattern, missing) = parts(key, fields, "is_missing");
        (pattern, quote!(false #(|| #missing)*))
    })
}

/// The text of the whole key: those of its fields, and the name of the variant.
fn text(key: &KeyType) -> TokenStream {
    let runtime = &key.runtime;
    key.defined.parts.matched(|variant, fields| {
        let (pattern, texts) = parts(key, fields, "key_text");
        let name = match variant {
            Some((_, variant)) => variant.unraw().to_string(),
            None if texts.is_empty() => key.defined.ident.unraw().to_string(),
            None => String::new(),
        };
        (pattern, quote!(#runtime::__private::text_of_parts(#name, [#(#texts),*])))
    })
}

/// The hash of the number of a variant, or that of nothing.
fn number(key: &KeyType, number: Option<u64>) -> TokenStream {
    let runtime = &key.runtime;
    let value = number.map_or_else(|| quote!(()), |number| quote!(#number));
    quote!(#runtime::key::Key::key_hash(&#value))
}

/// The hashes as one.
fn fold(hashes: impl IntoIterator<Item = TokenStream>) -> Option<TokenStream> {
    hashes.into_iter().reduce(|hash, next| quote!(#hash.then(#next)))
}

/// A pattern that binds the fields, and a call of a method on each. An error about a field is at
/// its type.
fn parts(key: &KeyType, fields: &Fields, method: &str) -> (TokenStream, Vec<TokenStream>) {
    let names: Vec<Ident> = (0..fields.len()).map(|at| format_ident!("__field{at}")).collect();
    let members: Vec<Member> = fields.members().collect();
    let calls = fields.iter().zip(&names).map(|(field, name)| call(key, &field.ty, name, method));
    (quote!({ #(#members: #names),* }), calls.collect())
}

fn call(key: &KeyType, ty: &Type, name: &Ident, method: &str) -> TokenStream {
    let runtime = key.runtime.at(ty.span());
    let method = Ident::new(method, ty.span());
    quote_spanned!(ty.span()=> <#ty as #runtime::key::Key>::#method(#name))
}
