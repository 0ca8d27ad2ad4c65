//! Arguments of `#[operator(…)]`, and the crate path of all macros.

use super::Sentence;

/// A value without a key.
#[must_use]
pub fn without_key() -> Sentence {
    Sentence::new("M0241", "this argument has no key", ALL)
}

/// `name` has no value.
#[must_use]
pub fn name_without_value() -> Sentence {
    Sentence::new("M0242", "`name` has no value", "write `name = \"average ticket\"`")
}

/// The name is empty.
#[must_use]
pub fn empty_name() -> Sentence {
    Sentence::new("M0243", "this name is empty", "leave `name` out to take the function's")
}

/// The name is not a string.
#[must_use]
pub fn name_is_no_string() -> Sentence {
    Sentence::new(
        "M0244",
        "an operator's name is a string literal",
        "write `name = \"average ticket\"`",
    )
}

/// The value of `crate` is not a path.
#[must_use]
pub fn crate_is_no_path() -> Sentence {
    Sentence::new(
        "M0245",
        "`crate` takes the path under which millstream is found",
        "write `crate = \"::engine::millstream\"`",
    )
}

/// An argument is repeated.
#[must_use]
pub fn given_twice(key: &str) -> Sentence {
    Sentence::new("M0246", format!("`{key}` is given twice"), "keep one of the two")
}

/// An argument is planned, but not implemented.
#[must_use]
pub fn not_built(key: &str) -> Sentence {
    Sentence::new("M0247", format!("`{key}` is not built yet"), "leave it out")
}

/// An argument is unknown; a known one may have been meant.
#[must_use]
pub fn unknown(written: &str, meant: Option<&str>) -> Sentence {
    let help = match meant {
        Some(meant) => format!("did you mean `{meant}`? {ALL}"),
        None => ALL.to_owned(),
    };
    Sentence::new("M0248", format!("`#[operator]` has no argument `{written}`"), help)
}

const ALL: &str = "the arguments are `name = \"…\"` and `crate = \"…\"`";
