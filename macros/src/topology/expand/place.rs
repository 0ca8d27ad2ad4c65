//! Where a step stands, and what of it is checked there.

use super::super::calls::{Calls, SinkCheck, method};
use super::super::instances::{Count, InstanceCount};
use super::super::model::{Call, Chain, Step, StepKind};
use super::super::token;
use super::super::{end_points, resolve, times, windows};
use super::Expansion;
use millstream_graph::words::Word;
use proc_macro2::{Ident, Span, TokenStream, TokenTree};
use quote::quote_spanned;

impl Expansion<'_> {
    /// An output of a node, which has to have it, or a field of something else.
    pub(super) fn output(
        &self,
        (name, rest): (&Ident, &[TokenTree]),
        calls: TokenStream,
    ) -> TokenStream {
        let line = token::spelled(name);
        if !self.streams.contains_key(&line) {
            return self.calls.head(calls);
        }
        match resolve::output(rest).filter(|_| rest.len() == 2 && !self.late.contains(&line)) {
            Some(output) => self.calls.side_output((name, output), calls),
            None => calls,
        }
    }

    /// The call that sets the instances of the next node.
    pub(super) fn instances(
        &self,
        step: &Step,
        at: Span,
        from: InstanceCount,
    ) -> (TokenStream, InstanceCount) {
        let Some(times) = &step.times else {
            let strays = from.strays_from(self.default);
            let calls = strays.then(|| method("default_instances", at, TokenStream::new()));
            return (calls.unwrap_or_default(), from.behind_node(None, self.default));
        };
        let written = Count::written(&times.tokens);
        // With the same number the two nodes remain one chain.
        let how = if from.continues_at(written) { "same_instances" } else { "instances" };
        (self.calls.instances(how, times), from.behind_node(Some(written), self.default))
    }
}

/// The position of a step in its line.
#[derive(Debug, Clone, Copy)]
pub(super) struct StepPlace<'a> {
    /// The name of the line.
    pub(super) name: Option<&'a Ident>,
    /// Whether it is the node with the name.
    pub(super) last: bool,
    /// What it receives.
    pub(super) receives: Received,
    /// Whether it is compared with the promise of the job, if it is a sink.
    pub(super) sink: SinkCheck,
}

/// What a step receives, as far as it is known.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Received {
    /// Events, with or without a key.
    Events,
    /// Events with a key.
    Keyed,
    /// Windows.
    Windows,
}

impl Received {
    /// What a step behind these receives, if they do not end with a window.
    pub(super) fn behind(before: &[Step]) -> Self {
        let keyed = before.last().and_then(Step::word).is_some_and(|(word, _)| word.gives_key());
        if keyed { Self::Keyed } else { Self::Events }
    }
}

/// An operator with its stream: it takes the events, its errors have a consumer or cannot occur,
/// and it has the key that it needs.
pub(super) fn fit(
    calls: &Calls,
    (stream, operator): (&TokenStream, &TokenStream),
    (step, receives): (&Step, Received),
    (ends, connected): ((Span, Span), bool),
) -> TokenStream {
    let takes = if connected { "fallible" } else { "event" };
    let check = match &step.kind {
        StepKind::Other(tokens) if end_points::is_closure(operator) => end_points::operator(tokens),
        _ if receives == Received::Windows => "WindowOperator",
        StepKind::Other(tokens) => end_points::operator(tokens),
        _ => "Operator",
    };
    let both = quote_spanned!(ends.0=> #stream, #operator);
    let mut fit = calls.call(&[check, takes], ends, both);
    if !connected {
        fit = calls.call(&["Routes", "errors"], ends, fit);
    }
    if receives == Received::Events {
        fit = calls.call(&["KeyedFor", "operator"], ends, fit);
    }
    fit
}

/// Whether a chain has a node with late events: the rules of the shape know its outputs.
pub(super) fn has_late_events(chain: &Chain) -> bool {
    let late = |word: &Word| word.joins() || matches!(word.name, "window" | "in_order" | "dedupe");
    chain.steps.iter().filter_map(Step::word).any(|(word, _)| late(word))
}

/// Whether a line begins with a value, and no statement.
pub(super) fn is_value(tokens: &[TokenTree]) -> bool {
    const STATEMENTS: &[&str] = &["for", "while", "loop", "if", "match", "let", "return"];
    let begins = token::name(tokens.first());
    !begins.is_some_and(|word| STATEMENTS.contains(&token::spelled(word).as_str()))
}

/// A word with arguments that are checked by a path.
pub(super) fn by_path(
    calls: &Calls,
    name: &str,
    stream: &TokenStream,
    call: &Call,
) -> Option<TokenStream> {
    times::event_time(calls, name, stream, call)
        .or_else(|| windows::call(calls, name, stream, call))
        .or_else(|| {
            let checked = calls.checked(name, call.name.span(), stream.clone());
            calls.closure(&checked, call)
        })
}
