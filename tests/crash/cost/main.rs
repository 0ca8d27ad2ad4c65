//! What `exactly_once` costs beside `at_most_once`, and when its output becomes visible.
//!
//! ```text
//! cargo run --release -p millstream-crash --bin cost
//! ```
//! `--payments N`, `--rounds N` and `--every MILLIS` change what is measured. Each run is a process
//! of its own, and the promises alternate.

#[path = "../job/clock.rs"]
mod clock;
mod delays;
#[path = "../job/process.rs"]
mod process;
#[path = "../job/totals.rs"]
mod totals;

use std::fs::File;
use std::io::{BufRead, BufReader, BufWriter, Write};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitCode, Stdio};

type BoxError = Box<dyn std::error::Error + Send + Sync>;

/// How many customers there are.
const CUSTOMERS: u64 = 100_000;

fn number(name: &str, default: u64) -> Result<u64, BoxError> {
    let mut args = std::env::args().skip(1);
    let text = args.find(|arg| arg.strip_prefix("--") == Some(name)).and_then(|_| args.next());
    text.map_or(Ok(default), |text| Ok(text.parse()?))
}

/// Two files with so many payments in all.
fn input(folder: &Path, payments: u64) -> Result<[PathBuf; 2], BoxError> {
    let paths = ["left.csv", "right.csv"].map(|name| folder.join(name));
    for (split, path) in (0..).zip(&paths) {
        let mut out = BufWriter::new(File::create(path)?);
        writeln!(out, "id,customer,cents")?;
        for id in (split..payments).step_by(2) {
            let bits = id.wrapping_mul(0x9e37_79b9_7f4a_7c15);
            writeln!(out, "{id},{},{}", (bits >> 20) % CUSTOMERS, bits >> 50)?;
        }
        out.flush()?;
    }
    Ok(paths)
}

/// Starts a job in a process of its own.
pub(crate) fn start(
    (promise, sink): (&str, &str),
    inputs: &[PathBuf; 2],
    home: &Path,
    more: &[&str],
) -> Result<Child, BoxError> {
    std::fs::remove_dir_all(home).ok();
    std::fs::create_dir_all(home)?;
    let mut command = Command::new(std::env::current_exe()?);
    command.args(["--promise", promise, "--sink", sink]);
    command.arg("--left").arg(&inputs[0]).arg("--right").arg(&inputs[1]);
    command.arg("--output").arg(home.join("output"));
    command.arg("--checkpoints").arg(home.join("checkpoints")).args(more);
    Ok(command.stdout(Stdio::piped()).spawn()?)
}

/// One run: events a second, and CPU time in nanoseconds for each.
#[derive(Debug, Clone, Copy)]
struct Run {
    throughput: f64,
    cpu: f64,
    checkpoints: f64,
}

fn run(promise: &str, inputs: &[PathBuf; 2], home: &Path, every: &str) -> Result<Run, BoxError> {
    let before = ticks_of_children()?;
    let mut child = start((promise, "parts"), inputs, home, &["--every", every])?;
    let mut said = Vec::new();
    if let Some(output) = child.stdout.take() {
        said = BufReader::new(output).lines().collect::<Result<_, _>>()?;
    }
    if !child.wait()?.success() {
        return Err(format!("the job that is {promise} has failed").into());
    }
    let words: Vec<_> = said.iter().flat_map(|line| line.split(' ')).collect();
    let of = |name: &str| -> Option<f64> {
        words.iter().zip(words.iter().skip(1)).find(|(word, _)| **word == name)?.1.parse().ok()
    };
    let (Some(written), Some(micros)) = (of("written"), of("micros")) else {
        return Err(format!("the job has said {said:?}").into());
    };
    // A tick is 10 ms.
    let cpu = (ticks_of_children()? - before) as f64 * 1e7 / written;
    let checkpoints = of("durable").unwrap_or_default();
    Ok(Run { throughput: written / micros * 1e6, cpu, checkpoints })
}

/// The CPU time of the processes that have ended, user and system.
fn ticks_of_children() -> Result<u64, BoxError> {
    let stat = std::fs::read_to_string("/proc/self/stat")?;
    let fields: Vec<_> = stat.rsplit(')').next().unwrap_or_default().split_whitespace().collect();
    // The 16th and 17th field; those before the name, and the name, are cut off.
    let ticks = fields.iter().skip(13).take(2).map(|ticks| ticks.parse::<u64>());
    Ok(ticks.collect::<Result<Vec<_>, _>>()?.into_iter().sum())
}

/// The value at a fraction of the sorted ones.
pub(crate) fn at(mut values: Vec<f64>, fraction: f64) -> f64 {
    values.sort_by(f64::total_cmp);
    let last = values.len().saturating_sub(1);
    values.get((last as f64 * fraction).round() as usize).copied().unwrap_or(f64::NAN)
}

/// The median, with the least and the greatest value.
fn shown(values: Vec<f64>) -> String {
    let [least, median, most] = [0.0, 0.5, 1.0].map(|fraction| at(values.clone(), fraction));
    format!("{median:.3} ({least:.3}-{most:.3})")
}

fn measure() -> Result<(), BoxError> {
    let (payments, rounds) = (number("payments", 5_000_000)?, number("rounds", 9)?);
    let every = number("every", 1_000)?.to_string();
    let folder = std::env::temp_dir().join(format!("millstream-cost-{}", std::process::id()));
    std::fs::create_dir_all(&folder)?;
    let (inputs, home) = (input(&folder, payments)?, folder.join("home"));
    println!("{payments} payments of {CUSTOMERS} customers, a checkpoint every {every} ms");
    let (mut most, mut exactly) = (Vec::new(), Vec::new());
    for round in 0..rounds + 1 {
        // Each is first in every other round.
        let mut pair = [("at_most_once", &mut most), ("exactly_once", &mut exactly)];
        if round % 2 == 1 {
            pair.reverse();
        }
        for (promise, runs) in pair {
            let run = run(promise, &inputs, &home, &every)?;
            // The first round warms the caches.
            if round > 0 {
                println!("{promise} {run:.3?}");
                runs.push(run);
            }
        }
    }
    let ratio = |of: &dyn Fn(&Run) -> f64| {
        let pairs = exactly.iter().zip(&most);
        let each = pairs.map(|(exactly, most)| of(exactly) / of(most)).collect();
        let median = |runs: &[Run]| at(runs.iter().map(of).collect(), 0.5);
        let (exactly, most) = (median(&exactly), median(&most));
        format!("{:.3}; in each round {}", exactly / most, shown(each))
    };
    for (promise, runs) in [("at_most_once", &most), ("exactly_once", &exactly)] {
        let millions = shown(runs.iter().map(|run| run.throughput / 1e6).collect());
        let cpu = shown(runs.iter().map(|run| run.cpu / 1e3).collect());
        let checkpoints = shown(runs.iter().map(|run| run.checkpoints).collect());
        println!("{promise}: {millions} M/s, {cpu} CPU us an event, {checkpoints} checkpoints");
    }
    println!("throughput, exactly_once / at_most_once: {}", ratio(&|run| run.throughput));
    println!("CPU time,   exactly_once / at_most_once: {}", ratio(&|run| run.cpu));
    delays::measure(&folder, &every)?;
    std::fs::remove_dir_all(folder)?;
    Ok(())
}

#[tokio::main]
async fn main() -> ExitCode {
    if std::env::args().any(|arg| arg == "--promise") {
        return process::main().await;
    }
    match measure() {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("cost: {error}");
            ExitCode::FAILURE
        }
    }
}
