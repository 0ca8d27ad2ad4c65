//! The code for a type that is kept in checkpoints: its serde implementations, and its upgrades.
//!
//! The derives of serde stand on a copy of the type, of which only the functions are used
//! (`#[serde(remote = …)]`). What the type itself implements asks first which version was written.

use super::{Definition, StateType, Upgrade};
use proc_macro2::TokenStream;
use quote::{ToTokens, format_ident, quote, quote_spanned};
use syn::ext::IdentExt;
use syn::punctuated::Punctuated;
use syn::spanned::Spanned;
use syn::{Attribute, Fields, Generics, Ident, Meta, Token, Visibility};

/// The implementations of `Serialize`, `Deserialize` and `Versioned`.
pub(super) fn expand(state: &StateType) -> TokenStream {
    let runtime = &state.arguments.runtime;
    let serde = quote!(#runtime::__private::serde);
    let ident = state.ident();
    let copy = copy(state, &serde);
    let fields = name_of_copy(ident);
    let written = bounded(state.generics(), &quote!(#serde::Serialize));
    let (write_parameters, arguments, write_bounds) = written.split_for_impl();
    let read = bounded(state.generics(), &quote!(#serde::de::DeserializeOwned));
    let (parameters, _, bounds) = read.split_for_impl();
    let with_lifetime = with_lifetime(&read);
    let (read_parameters, _, read_bounds) = with_lifetime.split_for_impl();
    let mark = format!("$millstream::State@{}", state.arguments.present());
    let upgrades = state.arguments.upgrades.iter().map(|upgrade| arm(state, upgrade));
    let fields = quote!(<#fields #arguments>);
    quote! {
        const _: () = {
            #copy

            #[automatically_derived]
            impl #write_parameters #serde::Serialize for #ident #arguments #write_bounds {
                fn serialize<__S: #serde::Serializer>(
                    &self,
                    into: __S,
                ) -> ::core::result::Result<__S::Ok, __S::Error> {
                    #fields::serialize(self, into)
                }
            }

            #[automatically_derived]
            impl #read_parameters #serde::Deserialize<'de> for #ident #arguments #read_bounds {
                fn deserialize<__D: #serde::Deserializer<'de>>(
                    from: __D,
                ) -> ::core::result::Result<Self, __D::Error> {
                    #runtime::__private::read_versioned(from)
                }
            }

            #[automatically_derived]
            impl #parameters #runtime::__private::Versioned for #ident #arguments #bounds {
                const MARK: &'static str = #mark;

                fn read_present<'de, __D: #serde::Deserializer<'de>>(
                    from: __D,
                ) -> ::core::result::Result<Self, __D::Error> {
                    #fields::deserialize(from)
                }

                fn upgrade<'de, __A: #serde::de::VariantAccess<'de>>(
                    version: u32,
                    from: __A,
                ) -> ::core::result::Result<Self, __A::Error> {
                    match version {
                        #(#upgrades)*
                        version => #runtime::__private::no_upgrade(version),
                    }
                }
            }
        };
    }
}

/// The call of a function; errors about it are at its name.
fn arm(state: &StateType, Upgrade { version, function, .. }: &Upgrade) -> TokenStream {
    let runtime = state.arguments.runtime.at(function.span());
    let call = quote_spanned! {function.span()=>
        #runtime::__private::read_upgraded::<_, _, Self>(from, #function)
    };
    quote!(#version => #call,)
}

/// The type parameters with one more bound.
fn bounded(generics: &Generics, bound: &TokenStream) -> Generics {
    let mut generics = generics.clone();
    for parameter in generics.type_params_mut() {
        parameter.bounds.push(syn::parse_quote!(#bound));
        parameter.default = None;
    }
    generics
}

fn with_lifetime(generics: &Generics) -> Generics {
    let mut generics = generics.clone();
    generics.params.insert(0, syn::parse_quote!('de));
    generics
}

/// A copy of the type with the derives of serde.
fn copy(state: &StateType, serde: &TokenStream) -> TokenStream {
    let ident = state.ident();
    // Without its parameters: serde adds those of the copy.
    let remote = ident.to_string();
    let path = serde.to_string().replace(' ', "");
    let name = ident.unraw().to_string();
    let renames = state.attrs().iter().any(is_renamed);
    let rename = (!renames).then(|| quote!(#[serde(rename = #name)]));
    let copy = match state.item.clone() {
        Definition::Struct(mut copy) => {
            reduce((&mut copy.attrs, &mut copy.vis, &mut copy.ident), &mut copy.generics);
            keep_serde(&mut copy.fields);
            copy.into_token_stream()
        }
        Definition::Enum(mut copy) => {
            reduce((&mut copy.attrs, &mut copy.vis, &mut copy.ident), &mut copy.generics);
            for variant in &mut copy.variants {
                variant.attrs.retain(is_serde);
                variant.discriminant = None;
                keep_serde(&mut variant.fields);
            }
            copy.into_token_stream()
        }
    };
    quote! {
        #[derive(#serde::Serialize, #serde::Deserialize)]
        #[serde(remote = #remote, crate = #path)]
        #rename
        #[allow(dead_code, clippy::all, clippy::pedantic)]
        #copy
    }
}

/// The copy has a name of its own, and what serde reads.
fn reduce(
    (attrs, vis, ident): (&mut Vec<Attribute>, &mut Visibility, &mut Ident),
    generics: &mut Generics,
) {
    attrs.retain(is_serde);
    *vis = Visibility::Inherited;
    *ident = name_of_copy(ident);
    generics.type_params_mut().for_each(|parameter| parameter.default = None);
}

fn name_of_copy(ident: &Ident) -> Ident {
    format_ident!("__{}Fields", ident.unraw())
}

fn is_serde(attr: &Attribute) -> bool {
    attr.path().is_ident("serde")
}

fn keep_serde(fields: &mut Fields) {
    fields.iter_mut().for_each(|field| field.attrs.retain(is_serde));
}

/// Whether an attribute is `#[serde(rename = …)]`.
fn is_renamed(attr: &Attribute) -> bool {
    let parts = Punctuated::<Meta, Token![,]>::parse_terminated;
    is_serde(attr)
        && attr
            .parse_args_with(parts)
            .is_ok_and(|parts| parts.iter().any(|part| part.path().is_ident("rename")))
}
