//! Joins: their sides, and the bound of their state.

use super::Sentence;

/// A side of a join has no key.
#[must_use]
pub fn side_without_key() -> Sentence {
    Sentence::new(
        "M0152",
        "a side of a join needs a key",
        "end it in `>> by(|event| …)`: events with the same key are partners",
    )
}

/// A join has less than two streams.
#[must_use]
pub fn too_few_sides(word: &str) -> Sentence {
    Sentence::new(
        "M0153",
        format!("`{word}` joins two streams or more"),
        format!("write its sides in parentheses: `(a >> by(…), b >> by(…)) >> {word}(…)`"),
    )
}

/// A join has too many streams.
#[must_use]
pub fn too_many_sides() -> Sentence {
    Sentence::new(
        "M0154",
        "a join has four sides at most",
        "join some of them first, `name = (a >> by(…), b >> by(…)) >> join(…)`, and the result \
         with the others: `(name >> by(…), c >> by(…)) >> join(…)`",
    )
}

/// A `right_join` has three streams.
#[must_use]
pub fn right_of_two() -> Sentence {
    Sentence::new(
        "M0155",
        "`right_join` joins two streams: of more there is no right one",
        "put the side that is kept first and write `left_join(…)`, or keep all of them with \
         `full_join(…)`",
    )
}

/// A join has no bound for its state.
#[must_use]
pub fn without_bound(word: &str) -> Sentence {
    let latest = match word {
        "join" | "left_join" => format!(", `{word}(latest(keep))`"),
        _ => String::new(),
    };
    Sentence::new(
        "M0156",
        "a join keeps state, and this one does not say for how long",
        format!(
            "write `{word}(within(before, after))`{latest} or a window, `{word}(tumbling(size))`"
        ),
    )
}

/// A join does not follow a list of streams.
#[must_use]
pub fn without_sides(word: &str) -> Sentence {
    Sentence::new(
        "M0157",
        format!("`{word}` stands behind a list of sides, and there is none before it"),
        format!(
            "write `(a >> by(…), b >> by(…)) >> {word}(…)`; an operator of this name is written \
             `self::{word}`"
        ),
    )
}

/// The streams of a join are in brackets.
#[must_use]
pub fn sides_in_brackets(word: &str) -> Sentence {
    Sentence::new(
        "M0158",
        "the sides of a join stand in parentheses, not in brackets",
        format!("write `(a >> by(…), b >> by(…)) >> {word}(…)`"),
    )
}

/// `within` is used with more than two streams.
#[must_use]
pub fn within_of_two() -> Sentence {
    Sentence::new(
        "M0159",
        "`within` joins two streams",
        "join two of them first and the result with the next, or join all of them in windows: \
         `tumbling(…)`",
    )
}

/// A join with `latest` should also emit unmatched events of the streams that it looks up.
#[must_use]
pub fn latest_looks_up(word: &str) -> Sentence {
    Sentence::new(
        "M0160",
        format!("`latest` only looks up the other sides, so there is no `{word}` of it"),
        "write `join(latest(…))`, or `left_join(latest(…))` to keep what finds nothing",
    )
}

/// A join sheds events, and its rows have no bound.
#[must_use]
pub fn sheds_without_bound(word: &str) -> Sentence {
    Sentence::new(
        "M0188",
        "a join sheds what finds no room, and this one has room for everything",
        format!("write its bound first: `{word}(…).at_most(10_000).shed()`"),
    )
}
