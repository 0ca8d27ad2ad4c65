//! The open windows of one operator instance.
//!
//! Each key keeps its events once, in order of time; a window is a range of them. Each key is
//! scheduled at the end of its next window only, so that an event costs one entry in the schedule,
//! and a watermark touches those keys that have a window to give on and no other.

use super::events::{Carrier, Events};
use super::keys::Keys;
use super::schedule::Schedule;
use super::window::Window;
use super::{Firing, WindowAssigner};
use crate::event::Meta;
use crate::key::{Key, KeyHash};
use crate::time::EventTime;
use std::fmt;
use std::ops::Range;

/// The open windows of one operator instance.
pub struct WindowBuffer<K, T> {
    assigner: WindowAssigner,
    keys: Keys<K, T>,
    schedule: Schedule,
    carrier: Carrier<T>,
    /// The key whose window was given on last: it is settled when the window has been dropped.
    given: Option<(usize, EventTime)>,
    /// The times whose first window is that of the last event: most events share it, and it is
    /// found without a division then.
    pane: Range<EventTime>,
}

impl<K, T> fmt::Debug for WindowBuffer<K, T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("WindowBuffer").field("assigner", &self.assigner).finish_non_exhaustive()
    }
}

impl<K: Key, T: Clone> WindowBuffer<K, T> {
    /// A buffer without events.
    #[must_use]
    pub fn new(assigner: WindowAssigner) -> Self {
        Self {
            assigner,
            keys: Keys::default(),
            schedule: Schedule::every(assigner.slide),
            carrier: Carrier::default(),
            given: None,
            pane: EventTime::MAX..EventTime::MIN,
        }
    }

    /// Takes in an event; gives it back if all its windows have been given on before `watermark`.
    #[inline]
    pub fn insert(&mut self, key: K, meta: Meta, value: T, watermark: EventTime) -> Option<T> {
        let Some(end) = self.first_open_end(meta.time, watermark) else { return Some(value) };
        self.settle();
        let at = self.keys.find(key, meta.hash);
        let Some(row) = self.keys.get_mut(at) else { return Some(value) };
        row.events.put(meta.time, end, value);
        if row.due.is_none_or(|due| end < due) {
            row.due = Some(end);
            self.schedule.add(end, at);
        }
        None
    }

    #[inline]
    fn first_open_end(&mut self, time: EventTime, watermark: EventTime) -> Option<EventTime> {
        if self.pane.contains(&time) && self.pane.end > watermark {
            return Some(self.pane.end);
        }
        let end = self.assigner.first_open_end(time, watermark)?;
        if time < end && end == self.assigner.first_end(time) {
            let from = self.assigner.last_end(end).max(self.assigner.start_of(end));
            self.pane = from..end;
        }
        Some(end)
    }

    /// The next window that ends no later than `time`, in order of their ends.
    ///
    /// The events are lent to the window: drop it before the next call, or they are copied.
    #[inline]
    pub fn next_until(&mut self, time: EventTime) -> Option<(Window<K, T>, KeyHash)> {
        self.settle();
        while let Some((end, at)) = self.schedule.next_until(time) {
            let Some(row) = self.keys.get_mut(at).filter(|row| row.due == Some(end)) else {
                continue;
            };
            self.given = Some((at, end));
            let start = self.assigner.start_of(end);
            if let Some(range) = row.events.range(start, end)
                && (self.assigner.firing == Firing::Always || row.events.shows(&range, end))
            {
                let (key, hash) = (row.key.clone(), row.hash);
                let lent = self.carrier.lend(&mut row.events);
                return Some((Window::shared(key, (start, end), lent, range), hash));
            }
            self.settle();
        }
        None
    }

    /// Looks ahead for the key whose window was given on last: its next window, or its end.
    #[inline]
    fn settle(&mut self) {
        let Some((at, end)) = self.given.take() else { return };
        let Some(row) = self.keys.get_mut(at) else { return };
        self.carrier.take_back(&mut row.events);
        let next = self.assigner.next_end(end);
        // At the end of time there is no next window.
        if next == end {
            row.events = Events::default();
            return self.keys.forget(at);
        }
        let Some(first) = row.events.drop_before(self.assigner.start_of(next)) else {
            return self.keys.forget(at);
        };
        let due = match self.assigner.firing {
            Firing::Always if first < next => next,
            Firing::Always => self.assigner.first_end(first),
            // The events are kept for as long as a window with a fresh one could show them too.
            Firing::WhenFresh => row.events.next_shown(end).unwrap_or_else(|| {
                self.assigner.end_without(row.events.last_time().unwrap_or(first)).max(next)
            }),
        };
        row.due = Some(due);
        self.schedule.add(due, at);
    }
}
