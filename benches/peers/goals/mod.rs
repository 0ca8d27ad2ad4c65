//! What the figures should be, and whether they are.

mod other;

use crate::figures::{Figures, Runs, Short, Spread};
use crate::systems::System;
use crate::work::Work;
use other::Other;
use std::fmt;

/// A peer that is less than this ahead counts as level: the second digit is noise.
pub const LEVEL: f64 = 1.03;

/// A work at a number of instances.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Place {
    pub work: Work,
    pub instances: usize,
}

impl Place {
    /// All that are measured, and compared by CPU time.
    pub fn all(runs: &Runs) -> Vec<Self> {
        let works = runs.works().into_iter();
        let works = works.filter(|work| work.has_loop() && !is_only_growth(*work));
        let one = works.clone().map(|work| Self { work, instances: 1 });
        let two = works.filter(|work| work.has_two()).map(|work| Self { work, instances: 2 });
        one.chain(two).filter(|place| place.ratio(runs).is_some()).collect()
    }

    /// A system at this number of instances.
    pub fn with(self, system: System) -> System {
        if self.instances == 1 { system } else { system.two() }
    }

    /// CPU time of millstream as a multiple of the loop's.
    pub fn ratio(self, runs: &Runs) -> Option<Spread> {
        runs.cpu_ratio(self.work, self.with(System::MILLSTREAM), System::LOOP)
    }

    /// The peer that is farthest ahead in any run, and by how much.
    pub fn best_peer(self, runs: &Runs) -> Option<(System, f64)> {
        runs.best_peer(self.work, self.instances)
    }

    /// The goal: a multiple of a loop's CPU time.
    fn goal(self) -> Option<(f64, System)> {
        let most = match (self.work, self.instances) {
            // The goal is that of the job's tables: one row for each card is another algorithm.
            (Work::Fraud, 1) => return Some((0.7, System::LOOP_TABLES)),
            (Work::Fraud, _) => return Some((2.0, System::LOOP_TABLES)),
            (Work::Keyed, 2) => 1.75,
            (Work::Chain, _) => 1.1,
            (Work::Keyed, _) => 1.05,
            (Work::Keys(6), _) => 0.9,
            (Work::Keys(7), _) => 0.85,
            (Work::Nexmark(0..=2 | 5 | 7 | 8), _) => 1.0,
            (Work::Nexmark(3), _) => 1.1,
            (Work::Nexmark(4), _) => 1.2,
            (Work::Sliding, _) => 1.4,
            (Work::Join, _) => 1.05,
            (Work::FanOut, _) => 1.5,
            (Work::FlatMap, _) => 1.3,
            (Work::Large, _) => 1.2,
            _ => return None,
        };
        Some((most, System::LOOP))
    }

    fn median(self, run: &Figures, base: System) -> Option<f64> {
        run.of(self.work, self.with(System::MILLSTREAM))?.cpu_ratio(run.of(self.work, base)?)
    }
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.instances {
            1 => write!(f, "{}", self.work),
            more => write!(f, "{}@{more}", self.work),
        }
    }
}

/// Whether a work is there for the curve of its cost only. The largest tables have a goal.
fn is_only_growth(work: Work) -> bool {
    match work {
        Work::Events(_) => true,
        Work::Keys(power) => power < 6,
        _ => false,
    }
}

/// Whether the medians of all runs are at most a limit, or of some.
pub fn reached(medians: Option<Spread>, most: f64) -> &'static str {
    match medians {
        Some(medians) if medians.most <= most => "yes",
        Some(medians) if medians.least <= most => "in some runs",
        Some(_) => "no",
        None => "not measured",
    }
}

/// The tables of goals.
pub struct Goals<'a>(pub &'a Runs);

impl fmt::Display for Goals<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "| work | CPU ÷ loop | goal | reached | best of the others | level with it |")?;
        writeln!(f, "|---|---|---|---|---|---|")?;
        Place::all(self.0).into_iter().try_for_each(|place| self.row(f, place))?;
        writeln!(f, "\n| what | measured | tokio | goal | reached |\n|---|---|---|---|---|")?;
        Other::all().iter().try_for_each(|other| other.row(f, self.0))
    }
}

impl Goals<'_> {
    fn row(&self, f: &mut fmt::Formatter<'_>, place: Place) -> fmt::Result {
        let Self(runs) = self;
        let Some(ratio) = place.ratio(runs) else { return Ok(()) };
        write!(f, "| {place} | {} | ", ratio.cell(" ×"))?;
        match place.goal() {
            Some((most, base)) => {
                write!(f, "≤ {} ×", Short(most))?;
                if base != System::LOOP {
                    self.of_tables(f, place)?;
                }
                let medians = runs.medians(|run| place.median(run, base));
                write!(f, " | {} | ", reached(medians, most))?;
            }
            None => write!(f, " | | ")?,
        }
        match place.best_peer(runs) {
            Some((peer, by)) => {
                let theirs = runs.cpu_ratio(place.work, peer, System::LOOP);
                let theirs = theirs.map(|ratio| ratio.cell(" ×")).unwrap_or_default();
                let level = Level(by);
                writeln!(f, "{peer} {theirs} | {level} |")
            }
            None => writeln!(f, " | |"),
        }
    }

    /// The multiple of the loop with the job's tables.
    fn of_tables(&self, f: &mut fmt::Formatter<'_>, place: Place) -> fmt::Result {
        let (ours, base) = (place.with(System::MILLSTREAM), System::LOOP_TABLES);
        let ratio = self.0.cpu_ratio(place.work, ours, base);
        let ratio = ratio.map(|ratio| ratio.to_string()).unwrap_or_default();
        write!(f, " the loop with tables, is {ratio}")
    }
}

/// Whether a peer is level, from the CPU time of millstream as a multiple of the peer's.
struct Level(f64);

impl fmt::Display for Level {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0 {
            by if by < 1.0 / LEVEL => f.write_str("ahead"),
            by if by <= LEVEL => f.write_str("yes"),
            by => write!(f, "no: {} ×", Short(by)),
        }
    }
}
