//! A single argument, by its kind.

use super::{function, time};
use crate::errors::Errors;
use crate::topology::cut;
use crate::topology::instances::Count;
use crate::topology::token::{self, stream};
use millstream_graph::sentence::{arguments as sentence, shape};
use millstream_graph::words::{self, Argument, Kind, Zero};
use proc_macro2::{Delimiter, Group, Punct, TokenTree};

/// What takes an argument, and the argument.
pub(super) type Taken<'a> = (&'a str, &'a Argument);

/// Reports an argument that is of another kind, or a 0 where that is none.
pub(super) fn check(taken: Taken<'_>, tokens: &[TokenTree], errors: &mut Errors) {
    match taken.1.kind {
        Kind::Closure => closure(taken, tokens, errors),
        Kind::Time => time::check(taken, tokens, errors),
        Kind::Times => times(taken, tokens, errors),
        Kind::Count => count(taken, tokens, errors),
        Kind::Bytes => bytes(taken, tokens, errors),
        Kind::Instances if is_no_number(tokens) => {
            errors.say_alone(stream(tokens), &sentence::no_number_of_instances());
        }
        Kind::Window | Kind::Bound | Kind::Strategy | Kind::Aggregate | Kind::Policy => {
            function::check(taken, tokens, errors);
        }
        Kind::Rate if time::is_time(tokens) => other_kind(taken, tokens, None, errors),
        Kind::Path => path(taken, tokens, errors),
        Kind::Ignore if !matches!(tokens, [TokenTree::Ident(word)] if *word == "ignore") => {
            other_kind(taken, tokens, None, errors);
        }
        Kind::Instances
        | Kind::Ignore
        | Kind::Text
        | Kind::Rate
        | Kind::Sink
        | Kind::Source
        | Kind::Line
        | Kind::Value => {}
    }
    zero(taken, tokens, errors);
}

/// Reports something of another kind, with what may be meant.
pub(super) fn other_kind(
    (owner, argument): Taken<'_>,
    tokens: &[TokenTree],
    meant: Option<&str>,
    errors: &mut Errors,
) {
    let meant = meant.unwrap_or(argument.example);
    let sentence = sentence::other_kind((owner, argument), &written(tokens), meant);
    errors.say_alone(stream(tokens), &sentence);
}

fn closure(taken: Taken<'_>, tokens: &[TokenTree], errors: &mut Errors) {
    if let Some(token) = async_of(tokens) {
        return errors.say_alone(token, &sentence::awaits(taken.0));
    }
    let meant = match tokens {
        // It has no parameters.
        [one, other, ..] if [one, other].iter().all(|bar| token::is_punct(Some(bar), '|')) => {
            Some(taken.1.example.to_owned())
        }
        [TokenTree::Literal(literal)] => field(&literal.to_string()),
        // A field of an event that no closure names.
        [TokenTree::Ident(event), dot, TokenTree::Ident(_) | TokenTree::Literal(_), ..]
            if token::is_punct(Some(dot), '.') && is_event(&token::spelled(event)) =>
        {
            Some(format!("|{event}| {}", written(tokens)))
        }
        _ => return,
    };
    other_kind(taken, tokens, meant.as_deref(), errors);
}

/// The closure for the name of a field in quotes.
fn field(literal: &str) -> Option<String> {
    let name = literal.strip_prefix('"')?.strip_suffix('"')?;
    syn::parse_str::<proc_macro2::Ident>(name).ok()?;
    Some(format!("|event| event.{name}"))
}

/// Whether a variable of this name is most likely the event of a closure.
fn is_event(name: &str) -> bool {
    name == "event" || name.chars().count() == 1
}

/// Reports a number in place of a path.
fn path(taken: Taken<'_>, tokens: &[TokenTree], errors: &mut Errors) {
    if let [TokenTree::Literal(literal)] = tokens
        && !matches!(syn::Lit::new(literal.clone()), syn::Lit::Str(_))
    {
        other_kind(taken, tokens, None, errors);
    }
}

fn times(taken: Taken<'_>, tokens: &[TokenTree], errors: &mut Errors) {
    match tokens {
        [list @ TokenTree::Group(inside)] if inside.delimiter() == Delimiter::Bracket => {
            let pieces = cut::at_commas(inside.stream());
            if pieces.is_empty() {
                other_kind(taken, std::slice::from_ref(list), None, errors);
            }
            pieces.iter().for_each(|piece| {
                time::check(taken, &piece.tokens, errors);
                zero(taken, &piece.tokens, errors);
            });
        }
        _ => time::check(taken, tokens, errors),
    }
}

fn count(taken: Taken<'_>, tokens: &[TokenTree], errors: &mut Errors) {
    if is_no_number(tokens) || time::is_time(tokens) {
        other_kind(taken, tokens, None, errors);
    }
}

fn bytes(taken: Taken<'_>, tokens: &[TokenTree], errors: &mut Errors) {
    match tokens {
        [TokenTree::Literal(_)] => other_kind(taken, tokens, None, errors),
        [number @ TokenTree::Literal(_), dot, TokenTree::Ident(unit), TokenTree::Group(_)]
            if token::is_punct(Some(dot), '.') =>
        {
            let unit = token::spelled(unit).to_lowercase();
            if let Some((_, ours)) = words::BYTES.iter().find(|(other, _)| *other == unit) {
                other_kind(taken, tokens, Some(&format!("{number}.{ours}()")), errors);
            }
        }
        _ => {}
    }
}

/// Reports a 0, as far as it is written as one. What is computed is refused when the job starts.
fn zero((owner, argument): Taken<'_>, tokens: &[TokenTree], errors: &mut Errors) {
    if !is_zero(tokens) && !time::is_no_time(tokens) {
        return;
    }
    let whole = format!("{owner}({})", written(tokens));
    let at = stream(tokens);
    match argument.zero {
        Zero::Allowed => {}
        Zero::EmptyWindow => errors.say_alone(at, &shape::empty_windows(&whole)),
        Zero::Invalid => errors.say_alone(at, &shape::invalid_zero(&format!("`{whole}`"))),
        Zero::NoRoom => errors.say(at, &shape::no_capacity()),
        Zero::NoSample => errors.say(at, &shape::empty_sample()),
        Zero::NoInstance => errors.say(at, &shape::no_instances()),
        Zero::NoGroup => errors.say_alone(at, &shape::impossible_key_groups()),
    }
}

/// Whether the tokens are the number 0.
pub(super) fn is_zero(tokens: &[TokenTree]) -> bool {
    Count::is_zero(tokens)
}

/// Whether the tokens begin as a closure does.
pub(in crate::topology) fn is_closure(tokens: &[TokenTree]) -> bool {
    match tokens.first() {
        Some(TokenTree::Ident(word)) => *word == "move" || *word == "async",
        first => token::is_punct(first, '|'),
    }
}

/// The `async` of a closure, or of the block that is all of its body.
fn async_of(tokens: &[TokenTree]) -> Option<TokenTree> {
    let is_async = |token: &&TokenTree| token.to_string() == "async";
    if let Some(token) = tokens.first().filter(is_async) {
        return Some(token.clone());
    }
    let bars = tokens.iter().enumerate().filter(|(_, token)| token::is_punct(Some(*token), '|'));
    let (end, _) = bars.take(2).last()?;
    let body = tokens.get(end + 1..)?;
    body.first().filter(is_async).cloned()
}

/// Whether this is a literal, with or without a sign, that is not an integer. Expressions are left
/// to the compiler, which knows their types.
pub(in crate::topology) fn is_no_number(tokens: &[TokenTree]) -> bool {
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

/// What is written in parentheses.
pub(in crate::topology) fn text(group: &Group) -> String {
    written(&token::inside(group))
}

/// The tokens, spaced as one writes them.
pub(super) fn written(tokens: &[TokenTree]) -> String {
    let written = stream(tokens).to_string();
    let tight = [(" . ", "."), (" (", "("), ("( ", "("), (" ,", ","), ("- ", "-"), (" :: ", "::")];
    let written = tight.iter().fold(written, |text, (wide, tight)| text.replace(wide, tight));
    // The bars of a closure stand at its parameter.
    match written.strip_prefix("| ").and_then(|closure| closure.split_once(" |")) {
        Some((parameter, body)) => format!("|{parameter}|{body}"),
        None => written,
    }
}
