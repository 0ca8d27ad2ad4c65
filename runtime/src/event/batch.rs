//! Events that travel together.

use super::passed::Passed;
use crate::key::KeyHash;
use crate::time::EventTime;
use std::fmt;
use std::iter::Peekable;
use std::vec::IntoIter;

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
        Self::new(EventTime::MIN, KeyHash::default())
    }
}

impl Meta {
    /// A time and a hash.
    #[inline(always)]
    #[must_use]
    pub fn new(time: EventTime, hash: KeyHash) -> Self {
        Self { time, hash }
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
/// A column is empty if the stream has no event time or no key, and then costs nothing. What splits
/// had passed is written down where it changes.
#[derive(Debug, Clone)]
pub struct Batch<T> {
    values: Vec<T>,
    times: Vec<EventTime>,
    hashes: Vec<KeyHash>,
    passed: Vec<PassedFrom>,
}

/// What the split of the events from a position on had passed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct PassedFrom {
    at: usize,
    passed: Passed,
}

impl<T> Default for Batch<T> {
    fn default() -> Self {
        Self { values: Vec::new(), times: Vec::new(), hashes: Vec::new(), passed: Vec::new() }
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

    /// The events, each with its time and the hash of its key, if it has them.
    pub(crate) fn shown(&self) -> impl Iterator<Item = (&T, Option<EventTime>, Option<KeyHash>)> {
        let columns = |at| (self.times.get(at).copied(), self.hashes.get(at).copied());
        self.values.iter().enumerate().map(move |(at, value)| {
            let (time, hash) = columns(at);
            (value, time, hash)
        })
    }

    /// An event, and the hash of its key if it has one.
    #[must_use]
    pub fn keyed(&self, at: usize) -> Option<(&T, KeyHash)> {
        Some((self.values.get(at)?, *self.hashes.get(at)?))
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

    /// Notes what the split of the events appended from now on had passed; [`Passed::NOTHING`] in a
    /// batch that is new or cleared.
    pub fn passed(&mut self, passed: Passed) {
        note(&mut self.passed, self.values.len(), passed);
    }

    /// Takes the batch apart if what splits had passed changes in it; `None` if it does not, and so
    /// for every batch without events that are behind. The batch is empty then, and gets one part
    /// after the other from [`BatchParts::next`].
    #[inline]
    pub fn parts(&mut self) -> Option<BatchParts<T>> {
        if self.passed.is_empty() { None } else { Some(BatchParts::of(self)) }
    }

    /// Calls `each` with every part of the batch and with what its split had passed, if that has
    /// changed. `each` is to empty the part.
    ///
    /// # Errors
    /// The first error of `each`; the events after it are dropped.
    #[inline(always)]
    pub fn each_part<E>(
        &mut self,
        mut each: impl FnMut(&mut Self, Option<Passed>) -> Result<(), E>,
    ) -> Result<(), E> {
        let mut parts = self.parts();
        loop {
            let passed = parts.as_mut().map(|parts| parts.next(self));
            each(self, passed)?;
            if parts.as_ref().is_none_or(BatchParts::is_empty) {
                return Ok(());
            }
        }
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
        if !(self.passed.is_empty() && others.passed.is_empty()) {
            self.keep_passed(&keep, others);
        }
        partition(&mut self.values, &keep, &mut others.values);
        partition(&mut self.times, &keep, &mut others.times);
        partition(&mut self.hashes, &keep, &mut others.hashes);
    }

    /// [`keep`](Self::keep) for what splits had passed.
    fn keep_passed(&mut self, keep: &impl Fn(usize) -> bool, others: &mut Self) {
        let (mut kept, mut other) = (0, others.values.len());
        let (mut changes, mut passed) =
            (std::mem::take(&mut self.passed).into_iter().peekable(), Passed::NOTHING);
        for at in 0..self.values.len() {
            if let Some(change) = changes.next_if(|change| change.at == at) {
                passed = change.passed;
            }
            let (to, column) = if keep(at) {
                (&mut kept, &mut self.passed)
            } else {
                (&mut other, &mut others.passed)
            };
            note(column, *to, passed);
            *to += 1;
        }
    }

    /// Drops the events and keeps the memory.
    pub fn clear(&mut self) {
        self.values.clear();
        self.times.clear();
        self.hashes.clear();
        self.passed.clear();
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
        self.passed.extend_from_slice(&other.passed);
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

/// Notes what a split had passed for the events starting at `at`, if that has changed.
fn note(column: &mut Vec<PassedFrom>, at: usize, passed: Passed) {
    if column.last().is_some_and(|last| last.at == at) {
        column.pop();
    }
    if column.last().map_or(Passed::NOTHING, |last| last.passed) != passed {
        column.push(PassedFrom { at, passed });
    }
}

/// The parts of a batch that are still to come: in each the splits of all events had passed the
/// same. The last part is empty, and nothing is passed after it.
pub struct BatchParts<T> {
    values: IntoIter<T>,
    times: IntoIter<EventTime>,
    hashes: IntoIter<KeyHash>,
    changes: Peekable<IntoIter<PassedFrom>>,
    /// The position of the next event.
    at: usize,
    passed: Passed,
    progress: Progress,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Progress {
    Events,
    Reset,
}

impl<T> fmt::Debug for BatchParts<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("BatchParts").field("events", &self.values.len()).finish_non_exhaustive()
    }
}

impl<T> BatchParts<T> {
    /// Takes the events out of a batch.
    #[cold]
    fn of(batch: &mut Batch<T>) -> Self {
        let Batch { values, times, hashes, passed } = std::mem::take(batch);
        Self {
            values: values.into_iter(),
            times: times.into_iter(),
            hashes: hashes.into_iter(),
            changes: passed.into_iter().peekable(),
            at: 0,
            passed: Passed::NOTHING,
            progress: Progress::Events,
        }
    }

    /// Whether the last part has been taken.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.progress == Progress::Reset
    }

    /// Moves the next part into `batch`; returns what its split had passed.
    #[cold]
    pub fn next(&mut self, batch: &mut Batch<T>) -> Passed {
        if self.values.len() == 0 {
            self.progress = Progress::Reset;
            return Passed::NOTHING;
        }
        if let Some(change) = self.changes.next_if(|change| change.at == self.at) {
            self.passed = change.passed;
        }
        let next = self.changes.peek().map_or(usize::MAX, |change| change.at);
        let events = next - self.at;
        self.at = next;
        batch.values.extend(self.values.by_ref().take(events));
        batch.times.extend(self.times.by_ref().take(events));
        batch.hashes.extend(self.hashes.by_ref().take(events));
        self.passed
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn passed(micros: i64) -> Passed {
        Passed::until(EventTime::from_micros(micros))
    }

    /// Each event, with what its split had passed, 0 for nothing.
    fn drained(mut batch: Batch<i64>) -> Vec<(i64, i64)> {
        let (mut all, mut now) = (Vec::new(), Passed::NOTHING);
        let taken = batch.each_part(|part, change| {
            now = change.unwrap_or(now);
            part.drain(|value, _| {
                all.push((value, now.watermark.as_micros().max(0)));
                Ok::<(), ()>(())
            })
        });
        assert_eq!((taken, now, batch.len()), (Ok(()), Passed::NOTHING, 0));
        all
    }

    /// The split of each third event had passed as much as the event's number.
    fn batch() -> Batch<i64> {
        let mut batch = Batch::default();
        for value in 1..=9 {
            batch.passed(if value % 3 == 0 { passed(value) } else { Passed::NOTHING });
            batch.push(value);
        }
        batch
    }

    #[test]
    fn what_a_split_had_passed_stays_with_its_events() {
        let (mut batch, mut copy, mut others) = (batch(), Batch::default(), Batch::default());
        copy.copy_from(&batch);
        others.passed(passed(100));
        others.push(100);
        batch.keep(|at| at % 2 == 0, &mut others);
        assert_eq!(drained(batch), [(1, 0), (3, 3), (5, 0), (7, 0), (9, 9)]);
        assert_eq!(drained(others), [(100, 100), (2, 0), (4, 0), (6, 6), (8, 0)]);
        assert_eq!(drained(copy).iter().filter(|(value, passed)| value == passed).count(), 3);
    }

    #[test]
    fn a_change_after_the_last_event_is_not_taken_for_one_before_it() {
        let mut batch = Batch::default();
        batch.passed(passed(5));
        batch.push(1);
        batch.passed(Passed::NOTHING);
        assert_eq!(drained(batch), [(1, 5)]);
    }

    #[test]
    fn only_changes_are_written_down() {
        let mut batch = Batch::default();
        batch.passed(Passed::NOTHING);
        batch.passed(passed(5));
        batch.passed(Passed::NOTHING);
        assert!(batch.passed.is_empty());
        for value in 0..4 {
            batch.passed(passed(7));
            batch.push(value);
        }
        assert_eq!(batch.passed.len(), 1);
        batch.clear();
        batch.push(1);
        assert_eq!(drained(batch), [(1, 0)]);
    }
}
