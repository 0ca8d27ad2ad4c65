//! `#[derive(Outputs)]`: an enum whose variants are outputs of a node.
//!
//! `model` reads the enum and says what is wrong, `name` makes the name of an output from that of
//! its variant, `expand` writes the code.

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
/// What is wrong with a variant does not keep the others from being outputs, and it is one itself
/// as far as can be guessed: so the mistake is told here and not again wherever the output is used.
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

/// Says that generics are not allowed; whether there are none.
fn is_plain(ident: &Ident, generics: &Generics, errors: &mut Errors) -> bool {
    let plain = generics.params.is_empty();
    if !plain {
        errors.say(&generics.params, &sentence::generic(&ident.to_string()));
    }
    plain
}

/// The code for what is no enum: it has no outputs.
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
