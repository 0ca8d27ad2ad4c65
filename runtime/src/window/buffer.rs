//! The open windows of one operator instance.
//!
//! Each key keeps its events once, in order of time; a window is a range of them. Each key is
//! scheduled at the end of its next window only, so that an event costs one entry in the schedule,
//! and a watermark touches those keys that have a window to give on and no other.

use super::WindowAssigner;
use super::window::{Events, Window};
use crate::event::Meta;
use crate::key::{Key, KeyHash};
use crate::time::EventTime;
use hashbrown::HashTable;
use hashbrown::hash_table::Entry;
use std::collections::BTreeMap;
use std::fmt;
use std::sync::Arc;

struct Row<K, T> {
    key: K,
    hash: KeyHash,
    events: Arc<Events<T>>,
    /// How many of the events are past all windows; they are removed in bulk.
    past: usize,
    /// The end of the key's next window; an entry of the schedule for another end is stale.
    due: Option<EventTime>,
}

/// The open windows of one operator instance.
pub struct WindowBuffer<K, T> {
    assigner: WindowAssigner,
    rows: Vec<Row<K, T>>,
    vacant: Vec<usize>,
    index: HashTable<usize>,
    schedule: BTreeMap<EventTime, Vec<usize>>,
    firing: Option<(EventTime, std::vec::IntoIter<usize>)>,
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
            schedule: BTreeMap::new(),
            firing: None,
            given: None,
        }
    }

    /// Takes in an event; gives it back if all its windows have been given on before `watermark`.
    #[inline]
    pub fn insert(&mut self, key: K, meta: Meta, value: T, watermark: EventTime) -> Option<T> {
        let Some(end) = self.assigner.first_open_end(meta.time, watermark) else {
            return Some(value);
        };
        let at = self.row_of(key, meta.hash);
        let Some(row) = self.rows.get_mut(at) else {
            return Some(value);
        };
        row.put(meta.time, end, value);
        if row.due.is_none_or(|due| end < due) {
            row.due = Some(end);
            self.schedule.entry(end).or_default().push(at);
        }
        None
    }

    fn row_of(&mut self, key: K, hash: KeyHash) -> usize {
        let rows = &self.rows;
        let same = |at: &usize| rows.get(*at).is_some_and(|row| row.hash == hash && row.key == key);
        let hash_of = |at: &usize| rows.get(*at).map_or(0, |row| row.hash.get());
        let entry = match self.index.entry(hash.get(), same, hash_of) {
            Entry::Occupied(entry) => return *entry.get(),
            Entry::Vacant(entry) => entry,
        };
        let at = self.vacant.pop().unwrap_or(self.rows.len());
        entry.insert(at);
        match self.rows.get_mut(at) {
            Some(row) => (row.key, row.hash) = (key, hash),
            None => {
                let events = Arc::new(Events::default());
                self.rows.push(Row { key, hash, events, past: 0, due: None });
            }
        }
        at
    }

    /// The next window that ends no later than `time`, in order of their ends.
    ///
    /// The events are shared with the window: drop it before the next call, or they are copied.
    pub fn next_until(&mut self, time: EventTime) -> Option<(Window<K, T>, KeyHash)> {
        self.settle();
        loop {
            let (end, mut due) = match self.firing.take() {
                Some(firing) => firing,
                None => {
                    let (end, rows) = self
                        .schedule
                        .first_key_value()
                        .map(|(end, _)| *end)
                        .filter(|end| *end <= time)
                        .and_then(|end| self.schedule.remove_entry(&end))?;
                    (end, rows.into_iter())
                }
            };
            let next = due.next();
            if next.is_some() {
                self.firing = Some((end, due));
            }
            let Some(at) = next else { continue };
            if let Some(found) = self.window_of(at, end) {
                self.given = Some((at, end));
                return Some(found);
            }
        }
    }

    fn window_of(&self, at: usize, end: EventTime) -> Option<(Window<K, T>, KeyHash)> {
        let row = self.rows.get(at).filter(|row| row.due == Some(end))?;
        let start = self.assigner.start_of(end);
        let times = row.events.times.get(row.past..)?;
        let from = row.past + times.iter().take_while(|time| **time < start).count();
        let beyond = times.iter().rev().take_while(|time| **time >= end).count();
        let range = from..row.events.times.len() - beyond;
        let window = Window::shared(row.key.clone(), start, end, Arc::clone(&row.events), range);
        Some((window, row.hash))
    }

    /// Schedules the next window of the key whose window was given on last, or forgets the key.
    fn settle(&mut self) {
        let Some((at, end)) = self.given.take() else {
            return;
        };
        let Some(row) = self.rows.get_mut(at) else {
            return;
        };
        let next = self.assigner.next_end(end);
        match row.drop_before(self.assigner.start_of(next)) {
            Some(first) => {
                let due = self.assigner.first_end(first).max(next);
                row.due = Some(due);
                self.schedule.entry(due).or_default().push(at);
            }
            None => {
                row.due = None;
                let hash = row.hash;
                if let Ok(entry) = self.index.find_entry(hash.get(), |found| *found == at) {
                    entry.remove();
                }
                self.vacant.push(at);
            }
        }
    }
}

impl<K, T: Clone> Row<K, T> {
    #[inline]
    fn events_mut(&mut self) -> &mut Events<T> {
        if Arc::get_mut(&mut self.events).is_none() {
            let events = &*self.events;
            let copy = Events {
                values: events.values.clone(),
                times: events.times.clone(),
                shown: events.shown.clone(),
            };
            self.events = Arc::new(copy);
        }
        // The copy above is not shared, so this does not copy again.
        Arc::get_mut(&mut self.events).unwrap_or_else(|| unreachable!("the events are not shared"))
    }

    fn put(&mut self, time: EventTime, shown: EventTime, value: T) {
        let events = self.events_mut();
        let after = events.times.iter().rev().take_while(|other| **other > time).count();
        let at = events.times.len() - after;
        events.values.insert(at, value);
        events.times.insert(at, time);
        events.shown.insert(at, shown);
    }

    /// Drops the events before `start`; the time of the first one that is left.
    fn drop_before(&mut self, start: EventTime) -> Option<EventTime> {
        let times = self.events.times.get(self.past..).unwrap_or_default();
        let gone = times.iter().take_while(|time| **time < start).count();
        let first = times.get(gone).copied();
        self.past += gone;
        let past = self.past;
        // Removing them one by one would move the rest each time.
        if first.is_none() || past * 2 > self.events.times.len() {
            self.past = 0;
            let events = self.events_mut();
            events.values.drain(..past);
            events.times.drain(..past);
            events.shown.drain(..past);
        }
        first
    }
}
