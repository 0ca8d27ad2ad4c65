//! Events that travel together.

use crate::key::KeyHash;
use crate::time::EventTime;

/// What travels beside an event: its time and the hash of its key.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Meta {
    /// When the event happened; [`EventTime::MIN`] before event time is assigned.
    pub time: EventTime,
    /// The hash of the event's key; meaningless before a key is chosen.
    pub hash: KeyHash,
}

impl Default for Meta {
    fn default() -> Self {
        Self { time: EventTime::MIN, hash: KeyHash::default() }
    }
}

/// Whether events travel with their times beside them: a stream without event time spares them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Times {
    /// They do.
    Beside,
    /// There is no event time.
    Absent,
}

/// Events that travel together, their times and key hashes in columns beside them.
///
/// A column is empty when the stream has no event time or no key: such a batch costs nothing for
/// it.
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

    /// Whether there is no event.
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

    /// Takes in an event whose stream has neither event time nor key.
    #[inline]
    pub fn push(&mut self, value: T) {
        self.values.push(value);
    }

    /// Takes in an event, and its time if the stream has event time.
    #[inline(always)]
    pub fn push_with(&mut self, value: T, time: EventTime, times: Times) {
        // Two pushes, and not one before the match: what is asked first need not be kept over it.
        match times {
            Times::Beside => {
                self.values.push(value);
                self.times.push(time);
            }
            Times::Absent => self.values.push(value),
        }
    }

    /// Notes the hash of the event that was taken in last.
    #[inline]
    pub fn push_hash(&mut self, hash: KeyHash) {
        self.hashes.push(hash);
    }

    /// Takes the events out, with what travels beside them, until `take` fails; the memory is kept
    /// for the next ones.
    ///
    /// # Errors
    /// The first error of `take`; the events after it are lost.
    #[inline(always)]
    pub fn drain<E>(&mut self, mut take: impl FnMut(T, Meta) -> Result<(), E>) -> Result<(), E> {
        let (mut times, mut hashes) = (self.times.drain(..), self.hashes.drain(..));
        // One loop, and so one call of `take`, which the compiler then puts in its place.
        for value in self.values.drain(..) {
            let time = times.next().unwrap_or(EventTime::MIN);
            let hash = hashes.next().unwrap_or_default();
            take(value, Meta { time, hash })?;
        }
        Ok(())
    }

    /// The events, without what travels beside them.
    #[must_use]
    pub fn into_values(self) -> Vec<T> {
        self.values
    }

    /// Keeps the events whose position, from 0, is one to keep, and adds the others to `others`,
    /// with what travels beside them. Both are of one stream.
    pub fn keep(&mut self, keep: impl Fn(usize) -> bool, others: &mut Self) {
        sort_out(&mut self.values, &keep, &mut others.values);
        sort_out(&mut self.times, &keep, &mut others.times);
        sort_out(&mut self.hashes, &keep, &mut others.hashes);
    }

    /// Forgets the events but keeps the memory.
    pub fn clear(&mut self) {
        self.values.clear();
        self.times.clear();
        self.hashes.clear();
    }

    /// Becomes a copy of `other`, in the memory it already has.
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

fn sort_out<U>(column: &mut Vec<U>, keep: impl Fn(usize) -> bool, others: &mut Vec<U>) {
    let mut next = 0;
    let goes = |_: &mut U| {
        next += 1;
        !keep(next - 1)
    };
    others.extend(column.extract_if(.., goes));
}
