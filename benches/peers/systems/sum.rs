//! A checksum, summed by each instance.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

/// The sum of all parts.
#[derive(Debug, Clone, Default)]
pub struct Total(Arc<AtomicU64>);

impl Total {
    /// A part of the sum, for one instance.
    pub fn part(&self) -> Part {
        Part { total: self.clone(), sum: 0 }
    }

    /// Adds a single value.
    pub fn add(&self, value: u64) {
        self.0.fetch_add(mixed(value), Ordering::Relaxed);
    }

    /// The sum so far; parts are included once they are dropped.
    pub fn get(&self) -> u64 {
        self.0.load(Ordering::Relaxed)
    }
}

/// A part of a [`Total`], added to it on drop. A clone is another part.
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

/// Mixes a value, so that differences do not cancel out, and no value counts as zero.
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
