//! How full a channel is: asked from outside, so that its two ends do nothing for it.

use std::fmt;
use std::sync::{Mutex, MutexGuard, PoisonError};

/// A channel whose fill can be read while others use it.
pub trait Gauge: fmt::Debug + Send + Sync + 'static {
    /// How full it is; `None` once it is gone.
    fn fill(&self) -> Option<ChannelFill>;
}

/// How full a channel is.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct ChannelFill {
    /// Events in it; a batch in a channel of batches counts as full.
    pub buffered: u64,
    /// The most that it holds.
    pub capacity: u64,
}

impl ChannelFill {
    /// As a share of its capacity.
    #[must_use]
    pub fn share(self) -> f64 {
        // Counts of events are far below the exact range of a float.
        #[expect(clippy::cast_precision_loss, reason = "what is lost shows in no share")]
        let share = self.buffered as f64 / self.capacity.max(1) as f64;
        share.min(1.0)
    }
}

/// A channel of an edge.
#[derive(Debug)]
pub struct EdgeGauge {
    /// The instance that receives from it.
    pub to: usize,
    /// Reads it.
    pub gauge: Box<dyn Gauge>,
}

/// The channels of an edge.
#[derive(Debug, Default)]
pub struct EdgeGauges(Mutex<Vec<EdgeGauge>>);

impl EdgeGauges {
    /// Adds a channel to an instance downstream.
    pub fn add(&self, to: usize, gauge: Box<dyn Gauge>) {
        self.gauges().push(EdgeGauge { to, gauge });
    }

    /// Forgets all of them, for another attempt.
    pub fn clear(&self) {
        self.gauges().clear();
    }

    /// How full each one is, and which instance receives from it; one that is gone is empty.
    pub fn read(&self, mut each: impl FnMut(usize, ChannelFill)) {
        let gauges = self.gauges();
        gauges.iter().for_each(|one| each(one.to, one.gauge.fill().unwrap_or_default()));
    }

    fn gauges(&self) -> MutexGuard<'_, Vec<EdgeGauge>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
