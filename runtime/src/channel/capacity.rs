//! The capacity of an edge, in events and in batches.

/// Bounds an edge: how many events it buffers, and how many travel together.
///
/// # Examples
/// ```
/// use millstream::plumbing::channel::Capacity;
///
/// let capacity = Capacity::of(4_096, 1_024);
/// assert_eq!((capacity.batch(), capacity.batches()), (1_024, 4));
/// // A capacity of 1 event works, too: events then travel one by one.
/// assert_eq!(Capacity::of(1, 1_024).batch(), 1);
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Capacity {
    /// Events buffered at most; at least 1.
    events: usize,
    /// Events of one batch at most: 1, or up to half of `events`.
    batch: usize,
    /// Batches of that size that fit.
    batches: usize,
}

impl Capacity {
    /// Room for `events` events in batches of at most `batch`.
    ///
    /// Both are at least 1, and `batch` is lowered to half of `events` so that two batches fit.
    #[must_use]
    pub fn of(events: usize, batch: usize) -> Self {
        let events = events.max(1);
        // At least two batches, or sender and receiver would take turns instead of overlapping.
        let batch = batch.clamp(1, (events / 2).max(1));
        Self { events, batch, batches: events / batch }
    }

    /// The number of events the edge buffers at most.
    #[must_use]
    pub fn events(self) -> usize {
        self.events
    }

    /// The number of events in a full batch.
    #[must_use]
    pub fn batch(self) -> usize {
        self.batch
    }

    /// The number of full batches the edge buffers at most.
    #[must_use]
    pub fn batches(self) -> usize {
        self.batches
    }
}
