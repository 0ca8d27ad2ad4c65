//! The mistakes found in one macro call, all told at once.

use millstream_graph::sentence::Sentence;
use proc_macro2::TokenStream;
use quote::ToTokens;

/// Gathers mistakes; each becomes one `compile_error!` at the tokens that are wrong.
#[derive(Debug, Default)]
pub(crate) struct Errors {
    all: Option<syn::Error>,
    /// Whether what follows would be told as well if the compiler saw it.
    hide_the_rest: bool,
}

impl Errors {
    /// Adds what is said about `tokens`.
    pub(crate) fn say(&mut self, tokens: impl ToTokens, sentence: &Sentence) {
        self.add(syn::Error::new_spanned(tokens, sentence));
    }

    /// Adds a mistake that is worded already.
    pub(crate) fn add(&mut self, error: syn::Error) {
        match &mut self.all {
            Some(all) => all.combine(error),
            none => *none = Some(error),
        }
    }

    /// Adds what is said about `tokens`, from which other mistakes would follow.
    pub(crate) fn say_alone(&mut self, tokens: impl ToTokens, sentence: &Sentence) {
        self.hide_the_rest = true;
        self.say(tokens, sentence);
    }

    /// Whether what the compiler would find beside the mistakes follows from them.
    pub(crate) fn hide_the_rest(&self) -> bool {
        self.hide_the_rest
    }

    /// Whether no mistake was found.
    pub(crate) fn is_empty(&self) -> bool {
        self.all.is_none()
    }

    /// The messages for the compiler; nothing if there are none.
    pub(crate) fn to_tokens(&self) -> TokenStream {
        self.all.as_ref().map(syn::Error::to_compile_error).unwrap_or_default()
    }
}

#[cfg(test)]
impl Errors {
    /// The messages in the order they were found.
    pub(crate) fn sentences(&self) -> Vec<String> {
        self.all.iter().flatten().map(|error| error.to_string()).collect()
    }
}
