//! What a store of windows or of a join has done with its events, for an audit.

use super::StoreLink;
use crate::window::{Store, Tally};

impl<K, T, S: Store<K, T>, D> StoreLink<K, T, S, D> {
    /// Counts the results of a batch, and says what has become of the events received.
    #[inline]
    pub(super) fn publish(&mut self, emitted: u64) {
        self.flow.emitted.add(emitted);
        let Tally { processed, buffered } = self.store.tally().unwrap_or_default();
        self.flow.processed.set(processed);
        self.flow.buffered.set(buffered + self.held.len());
        self.show();
    }

    /// Shows how many keys the store has, and which window fires next.
    ///
    /// After every batch, and not only while somebody watches: why a window is silent is asked for
    /// the first time when no batch comes any more.
    fn show(&self) {
        let shown = &self.counters.shown;
        if let Some(keys) = self.store.keys() {
            shown.stored.set(keys as u64);
        }
        shown.set_next_window(self.store.next_window());
    }

    /// Counts what was taken back from a checkpoint.
    pub(super) fn publish_restored(&mut self) {
        let buffered = self.store.tally().unwrap_or_default().buffered + self.held.len();
        self.flow.restored.set(buffered);
        self.flow.buffered.set(buffered);
        self.show();
    }
}
