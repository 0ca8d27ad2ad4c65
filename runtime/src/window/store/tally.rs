//! What a store has done with the events that were inserted.

/// What has become of the events that a [`Store`](super::Store) has received, by its own count. An
/// audit compares it with what its node has received.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Tally {
    /// Events that it is done with: folded into a value, or gone. They never count as `buffered`
    /// again.
    pub processed: u64,
    /// Events in it that are not processed, those restored from a checkpoint included. None is left
    /// at the end of input.
    pub buffered: u64,
}

impl Tally {
    /// Counts events that have left the store.
    #[inline]
    pub fn leave(&mut self, events: u64) {
        self.processed += events;
        self.buffered = self.buffered.saturating_sub(events);
    }

    /// The tally of a store that folds each event into a value at once.
    #[must_use]
    pub fn folded(events: u64) -> Self {
        Self { processed: events, buffered: 0 }
    }
}
