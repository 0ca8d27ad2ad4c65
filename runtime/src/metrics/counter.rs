//! The counters that instances update.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

/// A counter that only grows.
#[derive(Debug, Default)]
pub struct Counter(AtomicU64);

impl Counter {
    /// Adds `amount`; never blocks.
    #[inline]
    pub fn add(&self, amount: u64) {
        self.0.fetch_add(amount, Ordering::Relaxed);
    }

    /// The current count.
    #[must_use]
    pub fn get(&self) -> u64 {
        self.0.load(Ordering::Relaxed)
    }
}

/// The counters of one instance of a node.
#[derive(Debug, Default)]
pub struct InstanceCounters {
    /// Events received.
    pub events_in: Counter,
    /// Events emitted by the main output.
    pub events_out: Counter,
    /// Events behind the watermark.
    pub late: Counter,
    /// Errors emitted by the error output.
    pub errors: Counter,
    /// Events for which the edge into the node had no room.
    pub overflow: Counter,
    /// Events dropped for lack of a destination, such as late ones.
    pub dropped: Counter,
    /// Processing-time timers set after the end of input: they are never called.
    pub unfired: Counter,
    /// Barriers that have reached a sink.
    pub barriers: Counter,
}

/// The counters of all instances of a node.
#[derive(Debug, Clone)]
pub struct NodeCounters {
    /// The node's name.
    pub name: Arc<str>,
    /// The counters of each instance.
    pub instances: Vec<Arc<InstanceCounters>>,
}
