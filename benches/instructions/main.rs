//! Counts the instructions per event of the hot loops, and compares them with a baseline.
//!
//! ```text
//! cargo run --release -p millstream-benches --no-default-features --bin instructions
//! ```
//! Each work runs twice under valgrind, on N events and on 2 N: the difference divided by N is the
//! cost of an event, without start and end. It fails if that is more than 5 % above `baseline.txt`;
//! `--save` writes the counts as the new baseline.
//!
//! This is a harness of our own instead of gungraun, which needs a second program installed in
//! exactly the version of its library, includes start and end in a count, and stores callgrind
//! files as its baseline, which cannot be read in a review. Here the baseline is one number per
//! line.

mod baseline;
mod count;
mod options;
mod works;

use baseline::{Baseline, Verdict};
use options::{Options, USAGE};
use std::process::ExitCode;
use works::{WORKS, Work};

fn main() -> ExitCode {
    let done = Options::read(std::env::args().skip(1)).and_then(|options| match options {
        Options::Help => {
            println!("{USAGE}");
            Ok(())
        }
        Options::Run { work, periods } => work.run(periods),
        Options::Compare { only } => compare(only),
        Options::Save { only } => save(only),
    });
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(message) => {
            eprintln!("{message}");
            ExitCode::FAILURE
        }
    }
}

fn wanted(only: Option<Work>) -> impl Iterator<Item = Work> {
    WORKS.iter().copied().filter(move |work| only.is_none_or(|only| only.name == work.name))
}

/// Compares the counts with the baseline.
fn compare(only: Option<Work>) -> Result<(), String> {
    let baseline = Baseline::read()?;
    let mut wrong = Vec::new();
    println!("{:<14}{:>14}{:>14}{:>10}", "work", "instructions", "baseline", "change");
    for work in wanted(only) {
        let counted = count::per_event(work)?;
        let (line, verdict) = baseline.verdict(work.name, counted);
        println!("{line}");
        if let Verdict::Worse(message) = verdict {
            wrong.push(message);
        }
    }
    let toolchain = count::toolchain()?;
    if toolchain != baseline.toolchain {
        let saved = &baseline.toolchain;
        println!("only shown: the baseline is of {saved}, this is {toolchain}");
        return Ok(());
    }
    if wrong.is_empty() {
        return Ok(());
    }
    wrong.push("if this is meant, accept it with `--save`, and say in the commit what for".into());
    Err(wrong.join("\n"))
}

/// Writes the counts as the new baseline.
fn save(only: Option<Work>) -> Result<(), String> {
    let mut baseline = match only {
        // The other lines are kept, so they must be from the same compiler.
        Some(_) => Baseline::read()?.of_toolchain(&count::toolchain()?)?,
        None => Baseline::new(count::toolchain()?),
    };
    for work in wanted(only) {
        let counted = count::per_event(work)?;
        println!("{:<14}{counted:>14.1}", work.name);
        baseline.set(work.name, counted);
    }
    baseline.write()
}
