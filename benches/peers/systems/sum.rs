//! A checksum that instances add up on their own.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

/// What all parts have added up.
#[derive(Debug, Clone, Default)]
pub struct Total(Arc<AtomicU64>);

impl Total {
    /// A part of it, for one instance.
    pub fn part(&self) -> Part {
        Part { total: self.clone(), sum: 0 }
    }

    /// Adds a single value.
    pub fn add(&self, value: u64) {
        self.0.fetch_add(mixed(value), Ordering::Relaxed);
    }

    /// What has been added up: of parts, once they are dropped.
    pub fn get(&self) -> u64 {
        self.0.load(Ordering::Relaxed)
    }
}

/// A part of a [`Total`], handed over when it is dropped. A clone of it is another part.
#[derive(Debug)]
pub struct Part {
    total: Total,
    sum: u64,
}

impl Part {
    /// Adds a value.
    #[inline]
    pub fn add(&mut self, value: u64) {
        self.sum = self.sum.wrapping_add(mixed(value));
    }
}

/// Values that differ in one another's bits do not make up for each other, and none counts as
/// nothing.
#[inline]
fn mixed(value: u64) -> u64 {
    (value ^ 0x9e37_79b9_7f4a_7c15).wrapping_mul(0xbf58_476d_1ce4_e5b9)
}

impl Clone for Part {
    fn clone(&self) -> Self {
        self.total.part()
    }
}

impl Drop for Part {
    fn drop(&mut self) {
        self.total.0.fetch_add(self.sum, Ordering::Relaxed);
    }
}
