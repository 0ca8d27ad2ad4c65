//! `window(kind)` and `aggregate(closure, aggregate)`.
//!
//! Both are called by their paths, so that the compiler explains what a kind of window is, and what
//! an aggregate takes.

use super::calls::{Calls, ends_or, parenthesised, stream_of};
use super::cut;
use super::model::{Call, HeadKind, Step};
use super::token;
use millstream_graph::words::{Check, How, Instances, Word};
use proc_macro2::{Span, TokenStream};
use quote::quote_spanned;
use std::collections::HashSet;

/// `window` by its path.
pub(super) fn window(calls: &Calls, stream: &TokenStream, word: &Call) -> Option<TokenStream> {
    const CHECKS: &[Check] = &[Check::Keyed, Check::KeptEvents, Check::KeptKeys];
    let (word, kind) = (&word.name, word.arguments.as_ref()?);
    let (at, inside) = (word.span(), kind.stream());
    let keyed = calls.checked(CHECKS, at, stream.clone());
    let ends = ends_or(&inside, kind.span());
    let gathered =
        calls.call(&["WindowKind", "kind"], ends, quote_spanned!(ends.0=> #keyed, #inside));
    let gathered = parenthesised(gathered, at);
    let windows = stream_of(at);
    let checks = calls.checks(at);
    Some(quote_spanned!(at=> #checks::TimeFor::#word #gathered #windows))
}

/// `aggregate` by its path; `None` for unexpected arguments.
pub(super) fn aggregate(calls: &Calls, stream: &TokenStream, word: &Call) -> Option<TokenStream> {
    let (word, arguments) = (&word.name, word.arguments.as_ref()?);
    let inside = arguments.stream();
    if cut::at_commas(inside.clone()).len() != 2 {
        return None;
    }
    let at = word.span();
    let inside = parenthesised(quote_spanned!(at=> #stream, #inside), arguments.span());
    let aggregated = stream_of(at);
    let checks = calls.checks(at);
    Some(quote_spanned!(at=> #checks::Aggregates::#word #inside #aggregated))
}

/// The windows before an operator, which receives all their events.
pub(super) fn whole(calls: &Calls, stream: TokenStream, at: Span) -> TokenStream {
    calls.check("HasFullWindows", "windows", at, stream)
}

/// Whether these steps end with a window; `named` are the names of lines that do.
pub(super) fn stand_behind(head: &HeadKind, steps: &[Step], named: &HashSet<String>) -> bool {
    let counts = |step: &&Step| match step.word() {
        Some((word, _)) => word.instances != Instances::Written,
        None => true,
    };
    if let Some(step) = steps.iter().rev().find(counts) {
        let windows = |(word, call): (&Word, &Call)| word.how == How::Window && is_plain(call);
        return step.word().is_some_and(|(word, call)| windows((word, call)));
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
