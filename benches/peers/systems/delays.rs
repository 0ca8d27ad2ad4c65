//! Delays that instances write down on their own.

use super::pace::digest;
use crate::systems::Outcome;
use std::sync::{Arc, Mutex, PoisonError};

/// The delays that an instance has seen, handed over when it is dropped. A clone begins with none.
#[derive(Debug, Default)]
pub struct Delays {
    all: Arc<Mutex<Vec<u32>>>,
    own: Vec<u32>,
}

impl Delays {
    /// Writes one down.
    #[inline]
    pub fn push(&mut self, delay: u32) {
        self.own.push(delay);
    }

    /// What all others have handed over.
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
