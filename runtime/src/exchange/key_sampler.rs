//! Picks a few events of the batches that are closed, to count their keys.

use crate::event::Batch;
use crate::metrics::{EdgeCounters, KeyPeriod, KeySketch, locked};
use std::fmt;
use std::sync::{Arc, Mutex};

/// How many events of a batch are looked at.
const PICKED: usize = 4;

/// How many batches are looked at in a period: enough that a share is exact to a percent, and few
/// enough that a stream of millions of events a second does not notice.
const BATCHES: u32 = 64;

/// The key of an event as text.
type KeyText<T> = Box<dyn Fn(&T) -> Option<String> + Send>;

/// Counts keys of the batches that an instance closes, while somebody watches.
pub(super) struct KeySampler<T> {
    edge: Arc<EdgeCounters>,
    keys: Arc<Mutex<KeySketch>>,
    text: KeyText<T>,
    picked: PickedBatches,
    /// The state of a xorshift generator (Marsaglia 2003); never 0.
    random: u64,
}

/// Which batches of a period are looked at.
#[derive(Debug, Default)]
struct PickedBatches {
    period: Option<KeyPeriod>,
    /// How many more batches are looked at in this period.
    left: u32,
    /// How many events have passed in it, and how many of them in batches that were looked at.
    passed: u64,
    looked_at: u64,
    /// For how many events one of those stands: as in the period before, since this one lasts.
    weight: u64,
}

impl PickedBatches {
    /// For how many events each event of a batch stands; none if the batch is not looked at.
    fn weight_in(&mut self, period: KeyPeriod, events: u64) -> Option<u64> {
        if self.period != Some(period) {
            let weight = self.passed.checked_div(self.looked_at).unwrap_or(1).max(1);
            *self = Self { period: Some(period), left: BATCHES, weight, ..Self::default() };
        }
        self.passed += events;
        self.left = self.left.checked_sub(1)?;
        self.looked_at += events;
        Some(self.weight)
    }
}

impl<T> fmt::Debug for KeySampler<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("KeySampler").field("keys", &self.keys).finish_non_exhaustive()
    }
}

impl<T> KeySampler<T> {
    /// Counts keys of this edge; `text` says what the key of an event is.
    pub(super) fn on(
        edge: &Arc<EdgeCounters>,
        text: impl Fn(&T) -> Option<String> + Send + 'static,
    ) -> Self {
        let (keys, text) = (edge.keys.add(), Box::new(text));
        let (edge, picked) = (Arc::clone(edge), PickedBatches::default());
        Self { edge, keys, text, picked, random: 0x9e37_79b9_7f4a_7c15 }
    }

    /// Counts the keys of some events of a batch, if somebody watches.
    #[inline]
    pub(super) fn offer(&mut self, batch: &Batch<T>) {
        if let Some(period) = self.edge.keys.period()
            && let Some(weight) = self.picked.weight_in(period, batch.len() as u64)
        {
            self.sample(batch, weight);
        }
    }

    /// Counts the keys of some events of a batch, each for its share of the batch.
    #[cold]
    fn sample(&mut self, batch: &Batch<T>, weight: u64) {
        let (events, picked) = (batch.len(), batch.len().min(PICKED));
        let Self { keys, text, random, .. } = self;
        let mut keys = locked(keys);
        for part in 0..picked {
            // One of each part of the batch: events of a key may come in a row.
            let (from, to) = (events * part / picked, events * (part + 1) / picked);
            let within = usize::try_from(next(random) % (to - from).max(1) as u64).unwrap_or(0);
            if let Some((event, hash)) = batch.keyed(from + within) {
                let name = || text(event).or_else(|| Some(format!("#{:016x}", hash.get())));
                keys.add(hash.get(), weight * (to - from) as u64, name);
            }
        }
    }
}

/// The next random number.
fn next(random: &mut u64) -> u64 {
    *random ^= *random << 13;
    *random ^= *random >> 7;
    *random ^= *random << 17;
    *random
}

#[cfg(test)]
mod tests {
    use super::*;

    /// For how many events those of each batch of ten stand in the next period.
    fn weights(keys: &EdgeCounters, picked: &mut PickedBatches, batches: u64) -> Vec<u64> {
        keys.keys.begin_period();
        let period: KeyPeriod = keys.keys.period().unwrap();
        (0..batches).filter_map(|_| picked.weight_in(period, 10)).collect()
    }

    #[test]
    fn a_period_has_a_bound_and_its_events_stand_for_as_many_as_before() {
        let (edge, mut picked) = (EdgeCounters::default(), PickedBatches::default());
        assert_eq!(weights(&edge, &mut picked, 3), [1; 3]);
        assert_eq!(weights(&edge, &mut picked, 640), [1; 64], "all of the three were looked at");
        assert_eq!(weights(&edge, &mut picked, 1_000), [10; 64]);
        assert_eq!(weights(&edge, &mut picked, 2), [15; 2]);
        assert_eq!(weights(&edge, &mut picked, 2), [1; 2]);
    }
}
