//! The arguments of sources and words, and numbers of instances.
//!
//! The tables of the language say what each word and each function takes. What is written as such,
//! a number in place of a time or a misspelt window, is reported here; what is computed is left to
//! the types.

mod rates;
mod time;
mod value;
mod written;

use super::model::{Call, Chain, Declaration, HeadKind, Step};
use super::{cut, token};
use crate::errors::Errors;
use millstream_graph::sentence::{arguments as sentence, shape};
use millstream_graph::words::{How, Kind, Word, function as find_function};
use proc_macro2::{Group, TokenTree};

pub(super) use time::{is_no_time, is_time};
pub(super) use value::given;
pub(super) use written::{is_closure, is_no_number};

/// Reports missing arguments, wrong ones, and arguments where none are taken.
pub(super) fn check(declaration: &Declaration, errors: &mut Errors) {
    declaration.each_chain(errors, |chain, errors| {
        if let HeadKind::Source(tokens) = &chain.head.kind {
            source(tokens, errors);
        }
        let sides = chain.join().is_some();
        for (at, step) in chain.steps.iter().enumerate() {
            // A join without sides has a message of its own.
            let joins = step.word().is_some_and(|(word, _)| word.joins().is_some());
            if !joins || (sides && at == 0) {
                self::step(step, errors);
            }
        }
        weakened(chain, errors);
        rates::check(chain, errors);
    });
}

fn source(tokens: &[TokenTree], errors: &mut Errors) {
    let Some(TokenTree::Group(group)) = tokens.get(1) else { return };
    if group.stream().is_empty() {
        return errors.say_alone(group, &shape::missing_arguments("source", "source(…)"));
    }
    if let Some((name, inside, _)) = value::called(&token::inside(group))
        && let Some(known) = find_function(&token::spelled(&name))
        && known.kind == Kind::Source
    {
        given(known, &name, &inside, errors);
    }
}

fn step(step: &Step, errors: &mut Errors) {
    if let Some(times) = step.times.as_ref().filter(|times| is_no_number(&times.tokens)) {
        errors.say_alone(token::stream(&times.tokens), &sentence::no_number_of_instances());
    }
    if let Some((word, call)) = step.word()
        && let Some(arguments) = &call.arguments
    {
        of_word((word, call), arguments, errors);
    }
}

fn of_word((word, call): (&'static Word, &Call), arguments: &Group, errors: &mut Errors) {
    match (word.takes_arguments(), arguments.stream().is_empty()) {
        // A join without arguments has a message of its own.
        (true, true) if word.joins().is_some() => {}
        (true, true) => {
            errors.say_alone(arguments, &shape::missing_arguments(word.name, word.usage));
        }
        (false, false) => errors.say_alone(arguments, &sentence::takes_nothing(word.name)),
        (true, false) => {
            let pieces = cut::arguments(arguments.stream());
            if let How::Aggregate = word.how
                && is_swapped(&pieces)
            {
                let mut swapped: Vec<String> =
                    pieces.iter().map(|piece| written::written(&piece.tokens)).collect();
                swapped.reverse();
                let swapped = format!("{}({})", word.name, swapped.join(", "));
                errors.say_alone(arguments.stream(), &sentence::closure_comes_first(&swapped));
            } else if pieces.len() == word.arguments.len() {
                for (argument, piece) in word.arguments.iter().zip(&pieces) {
                    value::check((word.name, argument), &piece.tokens, errors);
                }
            } else if word.how == How::Aggregate {
                errors.say_alone(arguments.stream(), &sentence::aggregate_of_two());
            } else {
                let sentence = sentence::other_number(
                    (word.name, word.arguments.len()),
                    pieces.len(),
                    word.usage,
                    &word.example(),
                );
                errors.say_alone(arguments.stream(), &sentence);
            }
            settings(word, call, errors);
        }
        (false, true) => {}
    }
}

/// The bound of a join: 0 is none.
fn settings(word: &Word, call: &Call, errors: &mut Errors) {
    if word.joins().is_none() {
        return;
    }
    for (_, arguments) in call.methods().filter(|(name, _)| *name == "at_most") {
        if written::is_zero(&token::inside(arguments)) {
            errors.say_alone(arguments.stream(), &shape::invalid_zero("`.at_most(0)`"));
        }
    }
}

/// Whether an aggregate comes first, and the closure behind it.
fn is_swapped(pieces: &[cut::Piece]) -> bool {
    let [first, second] = pieces else { return false };
    is_closure(&second.tokens) && !is_closure(&first.tokens)
}

/// `weaken` gives a reason, and what it excuses follows.
fn weakened(chain: &Chain, errors: &mut Errors) {
    for (at, step) in chain.steps.iter().enumerate() {
        let Some((Word { how: How::Weaken, .. }, call)) = step.word() else { continue };
        let next = chain.steps.get(at + 1).and_then(Step::word);
        if !next.is_some_and(|(word, _)| word.weakenable) {
            errors.say_alone(&call.name, &shape::nothing_weakened());
        }
        let Some(arguments) = &call.arguments else { continue };
        let inside = token::inside(arguments);
        if let [TokenTree::Literal(literal)] = inside.as_slice()
            && !matches!(syn::Lit::new(literal.clone()),
                syn::Lit::Str(reason) if !reason.value().trim().is_empty())
        {
            errors.say_alone(literal, &shape::no_reason());
        }
    }
}
