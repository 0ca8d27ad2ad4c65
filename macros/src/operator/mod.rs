//! `#[operator]`: an `async fn` that is also an operator.
//!
//! `args` reads the attribute, and `model` the function, with `returns`, `types` and `mode` for its
//! parts. `check` finds the mistakes. `expand` generates the code, with `impls`, `steps`, `held`
//! for its type parameters, and `sound` for what its types are asked; with mistakes, `fallback`,
//! `unknown` and `stand_in` do. `item` and `callee` are shared by both. `methods` does the same for
//! an `impl`.

mod args;
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
use proc_macro2::{Delimiter, Group, TokenStream, TokenTree};
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
    let receiver = function.sig.receiver().cloned();
    let Some(model) = Model::of(function, args) else {
        errors.say(receiver, &sentence::method());
        return fallback::untouched(&item, &mut errors);
    };
    let mut refused = Errors::default();
    check::check(&model, &mut refused);
    let function = without_shared(item);
    let function = match refused.is_empty() {
        true => compiled(&function),
        false => {
            let stand_in = stand_in::stand_in(&model);
            let function = for_editors(&function);
            quote!(#function #stand_in)
        }
    };
    errors.append(refused);
    let code = errors.is_empty().then(|| expand::expand(&model)).flatten();
    let code = code.unwrap_or_else(|| fallback::fallback(&model, &errors));
    quote!(#function #code)
}

/// The function as the compiler sees it.
///
/// Its parameters have the types that the operator stores, so Clippy's advice to take a slice is
/// wrong.
///
/// The prefix has the same length as that of [`for_editors`], with and without spaces between the
/// tokens: editors locate the cursor by its offset.
fn compiled(function: &TokenStream) -> TokenStream {
    quote! {
        #[allow(clippy::unused_async, clippy::ptr_arg, reason = "few await")]
        #[cfg(all())]
        #function
    }
}

/// The function for editors only: its signature is refused, and errors in its body would be
/// follow-up errors.
///
/// The compiler does not know the condition, which can be allowed only around it.
fn for_editors(function: &TokenStream) -> TokenStream {
    quote! {
        #[allow(unexpected_cfgs, clippy::ptr_arg)]
        const _: () = {
            #[cfg(all(rust_analyzer))]
            #function
        };
    }
}

/// The function as written, without `#[shared]` on its parameters.
fn without_shared(item: TokenStream) -> TokenStream {
    item.into_iter()
        .map(|token| match token {
            TokenTree::Group(group) if group.delimiter() == Delimiter::Parenthesis => {
                TokenTree::Group(parameters(group))
            }
            token => token,
        })
        .collect()
}

/// The group without `#[shared]`. A group without it is not rebuilt: that would lose its exact
/// spans.
fn parameters(group: Group) -> Group {
    let mut kept: Vec<TokenTree> = Vec::new();
    let mut found = false;
    for token in group.stream() {
        if is_shared(&token) && is_hash(kept.last()) {
            kept.pop();
            found = true;
        } else {
            kept.push(token);
        }
    }
    if !found {
        return group;
    }
    let mut parameters = Group::new(Delimiter::Parenthesis, kept.into_iter().collect());
    parameters.set_span(group.span());
    parameters
}

fn is_hash(token: Option<&TokenTree>) -> bool {
    matches!(token, Some(TokenTree::Punct(punct)) if punct.as_char() == '#')
}

fn is_shared(token: &TokenTree) -> bool {
    let TokenTree::Group(group) = token else {
        return false;
    };
    let first = group.stream().into_iter().next();
    group.delimiter() == Delimiter::Bracket
        && matches!(first, Some(TokenTree::Ident(word)) if word == "shared")
}
