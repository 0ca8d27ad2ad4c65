//! Types that say what of them may be shown.

use super::Sentence;

/// It is a union.
#[must_use]
pub fn union() -> Sentence {
    Sentence::new(
        "M0332",
        "a `union` does not know which of its fields may be shown",
        "write an `enum` with a variant for each field",
    )
}

/// An argument of `#[peek(…)]` is unknown, or stands at the wrong place.
#[must_use]
pub fn unknown_argument() -> Sentence {
    Sentence::new(
        "M0333",
        "`#[peek(…)]` takes `hide` at a field, and `crate = \"…\"` at a type",
        "write `#[peek(hide)]` at each field that may not be shown",
    )
}
