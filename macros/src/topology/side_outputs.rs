//! Side outputs that are not connected: late events, unmatched events, overflow.
//!
//! Windows, joins, `dedupe` and `in_order` have late events, joins have unmatched events, and edges
//! with a policy, and throttles and joins that shed, have overflow. These side outputs must be
//! connected, which requires a named line that ends with their node.

use super::model::{Call, Chain, Declaration, HeadKind, Job, Join, Step};
use super::resolve::Names;
use super::{bounds, token};
use crate::errors::Errors;
use millstream_graph::sentence::{Sentence, outcome};
use millstream_graph::words::{self, How, Joins, Late, Receives, Role, Sides};
use proc_macro2::Ident;
use std::collections::HashMap;

/// Reports side outputs that are not connected.
pub(super) fn check(declaration: &Declaration, names: &Names, errors: &mut Errors) {
    let late = match declaration.job.as_ref().is_some_and(drops_late) {
        true => UnconnectedLate::Dropped,
        false => UnconnectedLate::Refused,
    };
    let mut search = SideOutputCheck { names, late, pending: HashMap::new(), line: 0, errors };
    for (at, line) in declaration.lines.iter().enumerate() {
        search.line = at;
        search.line(line.name.as_ref().map(|(name, _)| name), &line.chain);
    }
}

struct SideOutputCheck<'a> {
    names: &'a Names,
    /// For lines that do not end with a node, the side outputs of the next node.
    pending: HashMap<String, SideOutputs<'a>>,
    /// What becomes of late events whose output is not connected.
    late: UnconnectedLate,
    /// The line that is checked.
    line: usize,
    errors: &'a mut Errors,
}

/// What becomes of late events whose output is not connected.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum UnconnectedLate {
    /// They are reported.
    Refused,
    /// They are dropped, by `job(…).late(ignore)`.
    Dropped,
}

/// Whether `job(…).late(ignore)` is written.
fn drops_late(job: &Job) -> bool {
    token::methods(&job.methods).any(|(option, _)| *option == "late")
}

/// The words that add side outputs to a node.
#[derive(Debug, Default, Clone, Copy)]
struct SideOutputs<'a> {
    /// A window, a join, `dedupe`, or `in_order`.
    late: Option<&'a Ident>,
    /// A join.
    unmatched: Option<&'a Ident>,
    /// `overflow(…)`, or `.shed()`
    overflow: Option<&'a Ident>,
}

/// The side outputs that a chain leaves unconnected.
#[derive(Debug, Default, Clone, Copy)]
struct Leaks<'a> {
    /// Of the next node.
    next: SideOutputs<'a>,
    /// Of the last node.
    here: SideOutputs<'a>,
}

impl<'a> SideOutputCheck<'a> {
    fn line(&mut self, name: Option<&'a Ident>, chain: &'a Chain) {
        let Leaks { next, here } = self.chain(chain);
        let Some(name) = name else {
            return self.cannot_be_reached(here);
        };
        let (written, uses) = (token::spelled(name), self.names.uses(name).unwrap_or_default());
        self.pending.insert(written.clone(), next);
        if let Some(at) = here.late.filter(|_| uses.late == 0 && self.late_counts()) {
            self.say(at, &outcome::late_goes_nowhere(&written));
        }
        if let Some(at) = here.unmatched.filter(|_| uses.unmatched == 0) {
            self.say(at, &outcome::unmatched_goes_nowhere(&written));
        }
        if let Some(at) = here.overflow.filter(|_| uses.overflow == 0) {
            self.say(at, &outcome::overflow_goes_nowhere(&written));
        }
    }

    fn cannot_be_reached(&mut self, outputs: SideOutputs<'_>) {
        if let Some(at) = outputs.unmatched {
            // A join, which has late events too.
            self.say(at, &outcome::unmatched_cannot_be_reached(&token::spelled(at)));
        } else if let Some(at) = outputs.late.filter(|_| self.late_counts()) {
            self.say(at, &outcome::late_cannot_be_reached(&token::spelled(at)));
        }
        if let Some(at) = outputs.overflow {
            self.say(at, &outcome::overflow_cannot_be_reached());
        }
    }

    fn late_counts(&self) -> bool {
        self.late == UnconnectedLate::Refused
    }

    /// Reports an output, unless the line has a mistake that its outputs depend on.
    fn say(&mut self, at: &Ident, sentence: &Sentence) {
        if !self.errors.is_broken(self.line) {
            self.errors.say(at, sentence);
        }
    }

    /// Follows a chain; side outputs of nodes within it are reported.
    fn chain(&mut self, chain: &'a Chain) -> Leaks<'a> {
        let mut leaks = Leaks::default();
        match &chain.head.kind {
            HeadKind::Name(name, _) => {
                let pending = self.pending.get(&token::spelled(name)).copied();
                leaks.next = pending.unwrap_or_default();
            }
            HeadKind::Chain(inside) => leaks = self.chain(inside),
            HeadKind::Merge(chains, _) => {
                for inside in chains {
                    let here = self.chain(inside).here;
                    self.cannot_be_reached(here);
                }
            }
            HeadKind::Sides(sides, _) => {
                for side in sides {
                    let Leaks { next, here } = self.chain(side);
                    self.cannot_be_reached(here);
                    leaks.next.overflow = leaks.next.overflow.or(next.overflow);
                }
            }
            _ => {}
        }
        let join = chain.join();
        if let Some(join) = &join {
            leaks.next.late = Some(&join.call.name);
            leaks.next.unmatched = leaves_unmatched(join).then_some(&join.call.name);
            leaks.next.overflow = bounds::shed(join.call).or(leaks.next.overflow);
            self.node(&mut leaks);
        }
        for step in chain.steps.iter().skip(usize::from(join.is_some())) {
            self.step(step, &mut leaks);
        }
        leaks
    }

    fn step(&mut self, step: &'a Step, leaks: &mut Leaks<'a>) {
        let word = step.word();
        // A join without sides is reported elsewhere.
        if let Some((word, call)) = word.filter(|(word, _)| word.joins().is_none()) {
            match word.late {
                Late::OfNode => leaks.next.late = Some(&call.name),
                Late::Here => leaks.here.late = Some(&call.name),
                // The window has no operator, which is reported elsewhere.
                Late::Never if step.is_node() && word.receives != Receives::Windows => {
                    leaks.next.late = None;
                }
                Late::Never => {}
            }
            if word.role == Role::Time {
                leaks.here.overflow = leaks.next.overflow.take().or(leaks.here.overflow);
            }
            let overflows = (word.how == How::Overflow && !is_block(call)).then_some(&call.name);
            leaks.next.overflow = overflows.or(bounds::shed(call)).or(leaks.next.overflow);
        }
        // A sink has no outputs: overflow before it is only counted.
        let ends = word.is_some_and(|(word, _)| matches!(word.role, Role::End | Role::Part));
        if ends {
            self.cannot_be_reached(leaks.here);
            *leaks = Leaks::default();
        } else if step.is_node() {
            self.node(leaks);
        }
    }

    /// Moves on to the next node.
    fn node(&mut self, leaks: &mut Leaks<'a>) {
        self.cannot_be_reached(leaks.here);
        *leaks = Leaks { here: leaks.next, next: SideOutputs::default() };
    }
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
