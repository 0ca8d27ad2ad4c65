//! Splits tokens at the separators of a topology, without parsing them.
//!
//! Splitting cannot fail: half-written code is split like any other, so that editors can complete
//! it. Tokens in parentheses, brackets, braces and `::<…>` are left alone.

use super::arrow;
use super::token::{
    begins_closure, generics_end, group, is_punct, is_value, name, outside_of_generics, spelled,
    stream,
};
use proc_macro2::{Delimiter, Group, Ident, Span, TokenStream, TokenTree};
use quote::quote_spanned;

/// The tokens between two separators.
#[derive(Debug)]
pub(super) struct Piece {
    /// The separator before it; empty for the first.
    pub(super) separator: Vec<TokenTree>,
    /// The tokens up to the next separator.
    pub(super) tokens: Vec<TokenTree>,
}

impl Piece {
    /// The span of the separator.
    pub(super) fn at(&self) -> Span {
        self.separator.first().map_or_else(Span::call_site, TokenTree::span)
    }
}

/// Splits at every `,`; empty pieces are dropped.
pub(super) fn at_commas(tokens: impl IntoIterator<Item = TokenTree>) -> Vec<Piece> {
    let tokens = tokens.into_iter().collect();
    let mut pieces = cut(tokens, |tokens| usize::from(is_punct(tokens.first(), ',')));
    pieces.retain(|piece| !piece.tokens.is_empty());
    pieces
}

/// Splits the arguments of a call: at every `,` that is not between the bars of a closure.
pub(super) fn arguments(tokens: impl IntoIterator<Item = TokenTree>) -> Vec<Piece> {
    let mut pieces: Vec<Piece> = Vec::new();
    for piece in at_commas(tokens) {
        match pieces.last_mut() {
            Some(open) if has_open_bar(&open.tokens) => {
                open.tokens.extend(piece.separator);
                open.tokens.extend(piece.tokens);
            }
            _ => pieces.push(piece),
        }
    }
    pieces
}

/// Whether a closure begins here whose parameters do not end.
fn has_open_bar(tokens: &[TokenTree]) -> bool {
    let mut tokens = tokens.iter().skip_while(
        |token| matches!(token, TokenTree::Ident(word) if *word == "move" || *word == "async"),
    );
    is_punct(tokens.next(), '|') && !tokens.any(|token| is_punct(Some(token), '|'))
}

/// Splits at the ends of lines: `,`, or `;` by mistake.
pub(super) fn at_line_ends(tokens: Vec<TokenTree>) -> Vec<Piece> {
    let ends = |token: Option<&TokenTree>| is_punct(token, ',') || is_punct(token, ';');
    let mut pieces = cut(tokens, |tokens| usize::from(ends(tokens.first())));
    pieces.retain(|piece| !piece.tokens.is_empty());
    pieces
}

/// Splits at every `>>`, and at every sign that was meant to be one.
pub(super) fn at_arrows(tokens: Vec<TokenTree>) -> Vec<Piece> {
    let (lengths, all) = (arrow::lengths(&tokens), tokens.len());
    cut(tokens, |rest| lengths.get(all - rest.len()).copied().unwrap_or(0))
}

/// Splits at the first `*` that is not the first token.
pub(super) fn at_star(tokens: Vec<TokenTree>) -> (Vec<TokenTree>, Option<Piece>) {
    let outside = outside_of_generics(&tokens);
    let mut counted = tokens.iter().zip(outside).enumerate().skip(1);
    let star = counted.find(|(_, (token, outside))| *outside && is_punct(Some(token), '*'));
    let Some((at, _)) = star else {
        return (tokens, None);
    };
    let mut tokens = tokens;
    let mut separator = tokens.split_off(at);
    let count = separator.split_off(1);
    (tokens, Some(Piece { separator, tokens: count }))
}

/// Splits where a comma is missing between two lines: where a name follows a value.
pub(super) fn at_missing_commas(tokens: Vec<TokenTree>) -> Vec<Vec<TokenTree>> {
    let outside = outside_of_generics(&tokens);
    let mut lines: Vec<Vec<TokenTree>> = vec![Vec::new()];
    for (token, outside) in tokens.into_iter().zip(outside) {
        let before = lines.last().and_then(|line| line.last());
        let begins = outside && name(Some(&token)).is_some() && before.is_some_and(is_value);
        if begins {
            lines.push(Vec::new());
        }
        if let Some(line) = lines.last_mut() {
            line.push(token);
        }
    }
    lines
}

/// Splits off the attributes at the start.
pub(super) fn attributes(tokens: Vec<TokenTree>) -> (Vec<TokenTree>, Vec<TokenTree>) {
    let mut length = 0;
    while is_punct(tokens.get(length), '#')
        && group(tokens.get(length + 1), Delimiter::Bracket).is_some()
    {
        length += 2;
    }
    let mut attributes = tokens;
    let rest = attributes.split_off(length);
    (attributes, rest)
}

/// Splits off the path at the start: `ops::average::<f64>`; empty if there is none.
pub(super) fn path(tokens: Vec<TokenTree>) -> (Vec<TokenTree>, Vec<TokenTree>) {
    let colons = |at: usize| is_punct(tokens.get(at), ':') && is_punct(tokens.get(at + 1), ':');
    let mut length = if colons(0) { 2 } else { 0 };
    if name(tokens.get(length)).is_none() {
        return (Vec::new(), tokens);
    }
    length += 1;
    while colons(length) {
        let after = length + 2;
        length = if is_punct(tokens.get(after), '<') {
            generics_end(&tokens, after)
        } else if name(tokens.get(after)).is_some() {
            after + 1
        } else {
            after
        };
    }
    let mut path = tokens;
    let rest = path.split_off(length.min(path.len()));
    (path, rest)
}

/// A path without the generics at its end.
pub(super) fn without_generics(path: &[TokenTree]) -> &[TokenTree] {
    let outside = outside_of_generics(path);
    let end = outside.iter().rposition(|outside| *outside).map_or(0, |last| last + 1);
    let mut path = path.get(..end).unwrap_or_default();
    while is_punct(path.last(), ':') {
        path = path.get(..path.len() - 1).unwrap_or_default();
    }
    path
}

/// A function that is called with a closure, and what follows: `a::for_each(|event| …).more()`.
#[derive(Debug)]
pub(super) struct ClosureCall {
    path: Vec<TokenTree>,
    /// The last name of its path.
    pub(super) name: Ident,
    /// The closure.
    pub(super) closure: TokenStream,
    /// The span of its parentheses.
    pub(super) parentheses: Span,
    rest: Vec<TokenTree>,
}

impl ClosureCall {
    /// The call of the function of this name, if the tokens are one.
    pub(super) fn of(function: &str, tokens: Vec<TokenTree>) -> Option<Self> {
        let (path, mut rest) = path(tokens);
        let name = last_name(&path).filter(|name| spelled(name) == function)?.clone();
        let arguments = group(rest.first(), Delimiter::Parenthesis)?;
        let (closure, parentheses) = (arguments.stream(), arguments.span());
        if !begins_closure(closure.clone().into_iter().next().as_ref()) {
            return None;
        }
        rest.remove(0);
        Some(Self { path, name, closure, parentheses, rest })
    }

    /// The call with another argument in place of the closure.
    pub(super) fn with(&self, argument: TokenStream) -> TokenStream {
        let mut inside = Group::new(Delimiter::Parenthesis, argument);
        inside.set_span(self.parentheses);
        let (path, rest) = (stream(&self.path), stream(&self.rest));
        quote_spanned!(self.name.span()=> #path #inside #rest)
    }
}

/// The last name of a path, generics excluded.
pub(super) fn last_name(path: &[TokenTree]) -> Option<&Ident> {
    let outside = outside_of_generics(path);
    let outside = path.iter().zip(outside).filter(|(_, outside)| *outside);
    outside.filter_map(|(token, _)| name(Some(token))).next_back()
}

/// Splits wherever the tokens start with a separator; `separator` returns its length.
fn cut(tokens: Vec<TokenTree>, separator: impl Fn(&[TokenTree]) -> usize) -> Vec<Piece> {
    let outside = outside_of_generics(&tokens);
    let mut pieces = vec![Piece { separator: Vec::new(), tokens: Vec::new() }];
    let mut open = 0;
    for (at, (token, outside)) in tokens.iter().zip(outside).enumerate() {
        if open == 0 && outside {
            open = separator(tokens.get(at..).unwrap_or_default());
            if open > 0 {
                pieces.push(Piece { separator: Vec::new(), tokens: Vec::new() });
            }
        }
        let Some(piece) = pieces.last_mut() else {
            continue;
        };
        if open > 0 {
            open -= 1;
            piece.separator.push(token.clone());
        } else {
            piece.tokens.push(token.clone());
        }
    }
    pieces
}

#[cfg(test)]
mod tests {
    use super::*;
    use proc_macro2::TokenStream;

    fn tokens(text: &str) -> Vec<TokenTree> {
        text.parse::<TokenStream>().unwrap().into_iter().collect()
    }

    fn text(tokens: &[TokenTree]) -> String {
        let text = tokens.iter().cloned().collect::<TokenStream>().to_string();
        text.replace(' ', "")
    }

    fn texts(pieces: &[Piece]) -> Vec<String> {
        pieces.iter().map(|piece| text(&piece.tokens)).collect()
    }

    #[test]
    fn arrows_in_generics_and_groups_do_not_cut() {
        let pieces = at_arrows(tokens("a >> f::<Vec<Vec<u8>>, fn(A) -> B> >> g(1 >> 2)"));
        assert_eq!(pieces.len(), 3);
        assert_eq!(text(&pieces[2].tokens), text(&tokens("g(1 >> 2)")));
    }

    #[test]
    fn half_written_generics_do_not_swallow_the_rest() {
        assert_eq!(texts(&at_commas(tokens("f::<Vec, b"))), ["f::<Vec", "b"]);
    }

    #[test]
    fn commas_cut_and_the_last_is_optional() {
        assert_eq!(texts(&at_commas(tokens("a, f(b, c), d::<E, F>,"))).len(), 3);
        assert_eq!(texts(&at_commas(tokens("a"))), ["a"]);
        assert!(at_commas(tokens("")).is_empty());
    }

    #[test]
    fn the_first_star_behind_something_cuts() {
        let (operator, count) = at_star(tokens("*op * 2 * n"));
        assert_eq!(text(&operator), text(&tokens("*op")));
        assert_eq!(text(&count.unwrap().tokens), text(&tokens("2 * n")));
        assert!(at_star(tokens("op(2 * 3)")).1.is_none());
    }

    #[test]
    fn a_name_behind_a_value_begins_a_line() {
        let lines = at_missing_commas(tokens("a >> f(1) b = c >> d.late >> match x { _ => y } z"));
        let lines: Vec<String> = lines.iter().map(|line| text(line)).collect();
        assert_eq!(lines.len(), 3, "{lines:?}");
        assert!(lines[1].starts_with("b=") && lines[2] == "z", "{lines:?}");
        assert_eq!(at_missing_commas(tokens("a >> move |x| async move { x as u8 }")).len(), 1);
    }

    #[test]
    fn a_path_ends_behind_its_generics() {
        for (whole, expected) in [
            ("op", "op"),
            ("self::op(1)", "self::op"),
            ("::a::b::<C, D>::e.f()", "::a::b::<C, D>::e"),
            ("a::<B>(c)", "a::<B>"),
            ("a::", "a::"),
            ("|e| e", ""),
        ] {
            assert_eq!(text(&path(tokens(whole)).0), text(&tokens(expected)), "{whole}");
        }
    }
}
