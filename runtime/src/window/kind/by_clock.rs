//! Windows by the job's clock.

use super::{Aligned, Global, Session, Sliding, Tumbling};
use crate::time::EventTime;
use crate::window::trigger::{Triggered, Triggers};
use std::fmt;
use std::time::Duration;

/// Windows `W` that go by the job's clock, made by `by_clock`.
///
/// An event belongs to the windows of the moment at which it arrives at their node, and the clock
/// fires them, also while no event arrives. The stream needs no event time.
///
/// # Examples
/// ```
/// use millstream::prelude::*;
/// use millstream::window::{ByClock, Tumbling};
///
/// fn each_minute() -> ByClock<Tumbling> {
///     tumbling(1.mins()).by_clock()
/// }
///
/// assert_eq!(each_minute().to_string(), "tumbling 1m, by clock");
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ByClock<W> {
    pub(in crate::window) windows: W,
}

impl<W: fmt::Display> fmt::Display for ByClock<W> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}, by clock", self.windows)
    }
}

/// A kind of window that can go by the job's clock.
pub trait ClockKind: Clone {
    /// When such windows fire.
    fn timetable(&self) -> Timetable;

    /// How long they stay open after their end, in microseconds.
    fn allowed_lateness(&self) -> i64;
}

/// When windows fire, as far as that follows from the time of their last event.
#[derive(Debug, Clone, Copy)]
pub struct Timetable {
    /// The bounds of all windows, if they are fixed.
    aligned: Option<Aligned>,
    /// The interval between early firings, in microseconds.
    each: Option<i64>,
}

impl Timetable {
    /// Returns the first moment after `now` at which a window with an event at `last`, or before
    /// it, may fire.
    pub(in crate::window) fn next(self, now: EventTime, last: EventTime) -> Option<EventTime> {
        let end = self.aligned.and_then(|aligned| {
            let end = aligned.first_end(now);
            (end <= aligned.last_end_with(last)).then_some(end)
        });
        let early = self.each.and_then(|each| {
            let interval = last.as_micros().div_euclid(each).saturating_add(1);
            let early = EventTime::from_micros(interval.saturating_mul(each));
            (early > now).then_some(early)
        });
        end.into_iter().chain(early).min()
    }
}

/// The method `by_clock` of a kind of window, and its triggers after that.
macro_rules! by_clock {
    ($($kind:ident, $example:literal, $bounds:expr;)+) => {$(
        impl<P: Triggers> $kind<P> {
            /// Assigns events to windows by the job's clock as they arrive, and fires the windows
            /// by that clock, also in silence. Use it for streams without event time.
            ///
            /// An event belongs to the windows of the moment at which it arrives at their node, by
            /// the time of day when the job started and the time since; a clock that is set back
            /// has no effect, one that is set forward moves the windows on. Nothing is late, and
            /// triggers go by the same clock. What is open when the input ends or the job drains
            /// is fired then. Results depend on when events arrive: the same input may give others.
            /// In a job with checkpoints the windows stay open while it is stopped; those that have
            /// ended meanwhile fire as soon as it is started again.
            ///
            /// If the stream does have event time, windows ignore it; a result then carries the
            /// greatest event time received so far, so that it is not late downstream. A source's
            /// [`at_most_ahead`](crate::time::Lateness::at_most_ahead) still applies.
            ///
            /// A test may run the job on a [`Clock`](crate::time::Clock) of its own.
            ///
            /// # Examples
            /// ```
            /// use millstream::prelude::*;
            ///
            /// # #[tokio::main(flavor = "current_thread")]
            /// # async fn main() -> millstream::Result<()> {
            /// let seen = Collected::new();
            /// let topology = topology!(
            ///     hits = source(from_iter(["/home", "/home"])), // at once, without event time
            ///     counts = hits
            ///         >> by(|path| *path)
            #[doc = concat!("        >> window(", $example, ".by_clock())")]
            ///         >> aggregate(|_| (), count()),
            ///     counts >> map(|count| count.value) >> sink(seen.sink()),
            ///     counts.late >> ignore,
            /// );
            /// topology.run(Config::default()).await?;
            /// let counts = seen.take();
            /// assert!(counts.iter().sum::<u64>() >= 2);
            /// # Ok(())
            /// # }
            /// ```
            #[must_use]
            pub fn by_clock(self) -> ByClock<Self> {
                ByClock { windows: self }
            }
        }

        impl<P: Triggers> ClockKind for $kind<P> {
            fn timetable(&self) -> Timetable {
                let aligned: fn(&Self) -> Option<Aligned> = $bounds;
                Timetable { aligned: aligned(self), each: self.triggers.interval() }
            }

            fn allowed_lateness(&self) -> i64 {
                self.triggers.lateness()
            }
        }

        impl<P: Into<Triggered>> ByClock<$kind<P>> {
            /// Also fires early, after every `events` events of a key in a window.
            ///
            /// # Examples
            /// ```
            /// use millstream::prelude::*;
            ///
            #[doc = concat!("let windows = ", $example, ".by_clock().early_every(100);")]
            /// assert!(windows.to_string().ends_with(", early every 100, by clock"));
            /// ```
            #[must_use]
            pub fn early_every(self, events: u32) -> ByClock<$kind<Triggered>> {
                ByClock { windows: self.windows.early_every(events) }
            }

            /// Also fires early, whenever the clock crosses a multiple of `time` since the epoch
            /// and there are new events.
            ///
            /// # Examples
            /// ```
            /// use millstream::prelude::*;
            ///
            #[doc = concat!("let windows = ", $example, ".by_clock().early_each(10.secs());")]
            /// assert!(windows.to_string().ends_with(", early each 10s, by clock"));
            /// ```
            #[must_use]
            pub fn early_each(self, time: Duration) -> ByClock<$kind<Triggered>> {
                ByClock { windows: self.windows.early_each(time) }
            }
        }
    )+};
}
by_clock! {
    Tumbling, "tumbling(1.mins())", |kind| Some(kind.aligned);
    Sliding, "sliding(1.hours(), 5.mins())", |kind| Some(kind.aligned);
    Session, "session(30.mins())", |_| None;
    Global, "global()", |_| None;
}
