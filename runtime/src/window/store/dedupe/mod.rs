//! The first event of each key within a time: the keys that were seen.

mod saved;

use super::keys::Keys;
use super::{Results, Store, Tally};
use crate::error::Result;
use crate::event::{Meta, WithKey};
use crate::key::{Key, KeyHash};
use crate::time::{EventTime, micros};
use crate::window::kind::in_words;
use crate::window::{Reorder, StoreFactory, Verdict, WaitingForTime};
use std::collections::VecDeque;
use std::convert::Infallible;
use std::fmt;
use std::time::Duration;

/// The declaration of [`dedupe`](crate::builder::KeyedStream::dedupe).
#[derive(Debug, Clone, Copy)]
pub struct Dedupe {
    within: i64,
}

impl Dedupe {
    /// Drops the events of a key less than `within` after one that passed.
    #[must_use]
    pub fn new(within: Duration) -> Self {
        Self { within: micros(within) }
    }

    /// Whether nothing is ever dropped.
    pub(crate) fn is_empty(self) -> bool {
        self.within == 0
    }
}

impl fmt::Display for Dedupe {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "dedupe {}", in_words(self.within))
    }
}

impl<K: Key, T: Send + 'static> StoreFactory<K, T> for Dedupe {
    type Store = DedupeStore<K, T>;

    fn store(&self) -> DedupeStore<K, T> {
        DedupeStore {
            within: self.within,
            waiting: Reorder::new(),
            seen: Keys::default(),
            ends: VecDeque::new(),
            is_sorted: true,
            watermark: EventTime::MIN,
            processed: 0,
        }
    }
}

/// The events that wait for the watermark, and the keys of which an event has passed.
pub struct DedupeStore<K, T> {
    within: i64,
    waiting: WaitingForTime<K, T>,
    /// The keys whose next event is a duplicate.
    seen: Keys<K, ()>,
    /// Until when it is one. Events pass in order of time, so these are in order too.
    ends: VecDeque<(EventTime, usize)>,
    /// Whether they are: a checkpoint has them in the order of its rows.
    is_sorted: bool,
    watermark: EventTime,
    /// The number of events that no longer wait.
    processed: u64,
}

impl<K, T> fmt::Debug for DedupeStore<K, T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("DedupeStore").field("seen", &self.seen).finish_non_exhaustive()
    }
}

impl<K: Key, T> DedupeStore<K, T> {
    /// Forgets the keys whose events at `time` and later pass.
    fn forget_until(&mut self, time: EventTime) {
        while self.ends.front().is_some_and(|(end, _)| *end <= time) {
            if let Some((_, at)) = self.ends.pop_front() {
                self.seen.forget(at);
            }
        }
    }

    /// Whether an event of this key passes at `time`; if so, the next ones do not.
    fn passes(&mut self, key: K, hash: KeyHash, time: EventTime) -> bool {
        // A missing key is the same as no other.
        if key.is_missing() {
            return true;
        }
        if self.seen.position(hash, &key).is_some() {
            return false;
        }
        let at = self.seen.find(hash, key);
        let end = EventTime::from_micros(time.as_micros().saturating_add(self.within));
        self.ends.push_back((end, at));
        true
    }
}

impl<K: Key, T: Send + 'static> Store<K, T> for DedupeStore<K, T> {
    type Out = T;
    type Unmatched = Infallible;
    const HOLDS: bool = false;

    /// Everything is done in order of time, and the time of a late event is over.
    fn judge(&self, _: EventTime, _: EventTime) -> Verdict {
        Verdict::Late
    }

    #[inline(always)]
    fn insert<R: Results<T, Infallible>>(
        &mut self,
        event: WithKey<K, T>,
        meta: Meta,
        _: &mut R,
    ) -> Result<Option<T>> {
        let WithKey { key, value } = event;
        if meta.time < self.watermark {
            return Ok(Some(value));
        }
        self.waiting.push(meta.time, (), (key, meta.hash, value));
        Ok(None)
    }

    fn advance<R: Results<T, Infallible>>(
        &mut self,
        watermark: EventTime,
        results: &mut R,
    ) -> Result<()> {
        self.watermark = watermark;
        if !std::mem::replace(&mut self.is_sorted, true) {
            self.ends.make_contiguous().sort_unstable();
        }
        let limit = (watermark < EventTime::MAX).then_some(watermark);
        let mut duplicates = 0;
        while let Some((time, (key, hash, event))) = self.waiting.next_before(limit) {
            self.forget_until(time);
            self.processed += 1;
            if self.passes(key, hash, time) {
                results.result(event, Meta::new(time, hash))?;
            } else {
                duplicates += 1;
            }
        }
        self.forget_until(watermark);
        results.duplicates(duplicates);
        Ok(())
    }

    fn watermark(&self) -> EventTime {
        self.watermark
    }

    fn tally(&self) -> Option<Tally> {
        Some(Tally { processed: self.processed, buffered: self.waiting.len() })
    }

    fn keys(&self) -> Option<usize> {
        Some(self.seen.len())
    }
}
