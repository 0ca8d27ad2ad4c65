//! The timers of keys.

use crate::key::{Key, KeyHash};
use crate::time::{EventTime, Monotonic, Timer};
use hashbrown::HashTable;
use std::collections::BTreeMap;
use std::fmt;
use std::time::Duration;

/// The timers of one operator instance: for each key any number, at different times.
///
/// # Examples
/// ```
/// use millstream::key::Key;
/// use millstream::state::{Timers, Until};
/// use millstream::time::{EventTime, Timer};
///
/// let mut timers = Timers::new();
/// let at = |second| Timer::At(EventTime::from_secs(second));
/// for second in [7, 5, 7] {
///     timers.set_event_time(EventTime::from_secs(second), "car".key_hash(), &"car");
/// }
/// let until = Until::Watermark(EventTime::from_secs(9));
/// assert_eq!(timers.next(until).map(|due| due.timer), Some(at(5)));
/// assert_eq!(timers.next(until).map(|due| due.timer), Some(at(7)));
/// assert!(timers.next(until).is_none());
/// ```
pub struct Timers<K> {
    event_time: Queue<EventTime, K>,
    clock: Queue<Monotonic, K>,
}

/// Until when timers are due.
#[derive(Debug, Clone, Copy)]
pub enum Until {
    /// Those of event time: the watermark.
    Watermark(EventTime),
    /// Those of the job's clock: what it says now.
    Clock(Monotonic),
}

/// A timer that is due.
#[derive(Debug)]
pub struct Due<K> {
    /// What was asked for.
    pub timer: Timer,
    /// The hash of its key.
    pub hash: KeyHash,
    /// Its key.
    pub key: K,
}

impl<K> fmt::Debug for Timers<K> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Timers")
            .field("event_time", &self.event_time.order.len())
            .field("clock", &self.clock.order.len())
            .finish()
    }
}

impl<K> Default for Timers<K> {
    fn default() -> Self {
        Self { event_time: Queue::default(), clock: Queue::default() }
    }
}

impl<K: Key> Timers<K> {
    /// No timers.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Sets a timer of event time for a key, unless the key has one at that time already.
    pub fn set_event_time(&mut self, time: EventTime, hash: KeyHash, key: &K) {
        self.event_time.set(time, Timer::At(time), hash, key);
    }

    /// Sets a timer of the job's clock for a key, unless the key has one at that time already.
    pub fn set_clock(&mut self, now: Monotonic, wait: Duration, hash: KeyHash, key: &K) {
        self.clock.set(now.plus(wait), Timer::After(wait), hash, key);
    }

    /// Drops the timers of a key.
    pub fn forget(&mut self, hash: KeyHash, key: &K) {
        self.event_time.forget(hash, key);
        self.clock.forget(hash, key);
    }

    /// Drops the timers of the job's clock.
    pub fn stop_clock(&mut self) {
        self.clock = Queue::default();
    }

    /// Takes out the next timer that is due: the earliest, and of those the one that was set first.
    pub fn next(&mut self, until: Until) -> Option<Due<K>> {
        match until {
            Until::Watermark(time) => self.event_time.next(time),
            Until::Clock(now) => self.clock.next(now),
        }
    }

    /// The earliest time of the job's clock.
    #[must_use]
    pub fn first_of_clock(&self) -> Option<Monotonic> {
        self.clock.first()
    }
}

/// A place in the order of timers: by time, and then as they were set.
type Place<A> = (A, u64);

/// The timers of one clock.
struct Queue<A, K> {
    order: BTreeMap<Place<A>, Due<K>>,
    keys: HashTable<KeyRow<A, K>>,
    set: u64,
}

/// The timers of one key: nearly always few, so they are looked through.
struct KeyRow<A, K> {
    key: K,
    places: Vec<Place<A>>,
}

impl<A, K> Default for Queue<A, K> {
    fn default() -> Self {
        Self { order: BTreeMap::new(), keys: HashTable::new(), set: 0 }
    }
}

impl<A: Ord + Copy, K: Key> Queue<A, K> {
    fn set(&mut self, at: A, timer: Timer, hash: KeyHash, key: &K) {
        let place = (at, self.set);
        match self.keys.find_mut(hash.get(), |row| row.key == *key) {
            Some(row) if row.places.iter().any(|place| place.0 == at) => return,
            Some(row) => row.places.push(place),
            None => {
                let row = KeyRow { key: key.clone(), places: vec![place] };
                self.keys.insert_unique(hash.get(), row, |row| row.key.key_hash().get());
            }
        }
        self.set += 1;
        self.order.insert(place, Due { timer, hash, key: key.clone() });
    }

    fn forget(&mut self, hash: KeyHash, key: &K) {
        if let Ok(row) = self.keys.find_entry(hash.get(), |row| row.key == *key) {
            for place in row.remove().0.places {
                self.order.remove(&place);
            }
        }
    }

    fn first(&self) -> Option<A> {
        self.order.first_key_value().map(|(place, _)| place.0)
    }

    fn next(&mut self, until: A) -> Option<Due<K>> {
        self.first().filter(|first| *first <= until)?;
        let (place, due) = self.order.pop_first()?;
        let row = self.keys.find_entry(due.hash.get(), |row| row.key == due.key);
        if let Ok(mut row) = row {
            row.get_mut().places.retain(|other| *other != place);
            if row.get().places.is_empty() {
                drop(row.remove());
            }
        }
        Some(due)
    }
}
