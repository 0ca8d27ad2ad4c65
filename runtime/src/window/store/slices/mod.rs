//! Sliding windows with an accumulator: for each key its panes.
//!
//! A pane is the longest interval that no window boundary divides; an event is added to one pane
//! only. A key is scheduled at the end of its next window, so a watermark touches only the keys
//! with a window that fires.

mod row;
mod saved;

use self::row::{Due, Slices, Together};
use super::keys::{Keys, Scheduled};
use super::schedule::Schedule;
use super::{Results, Store, Tally};
use crate::error::Result;
use crate::event::{Meta, WithKey};
use crate::key::Key;
use crate::metrics::PendingWindow;
use crate::mutant::Mutant;
use crate::state::Row;
use crate::time::EventTime;
use crate::window::accumulator::Accumulator;
use crate::window::bounds::Bounds;
use crate::window::kind::{Aligned, EmittedWindows, Sliding};
use crate::window::trigger::Triggers;
use crate::window::{Firing, Verdict};
use std::convert::Infallible;
use std::fmt;

/// The sliding windows of one instance: for each key its panes.
pub struct SliceStore<K, T, P: Triggers, C: Accumulator<K, T>> {
    windows: Aligned,
    triggers: P,
    accumulator: C,
    keys: Keys<K, Slices<C::State, P::FiringCounts>>,
    schedule: Schedule,
    watermark: EventTime,
    pane: i64,
    /// How long a window is kept after it has fired: the lateness, rounded up to slides.
    kept: i64,
    /// Whether only windows with a fresh event fire: one that is in no earlier window.
    when_fresh: bool,
    /// The pane of the last event, and the end of the first window that contains it. Most events
    /// share it, and need no division to find it.
    last: (i64, EventTime),
    /// The pane of the last event that was behind, and the end of the first window that had not
    /// fired then.
    behind: (i64, EventTime),
    /// The number of events folded so far.
    folded: u64,
}

impl<K, T, P: Triggers, C: Accumulator<K, T>> fmt::Debug for SliceStore<K, T, P, C> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SliceStore").field("windows", &self.windows).finish_non_exhaustive()
    }
}

impl<K: Key, T, P: Triggers, C: Accumulator<K, T>> SliceStore<K, T, P, C> {
    /// Creates an empty store.
    pub(in crate::window) fn new(kind: &Sliding<P>, accumulator: C) -> Self {
        let windows = kind.aligned;
        let slides = windows.slides(kind.triggers.lateness());
        Self {
            windows,
            triggers: kind.triggers.clone(),
            accumulator,
            keys: Keys::default(),
            schedule: Schedule::every(windows.slide),
            watermark: EventTime::MIN,
            pane: windows.pane(),
            when_fresh: P::ON_TIME_ONLY && kind.emitted == EmittedWindows::WhenFresh,
            kept: slides.saturating_mul(windows.slide),
            last: (i64::MAX, EventTime::MIN),
            behind: (i64::MAX, EventTime::MIN),
            folded: 0,
        }
    }

    /// Returns whether the window that ends at `end` is closed.
    fn is_closed(&self, end: EventTime) -> bool {
        end.as_micros().saturating_add(self.triggers.lateness()) <= self.watermark.as_micros()
    }

    /// Returns the pane of a time, and the end of the first window with it that has not fired on
    /// time; `None` if all its windows are closed.
    #[inline]
    fn place(&mut self, time: EventTime) -> Option<(i64, EventTime)> {
        for (start, end) in [self.last, self.behind] {
            let since = time.as_micros().wrapping_sub(start);
            // The window before has fired: the watermark never goes back.
            if (0..self.pane).contains(&since) && end > self.watermark {
                return Some((start, end));
            }
        }
        self.find(time)
    }

    #[cold]
    fn find(&mut self, time: EventTime) -> Option<(i64, EventTime)> {
        if self.windows.is_between(time, self.watermark) {
            return Some(self.find_behind(time));
        }
        let start = self.windows.pane_start(self.pane, time);
        if let Some(end) = self.windows.first_open_end(time, self.watermark) {
            if end == self.windows.first_end(time) {
                self.last = (start, end);
            }
            return Some((start, end));
        }
        let last = self.windows.last_end_with(time);
        let within = self.windows.start_of(last) <= time && time < last;
        (within && !self.is_closed(last)).then(|| (start, self.windows.first_end(self.watermark)))
    }

    /// Does the same if some windows with `time` have fired, and others have not. It divides only
    /// where a pane or a window begins.
    fn find_behind(&mut self, time: EventTime) -> (i64, EventTime) {
        let (mut start, mut end) = self.behind;
        if !(0..self.pane).contains(&time.as_micros().wrapping_sub(start)) {
            start = self.windows.pane_start(self.pane, time);
        }
        if end <= self.watermark {
            end = self.windows.first_end(self.watermark);
        }
        self.behind = (start, end);
        (start, end)
    }

    /// Fires a window early or late.
    fn fire<R: Results<C::Out, Infallible>>(
        &mut self,
        at: usize,
        end: EventTime,
        firing: impl FnOnce(&P, &mut P::FiringCounts) -> Option<Firing>,
        results: &mut R,
    ) -> Result<()> {
        let (accumulator, start) = (&self.accumulator, self.windows.start_of(end));
        let Some(row) = self.keys.get_mut(at) else { return Ok(()) };
        let counts = row.value.held.counts_of(end);
        let Some(firing) = counts.and_then(|counts| firing(&self.triggers, counts)) else {
            return Ok(());
        };
        let merging = Together::<K, T, C>::of(accumulator, self.pane);
        let panes = &mut row.value.held.panes;
        panes.settle(&merging);
        let Some(state) = panes.folded(start.as_micros(), end.as_micros(), &merging) else {
            return Ok(());
        };
        let bounds = Bounds { start, end };
        let result = accumulator.emit(&row.key, (bounds, firing), &state);
        results.result(result, Meta::new(bounds.last_moment(), row.hash))
    }

    /// Fires the windows with an event early or late, if the event causes that.
    #[cold]
    fn fire_for_event<R: Results<C::Out, Infallible>>(
        &mut self,
        at: usize,
        time: EventTime,
        results: &mut R,
    ) -> Result<()> {
        let mut end = self.windows.first_end(time);
        while self.windows.start_of(end) <= time {
            if end > self.watermark {
                self.fire(at, end, P::on_event, results)?;
            } else if !self.is_closed(end) {
                self.fire(at, end, |triggers, counts| Some(triggers.late(counts)), results)?;
            }
            let next = self.windows.next_end(end);
            if next == end {
                break;
            }
            end = next;
        }
        Ok(())
    }

    /// The windows that end at `end`.
    fn due(&self, end: EventTime) -> Due {
        let bounds = Bounds { start: self.windows.start_of(end), end };
        let next = self.windows.next_end(end);
        let needed = self.windows.start_of(next).as_micros().saturating_sub(self.kept);
        Due { bounds, time: bounds.last_moment(), next, needed }
    }

    /// Fires the window of a key on time, if it has events; returns whether the key is due again a
    /// slide later.
    #[inline]
    fn fire_on_time<R: Results<C::Out, Infallible>>(
        &mut self,
        (at, due): (usize, &Due),
        results: &mut R,
    ) -> Result<bool> {
        let Due { bounds, time, needed, .. } = *due;
        let (from, to) = (bounds.start.as_micros(), bounds.end.as_micros());
        let (accumulator, lateness) = (&self.accumulator, self.triggers.lateness());
        let Some(row) = self.keys.get_mut(at) else { return Ok(false) };
        if row.value.due != Some(bounds.end) {
            return Ok(false);
        }
        let Row { key, value: Scheduled { held, .. }, hash, .. } = row;
        let merging = Together::<K, T, C>::of(accumulator, self.pane);
        let finish = |state: &C::State| accumulator.emit(key, (bounds, Firing::OnTime), state);
        let fires = !self.when_fresh || held.take_fresh(bounds.end);
        let panes = &mut held.panes;
        // The panes before the window were dropped when it was scheduled.
        let (result, first) = if fires && lateness == 0 && !C::GROWS {
            panes.slide((to, needed), &merging, finish)
        } else {
            panes.settle(&merging);
            let state = if fires { panes.folded(from, to, &merging) } else { None };
            panes.drop_before(needed, &merging);
            (state.map(|state| finish(&state)), panes.first())
        };
        if let Some(result) = result {
            results.result(result, Meta::new(time, *hash))?;
        }
        Ok(self.reschedule((at, due), first))
    }

    /// Schedules the next window of a key after one has fired, or drops the key if no pane is left;
    /// returns whether the next one ends a slide later, and is not scheduled yet.
    #[inline]
    fn reschedule(&mut self, (at, due): (usize, &Due), first: Option<i64>) -> bool {
        let Some(row) = self.keys.get_mut(at) else { return false };
        let Due { bounds: Bounds { end, .. }, next, .. } = *due;
        if !P::ON_TIME_ONLY {
            let closed = end.as_micros().saturating_sub(self.kept);
            if let Some(counts) = &mut row.value.held.counts {
                counts.0.retain(|(end, _)| end.as_micros() > closed);
            }
        }
        match first {
            // At `EventTime::MAX` there is no next window.
            Some(first) if next > end => {
                if first < next.as_micros() {
                    row.value.due = Some(next);
                    return true;
                }
                let first = self.windows.first_end(EventTime::from_micros(first));
                row.value.due = Some(first);
                self.schedule.add(first, at);
            }
            _ => {
                row.value.held.clear();
                self.keys.forget(at);
            }
        }
        false
    }

    /// Fires open windows with new events early, if the watermark has crossed an interval.
    fn fire_interval<R: Results<C::Out, Infallible>>(
        &mut self,
        before: EventTime,
        results: &mut R,
    ) -> Result<()> {
        if !self.triggers.crossed_interval(before, self.watermark) {
            return Ok(());
        }
        for at in 0..self.keys.places() {
            let ends = self.keys.get(at).map(|row| row.value.held.ends()).unwrap_or_default();
            let watermark = self.watermark;
            for end in ends.into_iter().filter(|end| *end > watermark) {
                self.fire(at, end, P::on_interval, results)?;
            }
        }
        Ok(())
    }
}

impl<K, T, P, C> Store<K, T> for SliceStore<K, T, P, C>
where
    K: Key,
    T: Send + 'static,
    P: Triggers,
    C: Accumulator<K, T>,
{
    type Out = C::Out;
    type Unmatched = Infallible;
    const INSERT_EMITS: bool = !P::ON_TIME_ONLY;

    #[inline]
    fn judge(&self, time: EventTime, passed: EventTime) -> Verdict {
        self.windows.judge(time, passed, self.triggers.lateness())
    }

    #[inline(always)]
    fn insert<R: Results<C::Out, Infallible>>(
        &mut self,
        event: WithKey<K, T>,
        meta: Meta,
        results: &mut R,
    ) -> Result<Option<T>> {
        let WithKey { key, value } = event;
        let Some((pane, end)) = self.place(meta.time) else { return Ok(Some(value)) };
        let Some((at, row)) = self.keys.find_row(meta.hash, key) else { return Ok(Some(value)) };
        let (panes, accumulator) = (&mut row.value.held.panes, &self.accumulator);
        if Mutant::LostInWindow.strikes() {
            return Ok(None);
        }
        self.folded += Tally::FOLDED;
        if P::ON_TIME_ONLY
            && !self.when_fresh
            && let Some(state) = panes.present_at(pane)
        {
            // With this pane it has been scheduled.
            accumulator.add(state, value, meta.time);
            return Ok(None);
        }
        let merging = Together::<K, T, C>::of(accumulator, self.pane);
        let Some(state) = panes.at(pane, &merging) else { return Ok(Some(value)) };
        accumulator.add(state, value, meta.time);
        if row.value.due.is_none_or(|due| end < due) {
            row.value.due = Some(end);
            self.schedule.add(end, at);
        }
        if P::ON_TIME_ONLY {
            if self.when_fresh {
                row.value.held.counts_of(end);
            }
        } else {
            self.fire_for_event(at, meta.time, results)?;
        }
        Ok(None)
    }

    fn advance<R: Results<C::Out, Infallible>>(
        &mut self,
        watermark: EventTime,
        results: &mut R,
    ) -> Result<()> {
        let before = std::mem::replace(&mut self.watermark, watermark);
        while let Some((end, mut keys)) = self.schedule.all_until(watermark) {
            let (due, mut kept) = (self.due(end), 0);
            // Most keys are due at every slide, and stay in the list.
            for nth in 0..keys.len() {
                let Some(at) = keys.get(nth).copied() else { break };
                if self.fire_on_time((at, &due), results)?
                    && let Some(place) = keys.get_mut(kept)
                {
                    *place = at;
                    kept += 1;
                }
            }
            keys.truncate(kept);
            self.schedule.again(end, keys);
        }
        self.fire_interval(before, results)
    }

    #[inline]
    fn pass(&mut self, watermark: EventTime) -> bool {
        let nothing_fires = P::ON_TIME_ONLY && !self.schedule.may_be_due(watermark);
        if nothing_fires {
            self.watermark = watermark;
        }
        nothing_fires
    }

    fn watermark(&self) -> EventTime {
        self.watermark
    }

    fn tally(&self) -> Option<Tally> {
        Tally::folded(self.folded)
    }

    fn keys(&self) -> Option<usize> {
        Some(self.keys.len())
    }

    fn next_window(&self) -> Option<PendingWindow> {
        let fires_at = self.schedule.next()?;
        Some(PendingWindow { fires_at, windows: self.keys.len() as u64 })
    }
}
