//! Watermark strategies.

use super::EventTime;
use std::time::Duration;

/// A watermark strategy: derives the watermark of a stream from its events.
///
/// Use [`lateness`](super::lateness) or [`punctuated`](super::punctuated) where they fit, and
/// implement this trait where the watermark depends on more, such as the load or the device.
///
/// Each instance uses its own clone of the strategy passed to
/// [`event_time`](crate::builder::Stream::event_time). It observes every event and returns the
/// watermark after each, so that an event is late by what the events before it had passed, however
/// they were batched. A strategy need not be monotonic: the engine ignores a watermark that is
/// lower than the last one.
///
/// # Examples
/// Events are delayed under load, so the bound grows with their number:
/// ```
/// use millstream::prelude::*;
/// use millstream::time::Watermarks;
///
/// #[derive(Clone)]
/// struct Patient {
///     greatest: EventTime,
///     seen: u32,
/// }
///
/// impl<T> Watermarks<T> for Patient {
///     fn observe(&mut self, _: &T, time: EventTime) {
///         self.greatest = self.greatest.max(time);
///         self.seen += 1;
///     }
///     fn watermark(&mut self) -> EventTime {
///         self.greatest - (1 + self.seen / 100).secs()
///     }
/// }
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> millstream::Result<()> {
/// let (patient, seen) = (Patient { greatest: EventTime::MIN, seen: 0 }, Collected::new());
/// topology!(
///     seconds = source(from_iter([2, 1, 3])),
///     sorted = seconds >> event_time(|s| EventTime::from_secs(*s), patient) >> in_order(|_| ()),
///     sorted >> sink(seen.sink()),
///     sorted.late >> ignore,
/// )
/// .run(Config::default())
/// .await?;
/// assert_eq!(seen.take(), [1, 2, 3]);
/// # Ok(())
/// # }
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self}` does not make a watermark from `{T}` events [M0314]",
    label = "expected a watermark strategy",
    note = "help: write `lateness(2.secs())`, or `punctuated(|event: &{T}| …)`, or implement \
            `Watermarks<{T}>`; see \
            https://github.com/millstream-rs/millstream/blob/main/docs/errors/M0314.md"
)]
pub trait Watermarks<T>: Clone + Send + 'static {
    /// Called for every event with its event time; keep it cheap.
    fn observe(&mut self, event: &T, time: EventTime);

    /// Returns the watermark: no event with a time before it is expected any more.
    ///
    /// It must depend on the events observed alone. Called before each event and at the end of each
    /// batch; keep it cheap. Return [`EventTime::MIN`] while nothing is known.
    fn watermark(&mut self) -> EventTime;

    /// The time before which an event may be behind the watermark: for such an event
    /// [`watermark`](Self::watermark) is called, for others it need not be.
    ///
    /// Override it where a comparison excludes most events. [`EventTime::MAX`] is always right.
    #[inline(always)]
    fn suspect_until(&self) -> EventTime {
        EventTime::MAX
    }

    /// Whether [`at_most_ahead`](Self::at_most_ahead) is a bound. If not, no clock is read and no
    /// code for it is compiled.
    const BOUNDED: bool = false;

    /// How far ahead of the job's clock an event may be. One that is further ahead does not advance
    /// the watermark, and windows, joins and `in_order` send it to their late output.
    fn at_most_ahead(&self) -> Duration {
        Duration::MAX
    }

    /// What a checkpoint keeps of the strategy: the time from which it can go on, such as the
    /// greatest observed. Nothing by default.
    ///
    /// After a restart the watermark does not go back in any case; a strategy that keeps nothing
    /// may leave it where it was for a while.
    fn save(&self) -> Option<EventTime> {
        None
    }

    /// Goes on from what [`save`](Self::save) has returned.
    fn restore(&mut self, _from: EventTime) {}

    /// When the stream counts as idle; after 60 s by default.
    fn idleness(&self) -> Idleness {
        Idleness::default()
    }
}

/// When a stream without events counts as idle, and inputs merged with it no longer wait for it.
///
/// An idle stream becomes active with its next event. That event is late if the watermark of the
/// other inputs has passed it. Take [`Idleness::Never`] where results must be complete rather than
/// timely.
///
/// # Examples
/// ```
/// use millstream::prelude::*;
/// use millstream::time::Idleness;
///
/// assert_eq!(Idleness::default(), Idleness::After(60.secs()));
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Idleness {
    /// After this long without an event, by the job's [`Clock`](super::Clock).
    After(Duration),
    /// Never: other inputs wait for its watermark until it ends.
    Never,
    /// Never; but after this long without an event the watermark advances as the job's clock does.
    FollowClock(Duration),
}

impl Default for Idleness {
    /// After 60 s.
    fn default() -> Self {
        Self::After(Duration::from_secs(60))
    }
}
