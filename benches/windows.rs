//! Counts by key and window: tumbling by the minute, and a day that slides by the minute.

use crate::stateless::Event;
use foldhash::fast::FixedState;
use hashbrown::HashMap;
use millstream::prelude::*;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

/// Events in memory with increasing times.
#[derive(Debug, Clone)]
pub struct Dated {
    events: Arc<Vec<Event>>,
}

impl Dated {
    /// `events` events of `keys` keys, `gap` milliseconds apart.
    pub fn new(events: u64, keys: u64, gap: u64) -> Self {
        let event = |id: u64| Event { time: id * gap, ..crate::stateless::event(id, keys) };
        Self { events: Arc::new((0..events).map(event).collect()) }
    }

    /// The number of events.
    pub fn total(&self) -> u64 {
        self.events.len() as u64
    }

    /// The events, one by one.
    pub fn events(&self) -> impl Iterator<Item = Event> + Send + use<> {
        let events = Arc::clone(&self.events);
        (0..events.len()).filter_map(move |at| events.get(at).copied())
    }
}

/// Windows of a minute by hand; returns a checksum of the results.
pub fn by_hand(input: &Dated) -> u64 {
    let mut counts: HashMap<u64, u64, FixedState> = HashMap::default();
    let (mut minute, mut sum) = (0, 0_u64);
    for event in input.events() {
        let now = event.time / 60_000;
        if now > minute {
            for (key, count) in counts.drain() {
                sum = sum.wrapping_add(key ^ count);
            }
            minute = now;
        }
        *counts.entry(event.key).or_insert(0) += 1;
    }
    counts.into_iter().fold(sum, |sum, (key, count)| sum.wrapping_add(key ^ count))
}

/// Sums the results.
#[operator]
async fn check(counted: WindowResult<u64, u64>, #[shared] result: &AtomicU64) -> Option<u64> {
    result.fetch_add(counted.key ^ counted.value, Ordering::Relaxed);
    None
}

/// The same as a job, over windows of `size` that slide by a minute; tumbling if that is their
/// size.
pub async fn job(input: Dated, size: Duration) -> millstream::Result<u64> {
    let result = Arc::new(AtomicU64::new(0));
    topology(&input, size, &result).run(Config::default()).await?;
    Ok(result.load(Ordering::Relaxed))
}

fn topology(input: &Dated, size: Duration, result: &Arc<AtomicU64>) -> Topology {
    let job = Builder::new("windows");
    let events = job.source(from_iter(input.events())).named("events").event_time(
        |event| EventTime::from_millis(i64::try_from(event.time).unwrap_or(i64::MAX)),
        lateness(0.secs()),
    );
    let events = events.by(|event| event.key);
    let none = for_each(drop::<u64>);
    if size == 1.mins() {
        let counted = events.window(tumbling(size)).aggregate(|_| (), count()).outputs();
        counted.late.ignore();
        counted.stream.then(check::new(Arc::clone(result))).sink(none);
    } else {
        let windows = events.window(sliding(size, 1.mins()));
        let counted = windows.aggregate(|_| (), count()).outputs();
        counted.late.ignore();
        counted.stream.then(check::new(Arc::clone(result))).sink(none);
    }
    job.build()
}
