//! Checks of where the events of a line come from.

use super::{Impossible, Nothing, Possible, Upstream};
use crate::builder::stream::Stream;
use std::convert::Infallible;

/// A stream, where a line begins with something that is no name of a line.
#[diagnostic::on_unimplemented(
    message = "a line begins with a stream, and `{Self}` is none [M0324]",
    label = "write `source(…)` around it",
    note = "help: a line begins with `source(…)`, the name of another line, or several in \
            brackets, `[a, b]`; a `Vec` is `source(from_iter(…))`; see \
            https://github.com/millstream-rs/millstream/blob/main/docs/errors/M0324.md"
)]
#[doc(hidden)]
pub trait IsStream<M>: Sized {
    /// The stream, unchanged.
    type Head;

    /// Returns the stream.
    fn of(stream: Self) -> Self::Head;
}

macro_rules! heads {
    ($bound:path, $marker:ty) => {
        #[diagnostic::do_not_recommend]
        impl<S: $bound> IsStream<$marker> for S {
            type Head = S;

            fn of(stream: S) -> S {
                stream
            }
        }
    };
}
heads!(Upstream, Possible);
heads!(Nothing, Impossible);

/// An output that the node lacks: it carries [`Infallible`](std::convert::Infallible).
#[derive(Debug)]
pub struct NoOutput;

/// Says of an output whether its node has it. As with futures, a method of a type is preferred to
/// one of a trait.
#[doc(hidden)]
pub trait SetOutputsApart: Sized {
    /// The node has it; otherwise it has a method of this name.
    #[doc(hidden)]
    #[must_use]
    fn set_outputs_apart(self) -> Self {
        self
    }
}

impl<T, M, S, C> SetOutputsApart for Stream<T, M, S, C> {}

impl<M, S, C> Stream<Infallible, M, S, C> {
    /// The node has no such output.
    #[doc(hidden)]
    #[must_use]
    pub fn set_outputs_apart(self) -> NoOutput {
        NoOutput
    }
}

/// Declares the check of a side output.
macro_rules! output {
    ($(#[$attribute:meta])* $check:ident::$method:ident) => {
        $(#[$attribute])*
        #[doc(hidden)]
        pub trait $check<M>: Sized {
            /// The stream of the output, unchanged.
            type Output;

            /// Returns the stream.
            fn $method(output: Self) -> Self::Output;
        }

        output!(@ $check $method Upstream Possible);
        output!(@ $check $method Nothing Impossible);
    };
    (@ $check:ident $method:ident $bound:ident $marker:ident) => {
        #[diagnostic::do_not_recommend]
        impl<S: $bound> $check<$marker> for S {
            type Output = S;

            fn $method(output: S) -> S {
                output
            }
        }
    };
}
output! {
    /// The errors of a node.
    #[diagnostic::on_unimplemented(
        message = "this node cannot fail, so it has no errors [M0326]",
        label = "its operator returns no `Result`",
        note = "help: leave out `.errors`; see \
                https://github.com/millstream-rs/millstream/blob/main/docs/errors/M0326.md"
    )]
    HasErrors::errors
}
output! {
    /// The late events of a node.
    #[diagnostic::on_unimplemented(
        message = "this node has no late events [M0326]",
        label = "only windows, joins, `in_order` and `dedupe` have them",
        note = "help: leave out `.late`; see \
                https://github.com/millstream-rs/millstream/blob/main/docs/errors/M0326.md"
    )]
    HasLateEvents::late
}
output! {
    /// The events dropped before a node.
    #[diagnostic::on_unimplemented(
        message = "no events are dropped before this node [M0326]",
        label = "only a node behind `overflow(…)` or a `throttle` that sheds has them",
        note = "help: leave out `.overflow`; see \
                https://github.com/millstream-rs/millstream/blob/main/docs/errors/M0326.md"
    )]
    HasOverflow::overflow
}
output! {
    /// The events of a join without partners.
    #[diagnostic::on_unimplemented(
        message = "this node has no events without partners [M0326]",
        label = "only a join has them, and only of the sides that it does not emit",
        note = "help: leave out `.unmatched`; see \
                https://github.com/millstream-rs/millstream/blob/main/docs/errors/M0326.md"
    )]
    HasUnmatched::unmatched
}
