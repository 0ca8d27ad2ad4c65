//! Side outputs that are not connected: late events, unmatched events, overflow.
//!
//! Windows, joins, `dedupe` and `in_order` have late events, joins have unmatched events, and edges
//! with a policy, and throttles and joins that shed, have overflow. These side outputs must be
//! connected, which requires a named line that ends with their node.

use super::model::{Call, Chain, Declaration, HeadKind, Join, Step};
use super::resolve::Names;
use super::{bounds, rates, token};
use crate::errors::Errors;
use millstream_graph::sentence::outcome;
use millstream_graph::words::Role;
use proc_macro2::{Ident, TokenTree};
use std::collections::HashMap;

/// Reports side outputs that are not connected.
pub(super) fn check(declaration: &Declaration, names: &Names, errors: &mut Errors) {
    let mut search = SideOutputCheck { names, pending: HashMap::new(), errors };
    for line in &declaration.lines {
        search.line(line.name.as_ref().map(|(name, _)| name), &line.chain);
    }
}

struct SideOutputCheck<'a> {
    names: &'a Names,
    /// For lines that do not end with a node, the side outputs of the next node.
    pending: HashMap<String, SideOutputs<'a>>,
    errors: &'a mut Errors,
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
        if let Some(at) = here.late.filter(|_| uses.late == 0) {
            self.errors.say(at, &outcome::late_goes_nowhere(&written));
        }
        if let Some(at) = here.unmatched.filter(|_| uses.unmatched == 0) {
            self.errors.say(at, &outcome::unmatched_goes_nowhere(&written));
        }
        if let Some(at) = here.overflow.filter(|_| uses.overflow == 0) {
            self.errors.say(at, &outcome::overflow_goes_nowhere(&written));
        }
    }

    fn cannot_be_reached(&mut self, outputs: SideOutputs<'_>) {
        if let Some(at) = outputs.unmatched {
            // A join, which has late events too.
            self.errors.say(at, &outcome::unmatched_cannot_be_reached(&token::spelled(at)));
        } else if let Some(at) = outputs.late {
            self.errors.say(at, &outcome::late_cannot_be_reached(&token::spelled(at)));
        }
        if let Some(at) = outputs.overflow {
            self.errors.say(at, &outcome::overflow_cannot_be_reached());
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
            leaks.next.overflow = bounds::shed(join).or(leaks.next.overflow);
            self.node(&mut leaks);
        }
        for step in chain.steps.iter().skip(usize::from(join.is_some())) {
            self.step(step, &mut leaks);
        }
        leaks
    }

    fn step(&mut self, step: &'a Step, leaks: &mut Leaks<'a>) {
        let word = step.word();
        match word.map(|(word, call)| (word.name, call)) {
            Some(("window" | "dedupe", call)) => leaks.next.late = Some(&call.name),
            Some((grounding @ ("event_time" | "in_order"), call)) => {
                leaks.here.overflow = leaks.next.overflow.take().or(leaks.here.overflow);
                if grounding == "in_order" {
                    leaks.here.late = Some(&call.name);
                }
            }
            Some(("overflow", call)) if !is_block(call) => {
                leaks.next.overflow = Some(&call.name);
            }
            Some(("throttle", call)) => {
                leaks.next.late = None;
                leaks.next.overflow = rates::shed(call).or(leaks.next.overflow);
            }
            // The window has no operator, which is reported elsewhere.
            Some((name, _)) if step.is_node() && name != "aggregate" => leaks.next.late = None,
            _ => {}
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
    let latest = matches!(spec, Some(TokenTree::Ident(word)) if token::spelled(&word) == "latest");
    match join.word.name {
        "full_join" => false,
        // Each event of the first side is in a result; the others are only looked up.
        "left_join" => !latest,
        _ => true,
    }
}

/// Whether the policy drops no events.
fn is_block(call: &Call) -> bool {
    let policy = call.arguments.as_ref().map(|arguments| arguments.stream().to_string());
    policy.as_deref() == Some("block")
}
