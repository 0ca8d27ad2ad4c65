//! Events that wait for a timer of their key.

use crate::error::Result;
use crate::event::{Meta, Passed};
use crate::key::{Key, KeyHash};
use crate::mutant::Mutant;
use crate::state::{Durable, Kept, Rows};
use crate::time::EventTime;
use std::collections::VecDeque;
use std::fmt;

/// Events whose split had passed a timer of their key that has not been called yet.
///
/// Such a timer is called before the event, though the watermark that makes it due arrives with the
/// end of a batch or of another split. Per key, since other keys have nothing to wait for.
pub(in crate::stage) struct WaitingEvents<K, In> {
    keys: Rows<K, VecDeque<WaitingEvent<In>>>,
    /// The number of events.
    events: u64,
}

/// An event, and what its split had passed.
type WaitingEvent<In> = (In, Meta, Passed);

impl<K, In> fmt::Debug for WaitingEvents<K, In> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("WaitingEvents").field("keys", &self.keys.len()).finish()
    }
}

impl<K, In> Default for WaitingEvents<K, In> {
    fn default() -> Self {
        Self { keys: Rows::default(), events: 0 }
    }
}

impl<K: Key, In> WaitingEvents<K, In> {
    /// Whether no event waits.
    #[inline]
    pub(in crate::stage) fn is_empty(&self) -> bool {
        self.keys.len() == 0
    }

    /// The number of events that wait.
    #[inline]
    pub(in crate::stage) fn events(&self) -> u64 {
        self.events
    }

    /// Adds an event, after those whose splits had passed no more than its own.
    pub(in crate::stage) fn add(&mut self, key: K, (event, meta, passed): WaitingEvent<In>) {
        let mut slot = match self.keys.find(meta.hash, &key) {
            Ok(slot) => slot,
            Err(absent) => absent.insert(key, VecDeque::new()),
        };
        let events = slot.value();
        if Mutant::LostWaiting.strikes() {
            return;
        }
        let comes_first = |(_, _, other): &WaitingEvent<In>| other.watermark <= passed.watermark;
        let at = events.iter().rposition(comes_first);
        events.insert(at.map_or(0, |at| at + 1), (event, meta, passed));
        self.events += 1;
    }

    /// What the split of the first event of a key had passed.
    pub(in crate::stage) fn first(&mut self, hash: KeyHash, key: &K) -> Option<EventTime> {
        let mut slot = self.keys.find(hash, key).ok()?;
        slot.value().front().map(|(_, _, passed)| passed.watermark)
    }

    /// Appends the events of a key, to be kept in a checkpoint; returns whether there are any.
    pub(in crate::stage) fn save(
        &mut self,
        (hash, key): (KeyHash, &K),
        write: impl Fn(&In, &mut Vec<u8>) -> Result<()>,
        into: &mut Vec<u8>,
    ) -> Result<bool> {
        let slot = self.keys.find(hash, key).ok();
        let events = slot.map(|slot| &slot.into_row().value).into_iter().flatten();
        let events: Vec<_> = events.collect();
        Kept::<Durable>::write(&events.len(), into)?;
        for (event, meta, passed) in &events {
            Kept::<Durable>::write(&(meta.time, *passed), into)?;
            write(event, into)?;
        }
        Ok(!events.is_empty())
    }

    /// Adds the events of a key as [`save`](Self::save) has written them.
    pub(in crate::stage) fn restore(
        &mut self,
        (hash, key): (KeyHash, &K),
        read: impl Fn(&K, &mut &[u8]) -> Result<In>,
        from: &mut &[u8],
    ) -> Result<()> {
        let count: usize = Kept::<Durable>::read(from)?;
        for _ in 0..count {
            let (time, passed) = Kept::<Durable>::read(from)?;
            let event = read(key, from)?;
            self.add(key.clone(), (event, Meta { time, hash }, passed));
        }
        Ok(())
    }

    /// Removes and returns the first event of a key.
    pub(in crate::stage) fn take(&mut self, hash: KeyHash, key: &K) -> Option<WaitingEvent<In>> {
        let mut slot = self.keys.find(hash, key).ok()?;
        let events = slot.value();
        let first = events.pop_front();
        self.events -= u64::from(first.is_some());
        if events.is_empty() {
            drop(slot.remove());
        }
        first
    }
}
