//! The events of a buffer in the order in which they are released, to be pushed into another.

use super::Reorder;
use crate::time::EventTime;

impl<B: Ord, T> Reorder<B, T> {
    /// Returns the events, each with its time and tie-breaker, in the order in which they are
    /// released.
    pub(crate) fn in_order(&self) -> Vec<(EventTime, &B, &T)> {
        let mut events: Vec<_> = self.run.iter().chain(self.stragglers.iter()).collect();
        events.sort_unstable();
        events.into_iter().map(|event| (event.time, &event.tie, &event.value)).collect()
    }
}
