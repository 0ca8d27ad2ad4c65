//! Types that are to become keys.

use super::Sentence;

/// It is a union.
#[must_use]
pub fn union() -> Sentence {
    Sentence::new(
        "M0281",
        "a `union` cannot be a key: its fields cannot be compared",
        "write an `enum` with a variant for each field",
    )
}

/// It has a lifetime.
#[must_use]
pub fn borrows(name: &str) -> Sentence {
    Sentence::new(
        "M0282",
        format!("`{name}` cannot be a key: it borrows, and a key outlives its event"),
        "own the data: `String` or `Arc<str>` for a `&str`",
    )
}
