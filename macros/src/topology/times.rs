//! `event_time(|event| …, strategy)`, and who needs it.

use super::calls::{Calls, parenthesised, stream_of};
use super::cut::{self, ClosureCall, Piece};
use super::model::{Call, Chain, Declaration, HeadKind, Step};
use super::token;
use crate::beside::{before, behind};
use millstream_graph::words::{Check, How, Time, Word, function};
use proc_macro2::{Ident, Span, TokenStream, TokenTree};
use quote::quote_spanned;
use std::collections::{HashMap, HashSet};

/// The strategy whose closure receives events.
const PUNCTUATED: &str = "punctuated";

/// The call by its path, so that the compiler explains what a strategy is. `None` without a closure
/// and a strategy, which is reported elsewhere.
pub(super) fn event_time(
    calls: &Calls,
    stream: &TokenStream,
    (word, call): (&Word, &Call),
) -> Option<TokenStream> {
    let arguments = call.arguments.as_ref()?;
    let pieces = cut::at_commas(arguments.stream());
    let [time, strategy] = pieces.as_slice() else {
        return None;
    };
    let at = call.name.span();
    let (time, comma) = (token::stream(&time.tokens), token::stream(&strategy.separator));
    let marks = |stream: &TokenStream, strategy: TokenStream| {
        let given = calls.closure_of(word, stream, &time, at).unwrap_or_default();
        let inside = quote_spanned!(at=> #given #comma #strategy);
        let (name, arguments) = (&call.name, parenthesised(inside, arguments.span()));
        let timed = stream_of(at);
        let checks = calls.checks(at);
        quote_spanned!(before(at)=> #checks::Watermarks::#name #arguments #timed)
    };
    let of = Ident::new("__of", Span::mixed_site());
    let Some(strategy) = punctuated(strategy, &of) else {
        return Some(marks(stream, token::stream(&strategy.tokens)));
    };
    let bound = Ident::new("__stream", Span::mixed_site());
    let timed = marks(&quote_spanned!(at=> #bound), strategy);
    let both = calls.call(&["EventsOf", "stream"], (at, at), stream.clone());
    Some(quote_spanned!(at=> match #both { (#bound, #of) => #timed }))
}

/// `punctuated(closure)` and its methods, with the event type passed to the closure: the compiler
/// checks a closure before the call that it is an argument of.
fn punctuated(strategy: &Piece, of: &Ident) -> Option<TokenStream> {
    let call = ClosureCall::of(PUNCTUATED, strategy.tokens.clone())?;
    let at = call.name.span();
    let closure = parenthesised(call.closure.clone(), call.parentheses);
    Some(call.with(quote_spanned!(behind(at)=> #of.punctuation #closure)))
}

/// The lines whose event time several other lines need, and that have no line before them: each is
/// checked itself, so that it is reported once and not in every line.
pub(super) fn needed(declaration: &Declaration) -> HashSet<String> {
    let mut needs: HashMap<String, usize> = HashMap::new();
    let mut found = HashSet::new();
    for line in declaration.lines.iter().rev() {
        let name = line.name.as_ref().map(|(name, _)| token::spelled(name));
        let own = name.as_ref().and_then(|name| needs.get(name)).copied().unwrap_or_default();
        let begins = !matches!(
            line.chain.head.kind,
            HeadKind::Name(..) | HeadKind::Merge(..) | HeadKind::Sides(..) | HeadKind::Chain(_)
        );
        let sets = line.chain.steps.iter().any(|step| effect(step) != TimeUse::None);
        found.extend(name.filter(|_| own > 1 && begins && !sets));
        pass(&line.chain, own, &mut needs);
    }
    found
}

/// Adds the number of lines that need the time of a chain to the names that it begins with.
fn pass(chain: &Chain, behind: usize, needs: &mut HashMap<String, usize>) {
    let first = chain.steps.iter().map(effect).find(|effect| *effect != TimeUse::None);
    let count = match first {
        Some(TimeUse::Needs) => 1,
        Some(TimeUse::Sets) => 0,
        _ => behind,
    };
    match &chain.head.kind {
        HeadKind::Name(name, rest) if rest.is_empty() => {
            *needs.entry(token::spelled(name)).or_default() += count;
        }
        HeadKind::Merge(chains, _) => chains.iter().for_each(|chain| pass(chain, count, needs)),
        HeadKind::Sides(chains, _) => chains.iter().for_each(|chain| pass(chain, 1, needs)),
        HeadKind::Chain(chain) => pass(chain, count, needs),
        _ => {}
    }
}

/// What a step has to do with event time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum TimeUse {
    None,
    Needs,
    Sets,
}

fn effect(step: &Step) -> TimeUse {
    let Some((word, call)) = step.word() else { return TimeUse::None };
    match word.how {
        How::EventTime | How::Part | How::Join(_) => TimeUse::Sets,
        How::Method(checks) if checks.contains(&Check::Timed) => TimeUse::Needs,
        How::Window if is_timed(call) => TimeUse::Needs,
        _ => TimeUse::None,
    }
}

/// Whether a window is of a kind that needs event time.
fn is_timed(window: &Call) -> bool {
    let inside = window.arguments.as_ref().map(token::inside).unwrap_or_default();
    let by_clock =
        |token: &TokenTree| matches!(token, TokenTree::Ident(word) if word == "by_clock");
    let clock = inside.iter().any(by_clock);
    let (path, _) = cut::path(inside);
    let kind = cut::last_name(&path).and_then(|kind| function(&token::spelled(kind)));
    !clock && kind.is_some_and(|kind| kind.time == Time::Event)
}
