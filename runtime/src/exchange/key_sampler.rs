//! Picks a few events of a batch, to count their keys.

use crate::event::Batch;
use crate::metrics::{KeySketch, locked};
use std::sync::Mutex;

/// How many events of a batch are looked at.
const PICKED: usize = 4;

/// Picks events at random places.
#[derive(Debug)]
pub(super) struct KeySampler {
    /// The state of a xorshift generator (Marsaglia 2003); never 0.
    random: u64,
}

impl Default for KeySampler {
    fn default() -> Self {
        Self { random: 0x9e37_79b9_7f4a_7c15 }
    }
}

impl KeySampler {
    /// Counts the keys of some events of a batch, each for its share of the batch.
    pub(super) fn sample<T>(
        &mut self,
        batch: &Batch<T>,
        keys: &Mutex<KeySketch>,
        text: impl Fn(&T) -> Option<String>,
    ) {
        let (events, picked) = (batch.len(), batch.len().min(PICKED));
        if picked == 0 {
            return;
        }
        let mut keys = locked(keys);
        for part in 0..picked {
            // One of each part of the batch: events of a key may come in a row.
            let (from, to) = (events * part / picked, events * (part + 1) / picked);
            let within = usize::try_from(self.next() % (to - from).max(1) as u64).unwrap_or(0);
            if let Some((event, hash)) = batch.keyed(from + within) {
                let name = || text(event).or_else(|| Some(format!("#{:016x}", hash.get())));
                keys.add(hash.get(), (to - from) as u64, name);
            }
        }
    }

    fn next(&mut self) -> u64 {
        self.random ^= self.random << 13;
        self.random ^= self.random >> 7;
        self.random ^= self.random << 17;
        self.random
    }
}
