//! Delays, recorded by each instance.

use super::pace::digest;
use crate::systems::Outcome;
use std::sync::{Arc, Mutex, PoisonError};

/// The delays of an instance, merged into the shared ones on drop. A clone starts empty.
#[derive(Debug, Default)]
pub struct Delays {
    all: Arc<Mutex<Vec<u32>>>,
    own: Vec<u32>,
}

impl Delays {
    /// Records a delay.
    #[inline]
    pub fn push(&mut self, delay: u32) {
        self.own.push(delay);
    }

    /// The merged delays of all dropped instances.
    pub fn take(&self) -> Outcome {
        let delays = std::mem::take(&mut *self.all.lock().unwrap_or_else(PoisonError::into_inner));
        Outcome { digest: digest(&delays), delays }
    }
}

impl Clone for Delays {
    fn clone(&self) -> Self {
        Self { all: Arc::clone(&self.all), own: Vec::new() }
    }
}

impl Drop for Delays {
    fn drop(&mut self) {
        self.all.lock().unwrap_or_else(PoisonError::into_inner).append(&mut self.own);
    }
}
