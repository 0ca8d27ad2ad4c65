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
use syn::{Generics, Ident, Item};

/// Expands `#[derive(Outputs)] item`.
///
/// A variant with a mistake is still an output, as far as it can be guessed, so that the mistake is
/// reported here and not again where the output is used.
pub(crate) fn expand(item: TokenStream) -> TokenStream {
    let mut errors = Errors::default();
    let code = match syn::parse2::<Item>(item) {
        Ok(Item::Enum(item)) => {
            let model = OutputsEnum::read(item, &mut errors);
            if is_plain(&model.ident, &model.generics, &mut errors) {
                expand::expand(&model)
            } else {
                TokenStream::new()
            }
        }
        Ok(Item::Struct(item)) => {
            errors.say(item.struct_token, &sentence::not_an_enum("struct"));
            let runtime = model::runtime(&item.attrs, &mut errors);
            hollow(item.vis, item.ident, item.generics, runtime)
        }
        Ok(Item::Union(item)) => {
            errors.say(item.union_token, &sentence::not_an_enum("union"));
            let runtime = model::runtime(&item.attrs, &mut errors);
            hollow(item.vis, item.ident, item.generics, runtime)
        }
        // The compiler allows a derive on nothing else.
        Ok(_) => TokenStream::new(),
        Err(error) => error.to_compile_error(),
    };
    let errors = errors.to_tokens();
    quote::quote!(#code #errors)
}

/// Reports generics; returns whether there are none.
fn is_plain(ident: &Ident, generics: &Generics, errors: &mut Errors) -> bool {
    let plain = generics.params.is_empty();
    if !plain {
        errors.say(&generics.params, &sentence::generic(&ident.to_string()));
    }
    plain
}

/// The code for a struct or union: it has no outputs.
fn hollow(
    vis: syn::Visibility,
    ident: Ident,
    generics: Generics,
    runtime: CratePath,
) -> TokenStream {
    if !generics.params.is_empty() {
        return TokenStream::new();
    }
    let (outputs, others) = (Vec::new(), Vec::new());
    expand::expand(&OutputsEnum { vis, ident, runtime, generics, outputs, others })
}
