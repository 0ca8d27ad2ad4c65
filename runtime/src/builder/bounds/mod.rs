//! What the verbs of a stream require of its events, its key and its time: the traits whose missing
//! implementation is a message to the user.

mod keys;
mod times;

pub use keys::{HasKey, IsKeyed, KeyFor, NoKey, WithAnyKey};
pub use times::{HasEventTime, TimeFor, TimedWindows, WindowsOn, WithEventTime};

use std::fmt;

/// Marks an implementation for what can be.
#[derive(Debug, Clone, Copy)]
pub struct Possible;

/// Marks an implementation for what cannot be.
#[derive(Debug, Clone, Copy)]
pub struct Impossible;

/// What nothing is.
pub trait Nothing {}

/// A stream as an operator sees it.
pub trait Upstream: Sized {
    /// What an operator receives from it: its events, or windows of them.
    type Event;
    /// Whether its events have a key: [`NoKey`] or [`HasKey`].
    type Key;
    /// Whether its events have event time.
    type Time;
    /// The stream and an argument that fits it. Of a stream that is not known nothing follows, so
    /// that the compiler reports a mistake before it once.
    type Fitting<A>;

    /// The stream and an argument that fits it.
    fn fitting<A>(self, argument: A) -> Self::Fitting<A>;
}

/// A stream and an argument that was found to fit it, before the verb is called.
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

/// Implements a trait that shows a stream to a check and gives it back.
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
