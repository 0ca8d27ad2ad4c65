//! Windows, joins, aggregates and times of 0, as far as they are written as such. What is computed
//! is refused when the job starts.

use super::bounds;
use super::cut;
use super::instances::Count;
use super::model::{Call, Chain, Step};
use super::token;
use crate::errors::Errors;
use millstream_graph::sentence::{Sentence, shape};
use proc_macro2::{Group, TokenTree};

/// The kinds of windows whose arguments are all more than 0.
const WINDOWS: [&str; 5] = ["tumbling", "sliding", "session", "counted", "trailing"];

/// The methods of windows whose argument is more than 0.
const EARLY: [&str; 2] = ["early_every", "early_each"];

/// The aggregates that keep a number of values.
const KEEPING: [&str; 2] = ["top", "most_frequent"];

/// The units of a duration that is written as `1.mins()` or `Duration::from_secs(1)`.
const UNITS: [&str; 6] = ["micros", "millis", "secs", "mins", "hours", "days"];

/// Reports numbers and times of 0.
pub(super) fn check(chain: &Chain, errors: &mut Errors) {
    for (word, call) in chain.steps.iter().filter_map(Step::word) {
        let Some(arguments) = &call.arguments else { continue };
        match word.name {
            "window" => windows(arguments, errors),
            "dedupe" => all_of(&format!("dedupe({})", text(arguments)), arguments, errors),
            "aggregate" => {
                let pieces = cut::at_commas(arguments.stream());
                // The first is a closure of the user.
                pieces.get(1).into_iter().for_each(|kept| aggregates(&kept.tokens, errors));
            }
            _ if word.joins() => joined(call, arguments, errors),
            _ => {}
        }
    }
}

/// The argument of `window` or of a join: a kind of windows, and methods of it.
fn windows(arguments: &Group, errors: &mut Errors) {
    let (path, rest) = cut::path(token::inside(arguments));
    let Some(name) = cut::last_name(&path).map(token::spelled) else { return };
    let Some(TokenTree::Group(inside)) = rest.first() else { return };
    if WINDOWS.contains(&name.as_str()) {
        all_of(&format!("{name}({})", text(inside)), inside, errors);
    }
    for (method, inside) in token::methods(&rest) {
        let method = token::spelled(method);
        if EARLY.contains(&&*method) && is_nothing(&token::inside(inside)) {
            let what = format!("`.{method}({})`", text(inside));
            errors.say_alone(inside.stream(), &shape::invalid_zero(&what));
        }
    }
}

fn joined(call: &Call, arguments: &Group, errors: &mut Errors) {
    windows(arguments, errors);
    if let [TokenTree::Ident(name), TokenTree::Group(inside)] = &*token::inside(arguments)
        && name == "latest"
        && is_nothing(&token::inside(inside))
    {
        let sentence = shape::invalid_zero(&format!("`latest({})`", text(inside)));
        errors.say_alone(inside.stream(), &sentence);
    }
    bounds::zero(call, errors);
}

/// Reports each argument of 0; an argument may be a list.
fn all_of(written: &str, arguments: &Group, errors: &mut Errors) {
    for piece in cut::at_commas(arguments.stream()) {
        match piece.tokens.as_slice() {
            [TokenTree::Group(list)] => all_of(written, list, errors),
            tokens if is_nothing(tokens) => {
                let sentence: Sentence = shape::empty_windows(written);
                errors.say_alone(token::stream(tokens), &sentence);
            }
            _ => {}
        }
    }
}

/// Aggregates that keep nothing, in tuples too.
fn aggregates(tokens: &[TokenTree], errors: &mut Errors) {
    for (at, token) in tokens.iter().enumerate() {
        let TokenTree::Group(inside) = token else { continue };
        let name = at.checked_sub(1).and_then(|before| token::name(tokens.get(before)));
        let name = name.map(token::spelled).unwrap_or_default();
        if !KEEPING.contains(&name.as_str()) {
            aggregates(&token::inside(inside), errors);
        } else if is_nothing(&token::inside(inside)) {
            let sentence = shape::invalid_zero(&format!("`{name}({})`", text(inside)));
            errors.say_alone(inside.stream(), &sentence);
        }
    }
}

/// Whether the tokens are a number or a time of 0.
fn is_nothing(tokens: &[TokenTree]) -> bool {
    Count::is_zero(tokens) || is_no_time(tokens)
}

/// Whether the tokens are a time of 0: `0.secs()`, `Duration::ZERO`, `Duration::from_secs(0)`.
pub(super) fn is_no_time(tokens: &[TokenTree]) -> bool {
    match tokens {
        [number @ TokenTree::Literal(_), dot, TokenTree::Ident(unit), TokenTree::Group(_)] => {
            token::is_punct(Some(dot), '.')
                && UNITS.contains(&&*token::spelled(unit))
                && Count::is_zero(std::slice::from_ref(number))
        }
        [.., TokenTree::Ident(of), _, _, TokenTree::Ident(name)] => {
            of == "Duration" && name == "ZERO"
        }
        [.., TokenTree::Ident(of), _, _, TokenTree::Ident(name), TokenTree::Group(number)] => {
            of == "Duration"
                && token::spelled(name).starts_with("from_")
                && Count::is_zero(&token::inside(number))
        }
        _ => false,
    }
}

/// What is written in parentheses.
pub(super) fn text(group: &Group) -> String {
    let written = group.stream().to_string();
    written.replace(" . ", ".").replace(" (", "(").replace("( ", "(").replace(" ,", ",")
}
