//! The events of one key, in order of event time.

mod saved;

use crate::time::EventTime;
use std::ops::Range;
use std::sync::Arc;

/// The events of one key, in order of event time.
#[derive(Debug, Clone)]
pub struct Events<T> {
    pub(in crate::window) values: Vec<T>,
    pub(in crate::window) stamps: Vec<Stamp>,
    /// The number of events at the front that no open window contains; they are removed in bulk.
    past: usize,
}

/// The time of an event, and the end of the first window that contains it.
#[derive(Debug, Clone, Copy)]
pub(in crate::window) struct Stamp {
    pub(in crate::window) time: EventTime,
    pub(in crate::window) shown: EventTime,
}

impl<T> Default for Events<T> {
    fn default() -> Self {
        Self { values: Vec::new(), stamps: Vec::new(), past: 0 }
    }
}

impl<T> Events<T> {
    /// Sorts events; the window that ends at `shown` is the first to contain them.
    pub(in crate::window) fn sorted(
        events: impl IntoIterator<Item = (EventTime, T)>,
        shown: EventTime,
    ) -> Self {
        let mut events: Vec<_> = events.into_iter().collect();
        events.sort_by_key(|(time, _)| *time);
        let stamp = |(time, value)| (Stamp { time, shown }, value);
        let (stamps, values) = events.into_iter().map(stamp).unzip();
        Self { values, stamps, past: 0 }
    }

    /// Inserts an event, after those of the same time.
    #[inline]
    pub(in crate::window) fn put(&mut self, time: EventTime, shown: EventTime, value: T) {
        let stamp = Stamp { time, shown };
        if self.stamps.last().is_none_or(|last| last.time <= time) {
            self.values.push(value);
            self.stamps.push(stamp);
            return;
        }
        let after = self.stamps.iter().rev().take_while(|other| other.time > time).count();
        let at = self.stamps.len() - after;
        self.values.insert(at, value);
        self.stamps.insert(at, stamp);
    }

    /// Inserts all events of another list.
    pub(in crate::window) fn extend(&mut self, later: &Self)
    where
        T: Clone,
    {
        for (stamp, value) in later.stamps.iter().zip(&later.values) {
            self.put(stamp.time, stamp.shown, value.clone());
        }
    }

    /// Marks all events as first contained in the window that ends at `end`.
    pub(in crate::window) fn show_first(&mut self, end: EventTime) {
        self.stamps.iter_mut().for_each(|stamp| stamp.shown = end);
    }

    /// Returns the positions of the events from `start`, inclusive, to `end`, exclusive, if there
    /// are any.
    #[inline]
    pub(in crate::window) fn range(
        &self,
        start: EventTime,
        end: EventTime,
    ) -> Option<Range<usize>> {
        let stamps = self.stamps.get(self.past..)?;
        let from = self.past + stamps.iter().take_while(|stamp| stamp.time < start).count();
        let beyond = stamps.iter().rev().take_while(|stamp| stamp.time >= end).count();
        let to = self.stamps.len() - beyond;
        (from < to).then_some(from..to)
    }

    /// Returns whether the window that ends at `end` is the first to contain one of the events in
    /// `range`.
    pub(in crate::window) fn shows(&self, range: &Range<usize>, end: EventTime) -> bool {
        let stamps = self.stamps.get(range.clone()).unwrap_or_default();
        stamps.iter().any(|stamp| stamp.shown == end)
    }

    /// Returns the end of the first window after `end` with an event that is in no earlier window.
    #[inline]
    pub(in crate::window) fn next_shown(&self, end: EventTime) -> Option<EventTime> {
        let stamps = self.stamps.get(self.past..).unwrap_or_default();
        stamps.iter().map(|stamp| stamp.shown).filter(|shown| *shown > end).min()
    }

    /// Returns the time of the last event.
    pub(in crate::window) fn last_time(&self) -> Option<EventTime> {
        self.stamps.last().map(|stamp| stamp.time)
    }

    /// Drops the events before `start`; returns the time of the first that is left.
    #[inline]
    pub(in crate::window) fn drop_before(&mut self, start: EventTime) -> Option<EventTime> {
        let stamps = self.stamps.get(self.past..).unwrap_or_default();
        let dropped = stamps.iter().take_while(|stamp| stamp.time < start).count();
        let first = stamps.get(dropped).map(|stamp| stamp.time);
        self.past += dropped;
        // In bulk: removing them one by one would move the rest each time.
        if first.is_none() {
            self.values.clear();
            self.stamps.clear();
            self.past = 0;
        } else if self.past * 2 > self.stamps.len() {
            self.values.drain(..self.past);
            self.stamps.drain(..self.past);
            self.past = 0;
        }
        first
    }
}

/// Lends the events of one key after another to a window, without copying them.
///
/// Events are moved into one shared allocation and back. They are copied only if an operator keeps
/// the window.
#[derive(Debug)]
pub(super) struct Carrier<T> {
    events: Arc<Events<T>>,
    lent: bool,
}

impl<T> Default for Carrier<T> {
    fn default() -> Self {
        Self { events: Arc::default(), lent: false }
    }
}

impl<T: Clone> Carrier<T> {
    /// Lends events: `events` is empty until they are taken back.
    #[inline]
    pub(super) fn lend(&mut self, events: &mut Events<T>) -> Arc<Events<T>> {
        match Arc::get_mut(&mut self.events) {
            Some(shared) => *shared = std::mem::take(events),
            None => self.events = Arc::new(std::mem::take(events)),
        }
        self.lent = true;
        Arc::clone(&self.events)
    }

    #[cold]
    fn copy(&self) -> Events<T> {
        let Events { values, stamps, past } = &*self.events;
        Events { values: values.clone(), stamps: stamps.clone(), past: *past }
    }

    /// Takes the events back, if any are lent.
    #[inline]
    pub(super) fn take_back(&mut self, events: &mut Events<T>) {
        if !std::mem::take(&mut self.lent) {
            return;
        }
        *events = match Arc::get_mut(&mut self.events) {
            Some(shared) => std::mem::take(shared),
            None => self.copy(),
        };
    }
}
