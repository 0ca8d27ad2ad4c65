//! A guard against regressions: figures compared with stored ones.

use super::{Figures, Measured, Spread};
use crate::systems::System;
use crate::work::Work;
use std::fmt;

/// A median that is less than this worse is noise, even beyond the stored range.
const NOISE: f64 = 1.03;

/// A figure that became worse.
#[derive(Debug)]
pub struct Worse {
    work: Work,
    system: System,
    base: System,
    stored: Spread,
    now: Spread,
}

impl fmt::Display for Worse {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { work, system, base, stored, now } = self;
        let (stored, now) = (stored.cell(""), now.cell(""));
        write!(f, "{work}, {system}: CPU ÷ {base} was {stored}, is {now}")
    }
}

/// The figures of millstream that became worse than stored ones, beyond the spread of both: CPU
/// time as a multiple of the loop's, or of tokio's where there is no loop. Delays are not compared:
/// on a shared machine they are those of its neighbours.
pub fn worse(stored: &Figures, now: &Figures) -> Vec<Worse> {
    let works = now.works.iter().filter(|one| !matches!(one.work, Work::Latency(_)));
    works
        .flat_map(|one| {
            let ours = one.systems.iter().filter(|measured| measured.system.is_millstream());
            ours.filter_map(|measured| worse_one(stored, now, one.work, measured))
        })
        .collect()
}

fn worse_one(stored: &Figures, now: &Figures, work: Work, ours: &Measured) -> Option<Worse> {
    let system = ours.system;
    let base = if work.has_loop() { System::LOOP } else { System::TOKIO };
    let ratios = |of: &Figures| Spread::of(of.of(work, system)?.cpu_ratios(of.of(work, base)?));
    let (stored, now) = (ratios(stored)?, ratios(now)?);
    let is_worse = now.least > stored.most && now.median > stored.median * NOISE;
    is_worse.then_some(Worse { work, system, base, stored, now })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::round::Round;

    fn figures(cpu: &[u64]) -> Figures {
        let rounds = |cpu: &[u64]| {
            let round = |cpu: &u64| Round { cpu: *cpu, ..Round::default() };
            cpu.iter().map(round).collect::<Vec<_>>()
        };
        let of = |system, cpu: &[u64]| Measured { system, count: 1, rounds: rounds(cpu) };
        let mut figures = Figures::here(true);
        let ours = of(System::MILLSTREAM, cpu);
        figures.set(Work::Chain, vec![of(System::LOOP, &[100; 3]), ours]);
        figures
    }

    #[test]
    fn a_figure_within_the_stored_range_is_not_worse() {
        assert!(worse(&figures(&[100, 110, 120]), &figures(&[119, 130, 140])).is_empty());
        assert!(worse(&figures(&[118, 119, 120]), &figures(&[121, 121, 121])).is_empty());
    }

    #[test]
    fn a_figure_beyond_the_stored_range_is_worse() {
        let found = worse(&figures(&[100, 110, 120]), &figures(&[121, 130, 140]));
        let text: Vec<_> = found.iter().map(ToString::to_string).collect();
        assert_eq!(
            text,
            ["chain, millstream: CPU ÷ loop was 1.10 (1.00–1.20), is 1.30 (1.21–1.40)"]
        );
    }
}
