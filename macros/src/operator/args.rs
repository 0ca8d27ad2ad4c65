//! The arguments of `#[operator(…)]`.

use super::calls::{self, CallArgs};
use super::letters::{self, LetterArgs};
use super::ttl::Ttl;
use crate::crate_path::{CratePath, text};
use crate::errors::Errors;
use millstream_graph::sentence::attribute as sentence;
use proc_macro2::TokenStream;
use quote::{ToTokens, quote};
use syn::ext::IdentExt;
use syn::parse::{ParseStream, Parser};
use syn::{Expr, Ident, LitStr, Token};

/// The known arguments, besides those of calls.
const KNOWN: &[&str] = &["name", "ttl", "crate"];

/// The arguments as written.
#[derive(Debug, Default)]
pub(super) struct Args {
    name: Option<LitStr>,
    ttl: Option<Ttl>,
    calls: CallArgs,
    letters: LetterArgs,
    krate: Option<CratePath>,
}

impl Args {
    /// Reads the arguments; mistakes go to `errors`, correct arguments are kept.
    pub(super) fn read(tokens: TokenStream, errors: &mut Errors) -> Self {
        let mut args = Self::default();
        let read = |input: ParseStream<'_>| args.all(input, errors);
        if let Err(error) = read.parse2(tokens) {
            errors.add(error);
        }
        args
    }

    /// The name of the operator, if it is set.
    pub(super) fn name(&self) -> Option<&LitStr> {
        self.name.as_ref()
    }

    /// The time to live of its state, if it is set.
    pub(super) fn ttl(&self) -> Option<&Ttl> {
        self.ttl.as_ref()
    }

    /// How its calls are made.
    pub(super) fn calls(&self) -> &CallArgs {
        &self.calls
    }

    /// What `.errors` emits.
    pub(super) fn letters(&self) -> &LetterArgs {
        &self.letters
    }

    /// The path of the runtime crate, as tokens.
    pub(super) fn runtime(&self) -> TokenStream {
        self.crate_path().to_token_stream()
    }

    /// The path of the runtime crate.
    pub(super) fn crate_path(&self) -> CratePath {
        self.krate.clone().unwrap_or_default()
    }

    fn all(&mut self, input: ParseStream<'_>, errors: &mut Errors) -> syn::Result<()> {
        while !input.is_empty() {
            self.one(input, errors)?;
            if !input.is_empty() {
                input.parse::<Token![,]>()?;
            }
        }
        Ok(())
    }

    fn one(&mut self, input: ParseStream<'_>, errors: &mut Errors) -> syn::Result<()> {
        if !input.peek(Ident::peek_any) {
            let value: Expr = input.parse()?;
            errors.say(value, &sentence::without_key());
            return Ok(());
        }
        let key = input.call(Ident::parse_any)?;
        let value = value_of(input)?;
        match key.to_string().as_str() {
            "name" if self.name.is_some() => twice(&key, errors),
            "crate" if self.krate.is_some() => twice(&key, errors),
            "ttl" if self.ttl.is_some() => twice(&key, errors),
            word if calls::WORDS.contains(&word) && self.calls.has(&key) => twice(&key, errors),
            word if calls::WORDS.contains(&word) => self.calls.read(&key, value, errors),
            word if letters::WORDS.contains(&word) && self.letters.has(&key) => twice(&key, errors),
            word if letters::WORDS.contains(&word) => self.letters.read(&key, value, errors),
            "name" => self.name = name(&key, value, errors),
            "ttl" => self.ttl = ttl(&key, value, errors),
            "crate" => self.krate = path(&key, value, errors),
            word => unknown(&key, word, errors),
        }
        Ok(())
    }
}

/// The value of a key, `= value`; parentheses are skipped, since no key takes them.
fn value_of(input: ParseStream<'_>) -> syn::Result<Option<Expr>> {
    if input.peek(syn::token::Paren) {
        input.parse::<proc_macro2::Group>()?;
        return Ok(None);
    }
    let assigned = input.parse::<Option<Token![=]>>()?.is_some();
    if !assigned || input.is_empty() || input.peek(Token![,]) {
        return Ok(None);
    }
    input.parse().map(Some)
}

fn name(key: &Ident, value: Option<Expr>, errors: &mut Errors) -> Option<LitStr> {
    let Some(value) = value else {
        errors.say(key, &sentence::name_without_value());
        return None;
    };
    match text(&value) {
        Some(name) if !name.value().trim().is_empty() => return Some(name.clone()),
        Some(name) => errors.say(name, &sentence::empty_name()),
        None => errors.say(value, &sentence::name_is_no_string()),
    }
    None
}

fn ttl(key: &Ident, value: Option<Expr>, errors: &mut Errors) -> Option<Ttl> {
    let ttl = value.as_ref().and_then(text).and_then(|text| Ttl::parse(key, &text.value()));
    let at = value.map_or_else(|| quote!(#key), |value| quote!(#value));
    match &ttl {
        None => errors.say(at, &sentence::ttl_is_no_duration()),
        Some(ttl) if ttl.micros() == 0 => errors.say(at, &sentence::no_ttl()),
        Some(_) => {}
    }
    ttl
}

fn path(key: &Ident, value: Option<Expr>, errors: &mut Errors) -> Option<CratePath> {
    let path = value.as_ref().and_then(CratePath::read);
    if path.is_none() {
        let at = value.map_or_else(|| quote!(#key), |value| quote!(#value));
        errors.say(at, &sentence::crate_is_no_path());
    }
    path
}

fn twice(key: &Ident, errors: &mut Errors) {
    errors.say(key, &sentence::given_twice(&key.to_string()));
}

fn unknown(key: &Ident, word: &str, errors: &mut Errors) {
    let words = KNOWN.iter().chain(letters::WORDS).chain(calls::WORDS).copied();
    let meant = millstream_graph::suggest::closest(word, words);
    errors.say(key, &sentence::unknown(word, meant));
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sentences(tokens: TokenStream) -> Vec<String> {
        let mut errors = Errors::default();
        Args::read(tokens, &mut errors);
        errors.sentences()
    }

    #[test]
    fn no_arguments_take_the_defaults() {
        let mut errors = Errors::default();
        let args = Args::read(TokenStream::new(), &mut errors);
        assert!(errors.is_empty() && args.name().is_none());
        assert_eq!(args.runtime().to_string(), quote!(::millstream).to_string());
    }

    #[test]
    fn name_and_crate_are_read_in_any_order() {
        for tokens in [
            quote!(name = "mean", crate = "::engine::flow"),
            quote!(crate = ::engine::flow, name = "mean",),
        ] {
            let mut errors = Errors::default();
            let args = Args::read(tokens, &mut errors);
            assert_eq!(errors.sentences(), [""; 0]);
            assert_eq!(args.name().unwrap().value(), "mean");
            assert_eq!(args.runtime().to_string(), quote!(::engine::flow).to_string());
        }
    }

    #[test]
    fn every_wrong_argument_is_reported() {
        let found =
            sentences(quote!(naem = "x", time_out = "2s", in_flight(3), name = 1, "y", foo));
        let expected = [
            sentence::unknown("naem", Some("name")),
            sentence::unknown("time_out", Some("timeout")),
            millstream_graph::sentence::calls::number_in_flight(),
            sentence::name_is_no_string(),
            sentence::without_key(),
            sentence::unknown("foo", None),
        ];
        assert_eq!(found, expected.map(|sentence| sentence.to_string()));
    }

    #[test]
    fn a_value_that_cannot_be_used_is_reported() {
        for (tokens, start) in [
            (quote!(name), "`name` has no value"),
            (quote!(name =), "`name` has no value"),
            (quote!(name =, crate = "a"), "`name` has no value"),
            (quote!(name = ""), "this name is empty"),
            (quote!(name = "a", name = "b"), "`name` is given twice"),
            (quote!(crate = "a", crate = "b"), "`crate` is given twice"),
            (quote!(ttl), "`ttl` is a duration"),
            (quote!(ttl = 5), "`ttl` is a duration"),
            (quote!(ttl = "an hour"), "`ttl` is a duration"),
            (quote!(ttl = "0s"), "state with a `ttl` of 0"),
            (quote!(ttl = "1h", ttl = "1h"), "`ttl` is given twice"),
            (quote!(retry = 1, retry = 2), "`retry` is given twice"),
            (quote!(order), "`order` is `input`"),
            (quote!(errors = letters, errors = letters), "`errors` is given twice"),
            (quote!(panics), "`panics` is `route`"),
            (quote!(crate = 7), "`crate` takes the path"),
            (quote!(crate), "`crate` takes the path"),
        ] {
            let found = sentences(tokens);
            assert_eq!(found.len(), 1, "{found:?}");
            assert!(found[0].starts_with(start), "{found:?}");
        }
    }
}
