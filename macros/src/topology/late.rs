//! Late events that would go nowhere.
//!
//! A window and `in_order` leave events behind that come too late. They are an output of their node,
//! which must be connected, and can be only if the line ends at that node and has a name.

use super::cut;
use super::model::{Chain, Declaration, HeadKind, Stage};
use super::resolve::Names;
use crate::errors::Errors;
use millstream_graph::sentence::outcome;
use millstream_graph::words::Role;
use proc_macro2::Ident;
use std::collections::HashMap;

/// Says which late events go nowhere.
pub(super) fn check(declaration: &Declaration, names: &Names, errors: &mut Errors) {
    let mut search = Search { names, windows: HashMap::new(), errors };
    for line in &declaration.lines {
        search.line(line.name.as_ref().map(|(name, _)| name), &line.chain);
    }
}

struct Search<'a> {
    names: &'a Names,
    /// The names of windows that are still without an operator.
    windows: HashMap<String, &'a Ident>,
    errors: &'a mut Errors,
}

/// Words after which events can come late.
#[derive(Debug, Default, Clone, Copy)]
struct Standing<'a> {
    /// At the next node.
    next: Option<&'a Ident>,
    /// At the node that the stream comes from.
    here: Option<&'a Ident>,
}

impl<'a> Search<'a> {
    fn line(&mut self, name: Option<&'a Ident>, chain: &'a Chain) {
        let standing = self.chain(chain);
        if let (Some(name), Some(window)) = (name, standing.next) {
            self.windows.insert(cut::spelled(name), window);
        }
        let Some(at) = standing.here else { return };
        match name {
            Some(name) if self.names.uses(name).is_some_and(|uses| uses.late > 0) => {}
            Some(name) => self.errors.say(at, &outcome::late_goes_nowhere(&cut::spelled(name))),
            None => self.cannot_be_reached(at),
        }
    }

    fn cannot_be_reached(&mut self, at: &Ident) {
        self.errors.say(at, &outcome::late_cannot_be_reached(&cut::spelled(at)));
    }

    /// Follows a chain; what lies behind another node of it is told.
    fn chain(&mut self, chain: &'a Chain) -> Standing<'a> {
        let mut standing = Standing::default();
        match &chain.head.kind {
            HeadKind::Name(name, _) => {
                standing.next = self.windows.get(&cut::spelled(name)).copied();
            }
            HeadKind::Chain(inside) => standing = self.chain(inside),
            HeadKind::Merge(chains, _) => {
                for inside in chains {
                    if let Some(at) = self.chain(inside).here {
                        self.cannot_be_reached(at);
                    }
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
            Some(("window", call)) => standing.next = Some(&call.name),
            Some(("in_order", call)) => standing.here = Some(&call.name),
            _ => {}
        }
        let ends = word.is_some_and(|(word, _)| matches!(word.role, Role::End | Role::Part));
        if stage.is_node() || ends {
            if let Some(at) = standing.here.take() {
                self.cannot_be_reached(at);
            }
            standing.here = standing.next.take().filter(|_| !ends);
        }
    }
}
