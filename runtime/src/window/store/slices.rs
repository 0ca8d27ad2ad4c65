//! Windows that overlap: for each key its panes.
//!
//! A pane is as long as windows have a part in common, and an event is added to one pane only. Each
//! key is scheduled at the end of its next window, so that a watermark touches those keys that have
//! a window to give on and no other.

use super::keys::{Keys, Scheduled};
use super::schedule::Schedule;
use super::stacks::Stacks;
use super::{Results, Store};
use crate::error::Result;
use crate::event::{Meta, WithKey};
use crate::key::Key;
use crate::state::Row;
use crate::time::EventTime;
use crate::window::Firing;
use crate::window::accumulator::Accumulator;
use crate::window::bounds::Bounds;
use crate::window::kind::{Aligned, Sliding};
use crate::window::trigger::Triggers;
use std::convert::Infallible;
use std::fmt;

/// Windows that overlap: for each key its panes.
pub struct SliceStore<K, T, P: Triggers, C: Accumulator<K, T>> {
    windows: Aligned,
    triggers: P,
    accumulator: C,
    keys: Keys<K, Slices<C::State, P::FiringCounts>>,
    schedule: Schedule,
    watermark: EventTime,
    pane: i64,
    /// For how long a window that was given on is kept: the lateness, in whole slides.
    kept: i64,
    /// The pane of the last event, and the end of the first window that it is part of: most events
    /// share it, and it is found without a division then.
    last: (i64, EventTime),
}

/// The panes of a key, and what is remembered of its windows.
struct Slices<S, M> {
    panes: Stacks<S>,
    /// Apart, so that windows that speak at their end only have smaller rows.
    marks: Option<Box<Marked<M>>>,
}

/// What is remembered of windows, in order of their ends.
struct Marked<M>(Vec<(EventTime, M)>);

impl<S, M> Default for Slices<S, M> {
    fn default() -> Self {
        Self { panes: Stacks::default(), marks: None }
    }
}

impl<K, T, P: Triggers, C: Accumulator<K, T>> fmt::Debug for SliceStore<K, T, P, C> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SliceStore").field("windows", &self.windows).finish_non_exhaustive()
    }
}

impl<K: Key, T, P: Triggers, C: Accumulator<K, T>> SliceStore<K, T, P, C> {
    /// No event.
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
            kept: slides.saturating_mul(windows.slide),
            last: (i64::MAX, EventTime::MIN),
        }
    }

    /// Whether the window that ends at `end` is past all lateness.
    fn is_over(&self, end: EventTime) -> bool {
        end.as_micros().saturating_add(self.triggers.lateness()) <= self.watermark.as_micros()
    }

    /// The pane of a time, and the end of the first window that is still to be given on with it;
    /// none if all of them are over.
    #[inline]
    fn place(&mut self, time: EventTime) -> Option<(i64, EventTime)> {
        let (start, end) = self.last;
        let since = time.as_micros().wrapping_sub(start);
        if (0..self.pane).contains(&since) && end > self.watermark {
            return Some((start, end));
        }
        self.find(time)
    }

    #[cold]
    fn find(&mut self, time: EventTime) -> Option<(i64, EventTime)> {
        let start = self.windows.pane_start(self.pane, time);
        if let Some(end) = self.windows.first_open_end(time, self.watermark) {
            if end == self.windows.first_end(time) {
                self.last = (start, end);
            }
            return Some((start, end));
        }
        let last = self.windows.last_end_with(time);
        let within = self.windows.start_of(last) <= time && time < last;
        (within && !self.is_over(last)).then(|| (start, self.windows.first_end(self.watermark)))
    }

    /// Shows a window that is early or late.
    fn show<R: Results<C::Out, Infallible>>(
        &mut self,
        at: usize,
        end: EventTime,
        firing: impl FnOnce(&P, &mut P::FiringCounts) -> Option<Firing>,
        results: &mut R,
    ) -> Result<()> {
        let (accumulator, start) = (&self.accumulator, self.windows.start_of(end));
        let Some(row) = self.keys.get_mut(at) else { return Ok(()) };
        let marks = row.value.held.marks(end);
        let Some(firing) = marks.and_then(|marks| firing(&self.triggers, marks)) else {
            return Ok(());
        };
        let merge = |state: &mut _, later: &_| accumulator.merge(state, later);
        let panes = &row.value.held.panes;
        let Some(state) = panes.folded(start.as_micros(), end.as_micros(), merge) else {
            return Ok(());
        };
        let bounds = Bounds { start, end };
        let shown = accumulator.emit(&row.key, (bounds, firing), &state);
        results.result(shown, Meta { time: bounds.last_moment(), hash: row.hash })
    }

    /// Asks every window that an event is in whether it speaks.
    #[cold]
    fn speak<R: Results<C::Out, Infallible>>(
        &mut self,
        at: usize,
        time: EventTime,
        results: &mut R,
    ) -> Result<()> {
        let mut end = self.windows.first_end(time);
        while self.windows.start_of(end) <= time {
            if end > self.watermark {
                self.show(at, end, P::on_event, results)?;
            } else if !self.is_over(end) {
                self.show(at, end, |triggers, marks| Some(triggers.late(marks)), results)?;
            }
            let next = self.windows.next_end(end);
            if next == end {
                break;
            }
            end = next;
        }
        Ok(())
    }

    /// Gives on the window of a key that ends at `end`, if it has one.
    #[inline]
    fn give<R: Results<C::Out, Infallible>>(
        &mut self,
        at: usize,
        end: EventTime,
        results: &mut R,
    ) -> Result<()> {
        let (accumulator, lateness) = (&self.accumulator, self.triggers.lateness());
        let Some(row) = self.keys.get_mut(at) else { return Ok(()) };
        let bounds = Bounds { start: self.windows.start_of(end), end };
        let (from, to) = (bounds.start.as_micros(), end.as_micros());
        let Row { key, value: Scheduled { held, .. }, hash, .. } = row;
        let show = |state: &C::State| accumulator.emit(key, (bounds, Firing::OnTime), state);
        let merge = |state: &mut _, later: &_| accumulator.merge(state, later);
        // What is before the window has been dropped when it was scheduled.
        let shown = if lateness == 0 && !C::GROWS {
            held.panes.merged(to, merge, show)
        } else {
            held.panes.folded(from, to, merge).map(|state| show(&state))
        };
        let meta = Meta { time: bounds.last_moment(), hash: *hash };
        if let Some(shown) = shown {
            results.result(shown, meta)?;
        }
        self.settle(at, end);
        Ok(())
    }

    /// Looks ahead for a key whose window has been given on: its next window, or its end.
    #[inline]
    fn settle(&mut self, at: usize, end: EventTime) {
        let (accumulator, next) = (&self.accumulator, self.windows.next_end(end));
        let Some(row) = self.keys.get_mut(at) else { return };
        let needed = self.windows.start_of(next).as_micros().saturating_sub(self.kept);
        row.value.held.panes.drop_before(needed, |state, later| accumulator.merge(state, later));
        if !P::ON_TIME_ONLY {
            let over = end.as_micros().saturating_sub(self.kept);
            if let Some(marked) = &mut row.value.held.marks {
                marked.0.retain(|(end, _)| end.as_micros() > over);
            }
        }
        // At the end of time there is no next window.
        let first = row.value.held.panes.first().filter(|_| next > end);
        let Some(first) = first else {
            row.value.held.clear();
            self.keys.forget(at);
            return;
        };
        let first = EventTime::from_micros(first);
        let due = if first < next { next } else { self.windows.first_end(first) };
        row.value.due = Some(due);
        self.schedule.add(due, at);
    }

    /// Shows what is new in the open windows, if event time has come to another multiple of what
    /// is between two results.
    fn show_early<R: Results<C::Out, Infallible>>(
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
                self.show(at, end, P::on_interval, results)?;
            }
        }
        Ok(())
    }
}

impl<S: Clone, M: Default> Slices<S, M> {
    /// Forgets everything but the memory, which the next key takes over.
    fn clear(&mut self) {
        self.panes.clear();
        self.marks = None;
    }

    /// What is remembered of the window that ends at `end`.
    fn marks(&mut self, end: EventTime) -> Option<&mut M> {
        let marked = &mut self.marks.get_or_insert_with(|| Box::new(Marked(Vec::new()))).0;
        let at = marked.partition_point(|(other, _)| *other < end);
        if marked.get(at).is_none_or(|(other, _)| *other != end) {
            marked.insert(at, (end, M::default()));
        }
        marked.get_mut(at).map(|(_, marks)| marks)
    }

    /// The ends of the windows of which something is remembered.
    fn ends(&self) -> Vec<EventTime> {
        let marked = self.marks.iter().flat_map(|marked| &marked.0);
        marked.map(|(end, _)| *end).collect()
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

    #[inline]
    fn insert<R: Results<C::Out, Infallible>>(
        &mut self,
        event: WithKey<K, T>,
        meta: Meta,
        results: &mut R,
    ) -> Result<Option<T>> {
        let WithKey { key, value } = event;
        let Some((pane, end)) = self.place(meta.time) else { return Ok(Some(value)) };
        let at = self.keys.find(meta.hash, key);
        let Some(row) = self.keys.get_mut(at) else { return Ok(Some(value)) };
        let Some(state) = row.value.held.panes.at(pane, || self.accumulator.create()) else {
            return Ok(Some(value));
        };
        self.accumulator.add(state, value, meta.time);
        if row.value.due.is_none_or(|due| end < due) {
            row.value.due = Some(end);
            self.schedule.add(end, at);
        }
        if !P::ON_TIME_ONLY {
            self.speak(at, meta.time, results)?;
        }
        Ok(None)
    }

    fn advance<R: Results<C::Out, Infallible>>(
        &mut self,
        watermark: EventTime,
        results: &mut R,
    ) -> Result<()> {
        let before = std::mem::replace(&mut self.watermark, watermark);
        while let Some((end, at)) = self.schedule.next_until(watermark) {
            if self.keys.get(at).is_some_and(|row| row.value.due == Some(end)) {
                self.give(at, end, results)?;
            }
        }
        self.show_early(before, results)
    }

    fn watermark(&self) -> EventTime {
        self.watermark
    }
}
