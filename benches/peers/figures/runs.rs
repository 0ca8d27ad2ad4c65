//! The figures of several sittings together.

use super::{Figures, Measured, Spread};
use crate::delay::Share;
use crate::systems::System;
use crate::work::Work;

/// The sittings that a page is made of.
#[derive(Debug)]
pub struct Runs(pub Vec<Figures>);

impl Runs {
    /// CPU time as a multiple of that of `base` in the same round.
    pub fn cpu_ratio(&self, work: Work, system: System, base: System) -> Option<Spread> {
        self.pairs(work, system, base, Measured::cpu_ratios)
    }

    /// Throughput as a multiple of that of `base` in the same round.
    pub fn rate_ratio(&self, work: Work, system: System, base: System) -> Option<Spread> {
        self.pairs(work, system, base, Measured::rate_ratios)
    }

    /// A percentile of the delay, in microseconds.
    pub fn delay(&self, work: Work, system: System, of: Share) -> Option<Spread> {
        self.all(work, system, |one| one.delays(of))
    }

    /// A figure in all rounds.
    pub fn all(
        &self,
        work: Work,
        system: System,
        of: impl Fn(&Measured) -> Vec<f64>,
    ) -> Option<Spread> {
        Spread::of(self.0.iter().filter_map(|run| run.of(work, system)).flat_map(of))
    }

    fn pairs(
        &self,
        work: Work,
        system: System,
        base: System,
        of: fn(&Measured, &Measured) -> Vec<f64>,
    ) -> Option<Spread> {
        let pairs =
            self.0.iter().filter_map(|run| Some((run.of(work, system)?, run.of(work, base)?)));
        Spread::of(pairs.flat_map(|(one, base)| of(one, base)))
    }

    /// The works that are measured in some run, in their usual order.
    pub fn works(&self) -> Vec<Work> {
        let is_measured =
            |work: &Work| self.0.iter().any(|run| run.works.iter().any(|one| one.work == *work));
        Work::usual().into_iter().chain(Work::growth()).filter(is_measured).collect()
    }

    /// The systems that are measured on a work.
    pub fn systems(&self, work: Work) -> Vec<System> {
        let is_measured =
            |system: &System| self.0.iter().any(|run| run.of(work, *system).is_some());
        System::all().into_iter().filter(is_measured).collect()
    }

    /// The peer that is farthest ahead in any run, and by how much.
    pub fn best_peer(&self, work: Work, instances: usize) -> Option<(System, f64)> {
        let best = self.0.iter().filter_map(|run| run.best_peer(work, instances));
        best.max_by(|(_, one), (_, two)| one.total_cmp(two))
    }

    /// The least and the most that the medians of the runs are.
    pub fn medians(&self, of: impl Fn(&Figures) -> Option<f64>) -> Option<Spread> {
        Spread::of(self.0.iter().filter_map(of))
    }
}
