//! Checks of `dead_letters(…)`.

use crate::builder::bounds::{Upstream, kept};
use crate::operator::DeadLetter;

/// An event type, where it must be a dead letter.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is no dead letter: the event that failed is not in it [M0320]",
    label = "needs the errors of an operator with `errors = letters`",
    note = "help: write `#[operator(errors = letters)]`, or write the errors alone to another \
            file: `>> sink(jsonl_file(…))`; see \
            https://github.com/millstream-rs/millstream/blob/main/docs/errors/M0320.md"
)]
#[doc(hidden)]
pub trait HoldsEvents<M>: Sized {
    /// The stream, unchanged.
    type Kept<S>;

    /// Returns the stream.
    fn letters<S: Upstream<Event = Self>>(stream: S) -> Self::Kept<S>;
}

/// Is a [`DeadLetter`].
#[doc(hidden)]
pub trait IsLetter {}

impl<T> IsLetter for DeadLetter<T> {}

kept! {
    HoldsEvents(letters, Event) where IsLetter;
}
