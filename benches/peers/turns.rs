//! Runs all systems, alternating.

use crate::options::Options;
use crate::round::{Round, elsewhere};
use crate::systems::System;
use crate::work::Work;
use std::error::Error;

/// The rounds of one system.
#[derive(Debug)]
pub struct Measured {
    pub system: System,
    pub events: u64,
    pub rounds: Vec<Round>,
}

impl Measured {
    /// The median of a value over the rounds.
    pub fn median(&self, of: impl Fn(&Round) -> f64) -> f64 {
        middle(&mut self.rounds.iter().map(of).collect::<Vec<f64>>())
    }

    /// CPU time per event, in nanoseconds.
    pub fn cpu(&self) -> f64 {
        self.median(|round| round.cpu as f64 / self.events as f64)
    }

    /// CPU time as a multiple of another system's: the median of the ratios within each round.
    pub fn cpu_ratio(&self, other: &Self) -> f64 {
        let pairs = self.rounds.iter().zip(&other.rounds);
        let mut all: Vec<f64> = pairs.map(|(one, two)| one.cpu as f64 / two.cpu as f64).collect();
        middle(&mut all)
    }

    /// Events per second: median, minimum and maximum.
    pub fn rate(&self) -> [f64; 3] {
        let rate = |round: &Round| self.events as f64 / (round.wall as f64 / 1e9);
        let all = || self.rounds.iter().map(rate);
        [self.median(rate), all().fold(f64::INFINITY, f64::min), all().fold(0.0, f64::max)]
    }

    /// Peak memory, in MB.
    pub fn peak(&self) -> f64 {
        self.median(|round| round.peak as f64 / 1_024.0)
    }

    /// Peak memory without the input, in bytes per event.
    pub fn grown(&self) -> f64 {
        self.median(|round| round.grown as f64 * 1_024.0 / self.events as f64)
    }

    /// The 50th, 99th and 99.9th percentile of the delay, in microseconds.
    pub fn delays(&self) -> Option<[f64; 3]> {
        let first = self.rounds.first()?;
        first.delays?;
        let of = |at: usize| {
            self.median(|round| {
                let delays = round.delays.unwrap_or_default();
                f64::from(delays.get(at).copied().unwrap_or_default()) / 1e3
            })
        };
        Some([0, 1, 2].map(of))
    }
}

fn middle(all: &mut [f64]) -> f64 {
    all.sort_by(f64::total_cmp);
    all.get(all.len() / 2).copied().unwrap_or(f64::NAN)
}

/// Measures a work: A B C A B C, so that noise affects all systems.
///
/// # Errors
/// If a round fails, or the results of two systems differ.
pub fn take(work: Work, options: &Options) -> Result<Vec<Measured>, Box<dyn Error>> {
    let events = work.events(options.quick);
    let of = |system| Measured { system, events, rounds: Vec::new() };
    let mut all: Vec<Measured> = options.systems().into_iter().map(of).collect();
    let mut expected = None;
    for _ in 0..options.rounds() {
        let mut able = Vec::new();
        for mut measured in all {
            let Some(round) = elsewhere(work, measured.system, options.quick)? else { continue };
            let (first, digest) = *expected.get_or_insert((measured.system, round.digest));
            if digest != round.digest {
                let system = measured.system;
                return Err(format!("{work}: {system} and {first} find different things").into());
            }
            measured.rounds.push(round);
            able.push(measured);
        }
        all = able;
    }
    Ok(all)
}
