//! Growth: whether the cost of what is kept for one key grows no faster than n log n.
//!
//! ```text
//! cargo run --release -p millstream-benches --no-default-features --bin growth -- [--only WORK] [--events N]
//! ```
//! Runs each work with N and with 8 N timers, sessions, panes, trailing events or join rows of one
//! key, and divides the CPU times. It fails if a ratio is beyond that of n log n, with half as much
//! again for noise.

mod works;

use millstream_benches::measure::{block_on, cost};
use std::process::ExitCode;
use std::time::Duration;
use works::{WORKS, Work};

/// How many times as much is kept in the second run.
const TIMES: u64 = 8;

/// What noise, caches and the start of a job may add to the ratio.
const SLACK: f64 = 1.5;

fn main() -> ExitCode {
    let only = value("--only");
    let events = value("--events").and_then(|text| text.parse().ok());
    let wanted = |work: &&Work| only.as_deref().is_none_or(|only| only == work.name);
    println!(
        "{:<22} {:>9} {:>10} {:>10} {:>7} {:>7}",
        "work", "n", "ms", "ms at 8 n", "ratio", "most"
    );
    let mut grew = Vec::new();
    for work in WORKS.iter().filter(wanted) {
        let n = events.unwrap_or(work.events);
        let (small, large) = (least(work, n), least(work, TIMES * n));
        let ratio = large.as_secs_f64() / small.as_secs_f64();
        let most = bound(n);
        let ms = |time: Duration| time.as_secs_f64() * 1_000.0;
        println!(
            "{:<22} {n:>9} {:>10.1} {:>10.1} {ratio:>7.1} {most:>7.1}",
            work.name,
            ms(small),
            ms(large)
        );
        if ratio > most {
            grew.push(work.name);
        }
    }
    if grew.is_empty() {
        return ExitCode::SUCCESS;
    }
    eprintln!("these grow faster than n log n: {}", grew.join(", "));
    ExitCode::FAILURE
}

/// The greatest ratio that still is n log n.
fn bound(n: u64) -> f64 {
    let log = |n: u64| (n as f64).log2();
    TIMES as f64 * log(TIMES * n) / log(n) * SLACK
}

/// The least CPU time of three runs.
fn least(work: &Work, n: u64) -> Duration {
    let run = |_| {
        let (spent, results) = cost(|| block_on((work.run)(n)));
        match results {
            Ok(results) => assert!(results > 0, "{} has no results", work.name),
            Err(error) => panic!("{}: {error}", work.name),
        }
        spent.cpu
    };
    (0..3).map(run).min().unwrap_or_default()
}

fn value(option: &str) -> Option<String> {
    let mut arguments = std::env::args();
    arguments.find(|argument| argument == option)?;
    arguments.next()
}
