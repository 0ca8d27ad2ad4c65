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

/// An argument is unknown; a known one may have been meant.
#[must_use]
pub fn unknown(written: &str, meant: Option<&str>) -> Sentence {
    let help = match meant {
        Some(meant) => format!("did you mean `{meant}`? {ALL}"),
        None => ALL.to_owned(),
    };
    Sentence::new("M0248", format!("`#[operator]` has no argument `{written}`"), help)
}

/// There is a time to live, and no state that could have one.
#[must_use]
pub fn ttl_without_state() -> Sentence {
    Sentence::new(
        "M0249",
        "`ttl` is how long state lives, and this operator has none",
        "leave it out, or take state: a second parameter `state: &mut S`",
    )
}

/// The value of `ttl` is not a duration.
#[must_use]
pub fn ttl_is_no_duration() -> Sentence {
    Sentence::new(
        "M0250",
        "`ttl` is a duration in a string",
        "write `ttl = \"1h\"`, by the clock `ttl = \"1h by clock\"`; units are `ms`, `s`, `m`, \
         `h` and `d`",
    )
}

/// The time to live is zero.
#[must_use]
pub fn no_ttl() -> Sentence {
    Sentence::new(
        "M0251",
        "state with a `ttl` of 0 would be gone before the next event",
        "write a duration of at least 1 ms, or take no state",
    )
}

const ALL: &str = "the arguments are `name = \"…\"`, `ttl = \"1h\"`, `errors = letters`, \
                   `panics = route` and `crate = \"…\"`; of an operator that awaits also \
                   `in_flight = 64`, `order = per_key`, `timeout = \"2s\"`, \
                   `deadline = \"10s\"`, `retry = 3` and `retry_if = f`";

/// A function with `#[topology_graph]` has no topology, or several.
#[must_use]
pub fn not_one_topology() -> Sentence {
    Sentence::new(
        "M0190",
        "a function with `#[topology_graph]` has one `topology!(…)`",
        "write the attribute on the function whose body has it, one function for each topology",
    )
}
