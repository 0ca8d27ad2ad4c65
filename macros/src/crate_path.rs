//! The path of the runtime crate, which the argument `crate` of each macro sets.

use proc_macro2::{Span, TokenStream};
use quote::{ToTokens, quote_spanned};
use syn::parse::ParseStream;
use syn::{Expr, ExprLit, Lit, LitStr, Path, Token};

/// The path of millstream: `::millstream`, unless the user writes another.
#[derive(Debug, Clone, Default)]
pub(crate) struct CratePath(Option<Path>);

impl CratePath {
    /// Reads the value of the argument: a path, or a string literal that contains one.
    pub(crate) fn read(value: &Expr) -> Option<Self> {
        let path = match value {
            Expr::Path(path) => Some(path.path.clone()),
            value => text(value)?.parse_with(Path::parse_mod_style).ok(),
        };
        path.map(|path| Self(Some(path)))
    }

    /// The path, with the place of other tokens.
    pub(crate) fn at(&self, span: Span) -> TokenStream {
        let Some(path) = &self.0 else { return quote_spanned!(span=> ::millstream) };
        let tokens = path.to_token_stream().into_iter().map(|mut token| {
            token.set_span(token.span().located_at(span));
            token
        });
        tokens.collect()
    }
}

impl ToTokens for CratePath {
    fn to_tokens(&self, tokens: &mut TokenStream) {
        match &self.0 {
            Some(path) => path.to_tokens(tokens),
            None => tokens.extend(self.at(Span::call_site())),
        }
    }
}

/// The string literal that an expression is, if it is one.
pub(crate) fn text(value: &Expr) -> Option<&LitStr> {
    match value {
        Expr::Lit(ExprLit { lit: Lit::Str(text), .. }) => Some(text),
        Expr::Group(group) => text(&group.expr),
        _ => None,
    }
}

/// The value of the only argument of a derive's attribute, `crate = path`.
pub(crate) fn argument(input: ParseStream<'_>) -> syn::Result<Expr> {
    input.parse::<Token![crate]>()?;
    input.parse::<Token![=]>()?;
    let value: Expr = input.parse()?;
    input.parse::<Option<Token![,]>>()?;
    Ok(value)
}
