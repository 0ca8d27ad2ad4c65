//! A key, and a window, belong to the operator behind them; a window may be aggregated instead.
//!
//! They are no streams that could be merged, or end in a sink. A line may end behind them: then the
//! name of the line stands for the stream with the key, in one place.

use super::model::{Chain, Declaration, HeadKind, Line, Step, StepKind};
use super::resolve::Names;
use super::token;
use super::words;
use crate::errors::Errors;
use millstream_graph::sentence::{arguments as sentence, join};
use millstream_graph::words::{Role, Word};
use proc_macro2::Ident;
use std::collections::HashMap;

/// Says where a key, or a window, goes into something else than an operator.
pub(super) fn check(declaration: &Declaration, names: &Names, errors: &mut Errors) {
    let mut search = KeyCheck { names, named: HashMap::new(), errors };
    for line in &declaration.lines {
        search.line(line);
    }
}

/// What a stream has for the next operator.
#[derive(Debug, Clone, Copy, Default)]
enum Has<'a> {
    #[default]
    Nothing,
    /// Something that is not known here, or what is told to be wrong elsewhere.
    Unknown,
    /// A key, by this word, which stands there or behind this name.
    Key(&'static Word, &'a Ident),
    /// A window, by the word there or behind this name.
    Window(&'a Ident),
}

struct KeyCheck<'a> {
    names: &'a Names,
    /// What the names of the lines so far have.
    named: HashMap<String, Has<'a>>,
    errors: &'a mut Errors,
}

impl<'a> KeyCheck<'a> {
    fn line(&mut self, line: &'a Line) {
        let has = self.chain(&line.chain);
        let Some((name, _)) = &line.name else { return };
        let uses = self.names.uses(name).unwrap_or_default();
        let has = match has {
            // Who uses it twice is told that already.
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
                sides.iter().for_each(|side| self.side(side));
                Has::Nothing
            }
            HeadKind::Output(name, _) if self.names.uses(name).is_some() => Has::Nothing,
            HeadKind::Source(tokens) if tokens.len() == 2 => Has::Nothing,
            HeadKind::Feedback(call) if call.rest.is_empty() => Has::Nothing,
            _ => Has::Unknown,
        }
    }

    /// A side of a join, which has to end in a key.
    fn side(&mut self, side: &'a Chain) {
        match self.chain(side) {
            Has::Window(at) => self.no_window(at),
            Has::Key(word, _) if word.name == "by" => {}
            Has::Unknown => {}
            Has::Nothing | Has::Key(..) => {
                self.errors
                    .say_alone(token::stream(&side.last_tokens()), &join::side_without_key());
            }
        }
    }

    fn step(&mut self, step: &'a Step, has: Has<'a>) -> Has<'a> {
        let Some((word, call)) = step.word() else { return behind_operator(step) };
        match has {
            // That a join has no sides is told already.
            _ if word.joins() => return Has::Nothing,
            Has::Window(_) if word.name == "instances" => return has,
            Has::Window(_) if word.name == "aggregate" => return Has::Nothing,
            Has::Window(_) => {
                self.no_window(&call.name);
                return Has::Nothing;
            }
            Has::Key(key, _) if takes_no_key(word) => {
                self.no_key(&call.name, &format!("`{}`", word.name), key);
            }
            Has::Key(..) | Has::Nothing if word.name == "aggregate" => {
                self.errors.say_alone(&call.name, &sentence::aggregate_without_window());
            }
            _ => {}
        }
        match word.name {
            // What a part gives back, and what methods do, only the compiler knows.
            "through" => Has::Unknown,
            _ if !call.rest.is_empty() => Has::Unknown,
            "window" => Has::Window(&call.name),
            "by" | "per_instance" => Has::Key(word, &call.name),
            "buffer" | "overflow" | "instances" => has,
            _ => Has::Nothing,
        }
    }

    fn no_key(&mut self, at: &Ident, what: &str, key: &Word) {
        self.errors.say_alone(at, &sentence::takes_no_key(what, key.usage));
    }

    fn no_window(&mut self, at: &Ident) {
        self.errors.say_alone(at, &sentence::window_without_operator());
    }
}

/// What there is behind an operator, or what may have been meant for something else.
fn behind_operator<'a>(step: &Step) -> Has<'a> {
    match &step.kind {
        StepKind::Operator(call) if words::misspelt(call).is_none() => Has::Nothing,
        _ => Has::Unknown,
    }
}

/// Whether the word stands for something that has no use for a key.
fn takes_no_key(word: &Word) -> bool {
    let of_events = matches!(word.name, "event_time" | "in_order" | "per_instance");
    of_events || matches!(word.role, Role::Route | Role::Part | Role::End)
}
