//! How long the state of an operator lives: `ttl = "1h"`, or `ttl = "1h by clock"`.

use super::duration::micros;
use proc_macro2::TokenStream;
use quote::quote;
use syn::Ident;

/// What stands behind a duration to count it by the job's clock.
const BY_CLOCK: &str = "by clock";

/// A time to live.
#[derive(Debug, Clone)]
pub(super) struct Ttl {
    /// The word `ttl`, for messages.
    key: Ident,
    micros: u64,
    by_clock: bool,
}

impl Ttl {
    /// Reads a time to live.
    pub(super) fn parse(key: &Ident, text: &str) -> Option<Self> {
        let text = text.trim();
        let (length, by_clock) = match text.strip_suffix(BY_CLOCK) {
            Some(length) if length.ends_with(' ') => (length, true),
            _ => (text, false),
        };
        Some(Self { key: key.clone(), micros: micros(length)?, by_clock })
    }

    pub(super) fn key(&self) -> &Ident {
        &self.key
    }

    pub(super) fn micros(&self) -> u64 {
        self.micros
    }

    /// Its type.
    pub(super) fn to_type(&self, runtime: &TokenStream) -> TokenStream {
        let micros = self.micros;
        match self.by_clock {
            false => quote!(#runtime::operator::Ttl<#micros>),
            true => quote!(#runtime::operator::Ttl<#micros, #runtime::operator::TtlByClock>),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_clock_is_said_behind_the_duration() {
        let key = quote::format_ident!("ttl");
        let ttl = |text| Ttl::parse(&key, text).map(|ttl| ttl.to_type(&quote!(m)).to_string());
        let of = |tokens: TokenStream| Some(tokens.to_string());
        assert_eq!(ttl("1s"), of(quote!(m::operator::Ttl<1000000u64>)));
        let by_clock = quote!(m::operator::Ttl<1000000u64, m::operator::TtlByClock>);
        assert_eq!(ttl("1s by clock"), of(by_clock));
        assert_eq!((ttl("1sby clock"), ttl("by clock")), (None, None));
    }
}
