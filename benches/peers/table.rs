//! The rows of a work, in Markdown. Each cell has its unit.

use crate::delay::Share;
use crate::figures::{Runs, Short, Spread};
use crate::systems::System;
use crate::work::Work;
use std::fmt;

/// The header of the table with a work.
pub fn head(work: Work) -> &'static str {
    match work {
        Work::Latency(_) => DELAYS,
        _ => HEAD,
    }
}

/// The header of the table of costs.
pub const HEAD: &str = "\
| work | system | throughput | CPU time | CPU ÷ loop | peak memory |
|---|---|---|---|---|---|";

/// The header of the table of delays.
pub const DELAYS: &str = "\
| events/s | system | 50 % | 99 % | 99.9 % | longest |
|---|---|---|---|---|---|";

/// The rows of a work, one for each system.
pub struct Rows<'a> {
    pub work: Work,
    pub runs: &'a Runs,
    /// The systems to show.
    pub shows: fn(System) -> bool,
}

impl fmt::Display for Rows<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for system in self.runs.systems(self.work).into_iter().filter(|one| (self.shows)(*one)) {
            match self.work {
                Work::Latency(rate) => self.delays(f, rate, system)?,
                _ => self.costs(f, system)?,
            }
        }
        Ok(())
    }
}

impl Rows<'_> {
    fn costs(&self, f: &mut fmt::Formatter<'_>, system: System) -> fmt::Result {
        let Self { work, runs, .. } = *self;
        write!(f, "| {work} | {} |", system.label())?;
        let rate = match work {
            Work::Idle | Work::Start => None,
            _ => runs.all(work, system, |one| one.rates().iter().map(|rate| rate / 1e6).collect()),
        };
        cell(f, rate, " M/s")?;
        cell(f, runs.all(work, system, |one| work.in_unit(one.cpu())), &work.cpu_unit())?;
        cell(f, runs.cpu_ratio(work, system, System::LOOP), " ×")?;
        let peak = runs.all(work, system, |one| one.peaks()).map_or(f64::NAN, |peak| peak.median);
        write!(f, " {peak:.0} MB")?;
        if let (Work::Memory, Some(grown)) = (work, runs.all(work, system, |one| one.grown())) {
            write!(f, ", {:.0} bytes a key", grown.median)?;
        }
        writeln!(f, " |")
    }

    fn delays(&self, f: &mut fmt::Formatter<'_>, rate: u32, system: System) -> fmt::Result {
        write!(f, "| {} | {} |", Short(f64::from(rate)), system.label())?;
        let shares: [Share; 4] = [|all| all.p50, |all| all.p99, |all| all.p999, |all| all.max];
        for share in shares {
            cell(f, self.runs.delay(self.work, system, share), " µs")?;
        }
        writeln!(f)
    }
}

fn cell(f: &mut fmt::Formatter<'_>, spread: Option<Spread>, unit: &str) -> fmt::Result {
    match spread {
        Some(spread) => write!(f, " {} |", spread.cell(unit)),
        None => f.write_str(" |"),
    }
}
