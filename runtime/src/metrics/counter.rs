//! What the instances of a node count.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

/// A number that only grows.
#[derive(Debug, Default)]
pub struct Counter(AtomicU64);

impl Counter {
    /// Adds to the number.
    #[inline]
    pub fn add(&self, amount: u64) {
        self.0.fetch_add(amount, Ordering::Relaxed);
    }

    /// The number.
    #[must_use]
    pub fn get(&self) -> u64 {
        self.0.load(Ordering::Relaxed)
    }
}

/// What one instance of a node counts.
#[derive(Debug, Default)]
pub struct InstanceCounters {
    /// Events taken in.
    pub events_in: Counter,
    /// Events given on by the main output.
    pub events_out: Counter,
    /// Events that came after their watermark.
    pub late: Counter,
    /// Errors given on by the error output.
    pub errors: Counter,
    /// Events that the edge into the node had no room for.
    pub overflow: Counter,
    /// Events dropped because their output leads nowhere.
    pub dropped: Counter,
    /// Barriers that have come to a sink.
    pub barriers: Counter,
}

/// The counters of all instances of a node.
#[derive(Debug, Clone)]
pub struct NodeCounters {
    /// The node's name.
    pub name: Arc<str>,
    /// One set for each instance.
    pub instances: Vec<Arc<InstanceCounters>>,
}
