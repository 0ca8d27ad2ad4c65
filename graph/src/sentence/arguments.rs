//! Arguments of the job and of words.

use super::Sentence;

/// A job has two delivery guarantees.
#[must_use]
pub fn two_promises() -> Sentence {
    Sentence::new("M0143", "a job makes one promise", "keep one of the two")
}

/// The closure of a word that does not await is async.
#[must_use]
pub fn awaits(word: &str) -> Sentence {
    let what = if word == "map" { "these events are futures" } else { "this returns a future" };
    Sentence::new(
        "M0175",
        format!("{what}; `{word}` does not await"),
        "write an `#[operator]`, an `async fn` that awaits",
    )
}

/// A word that takes no arguments has some.
#[must_use]
pub fn takes_nothing(word: &str) -> Sentence {
    Sentence::new("M0144", format!("`{word}` takes no arguments"), format!("write `{word}`"))
}

/// Something other than a number follows `*`.
#[must_use]
pub fn no_number_of_instances() -> Sentence {
    Sentence::new(
        "M0145",
        "this is no number of instances",
        "write a whole number, such as `2`, or `auto` for one instance on each core",
    )
}

/// An overflow policy is misspelt.
#[must_use]
pub fn unknown_policy(written: &str, meant: &str) -> Sentence {
    Sentence::new(
        "M0146",
        format!("an edge has no policy `{written}`"),
        format!(
            "did you mean `{meant}`? They are `block`, `drop_newest`, `drop_oldest` and `sample(n)`"
        ),
    )
}

/// A job has no name, or one that is not a string.
#[must_use]
pub fn job_without_name() -> Sentence {
    Sentence::new("M0147", "a job has a name, which is a string", "write `job(\"fraud\")`")
}

/// A window is not followed by an operator.
#[must_use]
pub fn window_without_operator() -> Sentence {
    Sentence::new(
        "M0148",
        "a window is given to an operator or to `aggregate`, and to nothing else",
        "write `>> operator` behind `window(…)`, whose first parameter is a `Window<K, T>`, or \
         `>> aggregate(…)`",
    )
}

/// The aggregated stream has no window.
#[must_use]
pub fn aggregate_without_window() -> Sentence {
    Sentence::new(
        "M0151",
        "`aggregate` takes a window, and there is none before it",
        "write `>> window(…)` right before it; an operator of this name is written \
         `self::aggregate`",
    )
}

/// An aggregate does not have two arguments.
#[must_use]
pub fn aggregate_of_two() -> Sentence {
    Sentence::new(
        "M0161",
        "`aggregate` takes a closure that selects a value, and what is made of the values",
        "write `aggregate(|event| event.amount, sum())`; several at once are tuples: \
         `aggregate(|event| (event.a, event.b), (sum(), max()))`",
    )
}

/// A stream with a key is used where a key has no effect.
#[must_use]
pub fn takes_no_key(what: &str, usage: &str) -> Sentence {
    Sentence::new(
        "M0149",
        format!("{what} takes no stream with a key"),
        format!("write `{usage}` right before the operator that it is for"),
    )
}
