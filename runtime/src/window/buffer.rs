//! The open windows of one operator instance.
//!
//! Each key keeps its events once, in order of time; a window is a range of them. Each key is
//! scheduled at the end of its next window only, so that an event costs one entry in the schedule,
//! and a watermark touches those keys that have a window to give on and no other.

use super::events::Events;
use super::schedule::Schedule;
use super::window::Window;
use super::{Firing, WindowAssigner};
use crate::event::Meta;
use crate::key::{Key, KeyHash};
use crate::time::EventTime;
use hashbrown::HashTable;
use hashbrown::hash_table::Entry;
use std::fmt;
use std::sync::Arc;

struct Row<K, T> {
    key: K,
    hash: KeyHash,
    events: Arc<Events<T>>,
    /// When the key is looked at next; an entry of the schedule for another time is stale.
    due: Option<EventTime>,
}

/// The open windows of one operator instance.
pub struct WindowBuffer<K, T> {
    assigner: WindowAssigner,
    rows: Vec<Row<K, T>>,
    vacant: Vec<usize>,
    index: HashTable<usize>,
    schedule: Schedule,
    /// The key whose window was given on last: it is settled when the window has been dropped.
    given: Option<(usize, EventTime)>,
}

impl<K, T> fmt::Debug for WindowBuffer<K, T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("WindowBuffer").field("keys", &self.index.len()).finish_non_exhaustive()
    }
}

impl<K: Key, T: Clone> WindowBuffer<K, T> {
    /// A buffer without events.
    #[must_use]
    pub fn new(assigner: WindowAssigner) -> Self {
        Self {
            assigner,
            rows: Vec::new(),
            vacant: Vec::new(),
            index: HashTable::new(),
            schedule: Schedule::every(assigner.slide),
            given: None,
        }
    }

    /// Takes in an event; gives it back if all its windows have been given on before `watermark`.
    #[inline]
    pub fn insert(&mut self, key: K, meta: Meta, value: T, watermark: EventTime) -> Option<T> {
        let Some(end) = self.assigner.first_open_end(meta.time, watermark) else {
            return Some(value);
        };
        self.settle();
        let at = self.row_of(key, meta.hash);
        let Some(row) = self.rows.get_mut(at) else { return Some(value) };
        Events::owned(&mut row.events).put(meta.time, end, value);
        if row.due.is_none_or(|due| end < due) {
            row.due = Some(end);
            self.schedule.add(end, at);
        }
        None
    }

    #[inline]
    fn row_of(&mut self, key: K, hash: KeyHash) -> usize {
        let rows = &self.rows;
        let same = |at: &usize| rows.get(*at).is_some_and(|row| row.key == key);
        let hash_of = |at: &usize| rows.get(*at).map_or(0, |row| row.hash.get());
        let entry = match self.index.entry(hash.get(), same, hash_of) {
            Entry::Occupied(entry) => return *entry.get(),
            Entry::Vacant(entry) => entry,
        };
        let at = self.vacant.pop().unwrap_or(self.rows.len());
        entry.insert(at);
        match self.rows.get_mut(at) {
            Some(row) => (row.key, row.hash) = (key, hash),
            None => self.rows.push(Row { key, hash, events: Arc::default(), due: None }),
        }
        at
    }

    /// The next window that ends no later than `time`, in order of their ends.
    ///
    /// The events are shared with the window: drop it before the next call, or they are copied.
    #[inline]
    pub fn next_until(&mut self, time: EventTime) -> Option<(Window<K, T>, KeyHash)> {
        self.settle();
        while let Some((end, at)) = self.schedule.next_until(time) {
            let Some(row) = self.rows.get(at).filter(|row| row.due == Some(end)) else { continue };
            self.given = Some((at, end));
            let (start, last) = (self.assigner.start_of(end), self.assigner.last_end(end));
            if let Some(range) = row.events.range(start, end)
                && (self.assigner.firing == Firing::Always || row.events.shows(&range, last, end))
            {
                let events = Arc::clone(&row.events);
                return Some((
                    Window::shared(row.key.clone(), (start, end), events, range),
                    row.hash,
                ));
            }
            self.settle();
        }
        None
    }

    /// Looks ahead for the key whose window was given on last: its next window, or its end.
    #[inline]
    fn settle(&mut self) {
        let Some((at, end)) = self.given.take() else { return };
        let Some(row) = self.rows.get_mut(at) else { return };
        let next = self.assigner.next_end(end);
        let events = Events::owned(&mut row.events);
        let Some(first) = events.drop_before(self.assigner.start_of(next)) else {
            return self.forget(at);
        };
        let due = match self.assigner.firing {
            Firing::Always => self.assigner.first_end(first).max(next),
            // The events are kept for as long as a window with a fresh one could show them too.
            Firing::WhenFresh => events.next_shown(end).unwrap_or_else(|| {
                self.assigner.end_without(events.last_time().unwrap_or(first)).max(next)
            }),
        };
        row.due = Some(due);
        self.schedule.add(due, at);
    }

    fn forget(&mut self, at: usize) {
        let Some(row) = self.rows.get_mut(at) else { return };
        row.due = None;
        if let Ok(entry) = self.index.find_entry(row.hash.get(), |found| *found == at) {
            entry.remove();
        }
        self.vacant.push(at);
    }
}
