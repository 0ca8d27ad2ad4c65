//! Counts transactions, and looks up in a store which are frauds (chapters 5 and 6 of the book).
//!
//! ```text
//! cargo run --example system_usage
//! cargo run --example system_usage -- --help
//! ```
//! prints the number of transactions per day and in total. The store takes a moment to answer, so
//! the operator awaits it: eight instances have eight calls in flight. The order of the answers
//! affects neither sum.
//!
//! With `--output DIR --checkpoints DIR` it may be killed at any moment: started again with the
//! same command, it continues, and the counts are exact. With `--count reader` the job has no
//! state, and this program counts what it has written: see `system_usage/topology.rs` for what that
//! costs.

use millstream::connector::demo::Demo;
use millstream::prelude::*;
use millstream_examples::args::{self, Args};
use millstream_examples::system_usage::store::FraudStore;
use millstream_examples::system_usage::topology::Day;
use millstream_examples::system_usage::{Usage, Verdict, system_usage_of, verdicts_of};
use serde::de::DeserializeOwned;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::sync::Arc;

const HELP: &str = "\
Counts transactions by day and in total, and the frauds among them, each exactly once.

  graph [--svg | --dot | --json]   prints the topology instead of running it
  plan                             prints the plan, and what each path guarantees
  top                              shows a table of the nodes while the job runs

  --count job|reader  who counts: the job, which has state, or who reads its output [job]
  --events N          the number of transactions [2000]
  --delay DURATION    how long the store takes to answer, such as 1ms or 1s [1ms]
  --output DIR        the results as CSV files, kept [a temporary directory, removed]
  --checkpoints DIR   where it continues when it is started again; goes with --output
  --every DURATION    the interval of checkpoints [1s]";

type BoxError = Box<dyn std::error::Error + Send + Sync>;

/// Who adds up.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Counter {
    Job,
    Reader,
}

fn counter(args: &Args) -> Result<Counter, String> {
    match args.text("--count") {
        None | Some("job") => Ok(Counter::Job),
        Some("reader") => Ok(Counter::Reader),
        Some(other) => Err(format!("--count is `{other}`, expected `job` or `reader`")),
    }
}

/// Directories for the results and the checkpoints; temporary ones are removed in the end.
struct Places {
    output: PathBuf,
    checkpoints: PathBuf,
    temporary: Option<PathBuf>,
}

impl Places {
    fn of(args: &Args) -> Result<Self, String> {
        let given = ["--output", "--checkpoints"].map(|option| args.file_if_given(option));
        match given {
            [Some(output), Some(checkpoints)] => Ok(Self { output, checkpoints, temporary: None }),
            [None, None] => {
                let name = format!("millstream-system-usage-{}", std::process::id());
                let folder = std::env::temp_dir().join(name);
                let (output, checkpoints) = (folder.join("output"), folder.join("checkpoints"));
                Ok(Self { output, checkpoints, temporary: Some(folder) })
            }
            [Some(_), None] => Err("--output needs --checkpoints, which say what is in it".into()),
            [None, Some(_)] => {
                Err("--checkpoints needs --output, which continues with them".into())
            }
        }
    }
}

impl Drop for Places {
    fn drop(&mut self) {
        if let Some(folder) = &self.temporary {
            std::fs::remove_dir_all(folder).ok();
        }
    }
}

async fn run(args: Args) -> Result<(), BoxError> {
    let (counter, places) = (counter(&args)?, Places::of(&args)?);
    let transactions = Demo::new(42).customers(200).events(args.number("--events", 2_000)?);
    let delay = args.duration("--delay", 1.millis())?;
    let store = Arc::new(FraudStore::of(transactions.transactions(), delay));
    let config = args
        .config()?
        .checkpoints(&places.checkpoints)
        .checkpoint_every(args.duration("--every", 1.secs())?);
    let topology = match counter {
        Counter::Job => system_usage_of(transactions, store, &places.output),
        Counter::Reader => verdicts_of(transactions, store, &places.output),
    };
    if args.answer(&topology, &config)? {
        return Ok(());
    }
    topology.run(config).await?;
    let (days, all) = match counter {
        Counter::Job => written_counts(&places.output).await?,
        Counter::Reader => count(written::<Verdict>(&places.output, "verdicts").await?),
    };
    for Day { begins, count, frauds } in days {
        let [start, end] = [begins, begins + 86_400].map(EventTime::from_secs);
        println!("{count} transactions between {start} and {end}, {frauds} of them frauds");
    }
    println!("{} transactions in all, {} of them frauds", all.count, all.frauds);
    Ok(())
}

/// What the job has counted.
async fn written_counts(output: &Path) -> millstream::Result<(Vec<Day>, Usage)> {
    let mut days = written::<Day>(output, "days").await?;
    days.sort_by_key(|day| day.begins);
    let all = written::<Usage>(output, "so_far").await?;
    Ok((days, all.into_iter().max_by_key(|usage| usage.count).unwrap_or_default()))
}

/// Counts what the job without state has looked up.
fn count(verdicts: Vec<Verdict>) -> (Vec<Day>, Usage) {
    let (mut days, mut all) = (BTreeMap::new(), Usage::default());
    for Verdict { unix_seconds, fraud, .. } in verdicts {
        let begins = unix_seconds.div_euclid(86_400) * 86_400;
        let day = days.entry(begins).or_insert(Day { begins, count: 0, frauds: 0 });
        (day.count, day.frauds) = (day.count + 1, day.frauds + fraud);
        (all.count, all.frauds) = (all.count + 1, all.frauds + fraud);
    }
    (days.into_values().collect(), all)
}

/// The rows of all parts with this name, by a job of their own.
async fn written<T>(output: &Path, name: &str) -> millstream::Result<Vec<T>>
where
    T: DeserializeOwned + Send + 'static,
{
    let mut parts: Vec<PathBuf> = match std::fs::read_dir(output) {
        Ok(entries) => entries.flatten().map(|entry| entry.path()).collect(),
        Err(_) => Vec::new(),
    };
    parts.retain(|path| {
        path.file_name().is_some_and(|file| file.to_string_lossy().starts_with(name))
    });
    let mut rows = Vec::new();
    for part in parts {
        let read = Collected::new();
        let topology = topology!(job("read"), source(csv_file::<T>(part)) >> sink(read.sink()));
        topology.run(Config::default()).await?;
        rows.extend(read.take());
    }
    Ok(rows)
}

#[tokio::main]
async fn main() -> ExitCode {
    args::run_by("system_usage", HELP, run).await
}
