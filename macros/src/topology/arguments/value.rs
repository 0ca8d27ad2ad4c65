//! A single argument, by its kind: a closure, a time, or a function of the library with arguments
//! of its own.

use super::time;
use super::written::{
    Taken, async_of, is_closure, is_no_number, is_zero, other_kind, text, written,
};
use crate::errors::Errors;
use crate::topology::cut;
use crate::topology::token::{self, stream};
use millstream_graph::sentence::{arguments as sentence, shape};
use millstream_graph::suggest;
use millstream_graph::words::{self, Function, Kind, Zero};
use proc_macro2::{Delimiter, Group, Ident, TokenTree};

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
            function(taken, tokens, errors);
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
    syn::parse_str::<Ident>(name).ok()?;
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

/// Reports what is no function of this kind, and the wrong arguments of one.
fn function(taken: Taken<'_>, tokens: &[TokenTree], errors: &mut Errors) {
    let kind = taken.1.kind;
    match tokens {
        [TokenTree::Group(several)]
            if kind == Kind::Aggregate && several.delimiter() == Delimiter::Parenthesis =>
        {
            let pieces = cut::arguments(several.stream());
            return pieces.iter().for_each(|piece| function(taken, &piece.tokens, errors));
        }
        [TokenTree::Literal(number)] if kind == Kind::Policy => {
            let (number, meant) = (number.to_string(), format!("sample({number})"));
            return errors.say_alone(stream(tokens), &sentence::unknown_policy(&number, &meant));
        }
        [TokenTree::Ident(policy)] if kind == Kind::Policy => {
            let known = words::function(&token::spelled(policy));
            let known = known.filter(|known| !known.arguments.is_empty());
            if let Some(known) = known.filter(|known| is_of(known, kind)) {
                let sentence = shape::missing_arguments(known.name, &known.example());
                return errors.say_alone(policy, &sentence);
            }
            return unknown(taken, policy, errors);
        }
        [TokenTree::Literal(_)] => return other_kind(taken, tokens, None, errors),
        _ if time::is_time(tokens) => return timed(taken, tokens, errors),
        _ if is_closure(tokens) => return other_kind(taken, tokens, None, errors),
        _ => {}
    }
    let Some((name, inside, rest)) = called(tokens) else { return elsewhere(tokens, errors) };
    match words::function(&token::spelled(&name)) {
        Some(known) if is_of(known, kind) => {
            given(known, &name, &inside, errors);
            methods(known, &rest, errors);
        }
        Some(known) => {
            let sentence = sentence::function_of_other_kind(taken, known);
            errors.say_alone(&name, &sentence);
        }
        None => unknown(taken, &name, errors),
    }
}

fn is_of(function: &Function, kind: Kind) -> bool {
    function.kind == kind || (kind == Kind::Bound && function.kind == Kind::Window)
}

/// A time in place of a function that takes one.
fn timed(taken: Taken<'_>, tokens: &[TokenTree], errors: &mut Errors) {
    let time = written(tokens);
    let meant = match taken.1.kind {
        Kind::Window => Some(format!("tumbling({time})")),
        Kind::Bound => Some(format!("within({time}, {time})")),
        Kind::Strategy => Some(format!("lateness({time})")),
        _ => None,
    };
    other_kind(taken, tokens, meant.as_deref(), errors);
}

/// The function that is called by its name alone, its arguments, and what follows.
pub(super) fn called(tokens: &[TokenTree]) -> Option<(Ident, Group, Vec<TokenTree>)> {
    let (path, mut rest) = cut::path(tokens.to_vec());
    let [TokenTree::Ident(name)] = path.as_slice() else { return None };
    let inside = token::group(rest.first(), Delimiter::Parenthesis)?.clone();
    rest.remove(0);
    Some((name.clone(), inside, rest))
}

/// Reports the wrong arguments of a function with a longer path, as far as it is ours.
fn elsewhere(tokens: &[TokenTree], errors: &mut Errors) {
    let (path, rest) = cut::path(tokens.to_vec());
    let name = cut::last_name(&path).map(token::spelled).unwrap_or_default();
    let inside = token::group(rest.first(), Delimiter::Parenthesis);
    let Some((known, inside)) = words::function(&name).zip(inside) else { return };
    let pieces = cut::arguments(inside.stream());
    if pieces.len() == known.arguments.len() {
        each(known, &pieces, errors);
        methods(known, &rest, errors);
    }
}

fn each(known: &Function, pieces: &[cut::Piece], errors: &mut Errors) {
    for (argument, piece) in known.arguments.iter().zip(pieces) {
        check((known.name, argument), &piece.tokens, errors);
    }
}

/// Reports the wrong arguments of a function.
pub(in crate::topology) fn given(
    known: &Function,
    name: &Ident,
    inside: &Group,
    errors: &mut Errors,
) {
    let pieces = cut::arguments(inside.stream());
    if pieces.len() != known.arguments.len() {
        let several = matches!(known.arguments, [only] if only.kind == Kind::Times);
        return match pieces.is_empty() {
            true => {
                errors.say_alone(name, &shape::missing_arguments(known.name, &known.example()));
            }
            false if several => {
                let meant = format!("{}([{}])", known.name, text(inside));
                errors.say_alone(inside.stream(), &sentence::in_brackets(known.name, &meant));
            }
            false => {
                let numbers = (known.name, known.arguments.len());
                let (usage, example) = (known.usage(), known.example());
                let sentence = sentence::other_number(numbers, pieces.len(), &usage, &example);
                errors.say_alone(inside.stream(), &sentence);
            }
        };
    }
    each(known, &pieces, errors);
}

fn methods(known: &Function, rest: &[TokenTree], errors: &mut Errors) {
    for (method, inside) in token::methods(rest) {
        let method = token::spelled(method);
        let taken = known.methods.iter().find(|(name, _)| *name == method);
        let pieces = cut::arguments(inside.stream());
        if let (Some((name, argument)), [piece]) = (taken, pieces.as_slice()) {
            check((&format!(".{name}"), argument), &piece.tokens, errors);
        }
    }
}

/// The length of a name in which two letters may be wrong.
const LONG: usize = 7;

/// Reports a name that is close to a function of this kind, or what other systems call one. Any
/// other name may be a function of the user.
fn unknown(taken: Taken<'_>, name: &Ident, errors: &mut Errors) {
    let (written, kind) = (token::spelled(name), taken.1.kind);
    if words::function(&written).is_some_and(|known| is_of(known, kind)) {
        return;
    }
    // Longer names, such as `counts`, are more likely functions of the user.
    let near = if written.chars().count() < LONG { 1 } else { 2 };
    let names = words::functions_of(kind).map(|known| known.name);
    let close = suggest::within(near, &written, names).filter(|meant| {
        written.chars().next() == meant.chars().next() && !written.starts_with(meant)
    });
    let Some(meant) = words::other_name(kind, &written).or(close).and_then(words::function) else {
        return;
    };
    let sentence = match kind {
        Kind::Policy => sentence::unknown_policy(&written, &meant.example()),
        _ => sentence::unknown_function(kind, &written, meant),
    };
    errors.say_alone(name, &sentence);
}
