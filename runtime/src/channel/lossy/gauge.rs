//! How full the queue is, for those who look on.

use super::{LossyQueue, locked};
use crate::metrics::{ChannelFill, Gauge};
use std::fmt;
use std::sync::{Arc, Mutex, Weak};

/// Reads how full a queue is. It does not keep the queue.
struct LossyGauge<T>(Weak<Mutex<LossyQueue<T>>>);

impl<T> fmt::Debug for LossyGauge<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("LossyGauge")
    }
}

/// A gauge of a queue.
pub(super) fn of<T: Send + 'static>(shared: &Arc<Mutex<LossyQueue<T>>>) -> Box<dyn Gauge> {
    Box::new(LossyGauge(Arc::downgrade(shared)))
}

impl<T: Send + 'static> Gauge for LossyGauge<T> {
    fn fill(&self) -> Option<ChannelFill> {
        let shared = self.0.upgrade()?;
        let queue = locked(&shared);
        Some(ChannelFill { buffered: queue.events as u64, capacity: queue.capacity as u64 })
    }
}
