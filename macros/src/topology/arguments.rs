//! The arguments of sources and words, and numbers of instances.

use super::model::{Chain, Declaration, HeadKind, Step};
use super::{rates, token, windows, zeros};
use crate::errors::Errors;
use millstream_graph::sentence::{arguments as sentence, shape};
use millstream_graph::suggest;
use millstream_graph::words::{POLICIES, Word};
use proc_macro2::{Delimiter, Group, Punct, TokenTree};

/// Reports missing arguments, and arguments where none are taken.
pub(super) fn check(declaration: &Declaration, errors: &mut Errors) {
    let mut chain = |chain: &Chain| {
        if let HeadKind::Source(tokens) = &chain.head.kind {
            source(tokens, errors);
        }
        chain.steps.iter().for_each(|step| self::step(step, errors));
        weakened(chain, errors);
        windows::check_arguments(chain, errors);
        rates::check(chain, errors);
        zeros::check(chain, errors);
    };
    declaration.lines.iter().for_each(|line| line.chain.visit(&mut chain));
}

fn source(tokens: &[TokenTree], errors: &mut Errors) {
    if let Some(TokenTree::Group(group)) = tokens.get(1)
        && group.stream().is_empty()
    {
        errors.say_alone(group, &shape::missing_arguments("source", "source(…)"));
    }
}

fn step(step: &Step, errors: &mut Errors) {
    if let Some(times) = step.times.as_ref().filter(|times| is_no_number(&times.tokens)) {
        errors.say_alone(token::stream(&times.tokens), &sentence::no_number_of_instances());
    }
    let Some((word, call)) = step.word() else { return };
    let Some(arguments) = &call.arguments else { return };
    if AWAIT_NOT.contains(&word.name)
        && let Some(token) = async_of(arguments)
    {
        errors.say_alone(token, &sentence::awaits(word.name));
    }
    match (word.takes_arguments(), arguments.stream().is_empty()) {
        // A join without arguments has a message of its own.
        (true, true) if word.joins() => {}
        (true, true) => {
            errors.say_alone(arguments, &shape::missing_arguments(word.name, word.usage));
        }
        (false, false) => errors.say_alone(arguments, &sentence::takes_nothing(word.name)),
        (true, false) if word.name == "overflow" => policy(arguments, errors),
        (true, false) if word.name == "instances" => {
            let inside = token::inside(arguments);
            if is_no_number(&inside) {
                errors.say_alone(arguments.stream(), &sentence::no_number_of_instances());
            }
        }
        _ => {}
    }
}

/// `weaken` gives a reason, and `overflow`, `throttle` or `sink` follows.
fn weakened(chain: &Chain, errors: &mut Errors) {
    let word = |step: Option<&Step>| step.and_then(Step::word).map(|(word, _)| word.name);
    for (at, step) in chain.steps.iter().enumerate() {
        let Some((Word { name: "weaken", .. }, call)) = step.word() else { continue };
        let next = word(chain.steps.get(at + 1));
        if !matches!(next, Some("overflow" | "throttle" | "sink" | "dead_letters")) {
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

/// The words whose closures are called for each event, and are not awaited.
const AWAIT_NOT: [&str; 4] = ["map", "filter", "flat_map", "inspect"];

/// The `async` of a closure, or of the block that is all of its body.
fn async_of(arguments: &Group) -> Option<TokenTree> {
    let tokens = token::inside(arguments);
    let is_async = |token: &&TokenTree| token.to_string() == "async";
    if let Some(token) = tokens.first().filter(is_async) {
        return Some(token.clone());
    }
    let bars = tokens.iter().enumerate().filter(|(_, token)| token::is_punct(Some(*token), '|'));
    let (end, _) = bars.take(2).last()?;
    let body = tokens.get(end + 1..)?;
    body.first().filter(is_async).cloned()
}

/// A misspelt policy. Any value is allowed here, so only names close to a policy are reported.
fn policy(arguments: &Group, errors: &mut Errors) {
    let inside = token::inside(arguments);
    let ([TokenTree::Ident(word)] | [TokenTree::Ident(word), TokenTree::Group(_)]) =
        inside.as_slice()
    else {
        return;
    };
    let written = token::spelled(word);
    if !POLICIES.contains(&written.as_str())
        && let Some(meant) = suggest::closest(&written, POLICIES.iter().copied())
        && written.chars().next() == meant.chars().next()
    {
        errors.say_alone(word, &sentence::unknown_policy(&written, meant));
    }
}

/// Whether this is a literal, with or without a sign, that is not an integer. Expressions are left
/// to the compiler, which knows their types.
pub(super) fn is_no_number(tokens: &[TokenTree]) -> bool {
    match tokens {
        [TokenTree::Literal(literal)] => {
            !matches!(syn::Lit::new(literal.clone()), syn::Lit::Int(_))
        }
        [TokenTree::Punct(minus), TokenTree::Literal(_)] => Punct::as_char(minus) == '-',
        [TokenTree::Group(group)] if group.delimiter() == Delimiter::Parenthesis => {
            is_no_number(&token::inside(group))
        }
        _ => false,
    }
}
