//! Picks a few events of each batch that is closed, to count their keys.

use crate::event::Batch;
use crate::metrics::{EdgeCounters, KeySketch, locked};
use std::fmt;
use std::sync::{Arc, Mutex};

/// How many events of a batch are looked at.
const PICKED: usize = 4;

/// The key of an event as text.
type KeyText<T> = Box<dyn Fn(&T) -> Option<String> + Send>;

/// Counts keys of the batches that an instance closes, while somebody watches.
pub(super) struct KeySampler<T> {
    edge: Arc<EdgeCounters>,
    keys: Arc<Mutex<KeySketch>>,
    text: KeyText<T>,
    /// The state of a xorshift generator (Marsaglia 2003); never 0.
    random: u64,
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
        Self { edge: Arc::clone(edge), keys, text, random: 0x9e37_79b9_7f4a_7c15 }
    }

    /// Counts the keys of some events of a batch, if somebody watches.
    #[inline]
    pub(super) fn offer(&mut self, batch: &Batch<T>) {
        if self.edge.keys.is_watched() {
            self.sample(batch);
        }
    }

    /// Counts the keys of some events of a batch, each for its share of the batch.
    #[cold]
    fn sample(&mut self, batch: &Batch<T>) {
        let (events, picked) = (batch.len(), batch.len().min(PICKED));
        let Self { keys, text, random, .. } = self;
        let mut keys = locked(keys);
        for part in 0..picked {
            // One of each part of the batch: events of a key may come in a row.
            let (from, to) = (events * part / picked, events * (part + 1) / picked);
            let within = usize::try_from(next(random) % (to - from).max(1) as u64).unwrap_or(0);
            if let Some((event, hash)) = batch.keyed(from + within) {
                let name = || text(event).or_else(|| Some(format!("#{:016x}", hash.get())));
                keys.add(hash.get(), (to - from) as u64, name);
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
