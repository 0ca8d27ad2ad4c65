//! Names whose consumers meet again: forks, whose paths run in one loop.
//!
//! A name is a fork if all lines that use it are merged by one other, and each of them is certain
//! to run in the task of the name: it has one instance, and so has the name. Whether an operator
//! awaits is known to the compiler only, so the builder falls back to a fan-out.

use super::facts::Known;
use super::instances::{Count, InstanceCount};
use super::model::{Chain, Declaration, HeadKind, Line, Step, StepKind};
use super::resolve::Names;
use super::{edges, feedback, token};
use millstream_graph::words::{How, NextEdge, Provides, Receives, Role, Word};
use proc_macro2::Ident;
use std::collections::{HashMap, HashSet};

/// The forks of a topology.
#[derive(Debug, Default)]
pub(super) struct Forks {
    /// By the names of their paths.
    of_paths: HashMap<String, Ident>,
    names: HashSet<String>,
}

impl Forks {
    /// Finds the forks.
    pub(super) fn of(declaration: &Declaration, names: &Names, known: &Known<'_>) -> Self {
        let search = Search { declaration, names, known };
        let mut forks = Self::default();
        for line in &declaration.lines {
            line.chain.visit(&mut |chain| {
                if let Some((fork, paths)) = search.meeting(chain) {
                    forks.names.insert(token::spelled(fork));
                    let paths = paths.into_iter().map(|path| (path, fork.clone()));
                    forks.of_paths.extend(paths);
                }
            });
        }
        forks
    }

    /// Whether this name is a fork.
    pub(super) fn has(&self, name: &Ident) -> bool {
        self.names.contains(&token::spelled(name))
    }

    /// The fork whose paths these streams are.
    pub(super) fn meeting_in(&self, chains: &[Chain]) -> Option<&Ident> {
        self.of_paths.get(&token::spelled(bare(chains.first()?)?))
    }
}

/// What the search for forks goes by.
struct Search<'a, 'b> {
    declaration: &'a Declaration,
    names: &'b Names,
    known: &'b Known<'a>,
}

impl<'a> Search<'a, '_> {
    /// The fork whose paths this chain merges, and these paths.
    fn meeting(&self, chain: &'a Chain) -> Option<(&'a Ident, HashSet<String>)> {
        let HeadKind::Merge(chains, _) = &chain.head.kind else { return None };
        if !self.goes_on(chain) {
            return None;
        }
        let mut paths = HashSet::new();
        let mut fork = None;
        for chain in chains {
            let path = bare(chain)?;
            let from = self.path(path)?;
            if *fork.get_or_insert(from) != from || !paths.insert(token::spelled(path)) {
                return None;
            }
        }
        let fork = fork.filter(|fork| self.is_fork(fork, paths.len()))?;
        Some((fork, paths))
    }

    /// Whether the node behind the brackets certainly runs where the paths do.
    fn goes_on(&self, chain: &Chain) -> bool {
        let Some((next, after)) = chain.steps.split_first() else { return false };
        let (one, default) = (Count::Literal(1), self.known.default_instances());
        let edge = edges::known(InstanceCount::at(one), next, (&[], after), default);
        let channels = next.word().is_some_and(|(word, _)| word.edge == NextEdge::Channels);
        let has_default = next.is_node() && next.times.is_none() && !channels;
        chain.head.times.is_none() && (edge == Some("as_call") || (has_default && default.is_one()))
    }

    /// The name that the path of this name begins at.
    fn path(&self, name: &Ident) -> Option<&'a Ident> {
        let line = self.line(name)?;
        let uses = self.names.uses(name)?;
        let fork = match &line.chain.head.kind {
            HeadKind::Name(fork, rest) if rest.is_empty() && line.chain.head.times.is_none() => {
                fork
            }
            _ => return None,
        };
        let is_path = !line.chain.steps.is_empty()
            && uses.stream == 1
            && uses.outputs == 0
            && line.chain.steps.iter().all(is_step)
            && self.known.runs_once(name);
        is_path.then_some(fork)
    }

    /// Whether this name can be a fork of this number of paths.
    fn is_fork(&self, name: &Ident, paths: usize) -> bool {
        let (Some(line), Some(uses)) = (self.line(name), self.names.uses(name)) else {
            return false;
        };
        (uses.stream, uses.outputs) == (paths, 0)
            && paths > 1
            && feedback::head(line).is_none()
            && self.known.runs_once(name)
    }

    /// The line that defines this name, and nothing but that.
    fn line(&self, name: &Ident) -> Option<&'a Line> {
        let name = token::spelled(name);
        let is_named = |line: &&Line| {
            line.name.as_ref().is_some_and(|(other, _)| token::spelled(other) == name)
        };
        let mut lines = self.declaration.lines.iter().filter(is_named);
        let line = lines.next().filter(|_| lines.next().is_none())?;
        (line.attributes.is_empty() && line.foreign.declares.is_empty()).then_some(line)
    }
}

/// The name that is all of a chain.
fn bare(chain: &Chain) -> Option<&Ident> {
    match &chain.head.kind {
        HeadKind::Name(name, rest) if rest.is_empty() => {
            (chain.steps.is_empty() && chain.head.times.is_none()).then_some(name)
        }
        _ => None,
    }
}

/// Whether a path may have this step: an operator, a closure, or a key.
fn is_step(step: &Step) -> bool {
    if step.times.is_some() {
        return false;
    }
    match &step.kind {
        StepKind::Operator(call) => call.rest.is_empty(),
        StepKind::Word(word, call) => call.rest.is_empty() && (calls(word) || keys(word)),
        StepKind::Missing | StepKind::Other(_) => false,
    }
}

/// Whether the word calls a closure with each event.
fn calls(word: &Word) -> bool {
    let node = word.role == Role::Node && word.receives != Receives::Windows;
    node && word.closure.is_some() && word.arguments.len() == 1
}

/// Whether the word gives events a key.
fn keys(word: &Word) -> bool {
    word.provides == Provides::Key && matches!(word.how, How::Closure(_))
}
