//! What stands between the parentheses of `#[operator(…)]`.

use crate::errors::Errors;
use proc_macro2::TokenStream;
use quote::quote;
use syn::ext::IdentExt;
use syn::parse::{ParseStream, Parser};
use syn::{Expr, Ident, LitStr, Path, Token};

/// The arguments there are.
const KNOWN: &[&str] = &["name", "crate"];

/// Arguments that are designed but have no effect yet, so they are refused.
const PLANNED: &[&str] = &["in_flight", "on_error", "order", "retry", "state_ttl", "timeout"];

/// The arguments as given.
#[derive(Debug, Default)]
pub(super) struct Args {
    name: Option<LitStr>,
    krate: Option<Path>,
}

impl Args {
    /// Reads the arguments; mistakes go to `errors` and what is right is kept.
    pub(super) fn read(tokens: TokenStream, errors: &mut Errors) -> Self {
        let mut args = Self::default();
        let read = |input: ParseStream<'_>| args.all(input, errors);
        if let Err(error) = read.parse2(tokens) {
            errors.add(error);
        }
        args
    }

    /// The name given to the operator, if one is.
    pub(super) fn name(&self) -> Option<&LitStr> {
        self.name.as_ref()
    }

    /// The path of the runtime crate.
    pub(super) fn runtime(&self) -> TokenStream {
        self.krate.as_ref().map_or_else(|| quote!(::millstream), |path| quote!(#path))
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
            errors.push(value, "this argument has no key", all_arguments());
            return Ok(());
        }
        let key = input.call(Ident::parse_any)?;
        let value = value_of(input)?;
        match key.to_string().as_str() {
            "name" if self.name.is_some() => twice(&key, errors),
            "crate" if self.krate.is_some() => twice(&key, errors),
            "name" => self.name = name(&key, value, errors),
            "crate" => self.krate = path(&key, value, errors),
            word => unknown(&key, word, errors),
        }
        Ok(())
    }
}

/// What follows a key: `= value`, or anything in parentheses, which no argument takes.
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
        errors.push(key, "`name` has no value", "write `name = \"average ticket\"`");
        return None;
    };
    match text(&value) {
        Some(name) if !name.value().trim().is_empty() => return Some(name),
        Some(name) => {
            errors.push(name, "this name is empty", "leave `name` out to take the function's")
        }
        None => errors.push(
            value,
            "an operator's name is a string literal",
            "write `name = \"average ticket\"`",
        ),
    }
    None
}

fn path(key: &Ident, value: Option<Expr>, errors: &mut Errors) -> Option<Path> {
    let path = match &value {
        Some(Expr::Path(path)) => Some(path.path.clone()),
        Some(value) => text(value).and_then(|path| path.parse_with(Path::parse_mod_style).ok()),
        None => None,
    };
    if path.is_none() {
        let at = value.map_or_else(|| quote!(#key), |value| quote!(#value));
        errors.push(
            at,
            "`crate` takes the path under which millstream is found",
            "write `crate = \"::engine::millstream\"`",
        );
    }
    path
}

fn text(value: &Expr) -> Option<LitStr> {
    match value {
        Expr::Lit(literal) => match &literal.lit {
            syn::Lit::Str(text) => Some(text.clone()),
            _ => None,
        },
        Expr::Group(group) => text(&group.expr),
        _ => None,
    }
}

fn twice(key: &Ident, errors: &mut Errors) {
    errors.push(key, format_args!("`{key}` is given twice"), "keep one of the two");
}

fn unknown(key: &Ident, word: &str, errors: &mut Errors) {
    if PLANNED.contains(&word) {
        errors.push(key, format_args!("`{word}` is not built yet"), "leave it out");
        return;
    }
    let wrong = format_args!("`#[operator]` has no argument `{word}`");
    match millstream_graph::suggest::closest(word, KNOWN.iter().copied()) {
        Some(near) => {
            errors.push(key, wrong, format_args!("did you mean `{near}`? {}", all_arguments()));
        }
        None => errors.push(key, wrong, all_arguments()),
    }
}

fn all_arguments() -> &'static str {
    "the arguments are `name = \"…\"` and `crate = \"…\"`"
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
    fn every_wrong_argument_is_told() {
        let found = sentences(quote!(naem = "x", timeout = "2s", in_flight(3), name = 1, "y", foo));
        let all = all_arguments();
        assert_eq!(
            found,
            [
                format!("`#[operator]` has no argument `naem`\nhelp: did you mean `name`? {all}"),
                "`timeout` is not built yet\nhelp: leave it out".into(),
                "`in_flight` is not built yet\nhelp: leave it out".into(),
                "an operator's name is a string literal\nhelp: write `name = \"average ticket\"`"
                    .into(),
                format!("this argument has no key\nhelp: {all}"),
                format!("`#[operator]` has no argument `foo`\nhelp: {all}"),
            ]
        );
    }

    #[test]
    fn a_value_that_cannot_be_used_is_told() {
        for (tokens, start) in [
            (quote!(name), "`name` has no value"),
            (quote!(name =), "`name` has no value"),
            (quote!(name =, crate = "a"), "`name` has no value"),
            (quote!(name = ""), "this name is empty"),
            (quote!(name = "a", name = "b"), "`name` is given twice"),
            (quote!(crate = "a", crate = "b"), "`crate` is given twice"),
            (quote!(crate = 7), "`crate` takes the path"),
            (quote!(crate), "`crate` takes the path"),
        ] {
            let found = sentences(tokens);
            assert_eq!(found.len(), 1, "{found:?}");
            assert!(found[0].starts_with(start), "{found:?}");
        }
    }

    #[test]
    fn every_planned_argument_is_refused() {
        for word in PLANNED {
            let key = quote::format_ident!("{word}");
            assert_eq!(sentences(quote!(#key = 1)).len(), 1);
        }
    }
}
