//! Finds the arrows, and the signs of other languages that stand for one.
//!
//! A sign stands for an arrow only between two steps that are names or calls: closures, `match` and
//! generics have signs of their own.

use super::token;
use proc_macro2::{Spacing, TokenTree};

/// For each token, the length of the arrow that starts with it; 0 if none does.
pub(super) fn lengths(tokens: &[TokenTree]) -> Vec<usize> {
    let outside = token::outside_of_generics(tokens);
    let mut lengths = Vec::with_capacity(tokens.len());
    let (mut open, mut plain, mut behind_value) = (0_usize, true, false);
    for (at, (token, outside)) in tokens.iter().zip(outside).enumerate() {
        if open > 0 || !outside {
            open = open.saturating_sub(1);
            lengths.push(0);
            // Generics end a name.
            behind_value |= !outside;
            continue;
        }
        let rest = tokens.get(at..).unwrap_or_default();
        let length = match arrow(rest) {
            0 if plain && behind_value => other_arrow(rest),
            length => length,
        };
        lengths.push(length);
        open = length.saturating_sub(1);
        plain = length > 0 || (plain && is_plain(token));
        behind_value = length == 0 && token::is_value(token);
    }
    lengths
}

/// The length of `>>`, or of `>>>` and `>>=`, which are typing errors.
fn arrow(tokens: &[TokenTree]) -> usize {
    if !(is_joint(tokens.first(), '>') && token::is_punct(tokens.get(1), '>')) {
        return 0;
    }
    let more = ['>', '=']
        .iter()
        .any(|sign| is_joint(tokens.get(1), '>') && token::is_lone_punct(tokens.get(2), *sign));
    if more { 3 } else { 2 }
}

/// The length of `>`, `|`, `->`, `=>`, `|>`, `~>` or `> >`.
fn other_arrow(tokens: &[TokenTree]) -> usize {
    let two = ['-', '=', '|', '~'].iter().any(|sign| is_joint(tokens.first(), *sign));
    if two && token::is_lone_punct(tokens.get(1), '>') {
        return 2;
    }
    let one =
        token::is_lone_punct(tokens.first(), '>') || token::is_lone_punct(tokens.first(), '|');
    let spaced =
        token::is_lone_punct(tokens.first(), '>') && token::is_lone_punct(tokens.get(1), '>');
    usize::from(one) + usize::from(spaced)
}

fn is_joint(token: Option<&TokenTree>, character: char) -> bool {
    let punct = token::punct(token).filter(|punct| punct.as_char() == character);
    punct.is_some_and(|punct| punct.spacing() == Spacing::Joint)
}

/// Whether the token can be part of a path, a call, or a number of instances.
fn is_plain(token: &TokenTree) -> bool {
    match token {
        TokenTree::Ident(word) => !token::is_keyword(word),
        TokenTree::Punct(punct) => matches!(punct.as_char(), '.' | ':' | '*' | '?' | '!'),
        TokenTree::Group(_) | TokenTree::Literal(_) => true,
    }
}

#[cfg(test)]
mod tests {
    use super::super::cut;
    use super::*;
    use proc_macro2::TokenStream;

    fn arrows(text: &str) -> Vec<String> {
        let tokens: Vec<TokenTree> = text.parse::<TokenStream>().unwrap().into_iter().collect();
        let pieces = cut::at_arrows(tokens).into_iter().skip(1);
        pieces.map(|piece| token::signs(&piece.separator)).collect()
    }

    #[test]
    fn a_sign_between_two_steps_is_an_arrow() {
        for sign in [">>", ">", "|", "->", "=>", "|>", "~>", "> >", ">>>", ">>="] {
            for [before, behind] in [["a", "b"], ["a(1)", "b * 2"], ["a::f::<u8>", "b::c(x)"]] {
                let text = format!("x >> {before} {sign} {behind} >> y");
                assert_eq!(arrows(&text), [">>", sign, ">>"], "{text}");
            }
            assert_eq!(arrows(&format!("a {sign}")), [sign]);
        }
    }

    #[test]
    fn the_signs_of_a_value_are_none() {
        for value in [
            "|a| a > b",
            "|a| a | b",
            "move |a| match a { b => c }",
            "if a > b { c } else { d }",
            "f(a > b)",
            "f::<fn(A) -> B>",
            "f::<A>(1)",
            "-a > b",
            "x as u8 > y",
            "&a | b",
        ] {
            assert_eq!(arrows(&format!("x >> {value} >> y")), [">>", ">>"], "{value}");
        }
    }
}
