//! Durations in arguments: `"2s"`, `"1h 30m"`, or the name of a constant.

use crate::crate_path::text;
use proc_macro2::TokenStream;
use quote::{ToTokens, quote};
use syn::Expr;

/// The units, and their length in microseconds.
const UNITS: &[(&str, u64)] = &[
    ("us", 1),
    ("ms", 1_000),
    ("s", 1_000_000),
    ("m", 60_000_000),
    ("min", 60_000_000),
    ("h", 3_600_000_000),
    ("d", 86_400_000_000),
];

/// A duration as written.
#[derive(Debug)]
pub(super) enum Length {
    /// In microseconds.
    Micros(u64),
    /// A constant of type `Duration`.
    Constant(TokenStream),
}

impl Length {
    /// Reads a string or a path.
    pub(super) fn read(value: &Expr) -> Option<Self> {
        match (value, text(value)) {
            (_, Some(text)) => micros(&text.value()).map(Self::Micros),
            (Expr::Path(path), None) => Some(Self::Constant(path.to_token_stream())),
            _ => None,
        }
    }

    /// Its microseconds, if it is no constant.
    pub(super) fn micros(&self) -> Option<u64> {
        match self {
            Self::Micros(micros) => Some(*micros),
            Self::Constant(_) => None,
        }
    }

    /// An expression of type `Duration`.
    pub(super) fn to_tokens(&self) -> TokenStream {
        match self {
            Self::Micros(micros) => quote!(::core::time::Duration::from_micros(#micros)),
            Self::Constant(path) => path.clone(),
        }
    }
}

/// The microseconds of a duration: numbers, each with a unit, with or without spaces.
pub(super) fn micros(text: &str) -> Option<u64> {
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
        for (text, length) in [
            ("500us", 500),
            ("250ms", 250_000),
            ("2s", 2_000_000),
            (" 30 m ", 1_800_000_000),
            ("30min", 1_800_000_000),
            ("1h", 3_600_000_000),
            ("1h 30m", 5_400_000_000),
            ("7d", 604_800_000_000),
            ("0s", 0),
        ] {
            assert_eq!(micros(text), Some(length), "{text}");
        }
        for text in ["", "h", "1", "1.5h", "-1s", "1 hour", "1h by", "99999999999999d"] {
            assert_eq!(micros(text), None, "{text}");
        }
    }
}
