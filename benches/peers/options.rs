//! The command line.

use crate::systems::System;
use crate::work::Work;

/// The usage of the binary.
pub const USAGE: &str = "\
usage: peers [--quick] [--growth] [--only WORK,WORK…] [--systems SYSTEM,SYSTEM…] [--rounds N]
             [--report json]

--quick    a quarter of the events, and one round
--growth   growth of the cost with the number of events and of keys, instead of the usual works
--only     these works: chain, keyed, keyed_zipf, fraud, q0 to q5, q7, q8, sliding, join, flat_map,
           large, fan_out, latency_100k, latency_500k, idle, start, memory; or events_1e4 to
           events_1e8, keys_1e3 to keys_1e7
--systems  these systems: loop, tokio, tokio_each, timely, renoir, dfir, millstream; append @2
           for two instances
--rounds   number of rounds; 5 by default
--report   `json`: the last line on standard output is
           {\"work\": {\"system\": {\"cpu_ns\": …, \"events_per_s\": …, \"peak_mb\": …}}}";

/// A parsed command line.
#[derive(Debug)]
pub enum Asked {
    /// Print the usage.
    Help,
    /// Run one round of one system, in this process.
    Round(Work, System, bool),
    /// Run all systems, alternating.
    Turns(Options),
}

/// The works and systems to measure.
#[derive(Debug, Default)]
pub struct Options {
    pub quick: bool,
    pub json: bool,
    growth: bool,
    only: Vec<Work>,
    systems: Vec<System>,
    rounds: Option<usize>,
}

impl Asked {
    /// Parses the arguments after the program's name.
    ///
    /// # Errors
    /// A message about the first invalid argument.
    pub fn read(mut arguments: impl Iterator<Item = String>) -> Result<Self, String> {
        let mut options = Options::default();
        let mut round = None;
        while let Some(name) = arguments.next() {
            let mut value =
                || arguments.next().ok_or(format!("{name} has no value: write it behind {name}"));
            match name.as_str() {
                "--help" | "-h" => return Ok(Self::Help),
                "--quick" => options.quick = true,
                "--growth" => options.growth = true,
                "--only" => options.only = list(&value()?)?,
                "--systems" => options.systems = list(&value()?)?,
                "--rounds" => options.rounds = Some(rounds(&value()?)?),
                "--report" => options.json = is_json(&value()?)?,
                // Used by the binary to run itself.
                "--round" => round = Some((value()?.parse()?, value()?.parse()?)),
                _ => return Err(format!("there is no option `{name}`")),
            }
        }
        Ok(match round {
            Some((work, system)) => Self::Round(work, system, options.quick),
            None => Self::Turns(options),
        })
    }
}

impl Options {
    /// The works to run.
    pub fn works(&self) -> Vec<Work> {
        match (self.only.is_empty(), self.growth) {
            (false, _) => self.only.clone(),
            (true, true) => Work::growth(),
            (true, false) => Work::usual(),
        }
    }

    /// The systems to compare.
    pub fn systems(&self) -> Vec<System> {
        if self.systems.is_empty() { System::all() } else { self.systems.clone() }
    }

    /// The number of rounds.
    pub fn rounds(&self) -> usize {
        self.rounds.unwrap_or(if self.quick { 1 } else { 5 })
    }
}

fn list<T: std::str::FromStr<Err = String>>(names: &str) -> Result<Vec<T>, String> {
    names.split(',').map(str::parse).collect()
}

fn rounds(value: &str) -> Result<usize, String> {
    match value.parse() {
        Ok(rounds) if rounds > 0 => Ok(rounds),
        _ => Err(format!("--rounds is `{value}`, expected a positive integer")),
    }
}

fn is_json(value: &str) -> Result<bool, String> {
    match value {
        "json" => Ok(true),
        _ => Err(format!("--report is `{value}`, expected `json`")),
    }
}
