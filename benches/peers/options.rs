//! The command line.

use crate::systems::System;
use crate::work::Work;
use std::path::PathBuf;

/// The usage of the binary.
pub const USAGE: &str = "\
usage: peers [--quick] [--growth] [--only WORK,WORK…] [--systems SYSTEM,SYSTEM…] [--rounds N]
             [--report json] [--save FILE] [--compare FILE]
       peers --from FILE [--report json] [--compare FILE]
       peers --page [FILE,FILE…] [--into FOLDER] [--quick]

--quick    a quarter of the events, and one round; with --page: of such figures
--growth   growth of the cost with the number of events and of keys, instead of the usual works
--only     these works: chain, keyed, keyed_zipf, fraud, q0 to q5, q7, q8, sliding, join, flat_map,
           large, fan_out, latency_100k, latency_500k, idle, start, memory; or events_1e4 to
           events_1e8, keys_1e3 to keys_1e7
--systems  these systems: loop, loop_tables, tokio, tokio_each, timely, renoir, dfir, millstream,
           millstream_2_workers; append @2 to tokio, timely, renoir and millstream for two instances
--rounds   number of rounds; 5 by default
--report   `json`: the last line on standard output is
           {\"work\": {\"system\": {\"cpu_ns\": …, \"events_per_s\": …, \"peak_mb\": …}}}
--save     writes the figures of every round to FILE, after each work; measures all works, those of
           --growth too. Works are added to a FILE of the same commit and machine
--compare  fails if millstream's CPU time, divided by the loop's, is worse than stored in FILE
           beyond the range of the rounds of both
--from     the figures of FILE, instead of measuring
--page     renders docs/performance.md, docs/performance/figures.md and docs/performance/peers.svg
           from these FILEs; from the two newest in docs/performance by default
--into     the folder with performance.md; `docs` by default";

/// A parsed command line.
#[derive(Debug)]
pub enum Asked {
    /// Print the usage.
    Help,
    /// Run one round of one system, in this process.
    Round(Work, System, bool),
    /// Run all systems, alternating, or read their figures.
    Turns(Options),
    /// Render the page.
    Page(PageOptions),
}

/// The works and systems to measure.
#[derive(Debug, Default)]
pub struct Options {
    pub quick: bool,
    pub json: bool,
    pub save: Option<PathBuf>,
    pub compare: Option<PathBuf>,
    pub from: Option<PathBuf>,
    growth: bool,
    only: Vec<Work>,
    systems: Vec<System>,
    rounds: Option<usize>,
}

/// What the page is made of, and where it is.
#[derive(Debug)]
pub struct PageOptions {
    /// The files of figures; none for the newest ones.
    pub files: Vec<PathBuf>,
    pub folder: PathBuf,
    pub quick: bool,
}

impl Asked {
    /// Parses the arguments after the program's name.
    ///
    /// # Errors
    /// A message about the first invalid argument.
    pub fn read(arguments: impl Iterator<Item = String>) -> Result<Self, String> {
        let mut arguments = arguments.peekable();
        let mut options = Options::default();
        let (mut round, mut page, mut folder) = (None, None, PathBuf::from("docs"));
        while let Some(name) = arguments.next() {
            if name == "--page" {
                let files = arguments.next_if(|next| !next.starts_with("--")).unwrap_or_default();
                let files = files.split(',').filter(|file| !file.is_empty());
                page = Some(files.map(PathBuf::from).collect());
                continue;
            }
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
                "--save" => options.save = Some(value()?.into()),
                "--compare" => options.compare = Some(value()?.into()),
                "--from" => options.from = Some(value()?.into()),
                "--into" => folder = value()?.into(),
                // Used by the binary to run itself.
                "--round" => round = Some((value()?.parse()?, value()?.parse()?)),
                _ => return Err(format!("there is no option `{name}`")),
            }
        }
        Ok(match (round, page) {
            (Some((work, system)), _) => Self::Round(work, system, options.quick),
            (_, Some(files)) => Self::Page(PageOptions { files, folder, quick: options.quick }),
            _ => Self::Turns(options),
        })
    }
}

impl Options {
    /// The works to run.
    pub fn works(&self) -> Vec<Work> {
        match (self.only.is_empty(), self.growth, &self.save) {
            (false, ..) => self.only.clone(),
            (true, true, _) => Work::growth(),
            (true, false, None) => Work::usual(),
            (true, false, Some(_)) => [Work::usual(), Work::growth()].concat(),
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
