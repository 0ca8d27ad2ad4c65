//! Reports the syntax of other languages: `let`, `:`, `|`, `(a, b)`, calls.
//!
//! `grammar` has read it as what was meant, so most of it does not change the expansion.

use super::cut;
use super::model::{Chain, Declaration, HeadKind, Line, Step, StepKind};
use super::token::{self, stream};
use super::words;
use crate::errors::Errors;
use millstream_graph::sentence::{foreign_syntax as sentence, join, shape};
use proc_macro2::{Delimiter, Ident, TokenTree};
use std::collections::HashSet;

/// Reports foreign syntax, with the syntax of a topology.
pub(super) fn check(declaration: &Declaration, errors: &mut Errors) {
    // One message is enough: a user who writes one `;` writes all.
    if let Some(semicolon) = &declaration.semicolon {
        errors.say(semicolon, &shape::missing_comma(";"));
    }
    let mut defined = HashSet::new();
    for line in &declaration.lines {
        beginning(line, errors);
        line.chain.visit(&mut |chain| {
            head(chain, &defined, errors);
            chain.steps.iter().for_each(|step| arrow(step, errors));
        });
        defined.extend(line.name.iter().map(|(name, _)| token::spelled(name)));
    }
}

fn beginning(line: &Line, errors: &mut Errors) {
    let name = line.name.as_ref().map(|(name, _)| token::spelled(name));
    if let Some(word) = line.foreign.declares.first() {
        errors.say(word, &sentence::declared(name.as_deref()));
    }
    if let Some(name) = name.filter(|_| !line.foreign.equals.is_empty()) {
        let written = token::signs(&line.foreign.equals);
        errors.say(stream(&line.foreign.equals), &sentence::other_equals(&written, &name));
    }
}

fn head(chain: &Chain, defined: &HashSet<String>, errors: &mut Errors) {
    match &chain.head.kind {
        HeadKind::Merge(_, group @ TokenTree::Group(parentheses))
            if parentheses.delimiter() == Delimiter::Parenthesis =>
        {
            errors.say(group, &sentence::merged_in_parentheses());
        }
        HeadKind::Sides(_, group) if group.delimiter() == Delimiter::Bracket => {
            if let Some(found) = chain.join() {
                errors.say(group, &join::sides_in_brackets(found.word.name));
            }
        }
        HeadKind::Other(tokens) => {
            if let Some(found) = called_with_stream(tokens, |name| defined.contains(name)) {
                let (function, stream) =
                    (token::spelled(&found.function), token::spelled(&found.stream));
                let sentence = sentence::called_with_stream(&function, &stream, found.arguments);
                errors.say_alone(&found.function, &sentence);
            }
        }
        _ => {}
    }
}

fn arrow(step: &Step, errors: &mut Errors) {
    match step.other_arrow() {
        Some(written) if written.is_empty() => {
            if let Some(word) = first_word(&step.kind) {
                errors.say_alone(word, &sentence::missing_arrow(&token::spelled(word)));
            }
        }
        Some(written) => errors.say(stream(&step.arrow), &sentence::other_arrow(&written)),
        None => {}
    }
    if let Some(word) = source(step) {
        errors.say_alone(word, &sentence::source_in_the_middle());
    }
}

fn first_word(step: &StepKind) -> Option<&Ident> {
    match step {
        StepKind::Word(_, call) | StepKind::Operator(call) => token::name(call.path.first()),
        StepKind::Other(tokens) => token::name(tokens.first()),
        StepKind::Missing => None,
    }
}

/// The word `source` of a step that is a source.
pub(super) fn source(step: &Step) -> Option<&Ident> {
    let call = step.operator().filter(|call| call.path.len() == 1 && call.arguments.is_some())?;
    (token::spelled(&call.name) == "source").then_some(&call.name)
}

/// A function that is called with a stream.
#[derive(Debug)]
pub(super) struct Called {
    function: Ident,
    /// The stream.
    pub(super) stream: Ident,
    /// Whether it has other arguments.
    arguments: bool,
}

/// The function in a call that is called with a stream, if there is one.
pub(super) fn called_with_stream(
    tokens: &[TokenTree],
    is_stream: impl Fn(&str) -> bool + Copy,
) -> Option<Called> {
    let (path, rest) = cut::path(tokens.to_vec());
    let function = cut::last_name(&path)?.clone();
    let [TokenTree::Group(group)] = rest.as_slice() else { return None };
    if group.delimiter() != Delimiter::Parenthesis || words::misspelt_call(tokens).is_some() {
        return None;
    }
    let pieces = cut::at_commas(group.stream());
    let arguments = pieces.len() > 1;
    pieces.iter().find_map(|piece| match piece.tokens.as_slice() {
        [TokenTree::Ident(word)] if is_stream(&token::spelled(word)) => {
            Some(Called { function: function.clone(), stream: word.clone(), arguments })
        }
        tokens => called_with_stream(tokens, is_stream),
    })
}
