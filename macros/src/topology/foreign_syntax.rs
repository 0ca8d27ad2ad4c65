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
        quotes(line, errors);
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

fn quotes(line: &Line, errors: &mut Errors) {
    if let (Some(text), Some((name, _))) = (&line.foreign.quoted, &line.name) {
        let (written, name) = (text.to_string(), token::spelled(name));
        errors.say(text, &sentence::quoted_name(&written, &name));
    }
    if let Some(word) = &line.foreign.keyword {
        errors.say_alone(word, &sentence::keyword_as_name(&token::spelled(word)));
    }
}

/// Reports loops of Rust, braces and arrows to the left. Returns whether there are any: their
/// consequences are not reported.
pub(super) fn check_lines(declaration: &Declaration, errors: &mut Errors) -> bool {
    for line in &declaration.lines {
        line.chain.visit(&mut |chain| {
            let steps = chain.steps.iter().filter_map(|step| match &step.kind {
                StepKind::Other(tokens) if is_loop(tokens) => Some(tokens),
                _ => None,
            });
            let head = match &chain.head.kind {
                HeadKind::Other(tokens) => Some(tokens),
                _ => None,
            };
            head.into_iter().chain(steps).for_each(|tokens| no_line(tokens, errors));
        });
    }
    !errors.is_empty()
}

fn no_line(tokens: &[TokenTree], errors: &mut Errors) {
    let Some(first) = tokens.first() else { return };
    let left = tokens.windows(2).position(|two| {
        token::is_punct(two.first(), '<')
            && !token::is_lone_punct(two.first(), '<')
            && token::is_punct(two.get(1), '<')
    });
    match (first, tokens) {
        _ if is_loop(tokens) => {
            errors.say_alone(first, &sentence::control_flow(&first.to_string()));
        }
        (TokenTree::Group(braces), [_]) if braces.delimiter() == Delimiter::Brace => {
            errors.say_alone(first, &sentence::control_flow("{ … }"));
        }
        _ => {
            if let Some(arrow) = left.and_then(|at| tokens.get(at..at + 2)) {
                errors.say_alone(stream(arrow), &sentence::other_arrow("<<"));
            }
        }
    }
}

fn is_loop(tokens: &[TokenTree]) -> bool {
    let word = tokens.first().map(TokenTree::to_string).unwrap_or_default();
    matches!(&*word, "for" | "while" | "loop")
}

fn head(chain: &Chain, defined: &HashSet<String>, errors: &mut Errors) {
    match &chain.head.kind {
        HeadKind::Merge(_, group @ TokenTree::Group(parentheses))
            if parentheses.delimiter() == Delimiter::Parenthesis =>
        {
            errors.say(group, &sentence::merged_otherwise("in parentheses"));
        }
        HeadKind::Sides(_, group) if group.delimiter() == Delimiter::Bracket => {
            if let Some(found) = chain.join() {
                errors.say(group, &join::sides_in_brackets(found.word.name));
            }
        }
        HeadKind::Other(tokens) if are_added(tokens, defined) => {
            errors.say_alone(stream(tokens), &sentence::merged_otherwise("by a sign"));
        }
        HeadKind::Other(tokens) => {
            if let Some(found) = called_with_stream(tokens, |name| defined.contains(name)) {
                let merges = ["merge", "union", "concat", "chain", "zip"];
                if merges.contains(&&*token::spelled(&found.function)) {
                    let how = format!("by `{}(…)`", token::spelled(&found.function));
                    errors.say_alone(&found.function, &sentence::merged_otherwise(&how));
                    return;
                }
                let (function, stream) =
                    (token::spelled(&found.function), token::spelled(&found.stream));
                let sentence = sentence::called_with_stream(&function, &stream, found.arguments);
                errors.say_alone(&found.function, &sentence);
            }
        }
        _ => {}
    }
}

/// Whether the tokens are streams with signs between them: `a + b`.
fn are_added(tokens: &[TokenTree], defined: &HashSet<String>) -> bool {
    let sign =
        |token: &TokenTree| ['+', '&'].iter().any(|sign| token::is_punct(Some(token), *sign));
    let stream = |token: &TokenTree| match token {
        TokenTree::Ident(name) => defined.contains(&token::spelled(name)),
        _ => false,
    };
    let fits = |(at, token)| if at % 2 == 0 { stream(token) } else { sign(token) };
    tokens.len() > 2 && tokens.iter().enumerate().all(fits)
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
    if let Some(times) = step.times.as_ref().filter(|times| times.separator.is_empty()) {
        let number = stream(&times.tokens);
        errors.say(&number, &sentence::missing_star(&number.to_string()));
    }
    if let (StepKind::Other(number), Some(_)) = (&step.kind, &step.times)
        && matches!(number.as_slice(), [TokenTree::Literal(_)])
    {
        errors.say_alone(stream(number), &shape::misplaced_instances());
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
