//! Writes what is known of the customer and the terminal of every card transaction.
//!
//! ```text
//! cargo run --release --example card_features -- --input card_transactions.csv.gz --instances 2
//! ```
//!
//! For each transaction: how many its customer made in the last 1, 7 and 30 days and their mean
//! amount, this one included; how many were made at its terminal in the 1, 7 and 30 days that ended
//! a week before, and how many of them were frauds, since that takes a week to be known. Without
//! `--input` the transactions are made up.

use millstream::connector::demo;
use millstream::prelude::*;
use millstream_examples::args::Args;
use millstream_examples::card_features::{card_features, file};
use millstream_examples::fraud_detection::input::Input;
use std::fs::File;
use std::io::BufWriter;
use std::process::ExitCode;
use std::time::Instant;

const HELP: &str = "\
Writes the features of card transactions, sorted by transaction_id.

  graph [--svg | --dot | --json]   prints the topology instead of running it
  plan                             prints how it would run: call or channel, and why

  --input FILE       transactions as CSV, plain or .gz; made up if left out
  --output FILE      where the features go, as CSV [card_features.csv]
  --instances N      instances of each operator [1]
  --events N         at most so many transactions [all; 1000000 if made up]";

type BoxError = Box<dyn std::error::Error + Send + Sync>;

#[tokio::main]
async fn main() -> ExitCode {
    let result = match Args::parse(std::env::args().skip(1), HELP) {
        Ok(Some(args)) => run(args).await,
        Ok(None) => {
            println!("{HELP}");
            return ExitCode::SUCCESS;
        }
        Err(message) => Err(message.into()),
    };
    match result {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("card_features: {error}");
            ExitCode::FAILURE
        }
    }
}

async fn run(args: Args) -> Result<(), BoxError> {
    let output = args.file("--output", "card_features.csv");
    let instances = usize::try_from(args.number("--instances", 1)?)?;
    let kept = Collected::new();
    if !args.question.is_empty() {
        let topology = card_features(demo::transactions(), kept.sink(), instances);
        let question = std::iter::once(String::new()).chain(args.question);
        print!("{}", topology.answer_cli(question, &Config::from_env()?)?.unwrap_or_default());
        return Ok(());
    }

    let input = match args.file_if_given("--input") {
        Some(path) => Input::file(&path, Some(args.number("--events", u64::MAX)?)),
        None => Input::Demo(demo::transactions().events(args.number("--events", 1_000_000)?)),
    };
    let transactions = file::read(input).await?;
    let events = transactions.len();

    let start = Instant::now();
    card_features(from_iter(transactions), kept.sink(), instances).run(Config::from_env()?).await?;
    let seconds = start.elapsed().as_secs_f64();

    // Features of different keys come in any order, and the file is sorted by number: all of them
    // are kept until the last one is there.
    let mut features = kept.take();
    features.sort_unstable_by_key(|one| one.transaction_id);
    let file =
        File::create(&output).map_err(|e| format!("cannot write {}: {e}", output.display()))?;
    file::write(&features, BufWriter::new(file))?;
    println!("events             {events:>12}");
    println!("features           {:>12}", features.len());
    println!("events/s           {:>12.0}", features.len() as f64 / seconds);
    if features.len() < events {
        println!("stopped early: {} events have no features", events - features.len());
    }
    println!("features are in {}", output.display());
    Ok(())
}
