//! What verbs require of the events, the key and the time of a stream: traits that report a missing
//! implementation to the user.

mod drops;
mod keys;
mod times;

pub use drops::{EdgePolicy, Excused, MayDrop, WithoutPromise};
pub use keys::{HasKey, IsKeyed, KeptKey, KeyFor, NoKey, WithAnyKey};
pub use times::{HasEventTime, TimeFor, TimedWindows, WindowsOn, WithEventTime};

use std::fmt;

/// Marks the implementation for types that satisfy a check.
#[derive(Debug, Clone, Copy)]
pub struct Possible;

/// Marks the implementation for types that do not: it exists for the compiler and applies to none.
#[derive(Debug, Clone, Copy)]
pub struct Impossible;

/// Implemented by no type.
pub trait Nothing {}

/// A stream as seen by the operator downstream.
pub trait Upstream: Sized {
    /// What an operator receives: events, or windows of them.
    type Event;
    /// Whether events have a key: [`NoKey`] or [`HasKey`].
    type Key;
    /// Whether events have event time.
    type Time;
    /// The stream with an argument that fits it. Unknown as long as the stream is, so that the
    /// compiler reports a mistake upstream only once.
    type Fitting<A>;

    /// The same where the key makes no difference: the stream without it.
    type FittingEvents<A>;

    /// Pairs the stream with an argument that fits it.
    fn fitting<A>(self, argument: A) -> Self::Fitting<A>;

    /// Pairs the stream, without its key, with an argument that fits it.
    fn fitting_events<A>(self, argument: A) -> Self::FittingEvents<A>;
}

/// A stream and an argument checked to fit it, before the verb is called.
pub struct Fitting<S, A> {
    pub(super) stream: S,
    pub(super) argument: A,
}

impl<S, A> Fitting<S, A> {
    pub(super) fn new(stream: S, argument: A) -> Self {
        Self { stream, argument }
    }
}

impl<S, A> fmt::Debug for Fitting<S, A> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Fitting").finish_non_exhaustive()
    }
}

/// Implements a trait that checks a stream and returns it.
macro_rules! kept {
    ($($trait:ident($method:ident, $of:ident) where $bound:path;)+) => {$(
        kept!($trait($method, $of) where $bound, $crate::builder::bounds::Possible);
        kept!(
            $trait($method, $of) where $crate::builder::bounds::Nothing,
            $crate::builder::bounds::Impossible
        );
    )+};
    ($trait:ident($method:ident, $of:ident) where $bound:path, $marker:ty) => {
        #[diagnostic::do_not_recommend]
        impl<T: $bound> $trait<$marker> for T {
            type Kept<S> = S;

            fn $method<S: $crate::builder::bounds::Upstream<$of = T>>(stream: S) -> S {
                stream
            }
        }
    };
}
pub(super) use kept;
