//! The figures of a sitting, as a file: every round of every system on every work.

mod compare;
mod machine;
mod measured;
mod runs;
mod spread;

pub use compare::worse;
pub use machine::Machine;
pub use measured::Measured;
pub use runs::Runs;
pub use spread::{Short, Spread};

use crate::systems::System;
use crate::work::Work;
use serde::{Deserialize, Serialize};
use std::error::Error;
use std::fmt::Write;
use std::path::Path;

/// The version of the file.
const VERSION: u32 = 1;

/// The systems on one work.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Worked {
    pub work: Work,
    pub unit: String,
    pub systems: Vec<Measured>,
}

/// The figures of a sitting.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Figures {
    v: u32,
    pub date: String,
    pub commit: String,
    pub machine: Machine,
    /// Whether they are of a short run, which is not published.
    pub quick: bool,
    pub works: Vec<Worked>,
}

impl Figures {
    /// No figures yet, of this machine and commit.
    pub fn here(quick: bool) -> Self {
        let (date, commit, machine) = (machine::date(), machine::commit(), Machine::here());
        Self { v: VERSION, date, commit, machine, quick, works: Vec::new() }
    }

    /// Reads a file.
    ///
    /// # Errors
    /// If there is none, or it has another format.
    pub fn load(path: &Path) -> Result<Self, Box<dyn Error>> {
        let fail = |error: &dyn std::fmt::Display| format!("{}: {error}", path.display());
        let text = std::fs::read_to_string(path).map_err(|error| fail(&error))?;
        let figures: Self = serde_json::from_str(&text).map_err(|error| fail(&error))?;
        match figures.v {
            VERSION => Ok(figures),
            other => Err(fail(&format!("has version {other}, expected {VERSION}")).into()),
        }
    }

    /// The figures of a file to which further works are added, or none yet.
    ///
    /// # Errors
    /// If the file has figures of another commit or machine.
    pub fn resumed(path: &Path, quick: bool) -> Result<Self, Box<dyn Error>> {
        let here = Self::here(quick);
        if !path.exists() {
            return Ok(here);
        }
        let stored = Self::load(path)?;
        let kind = |of: &Self| (of.commit.clone(), of.machine.clone(), of.quick);
        if kind(&stored) == kind(&here) {
            return Ok(stored);
        }
        let path = path.display();
        Err(format!("{path} is of another commit or machine: save into another file").into())
    }

    /// Sets the figures of a work.
    pub fn set(&mut self, work: Work, systems: Vec<Measured>) {
        self.works.retain(|one| one.work != work);
        self.works.push(Worked { work, unit: work.unit().to_owned(), systems });
    }

    /// Writes the file, a line for each system.
    ///
    /// # Errors
    /// If it cannot be written.
    pub fn save(&self, path: &Path) -> Result<(), Box<dyn Error>> {
        let empty = serde_json::to_string(&Self { works: Vec::new(), ..self.clone() })?;
        let mut text = empty.trim_end_matches("]}").to_owned();
        for (at, Worked { work, unit, systems }) in self.works.iter().enumerate() {
            let comma = if at == 0 { "" } else { "," };
            write!(text, "{comma}\n{{\"work\":\"{work}\",\"unit\":\"{unit}\",\"systems\":[")?;
            for (at, one) in systems.iter().enumerate() {
                let comma = if at == 0 { "" } else { "," };
                write!(text, "{comma}\n  {}", serde_json::to_string(one)?)?;
            }
            text.push_str("]}");
        }
        text.push_str("]}\n");
        Ok(std::fs::write(path, text)?)
    }

    /// The rounds of a system on a work.
    pub fn of(&self, work: Work, system: System) -> Option<&Measured> {
        let worked = self.works.iter().find(|one| one.work == work)?;
        worked.systems.iter().find(|one| one.system == system)
    }

    /// The peer that is farthest ahead of millstream, and the CPU time of millstream as a multiple
    /// of the peer's.
    pub fn best_peer(&self, work: Work, instances: usize) -> Option<(System, f64)> {
        let with = |system: System| if instances == 1 { system } else { system.two() };
        let ours = self.of(work, with(System::MILLSTREAM))?;
        let theirs = System::PEERS
            .into_iter()
            .filter_map(|peer| Some((with(peer), ours.cpu_ratio(self.of(work, with(peer))?)?)));
        theirs.max_by(|(_, one), (_, two)| one.total_cmp(two))
    }
}
