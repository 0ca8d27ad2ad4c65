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
    /// What an event that is folded adds to the count of its store: nothing in a release build,
    /// whose loop over events has no instruction to spare for it.
    pub(crate) const FOLDED: u64 = if cfg!(debug_assertions) { 1 } else { 0 };

    /// The tally of a store that folds each event into a value at once, if it counts them.
    pub(crate) fn folded(events: u64) -> Option<Self> {
        (Self::FOLDED > 0).then_some(Self { processed: events, buffered: 0 })
    }
}
