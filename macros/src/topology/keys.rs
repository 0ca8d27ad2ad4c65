//! Keys and windows, which belong to the operator after them; a window may be aggregated instead.
//!
//! Streams with a key or a window cannot be merged or sent to a sink. A line may end with one: its
//! name is then the stream with the key, and can be used once.

use super::model::{Chain, Declaration, HeadKind, Line, Step, StepKind};
use super::resolve::Names;
use super::token;
use super::words;
use crate::errors::Errors;
use millstream_graph::sentence::{arguments as sentence, join};
use millstream_graph::words::{Provides, Receives, Word};
use proc_macro2::Ident;
use std::collections::HashMap;

/// Reports keys and windows that are not followed by an operator.
pub(super) fn check(declaration: &Declaration, names: &Names, errors: &mut Errors) {
    let mut search = KeyCheck { names, named: HashMap::new(), errors };
    for (at, line) in declaration.lines.iter().enumerate() {
        search.errors.enter(at);
        search.line(line);
    }
}

/// What a stream provides for the next operator.
#[derive(Debug, Clone, Copy, Default)]
enum Has<'a> {
    #[default]
    Nothing,
    /// Unknown here, or reported elsewhere.
    Unknown,
    /// A key, from this word, at this place or in the line of this name.
    Key(&'static Word, &'a Ident),
    /// A window, from the word at this place or in the line of this name.
    Window(&'a Ident),
}

struct KeyCheck<'a> {
    names: &'a Names,
    /// What the streams of earlier lines provide.
    named: HashMap<String, Has<'a>>,
    errors: &'a mut Errors,
}

impl<'a> KeyCheck<'a> {
    fn line(&mut self, line: &'a Line) {
        let has = self.chain(&line.chain);
        let Some((name, _)) = &line.name else { return };
        let uses = self.names.uses(name).unwrap_or_default();
        let has = match has {
            // A second use is reported elsewhere.
            Has::Key(..) | Has::Window(_) if uses.stream > 1 || uses.outputs > 0 => Has::Unknown,
            has => has,
        };
        self.named.insert(token::spelled(name), has);
    }

    fn chain(&mut self, chain: &'a Chain) -> Has<'a> {
        let mut has = self.head(&chain.head.kind);
        for step in &chain.steps {
            has = self.step(step, has);
        }
        has
    }

    fn head(&mut self, head: &'a HeadKind) -> Has<'a> {
        match head {
            HeadKind::Name(name, rest) if rest.is_empty() => {
                match self.named.get(&token::spelled(name)) {
                    Some(Has::Key(word, _)) => Has::Key(word, name),
                    Some(Has::Window(_)) => Has::Window(name),
                    Some(Has::Nothing) => Has::Nothing,
                    Some(Has::Unknown) | None => Has::Unknown,
                }
            }
            HeadKind::Chain(inside) => self.chain(inside),
            HeadKind::Merge(chains, _) => {
                for inside in chains {
                    match self.chain(inside) {
                        Has::Nothing | Has::Unknown => {}
                        Has::Key(word, at) => self.no_key(at, "a merge", word),
                        Has::Window(at) => self.no_window(at),
                    }
                }
                Has::Nothing
            }
            HeadKind::Sides(sides, _) => {
                // How the sides are told to match may be wrong already.
                let told = !self.errors.is_here_broken();
                sides.iter().for_each(|side| self.side(side, told));
                Has::Nothing
            }
            HeadKind::Output(name, _) if self.names.uses(name).is_some() => Has::Nothing,
            HeadKind::Source(tokens) if tokens.len() == 2 => Has::Nothing,
            HeadKind::Feedback(call) if call.rest.is_empty() => Has::Nothing,
            _ => Has::Unknown,
        }
    }

    /// A side of a join, which has to end with a key.
    fn side(&mut self, side: &'a Chain, told: bool) {
        match self.chain(side) {
            Has::Window(at) => self.no_window(at),
            Has::Key(Word { provides: Provides::Key, .. }, _) => {}
            Has::Unknown => {}
            Has::Nothing | Has::Key(..) if !told => {}
            Has::Nothing | Has::Key(..) => {
                self.errors
                    .say_alone(token::stream(&side.last_tokens()), &join::side_without_key());
            }
        }
    }

    fn step(&mut self, step: &'a Step, has: Has<'a>) -> Has<'a> {
        let Some((word, call)) = step.word() else { return behind_operator(step) };
        match has {
            // A join without sides is reported elsewhere.
            _ if word.joins().is_some() => return Has::Nothing,
            Has::Window(_) if word.receives == Receives::Anything => return has,
            Has::Window(_) if word.receives == Receives::Windows => return Has::Nothing,
            Has::Window(_) => {
                self.no_window(&call.name);
                return Has::Nothing;
            }
            Has::Key(key, _) if word.receives == Receives::Events => {
                self.no_key(&call.name, &format!("`{}`", word.name), key);
            }
            Has::Key(..) | Has::Nothing if word.receives == Receives::Windows => {
                self.errors.say_alone(&call.name, &sentence::aggregate_without_window());
            }
            _ => {}
        }
        match word.provides {
            // Only the compiler knows the results of functions and methods.
            Provides::Unknown => Has::Unknown,
            _ if !call.rest.is_empty() => Has::Unknown,
            Provides::Windows => Has::Window(&call.name),
            Provides::Key | Provides::InstanceKey => Has::Key(word, &call.name),
            Provides::Same => has,
            Provides::Events => Has::Nothing,
        }
    }

    fn no_key(&mut self, at: &Ident, what: &str, key: &Word) {
        self.errors.say_alone(at, &sentence::takes_no_key(what, key.usage));
    }

    fn no_window(&mut self, at: &Ident) {
        self.errors.say_alone(at, &sentence::window_without_operator());
    }
}

/// The stream after an operator, or after a misspelt word.
fn behind_operator<'a>(step: &Step) -> Has<'a> {
    match &step.kind {
        StepKind::Operator(call) if words::misspelt(call).is_none() => Has::Nothing,
        _ => Has::Unknown,
    }
}
