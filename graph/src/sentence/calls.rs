//! The calls of an operator that awaits: arguments of `#[operator(…)]`, and `.in_flight(…)`.

use super::Sentence;

/// The largest number of calls in flight of an instance.
pub const MOST_IN_FLIGHT: u64 = 4_096;

/// An argument about calls, and a function that never awaits.
#[must_use]
pub fn never_awaits(name: &str, word: &str) -> Sentence {
    Sentence::new(
        "M0252",
        format!("`{name}` never awaits, so it has no calls in flight"),
        format!("leave out `{word}`, or await what takes time"),
    )
}

/// The number of calls in flight is out of range, or something else.
#[must_use]
pub fn number_in_flight() -> Sentence {
    Sentence::new(
        "M0253",
        "`in_flight` is the largest number of calls at once, from 1 to 4096",
        "write `in_flight = 64`",
    )
}

/// The order of results is unknown.
#[must_use]
pub fn unknown_order(meant: Option<&str>) -> Sentence {
    const ALL: &str = "results leave in the order of the events (`input`), of the events of \
                       each key (`per_key`), or as calls return (`none`)";
    let help = match meant {
        Some(meant) => format!("did you mean `{meant}`? {ALL}"),
        None => ALL.to_owned(),
    };
    Sentence::new("M0254", "`order` is `input`, `per_key` or `none`", help)
}

/// A limit of time is no duration.
#[must_use]
pub fn no_duration(word: &str) -> Sentence {
    Sentence::new(
        "M0255",
        format!("`{word}` is a duration in a string, or a constant of type `Duration`"),
        format!("write `{word} = \"2s\"`; units are `us`, `ms`, `s`, `m`, `h` and `d`"),
    )
}

/// A limit of time is zero.
#[must_use]
pub fn no_time(word: &str) -> Sentence {
    Sentence::new(
        "M0256",
        format!("with a `{word}` of 0 no call that waits would succeed"),
        "write how long a call may take, or leave it out",
    )
}

/// The repetition of calls is not understood.
#[must_use]
pub fn how_to_retry() -> Sentence {
    Sentence::new(
        "M0257",
        "`retry` is a number of repetitions, with or without waits",
        "write `retry = 3`, `retry = fixed(3, \"1s\")` or \
         `retry = exponential(3, \"10ms\", \"10s\")`",
    )
}

/// Calls that cannot fail are to be repeated.
#[must_use]
pub fn nothing_to_retry() -> Sentence {
    Sentence::new(
        "M0258",
        "`retry` repeats a call that has failed, and this one cannot fail",
        "return a `Result`, or give calls a `timeout`",
    )
}

/// There is a condition for repetitions, and no repetition.
#[must_use]
pub fn condition_without_retry() -> Sentence {
    Sentence::new(
        "M0270",
        "`retry_if` says which errors are worth a repetition, and `retry` is missing",
        "write `retry = 3` too",
    )
}

/// The condition for repetitions is no function.
#[must_use]
pub fn condition_is_no_function() -> Sentence {
    Sentence::new(
        "M0259",
        "`retry_if` is a function of the error that returns `bool`",
        "write `retry_if = is_transient`, for `fn is_transient(error: &E) -> bool`",
    )
}

/// All attempts together have less time than one of them.
#[must_use]
pub fn deadline_before_timeout() -> Sentence {
    Sentence::new(
        "M0260",
        "`deadline` is for all attempts together, and is shorter than the `timeout` of one",
        "make it longer, or leave out `timeout`",
    )
}

/// `.in_flight(…)` follows something that makes no calls.
#[must_use]
pub fn makes_no_calls(name: &str) -> Sentence {
    Sentence::new(
        "M0191",
        format!("`{name}` never awaits, so it has no calls in flight"),
        "leave out `.in_flight(…)`; instances, `* 4`, spread work that never waits",
    )
}

/// `.in_flight(…)` has something else than a number, or nothing.
#[must_use]
pub fn no_number_of_calls() -> Sentence {
    Sentence::new(
        "M0193",
        "`.in_flight(…)` takes the largest number of calls at once",
        "write a number, or an expression of type `usize`: `.in_flight(64)`",
    )
}

/// The number of `.in_flight(…)` is out of range.
#[must_use]
pub fn number_of_calls() -> Sentence {
    Sentence::new(
        "M0192",
        "`.in_flight(…)` is the largest number of calls at once, from 1 to 4096",
        "write `.in_flight(64)`; more at once take instances: `* 4`",
    )
}
