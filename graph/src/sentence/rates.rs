//! Rates of `throttle`, and batches by `in_batches_of`.

use super::Sentence;

/// `throttle` is given a number.
#[must_use]
pub fn rate_without_unit(written: &str) -> Sentence {
    Sentence::new(
        "M0181",
        "a rate has a unit",
        format!("write `{written}.per_sec()`, `{written}.per_min()` or `{written}.per_hour()`"),
    )
}

/// A rate lets nothing pass.
#[must_use]
pub fn no_rate(rate: &str) -> Sentence {
    Sentence::new(
        "M0182",
        format!("nothing passes at this rate: `{rate}`"),
        "write at least 1 event; to stop a stream for good, end it in `ignore`",
    )
}

/// A rate is greater than any stream can be.
#[must_use]
pub fn too_fast(rate: &str) -> Sentence {
    Sentence::new(
        "M0186",
        format!("no stream is as fast as this rate: `{rate}`"),
        "write at most 1,000,000,000 events per second, or leave `throttle(…)` out",
    )
}

/// A rate lets less than one event a day pass.
#[must_use]
pub fn too_slow(rate: &str) -> Sentence {
    Sentence::new(
        "M0187",
        format!("at this rate less than one event a day passes: `{rate}`"),
        "write a shorter time, or more events",
    )
}

/// `in_batches_of(…)` is not followed by `.or_after(…)`.
#[must_use]
pub fn batches_without_end(count: &str) -> Sentence {
    Sentence::new(
        "M0183",
        "a batch could wait for its last event for ever",
        format!(
            "say how long it waits for more: `in_batches_of({count}).or_after(1.secs())`, or \
             `.or_after(Duration::MAX)` if it is to wait"
        ),
    )
}

/// An edge drops events, and the throttle behind it sheds some: both would be its overflow.
#[must_use]
pub fn sheds_twice(node: &str) -> Sentence {
    Sentence::new(
        "M0184",
        format!("`{node}` sheds events, and the edge before it drops some: both are its overflow"),
        "leave `overflow(…)` or `.shed()` out, or write a node between the two",
    )
}

/// A word is followed by a method that it does not have.
#[must_use]
pub fn unknown_setting(word: &str, written: &str, meant: &str) -> Sentence {
    let wrong = format!("`{word}(…)` has no `.{written}(…)`");
    Sentence::new("M0185", wrong, format!("did you mean `.{meant}(…)`?"))
}
