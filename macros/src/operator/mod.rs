//! `#[operator]`: an `async fn` that is also an operator.
//!
//! `args` reads the attribute, `model` the function (with `returns`, `types` and `mode` for its
//! parts), `check` finds what is wrong, and `expand` (with `impls`) writes the code, or `fallback`
//! when something is wrong.

mod args;
mod check;
mod expand;
mod fallback;
mod impls;
mod mode;
mod model;
mod returns;
mod types;

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
        return fallback::untouched(&item, &mut errors);
    };
    let receiver = function.sig.receiver().cloned();
    let Some(model) = Model::of(function, args) else {
        errors.say(receiver, &sentence::method());
        return fallback::untouched(&item, &mut errors);
    };
    check::check(&model, &mut errors);
    let code = if errors.is_empty() { expand::expand(&model) } else { fallback::fallback(&model) };
    let function = without_shared(item);
    let errors = errors.to_tokens();
    // The attribute stands there with and without mistakes: an editor finds the cursor by offset.
    quote! {
        #[allow(clippy::unused_async)]
        #function
        #code
        #errors
    }
}

/// The function as it was written, without `#[shared]` before its parameters.
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

/// The group itself unless there is something to leave out: a new one has less exact spans.
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
