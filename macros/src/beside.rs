//! The spans of what the macro adds: empty ones, beside the tokens of the user.
//!
//! An editor leads from a token to the definition of everything with its span, so only the token
//! itself has that. Joined with the spans of the tokens around it, an empty span changes nothing:
//! the compiler underlines the same.

use proc_macro2::{Group, Span, TokenStream, TokenTree};

/// The place before a token.
pub(crate) fn before(token: Span) -> Span {
    if proc_macro::is_available() { token.unwrap().start().into() } else { token }
}

/// The place behind a token.
pub(crate) fn behind(token: Span) -> Span {
    if proc_macro::is_available() { token.unwrap().end().into() } else { token }
}

/// Tokens of the user as those of the macro, with the same places: in code that only the compiler
/// sees, an editor would grey them out where they are written.
pub(crate) fn not_greyed(tokens: TokenStream) -> TokenStream {
    let ours = |token: TokenTree| {
        let at = token.span().resolved_at(Span::call_site());
        let mut token = match token {
            TokenTree::Group(group) => {
                Group::new(group.delimiter(), not_greyed(group.stream())).into()
            }
            token => token,
        };
        token.set_span(at);
        token
    };
    tokens.into_iter().map(ours).collect()
}
