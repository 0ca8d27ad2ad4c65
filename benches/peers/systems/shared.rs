//! One input shared by several readers, a batch at a time.

use std::sync::{Arc, Mutex, PoisonError};

/// An iterator shared between its clones.
pub struct Shared<I>(Arc<Mutex<I>>);

impl<I: Iterator> Shared<I> {
    /// Shares an iterator.
    pub fn of(events: I) -> Self {
        Self(Arc::new(Mutex::new(events)))
    }

    /// Adds up to a number of events to a batch; none at the end.
    pub fn fill(&self, batch: &mut Vec<I::Item>, most: usize) {
        let mut events = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        batch.reserve(most);
        batch.extend(events.by_ref().take(most));
    }
}

impl<I> Clone for Shared<I> {
    fn clone(&self) -> Self {
        Self(Arc::clone(&self.0))
    }
}
