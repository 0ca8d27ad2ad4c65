//! Words of other systems and functions of arguments as steps, and names that hide each other.

use super::arguments::{self, is_closure};
use super::model::{Call, Chain, Declaration, HeadKind, Step, StepKind};
use super::{cut, token, words};
use crate::errors::Errors;
use millstream_graph::sentence::{arguments as sentence, foreign_syntax};
use millstream_graph::words::{self as language, Foreign, Function, Kind, Role, foreign};
use proc_macro2::{Ident, TokenTree};
use std::collections::HashSet;

/// Reports words that are none of ours, and functions that a stream or an operator hides.
pub(super) fn check(declaration: &Declaration, errors: &mut Errors) {
    let mut operators = HashSet::new();
    for line in &declaration.lines {
        line.chain.visit(&mut |chain| {
            let plain = |call: &&Call| call.path.len() == 1 && words::misspelt(call).is_none();
            let calls = chain.steps.iter().filter_map(Step::operator).filter(plain);
            operators.extend(calls.map(|call| token::spelled(&call.name)));
        });
    }
    let mut streams = HashSet::new();
    for (at, line) in declaration.lines.iter().enumerate() {
        errors.enter(at);
        line.chain.visit(&mut |chain| {
            for (at, step) in chain.steps.iter().enumerate() {
                foreign_step(chain, at, &streams, errors);
                hidden(step, (&streams, &operators), errors);
            }
            method(chain, &streams, errors);
        });
        // The name of a sink is no variable.
        let stream = line.name.as_ref().filter(|_| line.chain.end().is_none());
        streams.extend(stream.map(|(name, _)| token::spelled(name)));
    }
}

/// The word of another system, or the function of an argument, that a step is.
pub(super) fn meaning(chain: &Chain, at: usize, streams: &HashSet<String>) -> Option<Meaning> {
    let StepKind::Operator(call) = &chain.steps.get(at)?.kind else { return None };
    if call.path.len() > 1 || words::misspelt(call).is_some() {
        return None;
    }
    let name = token::spelled(&call.name);
    let before = at.checked_sub(1).and_then(|before| chain.steps.get(before));
    let windowed = before
        .and_then(Step::word)
        .is_some_and(|(word, _)| word.provides == language::Provides::Windows);
    if let Some(function) = language::function(&name).filter(|_| is_function(call, windowed)) {
        return Some(Meaning::Function(function));
    }
    let joins = at == 0 && matches!(chain.head.kind, HeadKind::Merge(..) | HeadKind::Sides(..));
    let found = foreign(&name)?;
    is_foreign(call, found, joins, streams).then_some(Meaning::Word(found))
}

/// What a step is instead of an operator.
#[derive(Debug, Clone, Copy)]
pub(super) enum Meaning {
    /// A word of another system.
    Word(&'static Foreign),
    /// A function of an argument.
    Function(&'static Function),
}

fn foreign_step(chain: &Chain, at: usize, streams: &HashSet<String>, errors: &mut Errors) {
    let Some(StepKind::Operator(call)) = chain.steps.get(at).map(|step| &step.kind) else { return };
    match meaning(chain, at, streams) {
        Some(Meaning::Word(found)) => {
            let written = token::spelled(&call.name);
            errors.say_alone(&call.name, &sentence::foreign_word(&written, found));
        }
        Some(Meaning::Function(function)) => {
            errors.say_alone(&call.name, &sentence::function_as_step(function));
        }
        None => {}
    }
}

/// Whether a function is called as a step. An operator of its name seldom has parentheses, and
/// never a closure and a time.
fn is_function(call: &Call, windowed: bool) -> bool {
    let Some(given) = &call.arguments else { return false };
    let pieces = cut::arguments(given.stream());
    let telling =
        |piece: &cut::Piece| is_closure(&piece.tokens) || arguments::is_time(&piece.tokens);
    windowed || pieces.is_empty() || pieces.iter().any(telling)
}

/// Whether the word is one of another system, and no operator of the user: it is spelt as no
/// function of Rust is, or has arguments that operators seldom have.
fn is_foreign(call: &Call, word: &Foreign, joins: bool, streams: &HashSet<String>) -> bool {
    let written = token::spelled(&call.name);
    if written.chars().any(char::is_uppercase) || joins {
        return true;
    }
    let Some(given) = &call.arguments else { return false };
    let pieces = cut::arguments(given.stream());
    let telling = |piece: &cut::Piece| match piece.tokens.as_slice() {
        [TokenTree::Ident(name)] => streams.contains(&token::spelled(name)),
        [TokenTree::Ident(name), TokenTree::Group(_), ..] => {
            language::function(&token::spelled(name)).is_some()
        }
        [TokenTree::Literal(text)] => text.to_string().starts_with('"'),
        tokens => is_closure(tokens) || arguments::is_time(tokens),
    };
    word.sure || pieces.iter().any(telling)
}

/// Reports a stream or an operator of the name of a function or a sink that is used below.
fn hidden(
    step: &Step,
    (streams, operators): (&HashSet<String>, &HashSet<String>),
    errors: &mut Errors,
) {
    let Some((word, call)) = step.word() else { return };
    let Some(given) = &call.arguments else { return };
    let pieces = cut::arguments(given.stream());
    for (name, _) in call.methods().filter(|_| word.role != Role::End) {
        let known = language::function(&token::spelled(name));
        if let Some(known) = known.filter(|known| known.kind == Kind::Aggregate) {
            errors.say_alone(name, &sentence::function_as_step(known));
        }
    }
    for (argument, piece) in word.arguments.iter().zip(&pieces) {
        match (argument.kind, piece.tokens.as_slice()) {
            (Kind::Sink, [TokenTree::Ident(sink)]) if streams.contains(&token::spelled(sink)) => {
                let name = token::spelled(sink);
                errors.say_alone(sink, &foreign_syntax::hides("stream", &name, "sink"));
            }
            (
                Kind::Sink | Kind::Window | Kind::Bound | Kind::Strategy | Kind::Aggregate,
                tokens,
            ) => {
                function(tokens, (streams, operators), errors);
            }
            _ => {}
        }
    }
}

/// Reports a function that is hidden, also one of several in parentheses.
fn function(
    tokens: &[TokenTree],
    (streams, operators): (&HashSet<String>, &HashSet<String>),
    errors: &mut Errors,
) {
    match tokens {
        [TokenTree::Group(several)] => {
            for piece in cut::arguments(several.stream()) {
                function(&piece.tokens, (streams, operators), errors);
            }
        }
        [TokenTree::Ident(name), TokenTree::Group(_), ..] => {
            let written = token::spelled(name);
            if streams.contains(&written) {
                let sentence = foreign_syntax::hides("stream", &written, "function");
                errors.say_alone(name, &sentence);
            } else if operators.contains(&written) && language::function(&written).is_some() {
                errors.say_alone(name, &foreign_syntax::operator_hides(&written));
            }
        }
        _ => {}
    }
}

/// Reports a join or a merge that is written as a method of a stream.
fn method(chain: &Chain, streams: &HashSet<String>, errors: &mut Errors) {
    let HeadKind::Name(name, rest) = &chain.head.kind else { return };
    if !streams.contains(&token::spelled(name)) {
        return;
    }
    for (method, given) in token::methods(rest) {
        let Some(other) = stream_in(given, streams) else { continue };
        let (stream, method_name) = (token::spelled(name), token::spelled(method));
        let joins = language::find(&method_name).is_some_and(|word| word.joins().is_some());
        let joins = joins || method_name.to_lowercase().contains("join");
        let sentence = foreign_syntax::method_of_stream(
            (&stream, &method_name, &other),
            joins.then(
                || if language::find(&method_name).is_some() { &*method_name } else { "join" },
            ),
        );
        return errors.say_alone(method, &sentence);
    }
}

/// The name of a stream among the arguments.
fn stream_in(given: &proc_macro2::Group, streams: &HashSet<String>) -> Option<String> {
    cut::arguments(given.stream()).iter().find_map(|piece| match piece.tokens.as_slice() {
        [TokenTree::Ident(name)] => {
            let name: &Ident = name;
            Some(token::spelled(name)).filter(|name| streams.contains(name))
        }
        _ => None,
    })
}
