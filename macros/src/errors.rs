//! The mistakes found in one macro call, all told at once.

use proc_macro2::TokenStream;
use quote::ToTokens;
use std::fmt::Display;

/// Gathers mistakes; each becomes one `compile_error!` at the tokens that are wrong.
#[derive(Debug, Default)]
pub(crate) struct Errors(Option<syn::Error>);

impl Errors {
    /// Adds a mistake: what is wrong at `tokens`, and what to write there.
    pub(crate) fn push(&mut self, tokens: impl ToTokens, wrong: impl Display, help: impl Display) {
        self.add(syn::Error::new_spanned(tokens, format!("{wrong}\nhelp: {help}")));
    }

    /// Adds a mistake that is worded already.
    pub(crate) fn add(&mut self, error: syn::Error) {
        match &mut self.0 {
            Some(all) => all.combine(error),
            none => *none = Some(error),
        }
    }

    /// Whether no mistake was found.
    pub(crate) fn is_empty(&self) -> bool {
        self.0.is_none()
    }

    /// The messages for the compiler; nothing if there are none.
    pub(crate) fn to_tokens(&self) -> TokenStream {
        self.0.as_ref().map(syn::Error::to_compile_error).unwrap_or_default()
    }
}

#[cfg(test)]
impl Errors {
    /// The messages in the order they were found.
    pub(crate) fn sentences(&self) -> Vec<String> {
        self.0.iter().flatten().map(|error| error.to_string()).collect()
    }
}
