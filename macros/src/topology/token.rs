//! Classifies tokens, alone and in their context.

use proc_macro2::{Delimiter, Group, Ident, Punct, Spacing, TokenStream, TokenTree};

/// The suffix that an editor appends to the word it completes.
const COMPLETION_MARKER: &str = "raCompletionMarker";

/// The word as the user wrote it, without the suffix of an editor.
///
/// The expansions with and without the suffix have the same text before the cursor, which editors
/// locate by its offset.
pub(super) fn spelled(word: &Ident) -> String {
    let word = word.to_string().replace(COMPLETION_MARKER, "");
    word.strip_prefix("r#").map(str::to_owned).unwrap_or(word)
}

/// The tokens as a stream.
pub(super) fn stream(tokens: &[TokenTree]) -> TokenStream {
    tokens.iter().cloned().collect()
}

/// Whether the token is this character.
pub(super) fn is_punct(token: Option<&TokenTree>, character: char) -> bool {
    punct(token).is_some_and(|punct| punct.as_char() == character)
}

/// Whether the token is this character, and not part of a longer sign, such as `==` and `=>`.
pub(super) fn is_lone_punct(token: Option<&TokenTree>, character: char) -> bool {
    is_punct(token, character)
        && punct(token).is_some_and(|punct| punct.spacing() == Spacing::Alone)
}

/// The punctuation, if the token is one.
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

/// The identifier, if the token is one and not a keyword.
pub(super) fn name(token: Option<&TokenTree>) -> Option<&Ident> {
    match token {
        Some(TokenTree::Ident(ident)) if !is_keyword(ident) => Some(ident),
        _ => None,
    }
}

/// The group, if the token is one with these delimiters.
pub(super) fn group(token: Option<&TokenTree>, delimiter: Delimiter) -> Option<&Group> {
    match token {
        Some(TokenTree::Group(group)) if group.delimiter() == delimiter => Some(group),
        _ => None,
    }
}

/// Whether a closure that does not await begins with the token.
pub(super) fn begins_closure(token: Option<&TokenTree>) -> bool {
    matches!(token, Some(TokenTree::Ident(word)) if word == "move") || is_punct(token, '|')
}

/// The tokens, those of `$e:expr` and the like of a macro among them: rustc keeps such a fragment
/// together in a group without delimiters.
pub(super) fn flat(tokens: impl IntoIterator<Item = TokenTree>) -> Vec<TokenTree> {
    let mut all = Vec::new();
    for token in tokens {
        match token {
            TokenTree::Group(fragment) if fragment.delimiter() == Delimiter::None => {
                all.extend(flat(fragment.stream()));
            }
            other => all.push(other),
        }
    }
    all
}

/// The tokens between the delimiters.
pub(super) fn inside(group: &Group) -> Vec<TokenTree> {
    group.stream().into_iter().collect()
}

/// The methods called in these tokens, with their arguments.
pub(super) fn methods(tokens: &[TokenTree]) -> impl Iterator<Item = (&Ident, &Group)> {
    tokens.windows(3).filter_map(|tokens| match tokens {
        [dot, TokenTree::Ident(name), TokenTree::Group(arguments)] => {
            is_punct(Some(dot), '.').then_some((name, arguments))
        }
        _ => None,
    })
}

/// Whether a value cannot begin or end with the word. Paths can: `self`, `crate`.
pub(super) fn is_keyword(word: &Ident) -> bool {
    const KEYWORDS: &[&str] = &[
        "as", "async", "await", "break", "const", "continue", "dyn", "else", "enum", "extern",
        "fn", "for", "if", "impl", "in", "let", "loop", "match", "mod", "move", "mut", "pub",
        "ref", "return", "static", "struct", "trait", "type", "unsafe", "use", "where", "while",
        "yield",
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

/// For each token, whether it is outside of `::<…>`; true for all if one is not closed.
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

/// The end of the generics that start here.
pub(super) fn generics_end(tokens: &[TokenTree], open: usize) -> usize {
    let outside = outside_of_generics(tokens);
    let closed = outside.iter().enumerate().skip(open).find(|(_, outside)| **outside);
    closed.map_or(tokens.len(), |(at, _)| at)
}

/// Whether a `.` has nothing after it, which the compiler reports well, but with follow-up errors.
pub(super) fn has_dangling_dot(tokens: &[TokenTree]) -> bool {
    let mut before = None;
    for (at, token) in tokens.iter().enumerate() {
        let of_macro = is_punct(before, '!');
        if let TokenTree::Group(group) = token
            && !of_macro
            && has_dangling_dot(&inside(group))
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
