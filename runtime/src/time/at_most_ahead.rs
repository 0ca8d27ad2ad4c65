//! Events too far ahead of the clock.

use super::{EventTime, Idleness, Watermarks};
use std::time::Duration;

/// A watermark strategy that refuses events too far ahead of the clock, made by
/// [`Lateness::at_most_ahead`](super::Lateness::at_most_ahead).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct AtMostAhead<W> {
    strategy: W,
    bound: Duration,
}

impl<W> AtMostAhead<W> {
    pub(super) fn new(strategy: W, bound: Duration) -> Self {
        Self { strategy, bound }
    }
}

impl<T, W: Watermarks<T>> Watermarks<T> for AtMostAhead<W> {
    const BOUNDED: bool = true;

    #[inline(always)]
    fn observe(&mut self, event: &T, time: EventTime) {
        self.strategy.observe(event, time);
    }

    #[inline(always)]
    fn watermark(&mut self) -> EventTime {
        self.strategy.watermark()
    }

    #[inline(always)]
    fn suspect_until(&self) -> EventTime {
        self.strategy.suspect_until()
    }

    fn at_most_ahead(&self) -> Duration {
        self.bound
    }

    fn save(&self) -> Option<EventTime> {
        self.strategy.save()
    }

    fn restore(&mut self, from: EventTime) {
        self.strategy.restore(from);
    }

    fn idleness(&self) -> Idleness {
        self.strategy.idleness()
    }
}
