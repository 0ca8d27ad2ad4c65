//! The mistakes of one macro call, reported together.

use crate::beside::before;
use millstream_graph::sentence::Sentence;
use proc_macro2::{TokenStream, TokenTree};
use quote::ToTokens;
use std::collections::HashSet;

/// Collects mistakes; each becomes a `compile_error!` at the wrong tokens.
#[derive(Debug, Default)]
pub(crate) struct Errors {
    all: Option<syn::Error>,
    /// Whether the compiler would report follow-up errors.
    hide_the_rest: bool,
    /// The line that is checked, if there are lines.
    line: Option<usize>,
    /// The lines with mistakes that have consequences.
    broken: HashSet<usize>,
}

impl Errors {
    /// Reports a mistake at `tokens`.
    pub(crate) fn say(&mut self, tokens: impl ToTokens, sentence: &Sentence) {
        self.add(syn::Error::new_spanned(tokens, sentence));
    }

    /// Adds a mistake with its message.
    pub(crate) fn add(&mut self, error: syn::Error) {
        match &mut self.all {
            Some(all) => all.combine(error),
            none => *none = Some(error),
        }
    }

    /// Adds those of another list.
    pub(crate) fn append(&mut self, others: Self) {
        self.hide_the_rest |= others.hide_the_rest;
        if let Some(others) = others.all {
            self.add(others);
        }
    }

    /// Reports a mistake at `tokens` that would cause follow-up errors.
    pub(crate) fn say_alone(&mut self, tokens: impl ToTokens, sentence: &Sentence) {
        self.hide_the_rest = true;
        self.broken.extend(self.line);
        self.say(tokens, sentence);
    }

    /// Says which line is checked from here on.
    pub(crate) fn enter(&mut self, line: usize) {
        self.line = Some(line);
    }

    /// Whether such a mistake has been found in the line that is checked.
    pub(crate) fn is_here_broken(&self) -> bool {
        self.line.is_some_and(|line| self.is_broken(line))
    }

    /// Whether a mistake has been found in the line that would cause others.
    pub(crate) fn is_broken(&self, line: usize) -> bool {
        self.broken.contains(&line)
    }

    /// Whether to hide the code from the compiler, which would report follow-up errors.
    pub(crate) fn hide_the_rest(&self) -> bool {
        self.hide_the_rest
    }

    /// Whether no mistake was found.
    pub(crate) fn is_empty(&self) -> bool {
        self.all.is_none()
    }

    /// The messages for the compiler; empty if there are none.
    pub(crate) fn to_tokens(&self) -> TokenStream {
        let Some(all) = &self.all else { return TokenStream::new() };
        // The names of `::core::compile_error!` stand beside the tokens of the user.
        let tokens = all.to_compile_error().into_iter().map(|mut token| {
            if !matches!(token, TokenTree::Group(_)) {
                token.set_span(before(token.span()));
            }
            token
        });
        tokens.collect()
    }
}

#[cfg(test)]
impl Errors {
    /// The messages in the order they were found.
    pub(crate) fn sentences(&self) -> Vec<String> {
        self.all.iter().flatten().map(|error| error.to_string()).collect()
    }
}
