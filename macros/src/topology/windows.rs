//! `window(kind)` and `aggregate(closure, aggregate)`.
//!
//! Both are called by their paths, so that the compiler explains what a kind of window is, and what
//! an aggregate takes.

use super::calls::{Calls, ends_or, parenthesised, stream_of};
use super::cut;
use super::model::{Call, Chain, HeadKind, Step};
use super::token;
use crate::errors::Errors;
use millstream_graph::sentence::arguments as sentence;
use proc_macro2::{Group, Ident, Span, TokenStream};
use quote::quote_spanned;
use std::collections::HashSet;

/// The call by its path; `None` for another word, or for unexpected arguments.
pub(super) fn call(
    calls: &Calls,
    name: &str,
    stream: &TokenStream,
    word: &Call,
) -> Option<TokenStream> {
    let arguments = word.arguments.as_ref().filter(|_| word.path.len() == 1)?;
    match name {
        "window" => Some(window(calls, stream, &word.name, arguments)),
        "aggregate" => aggregate(calls, stream, &word.name, arguments),
        _ => None,
    }
}

fn window(calls: &Calls, stream: &TokenStream, word: &Ident, kind: &Group) -> TokenStream {
    let (at, inside) = (word.span(), kind.stream());
    let keyed = calls.check("IsKeyed", "keyed", at, stream.clone());
    let keyed = calls.kept_events_and_keys(at, keyed);
    let ends = ends_or(&inside, kind.span());
    let gathered = calls.call(&["Windows", "kind"], ends, quote_spanned!(ends.0=> #keyed, #inside));
    let gathered = parenthesised(gathered, at);
    let windows = stream_of(at);
    let checks = calls.checks(at);
    quote_spanned!(at=> #checks::TimeFor::#word #gathered #windows)
}

fn aggregate(
    calls: &Calls,
    stream: &TokenStream,
    word: &Ident,
    arguments: &Group,
) -> Option<TokenStream> {
    let pieces = cut::at_commas(arguments.stream());
    let [select, aggregate] = pieces.as_slice() else { return None };
    let at = word.span();
    let (closure, comma) = (token::stream(&select.tokens), token::stream(&aggregate.separator));
    let given = calls.closure_of("aggregate", stream, &closure, at)?;
    let aggregate = token::stream(&aggregate.tokens);
    let inside = quote_spanned!(at=> #given #comma #aggregate);
    let inside = parenthesised(inside, arguments.span());
    let aggregated = stream_of(at);
    let checks = calls.checks(at);
    Some(quote_spanned!(at=> #checks::Aggregate::#word #inside #aggregated))
}

/// The windows before an operator, which receives all their events.
pub(super) fn whole(calls: &Calls, stream: TokenStream, at: Span) -> TokenStream {
    calls.check("HasFullWindows", "windows", at, stream)
}

/// Whether these steps end with a window; `named` are the names of lines that do.
pub(super) fn stand_behind(head: &HeadKind, steps: &[Step], named: &HashSet<String>) -> bool {
    let says = |step: &&Step| step.word().is_none_or(|(word, _)| word.name != "instances");
    if let Some(step) = steps.iter().rev().find(says) {
        return step.word().is_some_and(|(word, call)| word.name == "window" && is_plain(call));
    }
    match head {
        HeadKind::Name(name, rest) => rest.is_empty() && named.contains(&token::spelled(name)),
        HeadKind::Chain(chain) => stand_behind(&chain.head.kind, &chain.steps, named),
        _ => false,
    }
}

fn is_plain(call: &Call) -> bool {
    call.path.len() == 1 && call.rest.is_empty()
}

/// Reports an aggregate without its two arguments.
pub(super) fn check_arguments(chain: &Chain, errors: &mut Errors) {
    for (word, call) in chain.steps.iter().filter_map(Step::word) {
        let Some(arguments) = call.arguments.as_ref().filter(|_| word.name == "aggregate") else {
            continue;
        };
        let given = cut::at_commas(arguments.stream()).len();
        if !matches!(given, 0 | 2) {
            errors.say_alone(arguments.stream(), &sentence::aggregate_of_two());
        }
    }
}
