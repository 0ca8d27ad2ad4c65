//! `#[derive(Outputs)]`: an enum whose variants are outputs of a node.
//!
//! `model` reads the enum and reports mistakes, `name` derives the name of an output from its
//! variant, `expand` generates the code.

mod expand;
mod model;
mod name;

#[cfg(test)]
mod tests;

use crate::crate_path::CratePath;
use crate::errors::Errors;
use millstream_graph::sentence::outputs as sentence;
use model::OutputsEnum;
use proc_macro2::TokenStream;
use quote::quote;
use syn::{Generics, Ident, Item};

/// Expands `#[derive(Outputs)] item`.
///
/// A variant with a mistake is still an output, as far as it can be guessed, so that the mistake is
/// reported here and not again where the output is used.
pub(crate) fn expand(item: TokenStream) -> TokenStream {
    let mut errors = Errors::default();
    let refused = match syn::parse2::<Item>(item) {
        Ok(Item::Enum(item)) => {
            let model = OutputsEnum::read(item, &mut errors);
            if is_plain(&model.ident, &model.generics, &mut errors) {
                let (code, errors) = (expand::expand(&model), errors.to_tokens());
                return quote!(#code #errors);
            }
            (model.ident, model.generics, model.runtime)
        }
        Ok(Item::Struct(item)) => {
            errors.say(item.struct_token, &sentence::not_an_enum("struct"));
            let runtime = model::runtime(&item.attrs, &mut errors);
            (item.ident, item.generics, runtime)
        }
        Ok(Item::Union(item)) => {
            errors.say(item.union_token, &sentence::not_an_enum("union"));
            let runtime = model::runtime(&item.attrs, &mut errors);
            (item.ident, item.generics, runtime)
        }
        // The compiler allows a derive on nothing else.
        Ok(_) => return TokenStream::new(),
        Err(error) => return error.to_compile_error(),
    };
    unknown(refused, &errors)
}

/// Reports generics; returns whether there are none.
fn is_plain(ident: &Ident, generics: &Generics, errors: &mut Errors) -> bool {
    let plain = generics.params.is_empty();
    if !plain {
        errors.say(&generics.params, &sentence::generic(&ident.to_string()));
    }
    plain
}

/// The mistakes, and outputs whose types are unknown because of them: the compiler says nothing
/// where they are used. Editors see the mistakes alone.
fn unknown(
    (ident, generics, runtime): (Ident, Generics, CratePath),
    errors: &Errors,
) -> TokenStream {
    let messages = errors.to_tokens();
    let unknown = quote!(<() as #runtime::operator::Sound<__KNOWN>>::Type);
    let (parameters, arguments, clause) = generics.split_for_impl();
    quote! {
        #[allow(unexpected_cfgs)]
        const _: () = {
            #[cfg(not(rust_analyzer))]
            const _: () = {
                const __KNOWN: bool = { #messages true };
                #[automatically_derived]
                impl #parameters #runtime::operator::Outputs for #ident #arguments #clause {
                    const NAMES: &'static [&'static str] = &[];
                    type Choice = #unknown;

                    fn choose(self) -> Self::Choice { ::core::unreachable!() }
                }
                #[automatically_derived]
                impl #parameters #runtime::plumbing::streams::Split for #ident #arguments #clause {
                    type Streams<__M: #runtime::plumbing::streams::TimeState> = #unknown;
                    type Places = #unknown;
                    type Unused = #unknown;
                    const PLACES: Self::Places = ::core::unreachable!();

                    fn streams<__M: #runtime::plumbing::streams::TimeState>(
                        _: &#runtime::plumbing::streams::Variants<__M>,
                    ) -> Self::Streams<__M> {
                        ::core::unreachable!()
                    }
                }
            };
            #[cfg(rust_analyzer)]
            const _: () = { #messages };
        };
    }
}
