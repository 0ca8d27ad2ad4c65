//! The most frequent keys of an edge, sampled.
//!
//! A router looks at a few events of the batches that it closes, while somebody watches: of each
//! batch, until it has had enough of them in this tenth of a second. Their keys are counted by
//! `SpaceSaving` (Metwally, Agrawal and El Abbadi, *Efficient computation of frequent and top-k
//! elements in data streams*, ICDT 2005): a key without a counter takes over the least one, and
//! with it its count as a possible error. The counts are halved each second, so that they are
//! about the present.

use super::{KeyShare, Share};
use std::fmt;
use std::num::NonZeroU32;
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// The number of keys that are counted.
const COUNTERS: usize = 64;

/// The number of keys that are shown.
const SHOWN: usize = 5;

/// The least share of a key that is shown: below it, it is noise.
const LEAST: f64 = 0.01;

/// The weight of an event; a power of two, so that it can be halved a few times.
const WEIGHT: u64 = 1 << 16;

/// Counts the keys that one instance sends through an edge.
#[derive(Default)]
pub struct KeySketch {
    /// The hash of each key, apart from the rest: all are compared with each key that is sampled.
    hashes: Vec<u64>,
    counters: Vec<KeyCounter>,
    total: u64,
}

#[derive(Default)]
struct KeyCounter {
    /// The key as text, once it was sampled twice.
    name: Option<String>,
    count: u64,
    /// By how much the count may be too high.
    error: u64,
}

impl fmt::Debug for KeySketch {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("KeySketch").field("keys", &self.hashes.len()).finish_non_exhaustive()
    }
}

impl KeySketch {
    /// Counts a key that stands for `events` events. `name` is called when it is sampled again:
    /// most keys of many are not, and need no text.
    pub fn add(&mut self, hash: u64, events: u64, name: impl FnOnce() -> Option<String>) {
        let weight = events.saturating_mul(WEIGHT);
        self.total += weight;
        let known = self.hashes.iter().position(|known| *known == hash);
        if let Some(counter) = known.and_then(|at| self.counters.get_mut(at)) {
            counter.count += weight;
            if counter.name.is_none() {
                counter.name = name();
            }
        } else if self.hashes.len() < COUNTERS {
            self.hashes.push(hash);
            self.counters.push(KeyCounter { name: None, count: weight, error: 0 });
        } else {
            self.take_over(hash, weight);
        }
    }

    /// Replaces the key of the least count.
    fn take_over(&mut self, hash: u64, weight: u64) {
        let least = self.counters.iter().enumerate().min_by_key(|(_, counter)| counter.count);
        let Some((at, &KeyCounter { count: error, .. })) = least else { return };
        if let (Some(known), Some(counter)) = (self.hashes.get_mut(at), self.counters.get_mut(at)) {
            *known = hash;
            *counter = KeyCounter { name: None, count: error + weight, error };
        }
    }

    /// Halves all counts, and forgets keys of which nothing is left.
    fn halve(&mut self) {
        self.total /= 2;
        for counter in &mut self.counters {
            counter.count /= 2;
            counter.error /= 2;
        }
        let mut kept = self.counters.iter().map(|counter| counter.count > counter.error);
        self.hashes.retain(|_| kept.next().unwrap_or(false));
        self.counters.retain(|counter| counter.count > counter.error);
    }
}

/// A time in which a bounded number of keys of an edge is counted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct KeyPeriod(NonZeroU32);

/// The keys that pass an edge, by the instance upstream.
#[derive(Debug, Default)]
pub struct EdgeKeys {
    /// Counts the periods in which keys are counted; 0 if nobody watches.
    period: AtomicU32,
    sketches: Mutex<Vec<Arc<Mutex<KeySketch>>>>,
}

/// Keys by their hash: as text, and how often they were counted.
type CountedKeys = Vec<(u64, (String, u64))>;

impl EdgeKeys {
    /// A sketch for the keys that an instance sends.
    #[must_use]
    pub fn add(&self) -> Arc<Mutex<KeySketch>> {
        let sketch = Arc::default();
        self.lock().push(Arc::clone(&sketch));
        sketch
    }

    /// Forgets all of them, for another attempt.
    pub fn clear(&self) {
        self.lock().clear();
    }

    /// The period in which keys are counted; none if nobody watches.
    #[inline]
    pub fn period(&self) -> Option<KeyPeriod> {
        NonZeroU32::new(self.period.load(Ordering::Relaxed)).map(KeyPeriod)
    }

    /// Begins a period, also if nobody has watched. Its length bounds the number of keys that are
    /// counted, however many events pass.
    pub fn begin_period(&self) {
        let next = self.period.load(Ordering::Relaxed).checked_add(1);
        self.period.store(next.unwrap_or(1), Ordering::Relaxed);
    }

    /// Ends to count keys, and forgets them.
    pub fn end(&self) {
        self.period.store(0, Ordering::Relaxed);
        self.each(|sketch| *sketch = KeySketch::default());
    }

    /// Halves all counts: a second has passed.
    pub fn halve(&self) {
        self.each(KeySketch::halve);
    }

    fn each(&self, mut of: impl FnMut(&mut KeySketch)) {
        for sketch in self.lock().iter() {
            of(&mut locked(sketch));
        }
    }

    fn lock(&self) -> MutexGuard<'_, Vec<Arc<Mutex<KeySketch>>>> {
        self.sketches.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Locks a sketch.
pub(crate) fn locked(sketch: &Mutex<KeySketch>) -> MutexGuard<'_, KeySketch> {
    sketch.lock().unwrap_or_else(PoisonError::into_inner)
}

/// The most frequent keys of some edges, each with at least the share that is shown.
pub(crate) fn top_keys(edges: &[&EdgeKeys]) -> Vec<KeyShare> {
    let (mut total, mut keys): (u64, CountedKeys) = (0, Vec::new());
    for edge in edges {
        edge.each(|sketch| {
            total += sketch.total;
            for (hash, counter) in sketch.hashes.iter().zip(&sketch.counters) {
                let Some(name) = &counter.name else { continue };
                let sure = counter.count - counter.error;
                match keys.iter_mut().find(|(known, _)| known == hash) {
                    Some((_, (_, count))) => *count += sure,
                    None => keys.push((*hash, (name.clone(), sure))),
                }
            }
        });
    }
    #[expect(clippy::cast_precision_loss, reason = "it is shown to two digits")]
    let share = |count: u64| Share(count as f64 / total.max(1) as f64);
    let shares = keys.into_iter().map(|(_, (key, count))| KeyShare { key, share: share(count) });
    let mut top: Vec<_> = shares.filter(|key| key.share.0 >= LEAST).collect();
    top.sort_by(|one, other| {
        other.share.0.total_cmp(&one.share.0).then_with(|| one.key.cmp(&other.key))
    });
    top.truncate(SHOWN);
    top
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sampled(keys: impl Iterator<Item = u64>) -> Vec<KeyShare> {
        let edge = EdgeKeys::default();
        let sketch = edge.add();
        keys.for_each(|key| locked(&sketch).add(key, 1, || Some(key.to_string())));
        top_keys(&[&edge])
    }

    #[test]
    fn a_frequent_key_among_many_is_found_with_its_share() {
        let top = sampled((0..10_000).map(|n| if n % 4 == 0 { 7 } else { 1_000 + n }));
        assert_eq!(top.len(), 1, "{top:?}");
        assert_eq!(top[0].key, "7");
        assert!((top[0].share.0 - 0.25).abs() < 0.01, "{top:?}");
    }

    #[test]
    fn keys_that_are_all_alike_are_not_shown() {
        assert_eq!(sampled(0..10_000), []);
        assert_eq!(sampled((0..10_000).map(|n| n * 7_919 % 1_000)), []);
    }

    #[test]
    fn few_keys_are_counted_exactly() {
        let top = sampled((0..100).map(|n| n % 3));
        let shares: Vec<_> = top.iter().map(|key| (&*key.key, key.share)).collect();
        assert_eq!(shares, [("0", Share(0.34)), ("1", Share(0.33)), ("2", Share(0.33))]);
    }

    #[test]
    fn what_was_frequent_long_ago_is_forgotten() {
        let edge = EdgeKeys::default();
        let sketch = edge.add();
        (0..1_000).for_each(|_| locked(&sketch).add(1, 1, || Some("old".to_owned())));
        (0..40).for_each(|_| edge.halve());
        (0..2).for_each(|_| locked(&sketch).add(2, 1, || Some("new".to_owned())));
        let top = top_keys(&[&edge]);
        assert_eq!(top.iter().map(|key| &*key.key).collect::<Vec<_>>(), ["new"]);
    }
}
