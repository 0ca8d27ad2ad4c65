//! The facts of each stream: its key or window, the side outputs that lead out of it, and its
//! number of instances.
//!
//! One walk over the lines collects the facts of the named streams; what a word does to them stands
//! in the table of words. The checks and the expansion follow a chain by [`Known::begin`] and
//! [`Known::behind`], and keep no tables of their own.

use super::bounds;
use super::instances::{Count, InstanceCount};
use super::model::{Call, Chain, Declaration, HeadKind, Join, Line, Step, StepKind};
use super::resolve::Names;
use super::token;
use super::words::misspelt;
use millstream_graph::words::{self, How, Joins, Late, Provides, Receives, Role, Sides, Word};
use proc_macro2::{Ident, TokenTree};
use std::collections::HashMap;

/// The facts of a stream.
#[derive(Debug, Clone, Copy)]
pub(super) struct Facts<'a> {
    /// What it has for the next operator.
    pub(super) has: Has<'a>,
    /// The side outputs of its node.
    pub(super) here: SideOutputs<'a>,
    /// Those that the next node will have.
    pub(super) next: SideOutputs<'a>,
    /// Its number of instances.
    pub(super) count: InstanceCount,
}

/// What a stream has for the next operator.
#[derive(Debug, Clone, Copy, Default)]
pub(super) enum Has<'a> {
    /// Events alone.
    #[default]
    Nothing,
    /// Unknown here, or reported elsewhere.
    Unknown,
    /// A key, from this word, at this place or in the line of this name.
    Key(&'static Word, &'a Ident),
    /// A window, from the word at this place or in the line of this name.
    Window(&'a Ident),
}

/// The words that add side outputs to a node.
#[derive(Debug, Default, Clone, Copy)]
pub(super) struct SideOutputs<'a> {
    /// A window, a join, `dedupe`, or `in_order`.
    pub(super) late: Option<&'a Ident>,
    /// A join.
    pub(super) unmatched: Option<&'a Ident>,
    /// `overflow(…)`, or `.shed()`
    pub(super) overflow: Option<&'a Ident>,
}

impl<'a> Facts<'a> {
    /// Those of a stream with this number of instances, and without side outputs.
    fn of(has: Has<'a>, count: InstanceCount) -> Self {
        let (here, next) = (SideOutputs::default(), SideOutputs::default());
        Self { has, here, next, count }
    }
}

/// The facts of all named streams.
#[derive(Debug)]
pub(super) struct Known<'a> {
    names: &'a Names,
    /// The number of instances of a node without `* n`.
    default: Count,
    streams: HashMap<String, Facts<'a>>,
}

impl<'a> Known<'a> {
    /// Collects the facts, line by line.
    pub(super) fn of(declaration: &'a Declaration, names: &'a Names) -> Self {
        let default = Count::default_of(declaration.job.as_ref());
        let mut known = Self { names, default, streams: HashMap::new() };
        for line in &declaration.lines {
            let facts = known.chain(&line.chain);
            if let Some((name, _)) = &line.name {
                known.streams.insert(token::spelled(name), known.named(line, name, facts));
            }
        }
        known
    }

    /// The facts of a line that later lines use.
    fn named(&self, line: &Line, name: &Ident, facts: Facts<'a>) -> Facts<'a> {
        let uses = self.names.uses(name).unwrap_or_default();
        let has = match facts.has {
            // A second use is reported elsewhere.
            Has::Key(..) | Has::Window(_) if uses.stream > 1 || uses.outputs > 0 => Has::Unknown,
            has => has,
        };
        let count = match line.attributes.is_empty() {
            true => facts.count,
            false => facts.count.uncertain(),
        };
        Facts { has, count, ..facts }
    }

    /// Whether the node of this name certainly has one instance.
    pub(super) fn runs_once(&self, name: &Ident) -> bool {
        let facts = self.streams.get(&token::spelled(name));
        facts.is_some_and(|facts| {
            matches!(facts.has, Has::Nothing) && facts.count.is_once() && self.default.is_one()
        })
    }

    /// The number of instances of a node without `* n`.
    pub(super) fn default_instances(&self) -> Count {
        self.default
    }

    /// The facts of a whole chain.
    pub(super) fn chain(&self, chain: &'a Chain) -> Facts<'a> {
        let begun = self.begin(chain);
        let steps = chain.steps.iter().skip(usize::from(chain.join().is_some()));
        steps.fold(begun, |facts, step| self.behind(step, facts))
    }

    /// The facts of its head; those of a join behind it are included.
    pub(super) fn begin(&self, chain: &'a Chain) -> Facts<'a> {
        let mut facts = match chain.join() {
            Some(join) => self.join(&join),
            None => self.head(&chain.head.kind),
        };
        if chain.head.times.is_some() {
            facts.count = facts.count.uncertain();
        }
        facts
    }

    fn head(&self, head: &'a HeadKind) -> Facts<'a> {
        let unknown = InstanceCount::at(Count::Unknown);
        let one = InstanceCount::at(Count::Literal(1));
        match head {
            HeadKind::Source(tokens) if tokens.len() == 2 => Facts::of(Has::Nothing, one),
            HeadKind::Source(_) => Facts::of(Has::Unknown, one.uncertain()),
            HeadKind::Feedback(call) if call.rest.is_empty() => {
                Facts::of(Has::Nothing, one.uncertain())
            }
            HeadKind::Feedback(_) => Facts::of(Has::Unknown, one.uncertain()),
            HeadKind::Merge(chains, _) | HeadKind::Sides(chains, _) => {
                let counts: Vec<_> = chains.iter().map(|chain| self.chain(chain).count).collect();
                Facts::of(Has::Nothing, InstanceCount::merged(&counts))
            }
            HeadKind::Chain(chain) => self.chain(chain),
            HeadKind::Name(name, rest) => self.name(name, rest),
            HeadKind::Output(name, rest) => {
                let known = self.streams.get(&token::spelled(name));
                let count = known.map_or(unknown, |facts| facts.count.used_again());
                let count = if rest.len() > 2 { count.uncertain() } else { count };
                let has = if self.names.uses(name).is_some() { Has::Nothing } else { Has::Unknown };
                Facts::of(has, count)
            }
            HeadKind::Missing(_) | HeadKind::Job(..) | HeadKind::Other(_) => {
                Facts::of(Has::Unknown, unknown)
            }
        }
    }

    /// A stream by its name; methods may have changed it.
    fn name(&self, name: &'a Ident, rest: &[TokenTree]) -> Facts<'a> {
        let unknown = Facts::of(Has::Unknown, InstanceCount::at(Count::Unknown));
        let Some(facts) = self.streams.get(&token::spelled(name)) else { return unknown };
        let uses = self.names.uses(name).unwrap_or_default();
        let count = if rest.is_empty() { facts.count } else { facts.count.uncertain() };
        let count = if uses.stream > 1 { count.used_again() } else { count };
        let has = match facts.has {
            _ if !rest.is_empty() => Has::Unknown,
            Has::Key(word, _) => Has::Key(word, name),
            Has::Window(_) => Has::Window(name),
            has => has,
        };
        Facts { has, here: SideOutputs::default(), next: facts.next, count }
    }

    /// The number of instances before a join.
    pub(super) fn joined(&self, join: &Join<'a>) -> InstanceCount {
        joined(&self.sides(join))
    }

    fn sides(&self, join: &Join<'a>) -> Vec<Facts<'a>> {
        join.sides.iter().map(|side| self.chain(side)).collect()
    }

    /// The joined stream.
    fn join(&self, join: &Join<'a>) -> Facts<'a> {
        let times = join.step.times.as_ref().map(|times| Count::written(&times.tokens));
        let sides = self.sides(join);
        let overflow = sides.iter().find_map(|side| side.next.overflow);
        let here = SideOutputs {
            late: Some(&join.call.name),
            unmatched: leaves_unmatched(join).then_some(&join.call.name),
            overflow: bounds::shed(join.call).or(overflow),
        };
        let count = joined(&sides).behind_node(times, self.default);
        Facts { here, ..Facts::of(Has::Nothing, count) }
    }

    /// The facts behind a step.
    pub(super) fn behind(&self, step: &'a Step, before: Facts<'a>) -> Facts<'a> {
        let count = self.count_behind(step, before.count);
        let has = has_behind(step, before.has);
        let (mut here, mut next) = (before.here, before.next);
        // A join without sides is reported elsewhere.
        if let Some((word, call)) = step.word().filter(|(word, _)| word.joins().is_none()) {
            side_outputs((word, call), step, (&mut here, &mut next));
        }
        let ends = step.word().is_some_and(|(word, _)| matches!(word.role, Role::End | Role::Part));
        match () {
            // A sink has no outputs: overflow before it is only counted.
            () if ends => Facts::of(has, count),
            () if step.is_node() => Facts { has, here: next, next: SideOutputs::default(), count },
            () => Facts { has, here, next, count },
        }
    }

    fn count_behind(&self, step: &Step, from: InstanceCount) -> InstanceCount {
        let behind = match step.word() {
            Some((word, call)) if word.role != Role::Node => {
                let arguments = call.arguments.as_ref().map(token::inside).unwrap_or_default();
                from.behind(word, &arguments, self.default)
            }
            _ => {
                let times = step.times.as_ref().map(|times| Count::written(&times.tokens));
                from.behind_node(times, self.default)
            }
        };
        if step.has_more_calls() { behind.uncertain() } else { behind }
    }
}

fn joined(sides: &[Facts<'_>]) -> InstanceCount {
    InstanceCount::joined(&sides.iter().map(|side| side.count).collect::<Vec<_>>())
}

fn has_behind<'a>(step: &'a Step, has: Has<'a>) -> Has<'a> {
    let Some((word, call)) = step.word() else {
        return match &step.kind {
            StepKind::Operator(call) if misspelt(call).is_none() => Has::Nothing,
            _ => Has::Unknown,
        };
    };
    match (has, word.provides) {
        // A join without sides is reported elsewhere.
        _ if word.joins().is_some() => Has::Nothing,
        (Has::Window(_), _) if word.receives == Receives::Anything => has,
        (Has::Window(_), _) => Has::Nothing,
        // Only the compiler knows the results of functions and methods.
        (_, Provides::Unknown) => Has::Unknown,
        _ if !call.rest.is_empty() => Has::Unknown,
        (_, Provides::Windows) => Has::Window(&call.name),
        (_, Provides::Key | Provides::InstanceKey) => Has::Key(word, &call.name),
        (_, Provides::Same) => has,
        (_, Provides::Events) => Has::Nothing,
    }
}

/// The side outputs that a word adds to those of the node that it follows, and of the next one.
fn side_outputs<'a>(
    (word, call): (&Word, &'a Call),
    step: &Step,
    (here, next): (&mut SideOutputs<'a>, &mut SideOutputs<'a>),
) {
    match word.late {
        Late::OfNode => next.late = Some(&call.name),
        Late::Here => here.late = Some(&call.name),
        // The window has no operator, which is reported elsewhere.
        Late::Never if step.is_node() && word.receives != Receives::Windows => next.late = None,
        Late::Never => {}
    }
    if word.role == Role::Time {
        here.overflow = next.overflow.take().or(here.overflow);
    }
    let overflows = (word.how == How::Overflow && !is_block(call)).then_some(&call.name);
    next.overflow = overflows.or(bounds::shed(call)).or(next.overflow);
}

/// Whether a join can have unmatched events.
fn leaves_unmatched(join: &Join<'_>) -> bool {
    let spec = join.call.arguments.as_ref().and_then(|spec| spec.stream().into_iter().next());
    let bound = token::name(spec.as_ref()).and_then(|name| words::function(&token::spelled(name)));
    let looks_up = bound.is_some_and(|bound| bound.sides == Sides::LookedUp);
    match join.emits {
        Joins::All => false,
        // Each event of the first side is in a result; the others are only looked up.
        Joins::First => !looks_up,
        Joins::Matching | Joins::Second => true,
    }
}

/// Whether the policy drops no events.
fn is_block(call: &Call) -> bool {
    let policy = call.arguments.as_ref().map(|arguments| arguments.stream().to_string());
    policy.as_deref() == Some("block")
}
