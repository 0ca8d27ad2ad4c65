//! How much an edge holds.

/// How many events an edge holds, and how many of them travel together.
///
/// # Examples
/// ```
/// use millstream::plumbing::channel::Capacity;
///
/// let capacity = Capacity::of(4_096, 1_024);
/// assert_eq!((capacity.batch(), capacity.batches()), (1_024, 4));
/// // An edge of 1 event still works: one by one.
/// assert_eq!(Capacity::of(1, 1_024).batch(), 1);
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Capacity {
    events: usize,
    batch: usize,
    batches: usize,
}

impl Capacity {
    /// Room for `events` events in batches of at most `batch`; at least one of one.
    #[must_use]
    pub fn of(events: usize, batch: usize) -> Self {
        let events = events.max(1);
        // Two batches at least, or sender and receiver would take turns instead of overlapping.
        let batch = batch.clamp(1, (events / 2).max(1));
        Self { events, batch, batches: events / batch }
    }

    /// The number of events that the edge holds.
    #[must_use]
    pub fn events(self) -> usize {
        self.events
    }

    /// The greatest number of events that travel together.
    #[must_use]
    pub fn batch(self) -> usize {
        self.batch
    }

    /// The number of batches that the edge holds.
    #[must_use]
    pub fn batches(self) -> usize {
        self.batches
    }
}
