//! Times: `1.mins()`, and what is written in place of one.

use super::written::{Taken, is_zero, other_kind, written};
use crate::errors::Errors;
use crate::topology::token::{self, stream};
use millstream_graph::sentence::arguments as sentence;
use millstream_graph::words::{UNITS, Unit, unit};
use proc_macro2::{Literal, TokenTree};

/// Reports a number without a unit, a text, a unit of another name, and a part of a unit.
pub(super) fn check(taken: Taken<'_>, tokens: &[TokenTree], errors: &mut Errors) {
    match tokens {
        [TokenTree::Literal(literal)] => {
            let meant = without_unit(literal, taken.1.example);
            other_kind(taken, tokens, meant.as_deref(), errors);
        }
        [minus, TokenTree::Literal(_), ..] if token::is_punct(Some(minus), '-') => {
            other_kind(taken, tokens, None, errors);
        }
        _ => {
            if let Some((number, named, found)) = literal_time(tokens) {
                with_unit((number, &named, found), tokens, errors);
            }
        }
    }
}

/// A time that is a literal with a unit, ours or another.
fn literal_time(tokens: &[TokenTree]) -> Option<(&Literal, String, &'static Unit)> {
    let [TokenTree::Literal(number), dot, TokenTree::Ident(name), TokenTree::Group(inside)] =
        tokens
    else {
        return None;
    };
    let named = token::spelled(name);
    let found = unit(&named).filter(|_| token::is_punct(Some(dot), '.'))?;
    inside.stream().is_empty().then_some((number, named, found))
}

fn with_unit(
    (number, named, found): (&Literal, &str, &Unit),
    tokens: &[TokenTree],
    errors: &mut Errors,
) {
    let meant = match whole(number, found) {
        Some(meant) => meant,
        None if named == found.name => return,
        None => format!("{number}.{}()", found.name),
    };
    let sentence = sentence::no_such_time(&written(tokens), &meant);
    errors.say_alone(stream(tokens), &sentence);
}

/// A part of a unit, `1.5.mins()`, as a whole number of a smaller one: `90.secs()`.
fn whole(number: &Literal, of: &Unit) -> Option<String> {
    let syn::Lit::Float(parts) = syn::Lit::new(number.clone()) else { return None };
    let parts: f64 = parts.base10_parse().ok()?;
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        clippy::cast_precision_loss,
        reason = "a suggestion: a literal has no sign, and few digits"
    )]
    let micros = (parts * of.micros as f64).round() as u64;
    let unit = UNITS.iter().rev().find(|unit| micros.is_multiple_of(unit.micros))?;
    Some(format!("{}.{}()", micros / unit.micros, unit.name))
}

/// What a number without a unit, or a text with one, may be meant to be.
fn without_unit(literal: &Literal, example: &str) -> Option<String> {
    match syn::Lit::new(literal.clone()) {
        syn::Lit::Int(number) => {
            let (_, unit) = example.rsplit_once('.')?;
            Some(format!("{}.{unit}", number.base10_digits()))
        }
        syn::Lit::Str(text) => {
            let text = text.value();
            let digits = text.trim().find(|letter: char| !letter.is_ascii_digit())?;
            let (number, named) = text.trim().split_at(digits);
            let found = unit(named.trim()).filter(|_| !number.is_empty())?;
            Some(format!("{number}.{}()", found.name))
        }
        _ => None,
    }
}

/// Whether the tokens are a time with a unit of ours.
pub(in crate::topology) fn is_time(tokens: &[TokenTree]) -> bool {
    literal_time(tokens).is_some()
}

/// Whether the tokens are a time of 0: `0.secs()`, `Duration::ZERO`, `Duration::from_secs(0)`.
pub(in crate::topology) fn is_no_time(tokens: &[TokenTree]) -> bool {
    match tokens {
        [number @ TokenTree::Literal(_), ..] => {
            literal_time(tokens).is_some() && is_zero(std::slice::from_ref(number))
        }
        [.., TokenTree::Ident(of), _, _, TokenTree::Ident(name)] => {
            of == "Duration" && name == "ZERO"
        }
        [.., TokenTree::Ident(of), _, _, TokenTree::Ident(name), TokenTree::Group(number)] => {
            of == "Duration"
                && token::spelled(name).starts_with("from_")
                && is_zero(&token::inside(number))
        }
        _ => false,
    }
}
