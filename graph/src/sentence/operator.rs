//! The signature of an operator.

use super::Sentence;

/// It is not an `async fn`.
#[must_use]
pub fn not_async(name: &str) -> Sentence {
    Sentence::new(
        "M0201",
        "an operator is an `async fn`: add `async`",
        format!(
            "write `async fn {name}(…)`, also if it never awaits: it then runs as a plain loop"
        ),
    )
}

/// It is an `unsafe fn`.
#[must_use]
pub fn is_unsafe() -> Sentence {
    Sentence::new(
        "M0202",
        "an operator is called by the runtime, which cannot vouch for `unsafe`",
        "remove it and put the `unsafe` block into the body",
    )
}

/// It is an `extern fn`.
#[must_use]
pub fn foreign_abi() -> Sentence {
    Sentence::new("M0203", "an operator has the ABI of Rust", "remove the `extern`")
}

/// It has no parameters.
#[must_use]
pub fn no_event(name: &str) -> Sentence {
    Sentence::new(
        "M0204",
        "an operator takes an event",
        format!("write `{name}(event: Event)`, with the event type of the stream before it"),
    )
}

/// Its event is `#[shared]`.
#[must_use]
pub fn event_is_shared() -> Sentence {
    Sentence::new(
        "M0205",
        "the first parameter is the event, which is never shared",
        "remove the attribute, or put the event before this parameter",
    )
}

/// It borrows its event.
#[must_use]
pub fn event_by_reference(help: &str) -> Sentence {
    Sentence::new("M0206", "the first parameter is the event, by value", help)
}

/// Its event is an `impl Trait`.
#[must_use]
pub fn event_of_some_type() -> Sentence {
    Sentence::new(
        "M0207",
        "the type of the event needs a name",
        "write the type, or a type parameter: `async fn f<T: Send + 'static>(event: T)`",
    )
}

/// A parameter has a `#[cfg]`.
#[must_use]
pub fn conditional_parameter() -> Sentence {
    Sentence::new(
        "M0208",
        "the parameters of an operator are the same in every build",
        "write the function twice, each under its own `#[cfg]`",
    )
}

/// `#[shared]` has arguments.
#[must_use]
pub fn shared_takes_nothing() -> Sentence {
    Sentence::new("M0209", "`#[shared]` takes no arguments", "write `#[shared]`")
}

/// The `Output` has no event type.
#[must_use]
pub fn output_without_type() -> Sentence {
    Sentence::new(
        "M0210",
        "what it sends is not written",
        "write `&mut Output<T>`; a type of your own needs another name",
    )
}

/// A borrowed parameter is not `#[shared]`.
#[must_use]
pub fn borrowed_parameter() -> Sentence {
    Sentence::new(
        "M0211",
        "a borrowed parameter is shared by all instances",
        "write `&mut` for the state of a key, `#[shared]` before it for what all instances read, \
         or take the value without `&`",
    )
}

/// A shared value is borrowed mutably.
#[must_use]
pub fn shared_mutably() -> Sentence {
    Sentence::new(
        "M0212",
        "what all instances share cannot be changed by one",
        "take `&`, with a lock inside if it must change",
    )
}

/// A shared value is taken by value.
#[must_use]
pub fn shared_by_value() -> Sentence {
    Sentence::new("M0213", "a shared parameter is borrowed", "write `&` before its type")
}

/// The context is not taken by `&mut`.
#[must_use]
pub fn context_by_mut() -> Sentence {
    Sentence::new("M0214", "the context is taken by `&mut`", "write `&mut Context`")
}

/// The output is not taken by `&mut`.
#[must_use]
pub fn output_by_mut() -> Sentence {
    Sentence::new("M0215", "the output is taken by `&mut`", "write `&mut Output<T>`")
}

/// An argument is destructured.
#[must_use]
pub fn argument_without_name() -> Sentence {
    Sentence::new(
        "M0216",
        "a value given when wiring needs a name",
        "write a name here and take it apart in the body",
    )
}

/// A value that outlives the call borrows.
#[must_use]
pub fn borrows(what: &str) -> Sentence {
    Sentence::new(
        "M0218",
        format!("the {what} outlives the call, so it cannot borrow"),
        "write an owned type, such as `String` for `&str`",
    )
}

/// A type is an `impl Trait`.
#[must_use]
pub fn unnamed_type(what: &str) -> Sentence {
    Sentence::new("M0219", format!("the type of the {what} needs a name"), "write the type itself")
}

/// It has two states.
#[must_use]
pub fn two_states() -> Sentence {
    Sentence::new(
        "M0220",
        "an operator has one state for each key",
        "put both into one struct; a value that never changes is taken without `&mut`",
    )
}

/// It has two contexts.
#[must_use]
pub fn two_contexts() -> Sentence {
    Sentence::new("M0221", "there is one context", "remove this parameter")
}

/// It has two outputs.
#[must_use]
pub fn two_outputs() -> Sentence {
    Sentence::new("M0222", "an operator has one output", "send both kinds of event as one `enum`")
}

/// It both sends and returns results.
#[must_use]
pub fn output_and_result() -> Sentence {
    Sentence::new(
        "M0223",
        "an operator with an output sends its results",
        "return nothing or `Result<(), E>`, or remove the output",
    )
}

/// It returns nothing.
#[must_use]
pub fn no_result() -> Sentence {
    Sentence::new(
        "M0224",
        "an operator gives something back",
        "return `T`, `Option<T>`, `Vec<T>`, `impl Iterator<Item = T>` or a `Result` of these; to \
         end a stream use a sink",
    )
}

/// It returns an iterator without an item type.
#[must_use]
pub fn iterator_without_item() -> Sentence {
    Sentence::new(
        "M0225",
        "what the iterator gives is not written",
        "write `impl Iterator<Item = T>`",
    )
}

/// It returns a stream.
#[must_use]
pub fn stream_as_result() -> Sentence {
    Sentence::new(
        "M0226",
        "an operator does not return a stream",
        "take `out: &mut Output<T>` and send each result, or return `impl Iterator<Item = T>`",
    )
}

/// It returns a future.
#[must_use]
pub fn future_as_result(value: Option<&str>) -> Sentence {
    let value = value.unwrap_or("T");
    Sentence::new(
        "M0288",
        "an operator awaits by itself; nobody would await this future",
        format!("return `{value}`, and write `.await` behind the future in the body"),
    )
}

/// It returns an `impl Trait` that is not an iterator.
#[must_use]
pub fn unnamed_result() -> Sentence {
    Sentence::new(
        "M0227",
        "the type of the result needs a name",
        "write the type itself, or `impl Iterator<Item = T>` for many results",
    )
}

/// A type parameter is not determined by the event.
#[must_use]
pub fn undetermined_parameter(parameter: &str) -> Sentence {
    Sentence::new(
        "M0229",
        format!("nothing says what `{parameter}` is: it is not in the type of the event"),
        "write the type itself instead, or take an argument whose type has it",
    )
}

/// It is a method.
#[must_use]
pub fn method() -> Sentence {
    Sentence::new(
        "M0230",
        "an operator is a free function, without `self`",
        "move it out of the `impl`; what it needs to know is a further parameter",
    )
}

/// The attribute is not on a function.
#[must_use]
pub fn not_a_function() -> Sentence {
    Sentence::new("M0232", "an operator is an `async fn`", "move `#[operator]` onto one")
}
