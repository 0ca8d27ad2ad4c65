//! How long the state of an operator lives: `ttl = "1h"`, or `ttl = "1h by clock"`.

use proc_macro2::TokenStream;
use quote::quote;
use syn::Ident;

/// What stands behind a duration to count it by the job's clock.
const BY_CLOCK: &str = "by clock";

/// The units, and their length in microseconds.
const UNITS: &[(&str, u64)] = &[
    ("ms", 1_000),
    ("s", 1_000_000),
    ("m", 60_000_000),
    ("min", 60_000_000),
    ("h", 3_600_000_000),
    ("d", 86_400_000_000),
];

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

/// The microseconds of a duration: numbers, each with a unit, with or without spaces.
fn micros(text: &str) -> Option<u64> {
    let mut rest = text.trim();
    if rest.is_empty() {
        return None;
    }
    let mut micros = 0_u64;
    while !rest.is_empty() {
        let (number, more) = cut(rest, |c| c.is_ascii_digit());
        let (unit, more) = cut(more.trim_start(), |c| c.is_ascii_alphabetic());
        let (_, length) = UNITS.iter().find(|(name, _)| *name == unit)?;
        micros = micros.checked_add(number.parse::<u64>().ok()?.checked_mul(*length)?)?;
        rest = more.trim_start();
    }
    // Longer than event time, which is signed.
    i64::try_from(micros).ok().map(|_| micros)
}

/// The beginning of a text whose characters are all of one kind, and what follows.
fn cut(text: &str, is_of_kind: impl Fn(char) -> bool) -> (&str, &str) {
    text.split_at(text.find(|c| !is_of_kind(c)).unwrap_or(text.len()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn durations_are_numbers_with_units() {
        for (text, millis) in [
            ("250ms", 250),
            ("2s", 2_000),
            (" 30 m ", 1_800_000),
            ("30min", 1_800_000),
            ("1h", 3_600_000),
            ("1h 30m", 5_400_000),
            ("7d", 604_800_000),
            ("0s", 0),
        ] {
            assert_eq!(micros(text), Some(1_000 * millis), "{text}");
        }
        for text in ["", "h", "1", "1.5h", "-1s", "1 hour", "1h by", "99999999999999d"] {
            assert_eq!(micros(text), None, "{text}");
        }
    }

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
