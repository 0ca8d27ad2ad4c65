//! Windows by the job's clock: the store of any kind of window, in which an event has the time at
//! which it arrives.

use super::{KeptStore, Results, Store, StoreRow, StoreRows, Tally};
use crate::error::Result;
use crate::event::{Meta, WithKey};
use crate::time::EventTime;
use crate::window::Verdict;
use crate::window::kind::Timetable;
use std::fmt;

/// A store whose time is that of the job's clock.
///
/// Event time passes it by: it only gives each result a time that is not behind the watermark.
pub struct ClockStore<S> {
    windows: S,
    timetable: Timetable,
    /// The last reading of the clock.
    now: EventTime,
    /// When the last event arrived.
    last: EventTime,
    /// The watermark of event time.
    watermark: EventTime,
    /// The greatest event time so far.
    latest: EventTime,
}

impl<S> fmt::Debug for ClockStore<S> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ClockStore").field("now", &self.now).finish_non_exhaustive()
    }
}

impl<S> ClockStore<S> {
    /// Creates a store around one that is empty.
    pub(in crate::window) fn new(windows: S, timetable: Timetable) -> Self {
        let never = EventTime::MIN;
        Self { windows, timetable, now: never, last: never, watermark: never, latest: never }
    }
}

/// Replaces the time of a result, which is one of the clock, by an event time.
struct InEventTime<'a, R> {
    results: &'a mut R,
    time: EventTime,
}

impl<O, U, R: Results<O, U>> Results<O, U> for InEventTime<'_, R> {
    fn result(&mut self, result: O, meta: Meta) -> Result<()> {
        self.results.result(result, Meta { time: self.time, ..meta })
    }

    fn unmatched(&mut self, event: U, _: EventTime) -> Result<()> {
        self.results.unmatched(event, self.time)
    }
}

impl<K, T, S: Store<K, T>> Store<K, T> for ClockStore<S> {
    type Out = S::Out;
    type Unmatched = S::Unmatched;
    const AHEAD: bool = S::AHEAD;
    const HOLDS: bool = false;
    const CALLS: bool = S::CALLS;
    const BY_CLOCK: bool = true;

    fn judge(&self, _: EventTime, _: EventTime) -> Verdict {
        Verdict::Insert
    }

    #[inline(always)]
    fn insert<R: Results<S::Out, S::Unmatched>>(
        &mut self,
        event: WithKey<K, T>,
        meta: Meta,
        results: &mut R,
    ) -> Result<Option<T>> {
        self.latest = self.latest.max(meta.time);
        self.last = self.now;
        let (time, meta) = (self.latest, Meta { time: self.now, ..meta });
        self.windows.insert(event, meta, &mut InEventTime { results, time })
    }

    /// Fires what is open at the end; before that, watermarks have no effect.
    fn advance<R: Results<S::Out, S::Unmatched>>(
        &mut self,
        watermark: EventTime,
        results: &mut R,
    ) -> Result<()> {
        self.watermark = watermark;
        if watermark < EventTime::MAX {
            self.latest = self.latest.max(watermark);
            return Ok(());
        }
        self.windows.advance(watermark, &mut InEventTime { results, time: self.latest })
    }

    fn watermark(&self) -> EventTime {
        self.watermark
    }

    fn tally(&self) -> Option<Tally> {
        self.windows.tally()
    }

    fn keys(&self) -> Option<usize> {
        self.windows.keys()
    }

    fn tick<R: Results<S::Out, S::Unmatched>>(
        &mut self,
        now: EventTime,
        results: &mut R,
    ) -> Result<()> {
        if now <= self.now || self.windows.watermark() == EventTime::MAX {
            return Ok(());
        }
        self.now = now;
        self.windows.advance(now, &mut InEventTime { results, time: self.latest })
    }

    fn next_due(&self) -> Option<EventTime> {
        if self.windows.watermark() == EventTime::MAX {
            return None;
        }
        let fixed = self.timetable.next(self.now, self.last);
        fixed.into_iter().chain(self.windows.next_due()).min()
    }
}

/// The contents are those of the windows. While the job is stopped the clock goes on: windows that
/// have ended meanwhile fire with the first reading after that, which is due at once.
impl<K, T, S, D> KeptStore<K, T, D> for ClockStore<S>
where
    S: KeptStore<K, T, D>,
{
    const KEPT: bool = S::KEPT;

    fn save(&self, into: &mut StoreRows<'_, D>) -> Result<()> {
        self.windows.save(into)
    }

    fn restore(&mut self, row: StoreRow<'_, D>) -> Result<()> {
        self.windows.restore(row)
    }

    fn resume(&mut self, watermark: EventTime) {
        (self.watermark, self.latest) = (watermark, watermark);
        self.windows.resume(self.now);
    }

    fn clock(&self) -> Option<EventTime> {
        (self.now > EventTime::MIN).then_some(self.now)
    }

    fn resume_clock(&mut self, last: EventTime) {
        // When the last event arrived is not known: at the latest then.
        (self.now, self.last) = (last, last);
    }
}
