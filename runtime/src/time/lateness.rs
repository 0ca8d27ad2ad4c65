//! The watermark at a fixed distance behind the greatest time.

use super::timestamp::micros;
use super::{AtMostAhead, EventTime, Idleness, Watermarks};
use std::time::Duration;

/// A watermark strategy for events that are out of order by a bounded time, made by [`lateness`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Lateness {
    bound_micros: i64,
    greatest: EventTime,
    idleness: Idleness,
}

/// Makes watermarks for events that are out of order by at most `bound`.
///
/// The watermark is the greatest event time so far minus `bound`. A larger bound waits longer for
/// stragglers, so windows stay open longer and hold more state. An event beyond it is late for
/// `in_order`, joins by time and trailing windows; for other windows it is late once all that
/// contain it have ended by that watermark. The bound is exact for each instance of the source,
/// however events are batched. It counts in microseconds; zero is for events in order.
///
/// The stream counts as idle after 60 s without events; see [`Lateness::idle_after`] and
/// [`Lateness::never_idle`].
///
/// This is the *bounded out-of-orderness* strategy of the Dataflow model (Akidau et al., VLDB
/// 2015) and its implementations.
///
/// # Examples
/// ```
/// use millstream::prelude::*;
/// use millstream::time::Watermarks;
///
/// let mut strategy = lateness(2.secs()).idle_after(10.secs());
/// strategy.observe(&"event", EventTime::from_secs(10));
/// strategy.observe(&"event", EventTime::from_secs(9));
/// assert_eq!(Watermarks::<&str>::watermark(&mut strategy), EventTime::from_secs(8));
/// ```
#[must_use]
pub fn lateness(bound: Duration) -> Lateness {
    let (greatest, idleness) = (EventTime::MIN, Idleness::default());
    Lateness { bound_micros: micros(bound), greatest, idleness }
}

impl Lateness {
    /// Sets how long the stream is without events before it counts as idle; 60 s by default.
    ///
    /// # Examples
    /// ```
    /// use millstream::prelude::*;
    /// use millstream::time::{Idleness, Watermarks};
    ///
    /// let strategy = lateness(2.secs()).idle_after(5.secs());
    /// assert_eq!(Watermarks::<u64>::idleness(&strategy), Idleness::After(5.secs()));
    /// ```
    #[must_use]
    pub fn idle_after(self, wait: Duration) -> Self {
        Self { idleness: Idleness::After(wait), ..self }
    }

    /// Lets the watermark follow the job's clock after this long without an event: it advances as
    /// much as the clock does, about ten times a second, until there are events again.
    ///
    /// For sources that pause while their last windows should still fire. The stream never
    /// counts as idle then. An event that arrives after a silence is late if the watermark has
    /// passed it; how far that is depends on the clock.
    ///
    /// # Examples
    /// ```
    /// use millstream::prelude::*;
    /// use millstream::time::{Idleness, Watermarks};
    ///
    /// let strategy = lateness(2.secs()).follow_clock_after(5.secs());
    /// assert_eq!(Watermarks::<u64>::idleness(&strategy), Idleness::FollowClock(5.secs()));
    /// ```
    #[must_use]
    pub fn follow_clock_after(self, wait: Duration) -> Self {
        Self { idleness: Idleness::FollowClock(wait), ..self }
    }

    /// Refuses events that are more than `bound` ahead of the job's clock: a single wrong time
    /// would make all others late.
    ///
    /// Such an event does not advance the watermark. Windows, joins and `in_order` send it to their
    /// late output, with [`LateReason::AheadOfClock`](crate::window::LateReason::AheadOfClock);
    /// operators receive it as any other.
    ///
    /// # Examples
    /// ```
    /// use millstream::prelude::*;
    /// use millstream::window::LateReason;
    ///
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> millstream::Result<()> {
    /// let (hours, late) = (Collected::new(), Collected::new());
    /// let seconds = [10, 20, 4_000_000_000_000, 30]; // one of them in 126,000 years
    /// topology!(
    ///     events = source(from_iter(seconds))
    ///         >> event_time(
    ///             |s| EventTime::from_secs(*s),
    ///             lateness(0.secs()).at_most_ahead(1.mins()),
    ///         ),
    ///     counts = events
    ///         >> by(|_| ())
    ///         >> window(tumbling(1.hours()))
    ///         >> aggregate(|_| (), count()),
    ///     counts >> map(|hour| hour.value) >> sink(hours.sink()),
    ///     counts.late >> map(|late: Late<i64>| late.reason()) >> sink(late.sink()),
    /// )
    /// .run(Config::default())
    /// .await?;
    /// assert_eq!((hours.take(), late.take()), (vec![3], vec![LateReason::AheadOfClock]));
    /// # Ok(())
    /// # }
    /// ```
    #[must_use]
    pub fn at_most_ahead(self, bound: Duration) -> AtMostAhead<Self> {
        AtMostAhead::new(self, bound)
    }

    /// Never counts the stream as idle: inputs merged with it wait for its watermark.
    ///
    /// # Examples
    /// ```
    /// use millstream::prelude::*;
    /// use millstream::time::{Idleness, Watermarks};
    ///
    /// let strategy = lateness(2.secs()).never_idle();
    /// assert_eq!(Watermarks::<u64>::idleness(&strategy), Idleness::Never);
    /// ```
    #[must_use]
    pub fn never_idle(self) -> Self {
        Self { idleness: Idleness::Never, ..self }
    }
}

impl<T> Watermarks<T> for Lateness {
    #[inline(always)]
    fn observe(&mut self, _: &T, time: EventTime) {
        self.greatest = self.greatest.max(time);
    }

    #[inline(always)]
    fn watermark(&mut self) -> EventTime {
        EventTime::from_micros(self.greatest.as_micros().saturating_sub(self.bound_micros))
    }

    #[inline(always)]
    fn suspect_until(&self) -> EventTime {
        self.greatest
    }

    fn save(&self) -> Option<EventTime> {
        Some(self.greatest)
    }

    fn restore(&mut self, from: EventTime) {
        self.greatest = from;
    }

    fn idleness(&self) -> Idleness {
        self.idleness
    }
}
