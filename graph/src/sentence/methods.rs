//! Operators with methods: `#[operator]` on an `impl`.

use super::Sentence;

/// The attribute is on the `impl` of a trait.
#[must_use]
pub fn of_a_trait() -> Sentence {
    Sentence::new(
        "M0231",
        "the functions of an operator stand in an `impl` of the type itself",
        "write `impl Type { async fn process(event: Event) -> … }`",
    )
}

/// The method `process` is missing.
#[must_use]
pub fn no_process(misspelt: Option<&str>) -> Sentence {
    let help = match misspelt {
        Some(written) => format!("write `process` for `{written}`"),
        None => "write `async fn process(event: Event) -> …`".to_owned(),
    };
    Sentence::new("M0233", "nothing here takes an event", help)
}

/// A method takes `self` by value or by `&mut`.
#[must_use]
pub fn self_by_reference() -> Sentence {
    Sentence::new(
        "M0234",
        "the fields of an operator are the same for all keys, and do not change",
        "write `&self`, or leave it out; what changes is state: `state: &mut S`",
    )
}

/// A method has a parameter that should be a field.
#[must_use]
pub fn value_is_field(method: &str) -> Sentence {
    Sentence::new(
        "M0235",
        format!("`{method}` is given nothing of this kind"),
        "make it a field, and take `&self`",
    )
}

/// `on_timer` does not take a timer.
#[must_use]
pub fn timer_first() -> Sentence {
    Sentence::new(
        "M0236",
        "the first parameter of `on_timer` is the timer",
        "write `timer: Timer`; what belongs to the key is in its state",
    )
}

/// A function looks like a method of the operator, but is not called.
#[must_use]
pub fn not_called(name: &str, meant: Option<&str>) -> Sentence {
    let help = match meant {
        Some(meant) => format!("did you mean `{meant}`?"),
        None => "leave it out, or give it another name".to_owned(),
    };
    Sentence::new("M0237", format!("no operator calls its `{name}`"), help)
}

/// The two methods have different types.
#[must_use]
pub fn two_types(what: &str, of_process: &str) -> Sentence {
    Sentence::new(
        "M0238",
        format!("`process` and `on_timer` have one type of {what}"),
        format!("write `{of_process}` here too"),
    )
}

/// A timer is set by an operator without `on_timer`.
#[must_use]
pub fn timer_without_on_timer(method: &str) -> Sentence {
    Sentence::new(
        "M0283",
        format!("`{method}` sets a timer, and this operator has no `on_timer` to be called for it"),
        "put `#[operator]` on an `impl` with `process` and `async fn on_timer(timer: Timer, …)`",
    )
}
