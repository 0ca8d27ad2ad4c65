//! Side outputs that are not connected: late events, unmatched events, overflow.
//!
//! Windows, joins, `dedupe` and `in_order` have late events, joins have unmatched events, and edges
//! with a policy, and throttles and joins that shed, have overflow. These side outputs must be
//! connected, which requires a named line that ends with their node.

use super::facts::{Known, SideOutputs};
use super::model::{Chain, Declaration, HeadKind, Job};
use super::resolve::Names;
use super::token;
use crate::errors::Errors;
use millstream_graph::sentence::{Sentence, outcome};
use millstream_graph::words::Role;
use proc_macro2::Ident;

/// Reports side outputs that are not connected.
pub(super) fn check(
    declaration: &Declaration,
    (names, known): (&Names, &Known<'_>),
    errors: &mut Errors,
) {
    let late = match declaration.job.as_ref().is_some_and(drops_late) {
        true => UnconnectedLate::Dropped,
        false => UnconnectedLate::Refused,
    };
    for (at, line) in declaration.lines.iter().enumerate() {
        let mut check = SideOutputCheck { names, known, late, line: at, errors };
        line.chain.visit(&mut |chain| check.chain(chain));
        check.end(line.name.as_ref().map(|(name, _)| name), known.chain(&line.chain).here);
    }
}

struct SideOutputCheck<'a, 'e> {
    names: &'e Names,
    known: &'e Known<'a>,
    /// What becomes of late events whose output is not connected.
    late: UnconnectedLate,
    /// The line that is checked.
    line: usize,
    errors: &'e mut Errors,
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

impl<'a> SideOutputCheck<'a, '_> {
    /// The side outputs of nodes within a chain, and of the chains in its head, which have no name.
    fn chain(&mut self, chain: &'a Chain) {
        if let HeadKind::Merge(chains, _) | HeadKind::Sides(chains, _) = &chain.head.kind {
            for inside in chains {
                self.cannot_be_reached(self.known.chain(inside).here);
            }
        }
        let mut facts = self.known.begin(chain);
        for step in chain.steps.iter().skip(usize::from(chain.join().is_some())) {
            let ends = step.word().is_some_and(|(word, _)| ends(word.role));
            if ends || step.is_node() {
                self.cannot_be_reached(facts.here);
            }
            facts = self.known.behind(step, facts);
        }
    }

    /// The side outputs of the last node of a line.
    fn end(&mut self, name: Option<&Ident>, here: SideOutputs<'_>) {
        let Some(name) = name else { return self.cannot_be_reached(here) };
        let (written, uses) = (token::spelled(name), self.names.uses(name).unwrap_or_default());
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
}

/// Whether nothing comes out behind the word.
fn ends(role: Role) -> bool {
    matches!(role, Role::End | Role::Part)
}
