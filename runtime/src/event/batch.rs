//! Events that travel together.

use crate::key::KeyHash;
use crate::time::EventTime;

/// The event time and key hash that travel beside an event.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Meta {
    /// When the event happened; [`EventTime::MIN`] before event time is assigned.
    pub time: EventTime,
    /// The hash of the event's key; arbitrary if the stream has no key.
    pub hash: KeyHash,
}

impl Default for Meta {
    fn default() -> Self {
        Self { time: EventTime::MIN, hash: KeyHash::default() }
    }
}

/// Whether a batch has a column of event times.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Times {
    /// It has one.
    Beside,
    /// It has none: the stream has no event time.
    Absent,
}

/// Events that travel together, with columns of their times and key hashes.
///
/// A column is empty if the stream has no event time or no key, and then costs nothing.
#[derive(Debug, Clone)]
pub struct Batch<T> {
    values: Vec<T>,
    times: Vec<EventTime>,
    hashes: Vec<KeyHash>,
}

impl<T> Default for Batch<T> {
    fn default() -> Self {
        Self { values: Vec::new(), times: Vec::new(), hashes: Vec::new() }
    }
}

impl<T> Batch<T> {
    /// The number of events.
    #[inline]
    #[must_use]
    pub fn len(&self) -> usize {
        self.values.len()
    }

    /// Whether the batch has no events.
    #[inline]
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.values.is_empty()
    }

    /// The events.
    #[must_use]
    pub fn values(&self) -> &[T] {
        &self.values
    }

    /// Appends an event of a stream without event time and key.
    #[inline]
    pub fn push(&mut self, value: T) {
        self.values.push(value);
    }

    /// Appends an event, and its time if the stream has event time.
    #[inline(always)]
    pub fn push_with(&mut self, value: T, time: EventTime, times: Times) {
        // A push in each arm rather than one before the match: `value` need not be kept across it.
        match times {
            Times::Beside => {
                self.values.push(value);
                self.times.push(time);
            }
            Times::Absent => self.values.push(value),
        }
    }

    /// Appends the key hash of the last event.
    #[inline]
    pub fn push_hash(&mut self, hash: KeyHash) {
        self.hashes.push(hash);
    }

    /// Passes all events with their columns to `take` and empties the batch; it keeps its memory.
    ///
    /// # Errors
    /// The first error of `take`; the events after it are dropped.
    #[inline(always)]
    pub fn drain<E>(&mut self, mut take: impl FnMut(T, Meta) -> Result<(), E>) -> Result<(), E> {
        let (mut times, mut hashes) = (self.times.drain(..), self.hashes.drain(..));
        // A single loop has a single call of `take`, which the compiler then inlines.
        for value in self.values.drain(..) {
            let time = times.next().unwrap_or(EventTime::MIN);
            let hash = hashes.next().unwrap_or_default();
            take(value, Meta { time, hash })?;
        }
        Ok(())
    }

    /// Returns the events without their columns.
    #[must_use]
    pub fn into_values(self) -> Vec<T> {
        self.values
    }

    /// Keeps the events for whose position, from 0, `keep` returns true, and appends the rest to
    /// `others`, with their columns. Both batches belong to the same stream.
    pub fn keep(&mut self, keep: impl Fn(usize) -> bool, others: &mut Self) {
        partition(&mut self.values, &keep, &mut others.values);
        partition(&mut self.times, &keep, &mut others.times);
        partition(&mut self.hashes, &keep, &mut others.hashes);
    }

    /// Drops the events and keeps the memory.
    pub fn clear(&mut self) {
        self.values.clear();
        self.times.clear();
        self.hashes.clear();
    }

    /// Becomes a copy of `other`, reusing its own memory.
    pub fn copy_from(&mut self, other: &Self)
    where
        T: Clone,
    {
        self.clear();
        self.values.extend_from_slice(&other.values);
        self.times.extend_from_slice(&other.times);
        self.hashes.extend_from_slice(&other.hashes);
    }
}

fn partition<U>(column: &mut Vec<U>, keep: impl Fn(usize) -> bool, others: &mut Vec<U>) {
    let mut next = 0;
    let is_other = |_: &mut U| {
        next += 1;
        !keep(next - 1)
    };
    others.extend(column.extract_if(.., is_other));
}
