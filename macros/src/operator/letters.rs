//! What `.errors` emits: `errors = letters` and `panics = route`.

use crate::crate_path::{CratePath, text};
use crate::errors::Errors;
use millstream_graph::sentence::letters as sentence;
use proc_macro2::TokenStream;
use quote::{ToTokens, quote, quote_spanned};
use syn::spanned::Spanned;
use syn::{Expr, Ident};

/// The arguments that are about errors.
pub(super) const WORDS: &[&str] = &["errors", "panics"];

/// The arguments as written; one that is wrong is reported and left out.
#[derive(Debug, Default)]
pub(super) struct LetterArgs {
    /// The words that are given, for messages.
    given: Vec<Ident>,
    errors: bool,
    panics: bool,
}

impl LetterArgs {
    /// Whether the word was given already.
    pub(super) fn has(&self, key: &Ident) -> bool {
        self.given.iter().any(|given| given == key)
    }

    /// Reads one of [`WORDS`].
    pub(super) fn read(&mut self, key: &Ident, value: Option<Expr>, errors: &mut Errors) {
        self.given.push(key.clone());
        let at = value.as_ref().map_or_else(|| quote!(#key), ToTokens::to_token_stream);
        match (key.to_string().as_str(), word(value.as_ref()).as_deref()) {
            ("errors", Some("letters")) => self.errors = true,
            ("errors", _) => errors.say(at, &sentence::errors_are_letters()),
            (_, Some("route")) => self.panics = true,
            _ => errors.say(at, &sentence::panics_are_routed()),
        }
    }

    /// Whether `.errors` emits dead letters.
    pub(super) fn are_wanted(&self) -> bool {
        self.errors || self.panics
    }

    /// Reports letters of errors that cannot be. `can_fail` is whether a call may return an error.
    pub(super) fn check(&self, can_fail: bool, errors: &mut Errors) {
        if self.errors && !self.panics && !can_fail {
            errors.say(self.given.first(), &sentence::nothing_fails());
        }
    }

    /// The parameter of the operator's mode, unless errors are plain.
    pub(super) fn of_mode(&self, runtime: &TokenStream) -> Option<TokenStream> {
        match (self.errors, self.panics) {
            (_, true) => Some(quote!(<#runtime::operator::CatchesPanics>)),
            (true, false) => Some(quote!(<#runtime::operator::EmitsLetters>)),
            (false, false) => None,
        }
    }

    /// The constant that copies events, and states if panics are caught.
    pub(super) fn to_const(
        &self,
        runtime: &CratePath,
        (event, state): (&dyn ToTokens, &dyn ToTokens),
    ) -> Option<TokenStream> {
        if !self.are_wanted() {
            return None;
        }
        let copied = |name: &str, ty: &dyn ToTokens| {
            // All of it has the place of the type, to which the message belongs.
            let span = ty.to_token_stream().span();
            let (runtime, name) = (runtime.at(span), Ident::new(name, span));
            quote_spanned!(span=> ::core::option::Option::Some(
                <#runtime::__private::Copies as #runtime::__private::#name<#ty>>::copied
            ))
        };
        let of_event = copied("LetterEventOf", event);
        let of_state = match self.panics {
            true => copied("StateBeforeOf", state),
            false => quote!(::core::option::Option::None),
        };
        Some(quote! {
            const COPIES: #runtime::operator::LetterCopies<#event, #state> =
                #runtime::operator::LetterCopies { event: #of_event, state: #of_state };
        })
    }
}

/// The word that a value is.
fn word(value: Option<&Expr>) -> Option<String> {
    match value? {
        Expr::Path(path) => path.path.get_ident().map(ToString::to_string),
        value => text(value).map(syn::LitStr::value),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use quote::format_ident;

    fn read(pairs: &[(&str, TokenStream)]) -> (LetterArgs, Vec<String>) {
        let (mut args, mut errors) = (LetterArgs::default(), Errors::default());
        for (key, value) in pairs {
            args.read(&format_ident!("{key}"), syn::parse2(value.clone()).ok(), &mut errors);
        }
        args.check(false, &mut errors);
        let sentences = errors.sentences();
        (args, sentences)
    }

    #[test]
    fn panics_imply_letters_of_an_operator_that_cannot_fail() {
        let (args, errors) = read(&[("panics", quote!(route))]);
        assert_eq!(errors, [""; 0]);
        let mode = args.of_mode(&quote!(m)).unwrap().to_string();
        assert_eq!(mode, quote!(<m::operator::CatchesPanics>).to_string());
        let (_, errors) = read(&[("errors", quote!(letters)), ("panics", quote!("route"))]);
        assert_eq!(errors, [""; 0]);
    }

    #[test]
    fn every_value_that_cannot_be_used_is_reported_once() {
        for (key, value, code) in [
            ("errors", quote!(plain), "M0273"),
            ("errors", quote!(), "M0273"),
            ("panics", quote!(catch), "M0274"),
            ("panics", quote!(true), "M0274"),
            ("errors", quote!(letters), "M0275"),
        ] {
            let (_, errors) = read(&[(key, value.clone())]);
            assert_eq!(errors.len(), 1, "{value}: {errors:?}");
            assert!(errors[0].contains(code), "{value}: {errors:?}");
        }
    }
}
