//! Checks of `sink(…)`.

use super::given::Any;
use super::{EventsOf, Impossible, Nothing, Possible, Upstream};
use crate::builder::outputs::SideOutputs;
use crate::builder::stream::Stream;
use crate::builder::time::TimeState;
use crate::builder::weaken::Weakened;
use crate::lowering::Fusing;
use crate::sink::Sink;
use std::fmt;

/// A stream and a sink for its events.
pub struct CheckedSink<S, K> {
    pub(super) stream: S,
    pub(super) sink: K,
}

impl<S, K> fmt::Debug for CheckedSink<S, K> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("CheckedSink").finish_non_exhaustive()
    }
}

impl<T, M, O, C, K> CheckedSink<Weakened<Stream<T, M, O, C>>, K>
where
    T: Send + 'static,
    M: TimeState,
    O: SideOutputs,
    C: Fusing<Out = T>,
    K: Sink<T>,
{
    /// Ends the stream in the sink, whatever it does about an event written again.
    #[track_caller]
    pub fn sink(self) {
        self.stream.sink(self.sink);
    }

    /// The same, with a name of its own.
    #[track_caller]
    pub fn sink_named(self, name: &str) {
        self.stream.sink_named(self.sink, name);
    }
}

/// Declares the check of a sink: all do the same, and say what is likely to be wrong.
macro_rules! accepts {
    ($(#[$attribute:meta])* $check:ident $(where $copies:ident)?) => {
        $(#[$attribute])*
        #[doc(hidden)]
        pub trait $check<T, M>: Sized {
            /// The stream and the sink.
            type CheckedSink<S>;

            /// Pairs the stream with the sink.
            fn events<S: Upstream<Event = T>>(stream: S, sink: Self) -> Self::CheckedSink<S>;
        }

        accepts!($check: $($copies |)? Sink<T>, Possible);
        accepts!($check: Nothing, Impossible);
    };
    ($check:ident: $($bound:path)|+, $marker:ty) => {
        #[diagnostic::do_not_recommend]
        impl<T, K: $($bound +)+> $check<T, $marker> for K {
            type CheckedSink<S> = CheckedSink<S, K>;

            fn events<S: Upstream<Event = T>>(stream: S, sink: K) -> CheckedSink<S, K> {
                CheckedSink { stream, sink }
            }
        }
    };
}
accepts! {
    /// A sink for events of type `T`.
    #[diagnostic::on_unimplemented(
        message = "`{Self}` is not a sink for `{T}` events [M0303]",
        label = "expected a sink for `{T}` events",
        note = "help: put `>> map(|event| …)` before it for a sink of other events, \
                `map(|result| result.value)` behind `aggregate`; a channel is \
                `to_channel(sender)`, what is collected `collected.sink()`, a `futures::Sink` \
                `to_sink(…)`; in a signature, `impl millstream::prelude::Sink<{T}>`; see \
                https://github.com/millstream-rs/millstream/blob/main/docs/errors/M0303.md"
    )]
    Accepts
}
accepts! {
    /// A file for events of type `T`.
    #[diagnostic::on_unimplemented(
        message = "`{T}` events cannot be written to this file [M0329]",
        label = "takes events that are `serde::Serialize`",
        note = "help: write `#[derive(serde::Serialize)]` on `{T}`, or put `>> map(|event| …)` \
                before the sink; see \
                https://github.com/millstream-rs/millstream/blob/main/docs/errors/M0329.md"
    )]
    AcceptsForFile
}
accepts! {
    /// Standard output, for events of type `T`.
    #[diagnostic::on_unimplemented(
        message = "`{T}` events cannot be printed as lines [M0330]",
        label = "`stdout_lines` takes events that are `Display`, `debug_lines` such as are `Debug`",
        note = "help: write `#[derive(Debug)]` on `{T}` and `sink(debug_lines())`, or put `>> \
                map(|event| format!(\"…\"))` before the sink; see \
                https://github.com/millstream-rs/millstream/blob/main/docs/errors/M0330.md"
    )]
    AcceptsForLines
}
accepts! {
    /// What `for_each` makes of a closure whose parameter is an event.
    #[diagnostic::on_unimplemented(
        message = "`for_each` cannot call this with `{T}` events in a thread of its own [M0323]",
        label = "takes something else, or captures something that is not `Send`",
        note = "help: write `for_each(|event| …)`; capture an `Arc` in place of an `Rc`, a \
                `Mutex` or an atomic number in place of a `Cell`; see \
                https://github.com/millstream-rs/millstream/blob/main/docs/errors/M0323.md"
    )]
    AcceptsForEach
}
accepts! {
    /// A sink that another line of the topology has already.
    #[diagnostic::on_unimplemented(
        message = "a sink ends one line, and an earlier line ends in this one [M0327]",
        label = "an earlier line ends in it",
        note = "help: merge the streams: `[a, b] >> sink(…)`; see \
                https://github.com/millstream-rs/millstream/blob/main/docs/errors/M0327.md"
    )]
    AcceptsAgain where Copy
}

/// A closure in place of a sink.
#[diagnostic::on_unimplemented(
    message = "a closure is no sink [M0325]",
    label = "write `for_each(…)` around it",
    note = "help: write `sink(for_each(|event| …))`; see \
            https://github.com/millstream-rs/millstream/blob/main/docs/errors/M0325.md"
)]
#[doc(hidden)]
pub trait ClosureAsSink<T, R, M>: Fn(T) -> R + Sized {
    /// Nothing: no closure is a sink.
    type CheckedSink<S>;

    /// Never called.
    fn events<S: Upstream<Event = T>>(stream: S, sink: Self) -> Self::CheckedSink<S>;
}

macro_rules! never {
    ($marker:ty) => {
        #[diagnostic::do_not_recommend]
        impl<T, R, F: Fn(T) -> R + Nothing> ClosureAsSink<T, R, $marker> for F {
            type CheckedSink<S> = ();

            fn events<S: Upstream<Event = T>>(_: S, _: F) {}
        }
    };
}
never!(Possible);
never!(Impossible);

/// The closure of `for_each`.
#[diagnostic::on_unimplemented(
    message = "`for_each` takes a closure that gets each event itself, a `{T}` [M0322]",
    label = "expected `|event| …`, or `|event: {T}| …`",
    note = "help: leave out the type of the parameter; see \
            https://github.com/millstream-rs/millstream/blob/main/docs/errors/M0322.md"
)]
#[doc(hidden)]
pub trait EachClosure<T, M>: FnMut(T) + Sized {
    /// The closure, unchanged.
    type Closure;

    /// Returns the closure. The events say what its parameter is.
    fn each(of: &EventsOf<T>, closure: Self) -> Self::Closure;
}

macro_rules! each {
    ($bound:ident, $marker:ty) => {
        #[diagnostic::do_not_recommend]
        impl<T, F: FnMut(T) + $bound> EachClosure<T, $marker> for F {
            type Closure = F;

            fn each(_: &EventsOf<T>, closure: F) -> F {
                closure
            }
        }
    };
}
each!(Any, Possible);
each!(Nothing, Impossible);
