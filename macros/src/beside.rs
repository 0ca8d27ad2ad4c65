//! The spans of what the macro adds: empty ones, beside the tokens of the user.
//!
//! An editor leads from a token to the definition of everything with its span, so only the token
//! itself has that. Joined with the spans of the tokens around it, an empty span changes nothing:
//! the compiler underlines the same.

use proc_macro2::Span;

/// The place before a token.
pub(crate) fn before(token: Span) -> Span {
    if proc_macro::is_available() { token.unwrap().start().into() } else { token }
}

/// The place behind a token.
pub(crate) fn behind(token: Span) -> Span {
    if proc_macro::is_available() { token.unwrap().end().into() } else { token }
}
