//! Arguments of `#[operator(…)]` that are about what `.errors` emits.

use super::Sentence;

/// `errors` has another value than `letters`.
#[must_use]
pub fn errors_are_letters() -> Sentence {
    Sentence::new(
        "M0273",
        "`errors` is `letters`: each error with its event",
        "write `errors = letters`, or leave it out for plain errors",
    )
}

/// `panics` has another value than `route`.
#[must_use]
pub fn panics_are_routed() -> Sentence {
    Sentence::new(
        "M0274",
        "`panics` is `route`: an event that panics becomes a dead letter of `.errors`",
        "write `panics = route`, or leave it out: a panic then restarts or ends the job",
    )
}

/// Dead letters of an operator that cannot fail.
#[must_use]
pub fn nothing_fails() -> Sentence {
    Sentence::new(
        "M0275",
        "`errors = letters` is for calls that fail, and this one cannot fail",
        "return a `Result`; for panics write `panics = route`",
    )
}

/// The timer of an operator with dead letters may fail.
#[must_use]
pub fn timer_has_no_event() -> Sentence {
    Sentence::new(
        "M0276",
        "a dead letter holds an event, and a timer that fails has none",
        "let `on_timer` return no `Result`, or leave out `errors = letters` and `panics = route`",
    )
}
