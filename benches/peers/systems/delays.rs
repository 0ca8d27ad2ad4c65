//! Delays, recorded by each instance.

use crate::delay::Delay;
use crate::systems::Outcome;
use crate::systems::pace::{Due, Start};
use std::sync::{Arc, Mutex, PoisonError};

/// The delays of an instance, added to the shared ones on drop. A clone starts empty.
#[derive(Debug)]
pub struct Delays {
    start: Start,
    all: Arc<Mutex<Delay>>,
    own: Delay,
}

impl Delays {
    /// No delays yet, of a run that has just started.
    pub fn since(start: Start) -> Self {
        Self { start, all: Arc::default(), own: Delay::default() }
    }

    /// Records the delay of an event that arrives now.
    #[inline]
    pub fn arrived(&mut self, event: &Due) {
        self.own.record(self.start.delay(event));
    }

    /// The delays of this instance, and of all dropped ones.
    pub fn take(self) -> Outcome {
        let all = Arc::clone(&self.all);
        drop(self);
        let delays = std::mem::take(&mut *all.lock().unwrap_or_else(PoisonError::into_inner));
        Outcome { digest: delays.count(), delays: Some(delays) }
    }
}

impl Clone for Delays {
    fn clone(&self) -> Self {
        Self { start: self.start, all: Arc::clone(&self.all), own: Delay::default() }
    }
}

impl Drop for Delays {
    fn drop(&mut self) {
        self.all.lock().unwrap_or_else(PoisonError::into_inner).add(&self.own);
    }
}
