//! How many events are in a batch, and in a channel.

use crate::channel::Capacity;

/// The greatest number of events in a batch inside a task, unless the job sets it.
const BATCH: usize = 1_024;

/// The greatest number of small events in a batch between tasks.
const LARGEST_BATCH: usize = 4_096;

/// What the events of such a batch take at most, if they are more than [`BATCH`]. A larger batch
/// wakes the other task less often, but leaves the cache before it is received.
const BATCH_BYTES: usize = 64 << 10;

/// How many batches a channel holds, unless its capacity is set, so that sender and receiver do not
/// wait for each other.
const BATCHES: usize = 8;

/// The sizes of batches and channels that a job sets; others have defaults.
#[derive(Debug, Clone, Copy, Default)]
pub struct Sizes {
    /// The greatest number of events in a batch.
    pub batch: Option<usize>,
    /// The capacity in events of a channel whose edge does not set its own.
    pub buffer: Option<usize>,
}

impl Sizes {
    /// The greatest number of events in a batch inside a task.
    #[must_use]
    pub fn batch(self) -> usize {
        self.batch.unwrap_or(BATCH)
    }

    /// The capacity of a channel whose events take this many bytes, with their columns; `declared`
    /// is what its edge sets, in events.
    pub(crate) fn channel(self, declared: Option<usize>, bytes: usize) -> Capacity {
        let by_size =
            BATCH_BYTES.checked_div(bytes).unwrap_or(LARGEST_BATCH).clamp(BATCH, LARGEST_BATCH);
        let set = declared.or(self.buffer);
        let batch = match (self.batch, set) {
            (Some(batch), _) => batch,
            (None, None) => by_size,
            (None, Some(events)) => by_size.min((events / BATCHES).max(BATCH)),
        };
        Capacity::of(set.unwrap_or(BATCHES * batch.max(BATCH)), batch)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(sizes: Sizes, declared: Option<usize>, bytes: usize) -> (usize, usize) {
        let capacity = sizes.channel(declared, bytes);
        (capacity.batch(), capacity.events())
    }

    #[test]
    fn a_channel_holds_eight_batches_and_small_events_make_larger_ones() {
        let default = Sizes::default();
        for (bytes, batch) in [
            (0, 4_096),
            (8, 4_096),
            (16, 4_096),
            (32, 2_048),
            (40, 1_638),
            (64, 1_024),
            (200, 1_024),
        ] {
            assert_eq!(of(default, None, bytes), (batch, 8 * batch), "{bytes} bytes");
        }
    }

    #[test]
    fn in_a_channel_of_a_set_capacity_batches_are_as_large_as_leaves_eight() {
        let default = Sizes::default();
        assert_eq!(of(default, Some(32_768), 8), (4_096, 32_768));
        assert_eq!(of(default, Some(16_384), 8), (2_048, 16_384));
        assert_eq!(of(default, Some(8_192), 8), (1_024, 8_192));
        assert_eq!(of(default, Some(100), 8), (50, 100));
        assert_eq!(of(Sizes { buffer: Some(16_384), ..default }, None, 8), (2_048, 16_384));
        assert_eq!(of(Sizes { buffer: Some(16_384), ..default }, Some(1), 8), (1, 1));
    }

    #[test]
    fn a_batch_that_is_set_is_the_same_everywhere() {
        let set = |batch| Sizes { batch: Some(batch), buffer: None };
        assert_eq!(of(set(7), None, 8), (7, 8_192));
        assert_eq!(of(set(7), Some(100), 8), (7, 100));
        assert_eq!(of(set(2_000), None, 200), (2_000, 16_000));
        assert_eq!((set(7).batch(), Sizes::default().batch()), (7, 1_024));
    }
}
