//! `#[operator]`: an `async fn` that is also an operator.
//!
//! `args` reads the attribute, and `model` the function, with `returns`, `types` and `mode` for its
//! parts. `check` finds the mistakes. `body` emits the function, and `expand` generates the code,
//! with `impls`, `steps`, `held` for its type parameters, and `sound` for what its types are asked;
//! with mistakes, `fallback`, `unknown` and `stand_in` do. `item` and `callee` are shared by both.
//! `methods` does the same for an `impl`.

mod args;
mod body;
mod callee;
mod calls;
mod check;
mod duration;
mod expand;
mod fallback;
mod held;
mod impls;
mod item;
mod letters;
mod methods;
mod mode;
mod model;
mod returns;
mod sound;
mod stand_in;
mod steps;
mod timers;
mod ttl;
mod types;
mod unknown;

#[cfg(test)]
mod tests;

use crate::errors::Errors;
use args::Args;
use millstream_graph::sentence::operator as sentence;
use model::{Function, Model};
use proc_macro2::TokenStream;
use quote::quote;

/// Expands `#[operator(args)] item`.
pub(crate) fn expand(args: TokenStream, item: TokenStream) -> TokenStream {
    let mut errors = Errors::default();
    let args = Args::read(args, &mut errors);
    let Ok(function) = syn::parse2::<Function>(item.clone()) else {
        if fallback::is_impl(&item) {
            return methods::expand(args, &item, errors);
        }
        return fallback::untouched(&item, &mut errors);
    };
    if let Some(receiver) = function.sig.receiver() {
        errors.say(receiver, &sentence::method());
        return fallback::method(&function, &args.runtime(), (&item, &errors));
    }
    let model = Model::of(function, args);
    let mut refused = Errors::default();
    check::check(&model, &mut refused);
    let body = body::Body::of(&model, item);
    let function = match refused.is_empty() {
        true => body.compiled(&model),
        false => {
            let stand_in = stand_in::stand_in(&model);
            let function = body.for_editors(&model);
            quote!(#function #stand_in)
        }
    };
    errors.append(refused);
    let code = errors.is_empty().then(|| expand::expand(&model)).flatten();
    let code = code.unwrap_or_else(|| fallback::fallback(&model, &errors));
    quote!(#function #code)
}
