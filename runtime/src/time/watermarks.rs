//! How a watermark is made from the events of a stream.

use super::EventTime;
use std::time::Duration;

/// How a watermark is made from the events of a stream: a watermark strategy.
///
/// Every instance of a stream's source has a strategy of its own, a clone of the one that was given
/// to [`event_time`](crate::builder::Stream::event_time). It sees each event, and is asked for the
/// watermark at the end of every batch. The engine keeps the watermark from going back, whatever a
/// strategy says: one that is lower than the last is left out.
///
/// [`lateness`](super::lateness) and [`punctuated`](super::punctuated) are strategies. One of your
/// own serves where neither knows enough.
///
/// # Examples
/// Events arrive later when there are many of them, so the bound grows with their number:
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
///         self.greatest - (self.seen / 100).secs()
///     }
/// }
///
/// let patient = Patient { greatest: EventTime::MIN, seen: 0 };
/// let topology = topology!(
///     numbers = source(from_iter(0..9_i64)),
///     numbers >> event_time(|n| EventTime::from_secs(*n), patient) >> ignore,
/// );
/// # drop(topology);
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self}` does not make a watermark from `{T}` events [M0314]",
    label = "expected a watermark strategy",
    note = "help: write `lateness(2.secs())`, or `punctuated(|event: &{T}| …)`, or implement \
            `Watermarks<{T}>`; see \
            https://github.com/millstream-rs/millstream/blob/main/docs/errors/M0314.md"
)]
pub trait Watermarks<T>: Clone + Send + 'static {
    /// Takes in an event and its time.
    fn observe(&mut self, event: &T, time: EventTime);

    /// No event with a time before this is expected any more; [`EventTime::MIN`] if nothing is
    /// known yet. It is asked for at the end of every batch.
    fn watermark(&mut self) -> EventTime;

    /// When the stream counts as idle, so that others need not wait for its watermark.
    fn idleness(&self) -> Idleness {
        Idleness::default()
    }
}

/// When a stream without events counts as idle.
///
/// An idle stream does not hold back the watermark of those that it is merged with. It wakes with
/// its next event; that event is late if the others have gone on past it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Idleness {
    /// When it has given no event for so long, by the job's [`Clock`](super::Clock).
    After(Duration),
    /// Never: others wait for its watermark for as long as it has not ended.
    Never,
}

impl Default for Idleness {
    /// After 60 s.
    fn default() -> Self {
        Self::After(Duration::from_secs(60))
    }
}
