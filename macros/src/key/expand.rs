//! The code for a key: a hash folded from its parts.

use super::{KeyType, Parts};
use proc_macro2::TokenStream;
use quote::{format_ident, quote, quote_spanned};
use syn::spanned::Spanned;
use syn::{Fields, Ident, Member, Type};

/// The implementation of `Key`.
pub(super) fn expand(key: &KeyType) -> TokenStream {
    let KeyType { ident, runtime, .. } = key;
    let mut generics = key.generics.clone();
    for parameter in generics.type_params_mut() {
        parameter.bounds.push(syn::parse_quote!(#runtime::key::Key));
    }
    let (parameters, arguments, bounds) = generics.split_for_impl();
    let hash = hash(key);
    let (missing, text) = (missing(key), text(key));
    quote! {
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
    }
}

/// The hash of the whole key.
fn hash(key: &KeyType) -> TokenStream {
    match &key.parts {
        Parts::Struct(fields) => {
            let (pattern, hashes) = parts(key, fields, "key_hash");
            let hash = fold(hashes).unwrap_or_else(|| number(key, None));
            quote!(match self { Self #pattern => #hash })
        }
        Parts::Enum(variants) if variants.is_empty() => quote!(match *self {}),
        Parts::Enum(variants) => {
            let arms = (0_u64..).zip(variants).map(|(at, (variant, fields))| {
                let (pattern, hashes) = parts(key, fields, "key_hash");
                let hash = fold(std::iter::once(number(key, Some(at))).chain(hashes));
                quote!(Self::#variant #pattern => #hash,)
            });
            quote!(match self { #(#arms)* })
        }
    }
}

/// Whether a part of the key is missing.
fn missing(key: &KeyType) -> TokenStream {
    match &key.parts {
        Parts::Struct(fields) => {
            let (pattern, missing) = parts(key, fields, "is_missing");
            quote!(match self { Self #pattern => false #(|| #missing)* })
        }
        Parts::Enum(variants) if variants.is_empty() => quote!(match *self {}),
        Parts::Enum(variants) => {
            let arms = variants.iter().map(|(variant, fields)| {
                let (pattern, missing) = parts(key, fields, "is_missing");
                quote!(Self::#variant #pattern => false #(|| #missing)*,)
            });
            quote!(match self { #(#arms)* })
        }
    }
}

/// The text of the whole key: those of its fields, and the name of the variant.
fn text(key: &KeyType) -> TokenStream {
    let runtime = &key.runtime;
    let of = |name: &str, texts: &[TokenStream]| {
        let text = quote!(#runtime::__private::text_of_parts);
        quote!(#text(#name, [#(#texts),*]))
    };
    match &key.parts {
        Parts::Struct(fields) => {
            let (pattern, texts) = parts(key, fields, "key_text");
            let name = if texts.is_empty() { key.ident.to_string() } else { String::new() };
            let text = of(&name, &texts);
            quote!(match self { Self #pattern => #text })
        }
        Parts::Enum(variants) if variants.is_empty() => quote!(match *self {}),
        Parts::Enum(variants) => {
            let arms = variants.iter().map(|(variant, fields)| {
                let (pattern, texts) = parts(key, fields, "key_text");
                let text = of(&variant.to_string(), &texts);
                quote!(Self::#variant #pattern => #text,)
            });
            quote!(match self { #(#arms)* })
        }
    }
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
