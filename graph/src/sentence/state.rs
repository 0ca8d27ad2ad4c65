//! Types that are kept in checkpoints, with a version.

use super::Sentence;

/// It is a union.
#[must_use]
pub fn union() -> Sentence {
    Sentence::new(
        "M0291",
        "a `union` cannot be written to a checkpoint: nothing says which field is set",
        "write an `enum` with a variant for each field",
    )
}

/// It has a lifetime.
#[must_use]
pub fn borrows(name: &str) -> Sentence {
    Sentence::new(
        "M0292",
        format!("`{name}` cannot be read from a checkpoint: it borrows"),
        "own the data: `String` or `Arc<str>` for a `&str`",
    )
}

/// A version has no upgrade.
#[must_use]
pub fn without_upgrade(version: u32, present: u32) -> Sentence {
    Sentence::new(
        "M0293",
        format!("nothing upgrades version {version} to version {present}"),
        format!(
            "write `upgrade({version} = from_v{version})`, and a function from the type as it was"
        ),
    )
}

/// An upgrade begins with the present version, or a later one.
#[must_use]
pub fn not_below(version: u32, present: u32) -> Sentence {
    Sentence::new(
        "M0294",
        format!("version {version} is not below {present}, the version of this type"),
        match version.checked_add(1) {
            Some(next) => format!("write `version = {next}`, or leave this upgrade out"),
            None => "leave this upgrade out".to_owned(),
        },
    )
}

/// Two upgrades begin with one version.
#[must_use]
pub fn upgraded_twice(version: u32) -> Sentence {
    Sentence::new(
        "M0295",
        format!("version {version} is upgraded by two functions"),
        "keep one of the two",
    )
}

/// A version is not a number from 1.
#[must_use]
pub fn no_version() -> Sentence {
    Sentence::new(
        "M0296",
        "a version is a number, 1 or more",
        "a type without `#[state(version = …)]` is version 1; count on from there",
    )
}

/// An argument is unknown or malformed.
#[must_use]
pub fn unknown_argument() -> Sentence {
    Sentence::new(
        "M0297",
        "`#[state(…)]` has no such argument",
        "write `#[state(version = 2, upgrade(1 = from_v1))]`",
    )
}

/// An argument is repeated.
#[must_use]
pub fn given_twice(key: &str) -> Sentence {
    Sentence::new("M0298", format!("`{key}` is given twice"), "keep one of the two")
}
