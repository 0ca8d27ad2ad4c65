//! A running count for each of many keys.

use crate::stateless::{Checksum, Event, Input};
use foldhash::fast::FixedState;
use hashbrown::HashMap;
use millstream::prelude::*;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

#[operator]
pub(crate) async fn count(event: Event, seen: &mut u64) -> u64 {
    *seen += 1;
    *seen ^ event.key
}

/// Sums in each instance, and emits the sum with the last event of the instance's share.
///
/// The counts stay in their instances, as they do by hand: the benchmark measures the path to them.
#[operator]
async fn check(value: u64, #[shared] result: &AtomicU64) -> Option<u64> {
    // A shared counter would be contended between two cores; only rare values are emitted.
    if value.is_multiple_of(65_536) {
        result.fetch_add(value, Ordering::Relaxed);
    }
    None
}

/// The same by hand; returns the checksum.
pub fn by_hand(input: Input) -> u64 {
    let mut counts: HashMap<u64, u64, FixedState> = HashMap::default();
    let mut sum = 0_u64;
    for event in input {
        let seen = counts.entry(event.key).or_insert(0);
        *seen += 1;
        let value = *seen ^ event.key;
        if value.is_multiple_of(65_536) {
            sum = sum.wrapping_add(value);
        }
    }
    sum
}

/// Runs the job; returns the checksum.
pub async fn job(input: Input, instances: usize) -> millstream::Result<u64> {
    let result = Arc::new(AtomicU64::new(0));
    let unused = Arc::new(AtomicU64::new(0));
    let mut none = Checksum::new(&unused);
    let nothing = for_each(move |value: u64| none.add(value));
    topology!(
        job("keyed"),
        source(from_iter(input))
            >> by(|event| event.key)
            >> count * instances
            >> check(Arc::clone(&result)) * instances
            >> sink(nothing),
    )
    .run(Config::default())
    .await?;
    Ok(result.load(Ordering::Relaxed))
}
