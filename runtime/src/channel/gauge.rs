//! How full the channel between two tasks is, for those who look on.

use super::Capacity;
use crate::event::Element;
use crate::metrics::{ChannelFill, Gauge};
use std::fmt;
use tokio::sync::mpsc;

/// Reads how full a [`link`](super::link) is. It does not keep the channel open.
pub(super) struct LinkGauge<T> {
    elements: mpsc::WeakSender<Element<T>>,
    /// Events of a full batch.
    batch: usize,
    /// Elements at most.
    batches: usize,
}

impl<T> fmt::Debug for LinkGauge<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("LinkGauge").field("batches", &self.batches).finish_non_exhaustive()
    }
}

impl<T> LinkGauge<T> {
    /// A gauge of the channel with this sender.
    pub(super) fn of(elements: &mpsc::Sender<Element<T>>, capacity: Capacity) -> Self {
        let (batch, batches) = (capacity.batch(), capacity.batches());
        Self { elements: elements.downgrade(), batch, batches }
    }
}

impl<T: Send + 'static> Gauge for LinkGauge<T> {
    fn fill(&self) -> Option<ChannelFill> {
        let sender = self.elements.upgrade()?;
        let used = self.batches.saturating_sub(sender.capacity());
        let [buffered, capacity] =
            [used, self.batches].map(|batches| (batches * self.batch) as u64);
        Some(ChannelFill { buffered, capacity })
    }
}
