//! The rounds of one system on one work.

use super::spread::Spread;
use crate::delay::Share;
use crate::round::Round;
use crate::systems::System;
use serde::{Deserialize, Serialize};

/// The rounds of one system.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Measured {
    pub system: System,
    /// The number of events, or of the unit of the work.
    pub count: u64,
    pub rounds: Vec<Round>,
}

impl Measured {
    /// CPU time per unit, in nanoseconds, in each round.
    pub fn cpu(&self) -> Vec<f64> {
        self.each(|round| round.cpu as f64 / self.count as f64)
    }

    /// CPU time as a multiple of another system's, in each round.
    pub fn cpu_ratios(&self, other: &Self) -> Vec<f64> {
        self.with(other, |one, two| one.cpu as f64 / two.cpu as f64)
    }

    /// Units per second, in each round.
    pub fn rates(&self) -> Vec<f64> {
        self.each(|round| self.count as f64 / (round.wall as f64 / 1e9))
    }

    /// Throughput as a multiple of another system's, in each round.
    pub fn rate_ratios(&self, other: &Self) -> Vec<f64> {
        self.with(other, |one, two| two.wall as f64 / one.wall as f64)
    }

    /// Peak memory, in MB.
    pub fn peaks(&self) -> Vec<f64> {
        self.each(|round| round.peak as f64 / 1_024.0)
    }

    /// Peak memory without the input, in bytes per unit.
    pub fn grown(&self) -> Vec<f64> {
        self.each(|round| round.grown as f64 * 1_024.0 / self.count as f64)
    }

    /// A percentile of the delay, in microseconds; empty if delays are not measured.
    pub fn delays(&self, of: Share) -> Vec<f64> {
        self.rounds.iter().filter_map(|round| Some(of(&round.delays?) as f64 / 1e3)).collect()
    }

    /// The median of CPU time as a multiple of another system's.
    pub fn cpu_ratio(&self, other: &Self) -> Option<f64> {
        Some(Spread::of(self.cpu_ratios(other))?.median)
    }

    fn each(&self, of: impl Fn(&Round) -> f64) -> Vec<f64> {
        self.rounds.iter().map(of).collect()
    }

    fn with(&self, other: &Self, of: impl Fn(&Round, &Round) -> f64) -> Vec<f64> {
        self.rounds.iter().zip(&other.rounds).map(|(one, two)| of(one, two)).collect()
    }
}
