//! The input of the works: the same for every system, generated before the clock starts.

use crate::work::Work;
use millstream_benches::stateless::{Event as Plain, Input, event};
use std::sync::Arc;

/// Events in memory, read in a cycle, so that they stay in the cache as if they came from a network
/// card. Of a cycle of 65,536 events, some processors learn every branch by heart, in a loop with
/// few of them only.
const CACHED: u64 = 1 << 18;

/// The number of these events: enough that the order of their keys has no pattern.
const MANY: u64 = 1 << 20;

/// Events for `chain`, `flat_map` and `fan_out`.
pub fn cached(work: Work, quick: bool) -> Input {
    repeated((0..CACHED).map(|id| event(id, CACHED)).collect(), work.events(quick))
}

/// Events with one of many keys.
pub fn keyed(work: Work, quick: bool) -> Input {
    let (events, keys) = (work.events(quick), work.keys());
    let some = events.min(MANY.max(keys));
    let made: Vec<Plain> = match work {
        Work::KeyedZipf => zipf(some, keys),
        // Every key occurs, given enough events.
        Work::Keys(_) => (0..some)
            .map(|id| Plain { key: scattered(id, some) % keys, ..event(id, keys) })
            .collect(),
        _ => (0..some).map(|id| event(id, keys)).collect(),
    };
    repeated(made, events)
}

/// Every key once, in random order.
pub fn each_key(work: Work) -> impl Iterator<Item = Plain> + Clone + Send + 'static {
    let keys = work.events(false);
    (0..keys).map(move |id| Plain { key: scattered(id, keys), ..event(id, keys) })
}

/// A permutation of the numbers below `count`, unless that is a multiple of the large prime.
fn scattered(id: u64, count: u64) -> u64 {
    id * 1_000_000_007 % count
}

fn repeated(events: Vec<Plain>, total: u64) -> Input {
    let rounds = total.div_ceil(events.len() as u64).max(1);
    Input::of(events, rounds)
}

/// Zipf-distributed keys, the k-th with a frequency of 1 / k^1.1, by inverse sampling.
fn zipf(events: u64, keys: u64) -> Vec<Plain> {
    let mut sum = 0.0;
    let sums: Vec<f64> = (1..=keys)
        .map(|rank| {
            sum += (rank as f64).powf(-1.1);
            sum
        })
        .collect();
    (0..events)
        .map(|id| {
            let plain = event(id, 1 << 32);
            let at = plain.key as f64 / (1_u64 << 32) as f64 * sum;
            let rank = sums.partition_point(|end| *end < at) as u64;
            // The most frequent keys must not be the smallest numbers.
            Plain { key: scattered(rank, keys), ..plain }
        })
        .collect()
}

/// A payment by card.
#[derive(Debug, Clone, Copy, serde::Serialize, serde::Deserialize)]
pub struct Payment {
    pub id: u64,
    pub card: u32,
    pub place: u32,
    pub cents: u32,
    pub second: u32,
}

/// Payments with 100,000 cards.
#[derive(Debug, Clone)]
pub struct Payments {
    events: Arc<Vec<Payment>>,
    next: u64,
    end: u64,
}

impl Iterator for Payments {
    type Item = Payment;

    #[inline]
    fn next(&mut self) -> Option<Payment> {
        if self.next == self.end {
            return None;
        }
        let id = self.next;
        self.next += 1;
        let payment = self.events.get((id % MANY) as usize)?;
        Some(Payment { id, ..*payment })
    }
}

/// The payments of `fraud`.
pub fn payments(quick: bool) -> Payments {
    let made = (0..MANY).map(|id| {
        let plain = event(id, 100_000);
        let place = (plain.value as u32).wrapping_mul(31) % 5_000;
        let cents = (plain.key as u32).wrapping_mul(17).wrapping_add(plain.value as u32) % 20_000;
        Payment { id, card: plain.key as u32, place, cents, second: (id / 1_000) as u32 }
    });
    Payments { events: Arc::new(made.collect()), next: 0, end: Work::Fraud.events(quick) }
}

/// Milliseconds between two events of `sliding`.
const SLIDING_GAP: u64 = 2;

/// Events of 100 keys, 500 of them a second.
pub fn dated(quick: bool) -> Vec<Plain> {
    let made = |id| Plain { time: id * SLIDING_GAP, ..event(id, 100) };
    (0..Work::Sliding.events(quick)).map(made).collect()
}

/// Two streams of events of 100,000 keys, together 1,000 a second.
pub fn sides(quick: bool) -> [Vec<Plain>; 2] {
    let made = |id| Plain { time: id, ..event(id, 100_000) };
    let half = Work::Join.events(quick) / 2;
    [0, 1].map(|side| (0..half).map(|id| made(2 * id + side)).collect())
}

/// An event of 1 KiB.
#[derive(Debug, Clone, Copy, serde::Serialize, serde::Deserialize)]
pub struct Large {
    pub key: u64,
    #[serde(with = "words")]
    pub rest: [u64; 127],
}

/// Required by engines whose events may leave the process; here none does.
mod words {
    use serde::de::Error;
    use serde::{Deserialize, Deserializer, Serialize, Serializer};

    pub fn serialize<S: Serializer>(words: &[u64; 127], to: S) -> Result<S::Ok, S::Error> {
        words.as_slice().serialize(to)
    }

    pub fn deserialize<'de, D: Deserializer<'de>>(from: D) -> Result<[u64; 127], D::Error> {
        let words = Vec::deserialize(from)?;
        words.try_into().map_err(|words: Vec<u64>| D::Error::invalid_length(words.len(), &"127"))
    }
}

/// A few events of 1 KiB, read in a cycle.
pub fn large(quick: bool) -> impl Iterator<Item = Large> + Clone + Send + 'static {
    const SOME: usize = 512;
    let made: Vec<Large> =
        (0..SOME as u64).map(|id| Large { key: event(id, 100_000).key, rest: [id; 127] }).collect();
    let made: Arc<Vec<Large>> = Arc::new(made);
    let total = Work::Large.events(quick) as usize;
    (0..total).filter_map(move |at| made.get(at % SOME).copied())
}
