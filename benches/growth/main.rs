//! Growth: whether the cost of what is kept for one key grows no faster than n log n.
//!
//! ```text
//! cargo run --release -p millstream-benches --no-default-features --bin growth -- [--only WORK] [--events N]
//! ```
//! Runs each work with N and with 8 N timers, sessions, panes, trailing events or join rows of one
//! key under valgrind, and divides the numbers of instructions. It fails if a ratio is beyond that of
//! n log n. Times would also grow where the rows outgrow a cache, at another n on each machine.

mod works;

use millstream_benches::counted::instructions;
use millstream_benches::measure::block_on;
use std::process::ExitCode;
use works::{WORKS, Work};

/// How many times as much is kept in the second run.
const TIMES: u64 = 8;

/// What tables that double, and searches that begin near the end, may add to the ratio.
const SLACK: f64 = 1.5;

fn main() -> ExitCode {
    let done = match value("--run") {
        Some(name) => run(&name),
        None => compare(),
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(message) => {
            eprintln!("{message}");
            ExitCode::FAILURE
        }
    }
}

/// Compares the works.
fn compare() -> Result<(), String> {
    let only = value("--only");
    let wanted = |work: &&Work| only.as_deref().is_none_or(|only| only == work.name);
    println!(
        "{:<26} {:>9} {:>12} {:>12} {:>7} {:>7}",
        "work, instructions of one", "n", "at n", "at 8 n", "ratio", "most"
    );
    let mut grew = Vec::new();
    for work in WORKS.iter().filter(wanted) {
        let n = events(work);
        let [small, large] = [n, TIMES * n].map(|n| {
            let all = instructions(&["--run", work.name, "--events", &n.to_string()])?;
            Ok::<_, String>(all as f64 / n as f64)
        });
        let (small, large) = (small?, large?);
        let (ratio, most) = (TIMES as f64 * large / small, bound(n));
        println!("{:<26} {n:>9} {small:>12.0} {large:>12.0} {ratio:>7.1} {most:>7.1}", work.name);
        if ratio > most {
            grew.push(work.name);
        }
    }
    match grew.as_slice() {
        [] => Ok(()),
        grew => Err(format!("these grow faster than n log n: {}", grew.join(", "))),
    }
}

/// Runs a work, to be counted.
fn run(name: &str) -> Result<(), String> {
    let work = WORKS.iter().find(|work| work.name == name);
    let work = work.ok_or_else(|| format!("there is no work `{name}`"))?;
    match block_on((work.run)(events(work))) {
        Ok(0) => Err(format!("{name} has no results")),
        Ok(_) => Ok(()),
        Err(error) => Err(format!("{name}: {error}")),
    }
}

/// The greatest ratio that still is n log n.
fn bound(n: u64) -> f64 {
    let log = |n: u64| (n as f64).log2();
    TIMES as f64 * log(TIMES * n) / log(n) * SLACK
}

/// The smaller n: that of the command line, or of the work.
fn events(work: &Work) -> u64 {
    value("--events").and_then(|text| text.parse().ok()).unwrap_or(work.events)
}

fn value(option: &str) -> Option<String> {
    let mut arguments = std::env::args();
    arguments.find(|argument| argument == option)?;
    arguments.next()
}
