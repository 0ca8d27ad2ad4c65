//! Events that would go nowhere: those that come late, and those that find no room.
//!
//! A window and `in_order` leave events behind that come too late, an edge with a policy those that
//! find no room. They are an output of their node, which must be connected, and can be only if the
//! line ends at that node and has a name.

use super::cut;
use super::model::{Call, Chain, Declaration, HeadKind, Stage};
use super::resolve::Names;
use crate::errors::Errors;
use millstream_graph::sentence::outcome;
use millstream_graph::words::Role;
use proc_macro2::Ident;
use std::collections::HashMap;

/// Says which events go nowhere.
pub(super) fn check(declaration: &Declaration, names: &Names, errors: &mut Errors) {
    let mut search = Search { names, pending: HashMap::new(), errors };
    for line in &declaration.lines {
        search.line(line.name.as_ref().map(|(name, _)| name), &line.chain);
    }
}

struct Search<'a> {
    names: &'a Names,
    /// What the names that stand for no node yet leave to the next node.
    pending: HashMap<String, Leaks<'a>>,
    errors: &'a mut Errors,
}

/// The words by which a node has other outputs.
#[derive(Debug, Default, Clone, Copy)]
struct Leaks<'a> {
    /// A window, or `in_order`.
    late: Option<&'a Ident>,
    /// `overflow(…)`
    overflow: Option<&'a Ident>,
}

/// What has been found so far in a chain.
#[derive(Debug, Default, Clone, Copy)]
struct Standing<'a> {
    /// At the next node.
    next: Leaks<'a>,
    /// At the node that the stream comes from.
    here: Leaks<'a>,
}

impl<'a> Search<'a> {
    fn line(&mut self, name: Option<&'a Ident>, chain: &'a Chain) {
        let Standing { next, here } = self.chain(chain);
        let Some(name) = name else {
            return self.cannot_be_reached(here);
        };
        let (written, uses) = (cut::spelled(name), self.names.uses(name).unwrap_or_default());
        self.pending.insert(written.clone(), next);
        if let Some(at) = here.late.filter(|_| uses.late == 0) {
            self.errors.say(at, &outcome::late_goes_nowhere(&written));
        }
        if let Some(at) = here.overflow.filter(|_| uses.overflow == 0) {
            self.errors.say(at, &outcome::overflow_goes_nowhere(&written));
        }
    }

    fn cannot_be_reached(&mut self, leaks: Leaks<'_>) {
        if let Some(at) = leaks.late {
            self.errors.say(at, &outcome::late_cannot_be_reached(&cut::spelled(at)));
        }
        if let Some(at) = leaks.overflow {
            self.errors.say(at, &outcome::overflow_cannot_be_reached());
        }
    }

    /// Follows a chain; what lies behind another node of it is told.
    fn chain(&mut self, chain: &'a Chain) -> Standing<'a> {
        let mut standing = Standing::default();
        match &chain.head.kind {
            HeadKind::Name(name, _) => {
                let pending = self.pending.get(&cut::spelled(name)).copied();
                standing.next = pending.unwrap_or_default();
            }
            HeadKind::Chain(inside) => standing = self.chain(inside),
            HeadKind::Merge(chains, _) => {
                for inside in chains {
                    let here = self.chain(inside).here;
                    self.cannot_be_reached(here);
                }
            }
            _ => {}
        }
        for stage in &chain.stages {
            self.stage(stage, &mut standing);
        }
        standing
    }

    fn stage(&mut self, stage: &'a Stage, standing: &mut Standing<'a>) {
        let word = stage.word();
        match word.map(|(word, call)| (word.name, call)) {
            Some(("window", call)) => standing.next.late = Some(&call.name),
            Some((grounding @ ("event_time" | "in_order"), call)) => {
                standing.here.overflow = standing.next.overflow.take().or(standing.here.overflow);
                if grounding == "in_order" {
                    standing.here.late = Some(&call.name);
                }
            }
            Some(("overflow", call)) if !is_block(call) => {
                standing.next.overflow = Some(&call.name);
            }
            // No operator takes the window, which is told and enough.
            Some((name, _)) if stage.is_node() && name != "aggregate" => standing.next.late = None,
            _ => {}
        }
        // A sink has no outputs: what finds no room before it is counted, which is what was asked.
        let ends = word.is_some_and(|(word, _)| matches!(word.role, Role::End | Role::Part));
        if stage.is_node() || ends {
            self.cannot_be_reached(standing.here);
            standing.here = if ends { Leaks::default() } else { standing.next };
            standing.next = Leaks::default();
        }
    }
}

/// Whether the policy is the one that drops nothing.
fn is_block(call: &Call) -> bool {
    let policy = call.arguments.as_ref().map(|arguments| arguments.stream().to_string());
    policy.as_deref() == Some("block")
}
