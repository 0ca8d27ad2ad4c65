//! Closures that capture nothing, as far as their tokens show.
//!
//! Whether a closure is `Clone` and `Send` is open to the end of the function that it stands in,
//! and the compiler goes through all that is open at each call. It is not asked about closures
//! without captures, `|event| event.name`, which are function pointers for the check.

use super::token;
use proc_macro2::{TokenStream, TokenTree};
use std::collections::HashSet;

/// What a closure captures.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Captures {
    /// Nothing: what its body names are its parameter, without a type of its own, and fields,
    /// methods, paths, types and constants.
    Nothing,
    Unknown,
}

/// What a closure captures.
pub(super) fn of(closure: &TokenStream) -> Captures {
    if nothing(closure) { Captures::Nothing } else { Captures::Unknown }
}

fn nothing(closure: &TokenStream) -> bool {
    let tokens = token::flat(closure.clone());
    let tokens = match tokens.split_first() {
        Some((TokenTree::Ident(word), rest)) if word == "move" => rest,
        _ => &tokens,
    };
    let bar = |token: &TokenTree| token::is_punct(Some(token), '|');
    let Some((_, rest)) = tokens.split_first().filter(|(first, _)| bar(first)) else {
        return false;
    };
    let Some(end) = rest.iter().position(bar) else { return false };
    let (parameters, body) = rest.split_at(end);
    // Another number of parameters, and another type, are told by the check of the word.
    let sign =
        |token: &TokenTree| [',', ':'].iter().any(|sign| token::is_punct(Some(token), *sign));
    if parameters.iter().any(sign) {
        return false;
    }
    let mut names = HashSet::new();
    collect(parameters, &mut names);
    names_only(body, &names)
}

/// All names in a pattern.
fn collect(pattern: &[TokenTree], names: &mut HashSet<String>) {
    for token in pattern {
        match token {
            TokenTree::Ident(name) => {
                names.insert(token::spelled(name));
            }
            TokenTree::Group(group) => collect(&token::inside(group), names),
            TokenTree::Punct(_) | TokenTree::Literal(_) => {}
        }
    }
}

/// Whether each name is one of these, or cannot be a variable.
fn names_only(tokens: &[TokenTree], names: &HashSet<String>) -> bool {
    tokens.iter().enumerate().all(|(at, token)| match token {
        TokenTree::Group(group) => names_only(&token::inside(group), names),
        TokenTree::Punct(_) | TokenTree::Literal(_) => true,
        TokenTree::Ident(name) => {
            let name = token::spelled(name);
            names.contains(&name)
                || name.starts_with(char::is_uppercase)
                || ["as", "if", "else", "true", "false"].contains(&name.as_str())
                || is_no_variable(tokens, at)
        }
    })
}

/// Whether a name is a field, a method, a part of a path, or a type behind `as`.
fn is_no_variable(tokens: &[TokenTree], at: usize) -> bool {
    let before = |steps: usize| at.checked_sub(steps).and_then(|at| tokens.get(at));
    let is_before = |steps, sign| token::is_punct(before(steps), sign);
    let is_behind = |steps: usize, sign| token::is_punct(tokens.get(at + steps), sign);
    // Not `..other`.
    let of_value = is_before(1, '.') && !is_before(2, '.');
    let of_path = is_before(1, ':') && is_before(2, ':');
    let is_field_or_path = is_behind(1, ':');
    let is_type = matches!(before(1), Some(TokenTree::Ident(word)) if word == "as");
    of_value || of_path || is_field_or_path || is_type
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_closure_that_names_nothing_else_captures_nothing() {
        for closure in [
            "|r| r.sensor",
            "|_| ()",
            "move |r| r.value.max(0.5) > LIMIT as f64",
            "|(card, sum)| Score { card, value: sum / 2.0, ..Score::default() }",
            "|r| (r.key.clone(), -r.0, r as u64)",
            "|r| if r.value > 2.0 { Some(r) } else { None }",
            "|r| EventTime::from_secs(r.at)",
            "|r| std::cmp::Reverse(r.at)",
            "|Reading { value, .. }| value",
        ] {
            assert!(nothing(&closure.parse().unwrap()), "{closure}");
        }
    }

    #[test]
    fn a_name_from_elsewhere_may_be_captured() {
        for closure in [
            "|r| r.value * factor",
            "|r: &Reading| r.value",
            "|r, s| r.value",
            "|r| key(r)",
            "key",
            "|r| Reading { value, ..r }",
            "|r| Reading { value: r.value, ..other }",
            "|r| self.key(r)",
            "|r| format!(\"{r}{other}\")",
            "|r| { let other = r; other }",
            "|r| all[r.index]",
            "|r| (0..last).contains(r)",
        ] {
            assert!(!nothing(&closure.parse().unwrap()), "{closure}");
        }
    }
}
