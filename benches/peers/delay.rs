//! Delays in a histogram, and their percentiles.

use hdrhistogram::Histogram;
use serde::{Deserialize, Serialize};

/// The longest delay that is recorded as such: a minute, in nanoseconds.
const LONGEST: u64 = 60_000_000_000;

/// Three significant digits of each delay.
const DIGITS: u8 = 3;

/// The delays of a run, in nanoseconds.
#[derive(Debug, Clone)]
pub struct Delay(Histogram<u64>);

impl Default for Delay {
    fn default() -> Self {
        match Histogram::new_with_bounds(1, LONGEST, DIGITS) {
            Ok(histogram) => Self(histogram),
            Err(error) => panic!("no histogram: {error}"),
        }
    }
}

impl Delay {
    /// Records a delay in nanoseconds.
    #[inline]
    pub fn record(&mut self, nanos: u64) {
        self.0.saturating_record(nanos);
    }

    /// Adds the delays of another instance.
    pub fn add(&mut self, other: &Self) {
        if let Err(error) = self.0.add(&other.0) {
            panic!("the histograms have the same bounds: {error}");
        }
    }

    /// The number of recorded delays: the checksum of a run.
    pub fn count(&self) -> u64 {
        self.0.len()
    }

    /// The percentiles.
    pub fn percentiles(&self) -> Percentiles {
        let at = |share| self.0.value_at_quantile(share);
        Percentiles { p50: at(0.5), p99: at(0.99), p999: at(0.999), max: self.0.max() }
    }
}

/// A choice of a percentile.
pub type Share = fn(&Percentiles) -> u64;

/// Percentiles of the delay of a run, in nanoseconds.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Percentiles {
    pub p50: u64,
    pub p99: u64,
    pub p999: u64,
    pub max: u64,
}
