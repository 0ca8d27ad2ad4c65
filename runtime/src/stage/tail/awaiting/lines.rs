//! Keys with a call in flight, and the events of each that wait for it.

use super::passage::Ticket;
use crate::event::{Meta, Passed};
use crate::key::{Key, KeyHash};
use hashbrown::HashTable;
use std::collections::VecDeque;
use std::fmt;

/// An event that was received, as its call needs it.
pub(super) struct ReceivedEvent<T> {
    pub(super) value: T,
    pub(super) meta: Meta,
    /// What its split had passed.
    pub(super) passed: Passed,
    pub(super) ticket: Ticket,
    /// Its number among the events of the instance.
    pub(super) nth: u64,
}

/// Which line: its place in the list of lines.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct LineId(usize);

/// One line for each key with a call in flight or events that wait: one call of a key at a time.
///
/// A call that returns when it is first polled has no line.
pub(super) struct KeyLines<K, T> {
    ids: HashTable<LineId>,
    lines: Vec<KeyLine<K, T>>,
    unused: Vec<LineId>,
    /// Lines with events whose call has returned.
    ready: VecDeque<LineId>,
    /// The number of events in all lines.
    waiting: usize,
}

struct KeyLine<K, T> {
    hash: KeyHash,
    /// `None` while the line is unused.
    key: Option<K>,
    call: LineCall,
    events: VecDeque<ReceivedEvent<T>>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum LineCall {
    InFlight,
    Returned,
}

impl<K, T> fmt::Debug for KeyLines<K, T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("KeyLines").field("waiting", &self.waiting).finish_non_exhaustive()
    }
}

impl<K, T> Default for KeyLines<K, T> {
    fn default() -> Self {
        Self {
            ids: HashTable::new(),
            lines: Vec::new(),
            unused: Vec::new(),
            ready: VecDeque::new(),
            waiting: 0,
        }
    }
}

impl<K: Key, T> KeyLines<K, T> {
    /// Whether no key has a call in flight, and no event waits.
    #[inline]
    pub(super) fn is_empty(&self) -> bool {
        self.ids.is_empty()
    }

    /// The number of events that wait for a call of their key.
    #[inline]
    pub(super) fn waiting(&self) -> usize {
        self.waiting
    }

    /// The most events that wait for one key, and the first of them.
    pub(super) fn longest(&self) -> Option<(usize, &ReceivedEvent<T>)> {
        let longest = self.lines.iter().max_by_key(|line| line.events.len())?;
        Some((longest.events.len(), longest.events.front()?))
    }

    /// The line of a key.
    #[inline]
    pub(super) fn find(&self, hash: KeyHash, key: &K) -> Option<LineId> {
        let Self { ids, lines, .. } = self;
        ids.find(hash.get(), |id| is_of(lines, *id, key)).copied()
    }

    /// Whether a call of a key is in flight.
    pub(super) fn is_busy(&self, hash: KeyHash, key: &K) -> bool {
        !self.is_empty()
            && self
                .find(hash, key)
                .and_then(|id| self.lines.get(id.0))
                .is_some_and(|line| line.call == LineCall::InFlight)
    }

    /// Opens a line: a call of a key is in flight.
    pub(super) fn open(&mut self, hash: KeyHash, key: K) -> LineId {
        let Self { ids, lines, unused, .. } = self;
        let id = unused.pop().unwrap_or(LineId(lines.len()));
        match lines.get_mut(id.0) {
            Some(line) => {
                (line.hash, line.key, line.call) = (hash, Some(key), LineCall::InFlight);
            }
            None => {
                let events = VecDeque::new();
                lines.push(KeyLine { hash, key: Some(key), call: LineCall::InFlight, events });
            }
        }
        let rehash = |id: &LineId| lines.get(id.0).map_or(0, |line| line.hash.get());
        ids.insert_unique(hash.get(), id, rehash);
        id
    }

    /// The key of a line.
    pub(super) fn key(&self, id: LineId) -> Option<&K> {
        self.lines.get(id.0)?.key.as_ref()
    }

    /// Adds an event to a line.
    pub(super) fn wait(&mut self, id: LineId, event: ReceivedEvent<T>) {
        if let Some(line) = self.lines.get_mut(id.0) {
            line.events.push_back(event);
            self.waiting += 1;
        }
    }

    /// Notes that a call is in flight again for a key that has a line.
    pub(super) fn depart(&mut self, id: LineId) {
        if let Some(line) = self.lines.get_mut(id.0) {
            line.call = LineCall::InFlight;
        }
    }

    /// Notes that the call of a line has returned: the line is ready for its next event, or closed.
    pub(super) fn returned(&mut self, id: LineId) {
        let Some(line) = self.lines.get_mut(id.0) else { return };
        line.call = LineCall::Returned;
        if line.events.is_empty() {
            self.close(id);
        } else {
            self.ready.push_back(id);
        }
    }

    /// The next line that is ready: its key is not in flight, and it has events.
    pub(super) fn next_ready(&mut self) -> Option<LineId> {
        loop {
            let id = self.ready.pop_front()?;
            let Some(line) = self.lines.get(id.0) else { continue };
            // A timer of the key may have been called since; its return makes the line ready again.
            if line.call == LineCall::Returned && !line.events.is_empty() {
                return Some(id);
            }
        }
    }

    /// Takes the first event of a line.
    pub(super) fn take(&mut self, id: LineId) -> Option<ReceivedEvent<T>> {
        let event = self.lines.get_mut(id.0)?.events.pop_front()?;
        self.waiting -= 1;
        Some(event)
    }

    /// Closes a line without events.
    fn close(&mut self, id: LineId) {
        let Self { ids, lines, unused, .. } = self;
        let Some(line) = lines.get_mut(id.0) else { return };
        if let Ok(entry) = ids.find_entry(line.hash.get(), |other| *other == id) {
            entry.remove();
            line.key = None;
            unused.push(id);
        }
    }
}

fn is_of<K: Key, T>(lines: &[KeyLine<K, T>], id: LineId, key: &K) -> bool {
    lines.get(id.0).is_some_and(|line| line.key.as_ref() == Some(key))
}
