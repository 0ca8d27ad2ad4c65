//! `window(kind)` and `aggregate(closure, aggregate)`.
//!
//! Both are called by their paths, so that the compiler explains what a kind of window is, and what
//! an aggregate takes.

use super::calls::{Calls, ends_or, parenthesised, stream_of};
use super::cut;
use super::model::Call;
use super::token;
use crate::beside::before;
use millstream_graph::words::{Check, Word};
use proc_macro2::{Span, TokenStream};
use quote::quote_spanned;

/// `window` by its path.
pub(super) fn window(calls: &Calls, stream: &TokenStream, word: &Call) -> Option<TokenStream> {
    const CHECKS: &[Check] = &[Check::Keyed, Check::KeptEvents, Check::KeptKeys];
    let (word, kind) = (&word.name, word.arguments.as_ref()?);
    let (at, inside) = (word.span(), kind.stream());
    let keyed = calls.checked(CHECKS, at, stream.clone());
    let ends = ends_or(&inside, kind.span());
    let gathered = calls.call(&["Windows", "kind"], ends, quote_spanned!(ends.0=> #keyed, #inside));
    let gathered = parenthesised(gathered, at);
    let windows = stream_of(at);
    let checks = calls.checks(at);
    Some(quote_spanned!(before(at)=> #checks::TimeFor::#word #gathered #windows))
}

/// `aggregate` by its path; `None` for unexpected arguments.
pub(super) fn aggregate(
    calls: &Calls,
    stream: &TokenStream,
    (word, call): (&Word, &Call),
) -> Option<TokenStream> {
    let arguments = call.arguments.as_ref()?;
    let pieces = cut::at_commas(arguments.stream());
    let [select, aggregate] = pieces.as_slice() else { return None };
    let (at, name) = (call.name.span(), &call.name);
    let (closure, comma) = (token::stream(&select.tokens), token::stream(&aggregate.separator));
    let given = calls.closure_of(word, stream, &closure, at)?;
    let aggregate = token::stream(&aggregate.tokens);
    let inside = quote_spanned!(at=> #given #comma #aggregate);
    let inside = parenthesised(inside, arguments.span());
    let aggregated = stream_of(at);
    let checks = calls.checks(at);
    Some(quote_spanned!(before(at)=> #checks::Aggregate::#name #inside #aggregated))
}

/// The windows before an operator, which receives all their events.
pub(super) fn whole(calls: &Calls, stream: TokenStream, at: Span) -> TokenStream {
    calls.check("HasFullWindows", "windows", at, stream)
}
