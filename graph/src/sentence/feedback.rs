//! Loops: cycles, and streams that are fed back.

use super::Sentence;

/// Streams form a cycle without a `feedback`.
///
/// # Examples
/// ```
/// use millstream_graph::sentence::feedback::cycle;
///
/// let sentence = cycle(&["a", "b"]);
/// assert_eq!(sentence.wrong, "these streams go round in a circle: `a >> b >> a`");
/// ```
#[must_use]
pub fn cycle(way: &[&str]) -> Sentence {
    let first = way.first().copied().unwrap_or_default();
    let last = way.last().copied().unwrap_or_default();
    let way: String = way.iter().map(|name| format!("{name} >> ")).collect();
    Sentence::new(
        "M0131",
        format!("these streams go round in a circle: `{way}{first}`"),
        format!(
            "define `again = feedback(1_000, drop_oldest)` above, write `again` here in place of \
             `{last}`, and feed it below: `{last} >> feedback(again)`"
        ),
    )
}

/// A full loop would wait for itself.
#[must_use]
pub fn waits(policy: &str) -> Sentence {
    Sentence::new(
        "M0132",
        format!("with `{policy}` a loop that is full would wait for itself for ever"),
        "write `drop_oldest` or `drop_newest`; what is dropped is counted",
    )
}

/// A loop has a capacity of 0.
#[must_use]
pub fn no_capacity() -> Sentence {
    Sentence::new(
        "M0133",
        "a loop that holds no event feeds none back",
        "write `feedback(n, …)` with n ≥ 1: how many events may wait to come in again",
    )
}

/// Nothing is fed back.
#[must_use]
pub fn nothing_comes(name: &str) -> Sentence {
    Sentence::new(
        "M0134",
        format!("nothing is ever fed into `{name}`"),
        format!("end a stream in it, `… >> feedback({name})`, or leave it out"),
    )
}

/// A loop is fed by two lines.
#[must_use]
pub fn fed_twice(name: &str) -> Sentence {
    Sentence::new(
        "M0135",
        format!("`{name}` is fed by two lines"),
        format!("merge what they feed: `[a, b] >> feedback({name})`"),
    )
}

/// The target of a feedback is not a loop.
#[must_use]
pub fn is_no_feedback(name: &str) -> Sentence {
    Sentence::new(
        "M0136",
        format!("nothing can be fed into `{name}`, which is an ordinary stream"),
        "define what comes in again, `again = feedback(1_000, drop_oldest)`, and merge it where it \
         is to come in: `[…, again] >> …`",
    )
}

/// The target of a feedback is not defined; a defined one may have been meant.
#[must_use]
pub fn unknown(name: &str, meant: Option<&str>) -> Sentence {
    let help = match meant {
        Some(meant) => format!("did you mean `feedback({meant})`?"),
        None => format!("define it above: `{name} = feedback(1_000, drop_oldest)`"),
    };
    Sentence::new("M0137", format!("there is no feedback `{name}`"), help)
}

/// The event type of a loop is unknown where it is used.
#[must_use]
pub fn without_type(name: &str) -> Sentence {
    Sentence::new(
        "M0138",
        format!("the type of the events of `{name}` is not known where it is used"),
        format!(
            "write it: `{name} = feedback::<Event>(…)`; it can be left out where `{name}` is only \
             merged with other streams, `[a, {name}] >> …`"
        ),
    )
}

/// A feedback does not have two arguments, its capacity and its policy.
#[must_use]
pub fn two_arguments() -> Sentence {
    Sentence::new(
        "M0139",
        "a feedback says how many events it holds, and which it drops when it is full",
        "write `feedback(1_000, drop_oldest)`, or `drop_newest`",
    )
}

/// A feedback has no name.
#[must_use]
pub fn without_name() -> Sentence {
    Sentence::new(
        "M0140",
        "this feedback has no name, so nothing can be fed into it",
        "give it a line of its own: `again = feedback(…)`",
    )
}

/// The end of a loop has a name.
#[must_use]
pub fn end_has_no_name(name: &str) -> Sentence {
    Sentence::new(
        "M0141",
        format!("`{name}` names nothing: what is fed back comes in again above"),
        format!("leave out `{name} =`"),
    )
}
