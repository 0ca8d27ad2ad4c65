//! Map, filter, map over 32-byte events, with a sink that counts.

use millstream::prelude::*;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

/// An event of 32 bytes.
#[derive(Debug, Clone, Copy, serde::Serialize, serde::Deserialize)]
pub struct Event {
    pub id: u64,
    pub key: u64,
    pub value: f64,
    pub time: u64,
}

/// A pseudo-random event, determined by its number.
pub fn event(id: u64, keys: u64) -> Event {
    let mut bits = id.wrapping_mul(0x9e37_79b9_7f4a_7c15);
    bits ^= bits >> 29;
    bits = bits.wrapping_mul(0xbf58_476d_1ce4_e5b9);
    bits ^= bits >> 32;
    Event { id, key: bits % keys, value: (bits % 1_000) as f64, time: id }
}

/// Events in memory, read several times.
#[derive(Debug, Clone)]
pub struct Input {
    events: Arc<Vec<Event>>,
    next: usize,
    rounds: u64,
}

impl Input {
    /// `events` events with keys below `keys`, read `rounds` times.
    pub fn new(events: u64, keys: u64, rounds: u64) -> Self {
        Self::of((0..events).map(|id| event(id, keys)).collect(), rounds)
    }

    /// These events, read `rounds` times.
    pub fn of(events: Vec<Event>, rounds: u64) -> Self {
        Self { events: Arc::new(events), next: 0, rounds }
    }

    /// The total number of events.
    pub fn total(&self) -> u64 {
        self.events.len() as u64 * self.rounds
    }
}

impl Iterator for Input {
    type Item = Event;

    #[inline]
    fn next(&mut self) -> Option<Event> {
        if self.next == self.events.len() {
            self.next = 0;
            self.rounds = self.rounds.saturating_sub(1);
        }
        if self.rounds == 0 {
            return None;
        }
        let event = self.events.get(self.next).copied();
        self.next += 1;
        event
    }
}

#[operator]
pub(crate) async fn scale(event: Event) -> Event {
    Event { value: event.value * 1.5 + 1.0, ..event }
}

#[operator]
pub(crate) async fn keep(event: Event) -> Option<Event> {
    (!event.key.is_multiple_of(4)).then_some(event)
}

#[operator]
pub(crate) async fn shift(event: Event) -> Event {
    Event { time: event.time + event.id, ..event }
}

/// The same by hand; returns the checksum.
pub fn by_hand(input: Input) -> u64 {
    let (mut count, mut sum) = (0_u64, 0_u64);
    for event in input {
        let scaled = Event { value: event.value * 1.5 + 1.0, ..event };
        if !scaled.key.is_multiple_of(4) {
            let shifted = Event { time: scaled.time + scaled.id, ..scaled };
            count += 1;
            sum = sum.wrapping_add(shifted.time ^ shifted.value.to_bits());
        }
    }
    sum.wrapping_add(count)
}

/// A sink that counts and computes a checksum.
#[derive(Debug)]
pub struct Checksum {
    count: u64,
    sum: u64,
    result: Arc<AtomicU64>,
}

impl Checksum {
    /// An empty sink that adds its result to `result`.
    pub fn new(result: &Arc<AtomicU64>) -> Self {
        Self { count: 0, sum: 0, result: Arc::clone(result) }
    }

    /// Adds a value.
    #[inline]
    pub fn add(&mut self, value: u64) {
        self.count += 1;
        self.sum = self.sum.wrapping_add(value);
    }
}

impl Drop for Checksum {
    fn drop(&mut self) {
        self.result.fetch_add(self.sum.wrapping_add(self.count), Ordering::Relaxed);
    }
}

/// Runs the job; returns the checksum.
pub async fn job(input: Input) -> millstream::Result<u64> {
    let result = Arc::new(AtomicU64::new(0));
    let mut checksum = Checksum::new(&result);
    let counting = for_each(move |event: Event| {
        let checksum = &mut checksum;
        checksum.add(event.time ^ event.value.to_bits());
    });
    topology!(
        job("stateless"),
        source(from_iter(input)) >> scale >> keep >> shift >> sink(counting),
    )
    .run(Config::default())
    .await?;
    Ok(result.load(Ordering::Relaxed))
}
