//! Checks of the watermark strategy of `event_time`.

use super::given::{ByEventTime, ClosureOf};
use super::{Fitting, Impossible, Nothing, Possible, Upstream};
use crate::builder::outputs::SideOutputs;
use crate::builder::stream::Stream;
use crate::builder::time::{TimeState, Timed};
use crate::lowering::{ChainSpec, Fusing};
use crate::time::{EventTime, Watermarks};
use std::fmt;
use std::marker::PhantomData;

/// A stream, and a closure for `event_time`.
pub type TimeOf<S, F> = Fitting<S, ClosureOf<ByEventTime, F, EventTime>>;

/// The arguments of `event_time`: a closure and a watermark strategy.
pub struct TimeBy<F, W>(F, W);

impl<F, W> fmt::Debug for TimeBy<F, W> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("TimeBy")
    }
}

/// A watermark strategy for `T` events.
#[diagnostic::on_unimplemented(
    message = "`{Self}` does not make a watermark from `{T}` events [M0314]",
    label = "expected a watermark strategy",
    note = "help: write `lateness(2.secs())`, or `punctuated(|event| …)`, or implement \
            `Watermarks<{T}>` for a type of your own; see \
            https://github.com/millstream-rs/millstream/blob/main/docs/errors/M0314.md"
)]
#[doc(hidden)]
pub trait MakesWatermarks<T, M>: Sized {
    /// The stream with the closure and the strategy.
    type Timed<S: Upstream, F>;

    /// Adds the strategy to the stream and the closure: `stream.event_time(time, strategy)`.
    fn event_time<S, F>(given: TimeOf<S, F>, strategy: Self) -> Self::Timed<S, F>
    where
        S: Upstream<Event = T>;
}

macro_rules! marks {
    ($bound:path, $marker:ty) => {
        #[diagnostic::do_not_recommend]
        impl<T, W: $bound> MakesWatermarks<T, $marker> for W {
            type Timed<S: Upstream, F> = S::Fitting<TimeBy<F, W>>;

            fn event_time<S, F>(given: TimeOf<S, F>, strategy: W) -> S::Fitting<TimeBy<F, W>>
            where
                S: Upstream<Event = T>,
            {
                given.stream.fitting(TimeBy(given.argument.closure, strategy))
            }
        }
    };
}
marks!(Watermarks<T>, Possible);
marks!(Nothing, Impossible);

impl<T, M, O, C, F, W> Fitting<Stream<T, M, O, C>, TimeBy<F, W>>
where
    T: Send + 'static,
    M: TimeState,
    O: SideOutputs,
    C: Fusing<Out = T>,
    F: Fn(&T) -> EventTime + Clone + Send + 'static,
    W: Watermarks<T>,
{
    /// The stream, with event time.
    #[track_caller]
    #[must_use]
    pub fn stream(
        self,
    ) -> Stream<T, Timed<M::Memory>, O::AtNode, C::With<impl ChainSpec<Out = T>>> {
        let TimeBy(time, strategy) = self.argument;
        self.stream.event_time(time, strategy)
    }
}

/// The event type of a stream, for a closure whose parameter cannot be inferred yet.
#[derive(Debug)]
pub struct EventsOf<T>(PhantomData<fn(T)>);

impl<T> EventsOf<T> {
    /// Returns the stream, and its event type.
    pub fn stream<S: Upstream<Event = T>>(stream: S) -> (S, Self) {
        (stream, Self(PhantomData))
    }

    /// Returns the closure that reads watermarks from events.
    pub fn punctuation<F: Fn(&T) -> Option<EventTime>>(&self, mark: F) -> F {
        mark
    }
}
