//! Keys and windows, which belong to the operator after them; a window may be aggregated instead.
//!
//! Streams with a key or a window cannot be merged or sent to a sink. A line may end with one: its
//! name is then the stream with the key, and can be used once.

use super::facts::{Has, Known};
use super::model::{Chain, Declaration, HeadKind, Step};
use super::token;
use crate::errors::Errors;
use millstream_graph::sentence::{arguments as sentence, join};
use millstream_graph::words::{Provides, Receives, Word};
use proc_macro2::Ident;

/// Reports keys and windows that are not followed by an operator.
pub(super) fn check(declaration: &Declaration, known: &Known<'_>, errors: &mut Errors) {
    for (at, line) in declaration.lines.iter().enumerate() {
        errors.enter(at);
        // How the sides of a join are told to match may be wrong already.
        let sides = if errors.is_here_broken() { Sides::Reported } else { Sides::Checked };
        line.chain.visit(&mut |chain| KeyCheck { known, sides, errors }.chain(chain));
    }
}

/// Whether the sides of a join are checked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Sides {
    Checked,
    Reported,
}

struct KeyCheck<'a, 'e> {
    known: &'e Known<'a>,
    sides: Sides,
    errors: &'e mut Errors,
}

impl<'a> KeyCheck<'a, '_> {
    fn chain(&mut self, chain: &'a Chain) {
        match &chain.head.kind {
            HeadKind::Merge(chains, _) => chains.iter().for_each(|inside| self.merged(inside)),
            HeadKind::Sides(sides, _) => sides.iter().for_each(|side| self.side(side)),
            _ => {}
        }
        let mut facts = self.known.begin(chain);
        for step in chain.steps.iter().skip(usize::from(chain.join().is_some())) {
            self.step(step, facts.has);
            facts = self.known.behind(step, facts);
        }
    }

    fn merged(&mut self, chain: &'a Chain) {
        match self.known.chain(chain).has {
            Has::Nothing | Has::Unknown => {}
            Has::Key(word, at) => self.no_key(at, "a merge", word),
            Has::Window(at) => self.no_window(at),
        }
    }

    /// A side of a join, which has to end with a key.
    fn side(&mut self, side: &'a Chain) {
        match self.known.chain(side).has {
            Has::Window(at) => self.no_window(at),
            Has::Key(Word { provides: Provides::Key, .. }, _) | Has::Unknown => {}
            Has::Nothing | Has::Key(..) if self.sides == Sides::Reported => {}
            Has::Nothing | Has::Key(..) => {
                self.errors
                    .say_alone(token::stream(&side.last_tokens()), &join::side_without_key());
            }
        }
    }

    fn step(&mut self, step: &Step, has: Has<'_>) {
        // A join without sides is reported elsewhere.
        let Some((word, call)) = step.word().filter(|(word, _)| word.joins().is_none()) else {
            return;
        };
        match (has, word.receives) {
            (Has::Window(_), Receives::Anything | Receives::Windows) => {}
            (Has::Window(_), _) => self.no_window(&call.name),
            (Has::Key(key, _), Receives::Events) => {
                self.no_key(&call.name, &format!("`{}`", word.name), key);
            }
            (Has::Key(..) | Has::Nothing, Receives::Windows) => {
                self.errors.say_alone(&call.name, &sentence::aggregate_without_window());
            }
            _ => {}
        }
    }

    fn no_key(&mut self, at: &Ident, what: &str, key: &Word) {
        self.errors.say_alone(at, &sentence::takes_no_key(what, key.usage));
    }

    fn no_window(&mut self, at: &Ident) {
        self.errors.say_alone(at, &sentence::window_without_operator());
    }
}
