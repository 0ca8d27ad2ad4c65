//! What a token is, and what it is beside those around it.

use proc_macro2::{Delimiter, Group, Ident, Punct, Spacing, TokenStream, TokenTree};

/// What an editor appends to the word that it completes.
const COMPLETION_MARKER: &str = "raCompletionMarker";

/// The word as the user wrote it.
///
/// What is being completed is judged like what is there already: the expansions for both have to
/// have the same text before the cursor, since that is how the editor finds its place.
pub(super) fn spelled(word: &Ident) -> String {
    let word = word.to_string().replace(COMPLETION_MARKER, "");
    word.strip_prefix("r#").map(str::to_owned).unwrap_or(word)
}

/// The tokens, to be told about or written.
pub(super) fn stream(tokens: &[TokenTree]) -> TokenStream {
    tokens.iter().cloned().collect()
}

/// Whether the token is this character.
pub(super) fn is_punct(token: Option<&TokenTree>, character: char) -> bool {
    punct(token).is_some_and(|punct| punct.as_char() == character)
}

/// Whether the token is this character and no part of a longer sign, such as `==` and `=>`.
pub(super) fn is_lone_punct(token: Option<&TokenTree>, character: char) -> bool {
    is_punct(token, character)
        && punct(token).is_some_and(|punct| punct.spacing() == Spacing::Alone)
}

/// The character that the token is.
pub(super) fn punct(token: Option<&TokenTree>) -> Option<&Punct> {
    match token {
        Some(TokenTree::Punct(punct)) => Some(punct),
        _ => None,
    }
}

/// The signs as they are written.
pub(super) fn signs(tokens: &[TokenTree]) -> String {
    let mut written = String::new();
    for token in tokens {
        written.push_str(&token.to_string());
        if punct(Some(token)).is_some_and(|punct| punct.spacing() == Spacing::Alone) {
            written.push(' ');
        }
    }
    written.trim_end().to_owned()
}

/// The identifier that the token is, if it is no keyword.
pub(super) fn name(token: Option<&TokenTree>) -> Option<&Ident> {
    match token {
        Some(TokenTree::Ident(ident)) if !is_keyword(ident) => Some(ident),
        _ => None,
    }
}

/// The group that the token is, if it has these delimiters.
pub(super) fn group(token: Option<&TokenTree>, delimiter: Delimiter) -> Option<&Group> {
    match token {
        Some(TokenTree::Group(group)) if group.delimiter() == delimiter => Some(group),
        _ => None,
    }
}

/// Whether a value cannot begin or end with the word. Paths can: `self`, `crate`.
pub(super) fn is_keyword(word: &Ident) -> bool {
    const KEYWORDS: &[&str] = &[
        "as", "async", "await", "break", "const", "continue", "dyn", "else", "extern", "fn", "for",
        "if", "impl", "in", "let", "loop", "match", "move", "mut", "ref", "return", "static",
        "unsafe", "where", "while", "yield",
    ];
    KEYWORDS.iter().any(|keyword| word == keyword)
}

/// Whether a value can end with the token.
pub(super) fn is_value(token: &TokenTree) -> bool {
    match token {
        TokenTree::Ident(ident) => !is_keyword(ident),
        TokenTree::Group(_) | TokenTree::Literal(_) => true,
        TokenTree::Punct(_) => false,
    }
}

/// For every token whether it is outside of `::<…>`; if one is never closed, all are.
pub(super) fn outside_of_generics(tokens: &[TokenTree]) -> Vec<bool> {
    let mut depth = 0_usize;
    let mut before = (None, None);
    let mut outside = Vec::with_capacity(tokens.len());
    for token in tokens {
        let character = punct(Some(token)).map(Punct::as_char);
        let opens = character == Some('<') && (depth > 0 || before == (Some(':'), Some(':')));
        let closes = character == Some('>') && depth > 0 && before.1 != Some('-');
        outside.push(depth == 0 && !opens);
        depth = depth + usize::from(opens) - usize::from(closes);
        before = (before.1, character);
    }
    if depth > 0 {
        outside.fill(true);
    }
    outside
}

/// Where the generics end that are opened here.
pub(super) fn generics_end(tokens: &[TokenTree], open: usize) -> usize {
    let outside = outside_of_generics(tokens);
    let closed = outside.iter().enumerate().skip(open).find(|(_, outside)| **outside);
    closed.map_or(tokens.len(), |(at, _)| at)
}

/// Whether somewhere a `.` has nothing behind it: an error that the compiler tells well, but from
/// which others follow.
pub(super) fn has_dangling_dot(tokens: &[TokenTree]) -> bool {
    let mut before = None;
    for (at, token) in tokens.iter().enumerate() {
        let of_macro = is_punct(before, '!');
        if let TokenTree::Group(group) = token
            && !of_macro
            && has_dangling_dot(&group.stream().into_iter().collect::<Vec<_>>())
        {
            return true;
        }
        let ends = tokens.get(at + 1).is_none_or(|next| is_punct(Some(next), ','));
        if ends && is_punct(Some(token), '.') && !is_punct(before, '.') {
            return true;
        }
        before = Some(token);
    }
    false
}

#[cfg(test)]
mod tests {
    use super::*;
    use proc_macro2::Span;

    fn tokens(text: &str) -> Vec<TokenTree> {
        text.parse::<TokenStream>().unwrap().into_iter().collect()
    }

    #[test]
    fn a_word_that_is_being_completed_is_judged_as_it_stands() {
        let span = Span::call_site();
        assert_eq!(spelled(&Ident::new("shuraCompletionMarkerffle", span)), "shuffle");
        assert_eq!(spelled(&Ident::new_raw("type", span)), "type");
    }

    #[test]
    fn a_dot_with_nothing_behind_it_is_found_but_a_range_is_not() {
        for (text, dangles) in [
            ("a >> by(|t| t.)", true),
            ("a >> f(t., 1)", true),
            ("a.", true),
            ("a >> f(1.., 2.)", false),
            ("a >> f(m!(a.))", false),
        ] {
            assert_eq!(has_dangling_dot(&tokens(text)), dangles, "{text}");
        }
    }
}
