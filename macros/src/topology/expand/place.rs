//! Where a step stands, and what of it is checked there.

use super::Expansion;
use crate::topology::calls::{Calls, SinkCheck, method};
use crate::topology::facts::{Facts, Has};
use crate::topology::instances::{Count, InstanceCount};
use crate::topology::model::{Call, Declaration, Step, StepKind};
use crate::topology::{end_points, resolve, times, token, windows};
use millstream_graph::words::{How, Late, Word};
use proc_macro2::{Ident, Span, TokenStream, TokenTree};
use quote::quote_spanned;
use std::collections::HashSet;

impl Expansion<'_, '_> {
    /// An output of a node, which has to have it, or a field of something else.
    pub(super) fn output(
        &self,
        (name, rest): (&Ident, &[TokenTree]),
        calls: TokenStream,
    ) -> TokenStream {
        let line = token::spelled(name);
        if self.names.uses(name).is_none() {
            return self.calls.head(calls);
        }
        match resolve::output(rest).filter(|_| rest.len() == 2 && !self.late.contains(&line)) {
            Some(output) => self.calls.side_output((name, output), calls),
            None => calls,
        }
    }

    /// The call that sets the instances of the next node.
    pub(super) fn instances(&self, step: &Step, at: Span, from: InstanceCount) -> TokenStream {
        let Some(times) = &step.times else {
            let strays = from.strays_from(self.known.default_instances());
            let calls = strays.then(|| method("default_instances", at, TokenStream::new()));
            return calls.unwrap_or_default();
        };
        // With the same number the two nodes remain one chain.
        let same = from.continues_at(Count::written(&times.tokens));
        self.calls.instances(if same { "same_instances" } else { "instances" }, times)
    }
}

/// The position of a step in its line.
#[derive(Debug, Clone, Copy)]
pub(super) struct StepPlace<'a> {
    /// The name of the line.
    pub(super) name: Option<&'a Ident>,
    /// Whether it is the node with the name.
    pub(super) last: bool,
    /// The facts of the stream before it.
    pub(super) facts: Facts<'a>,
    /// Whether it is compared with the promise of the job, if it is a sink.
    pub(super) sink: SinkCheck,
}

/// An operator with its stream: it takes the events, its errors have a consumer or cannot occur,
/// and it has the key that it needs.
pub(super) fn fit(
    calls: &Calls,
    (stream, operator): (&TokenStream, &TokenStream),
    (step, has): (&Step, Has<'_>),
    (ends, connected): ((Span, Span), bool),
) -> TokenStream {
    let takes = if connected { "fallible" } else { "event" };
    let check = match &step.kind {
        StepKind::Other(tokens) if end_points::is_closure(operator) => end_points::operator(tokens),
        _ if matches!(has, Has::Window(_)) => "WindowOperator",
        StepKind::Other(tokens) => end_points::operator(tokens),
        _ => "Operator",
    };
    let both = quote_spanned!(ends.0=> #stream, #operator);
    let mut fit = calls.call(&[check, takes], ends, both);
    if !connected {
        fit = calls.call(&["Routes", "errors"], ends, fit);
    }
    // Where there is a key, there is nothing to tell.
    if matches!(has, Has::Nothing | Has::Unknown) {
        fit = calls.call(&["KeyedFor", "operator"], ends, fit);
    }
    fit
}

/// The lines with a node that has late events: the rules of the shape know their outputs.
pub(super) fn with_late_events(declaration: &Declaration) -> HashSet<String> {
    let late = |step: &Step| step.word().is_some_and(|(word, _)| word.late != Late::Never);
    let lines = declaration.lines.iter().filter(|line| line.chain.steps.iter().any(late));
    lines.filter_map(|line| line.name.as_ref()).map(|(name, _)| token::spelled(name)).collect()
}

/// Whether a line begins with a value, and no statement.
pub(super) fn is_value(tokens: &[TokenTree]) -> bool {
    const STATEMENTS: &[&str] = &["for", "while", "loop", "if", "match", "let", "return"];
    let begins = token::name(tokens.first());
    !begins.is_some_and(|word| STATEMENTS.contains(&token::spelled(word).as_str()))
}

/// A word whose arguments are checked by the path of a contract; one with generics is a method.
pub(super) fn by_path(
    calls: &Calls,
    stream: &TokenStream,
    (word, call): (&Word, &Call),
) -> Option<TokenStream> {
    if call.path.len() != 1 {
        return None;
    }
    match word.how {
        How::EventTime => times::event_time(calls, stream, (word, call)),
        How::Window => windows::window(calls, stream, call),
        How::Aggregate => windows::aggregate(calls, stream, (word, call)),
        How::Part => calls.part(stream, call),
        How::Closure(contract) => calls.closure(stream, (word, call), contract),
        How::Events(contract) => calls.events(stream, (word, call), contract),
        How::Method(checks) => {
            let checked = calls.checked(checks, call.name.span(), stream.clone());
            calls.closure_alone(&checked, (word, call))
        }
        _ => None,
    }
}
