//! Finds card fraud in a stream of transactions.
//!
//! ```text
//! cargo run --release --example fraud_detection
//! cargo run --release --example fraud_detection -- --help
//! ```
//!
//! Without arguments it runs on 1,000,000 generated transactions and writes the alerts to
//! `alerts.jsonl`; the last lines show the number of alerts and how many of them were correct.

mod options;
mod progress;

use millstream::connector::demo;
use millstream::prelude::*;
use millstream_examples::fraud_detection::fraud;
use millstream_examples::fraud_detection::input::{Input, Terminals};
use millstream_examples::fraud_detection::score::Tally;
use options::{Options, Report};
use std::process::ExitCode;
use std::sync::Arc;
use std::time::Instant;

#[tokio::main]
async fn main() -> ExitCode {
    let options = match Options::parse(std::env::args().skip(1)) {
        Ok(Some(options)) => options,
        Ok(None) => {
            println!("{}", options::HELP);
            return ExitCode::SUCCESS;
        }
        Err(message) => {
            eprintln!("fraud_detection: {message}");
            return ExitCode::from(2);
        }
    };
    match run(options).await {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("fraud_detection: {error}");
            ExitCode::FAILURE
        }
    }
}

async fn run(options: Options) -> millstream::Result<()> {
    let (input, terminals) = match (&options.input, &options.terminals) {
        (Some(input), Some(terminals)) => {
            (Input::file(input, options.events), Terminals::read(terminals).await?)
        }
        _ => {
            let demo = demo::transactions().events(options.events.unwrap_or(1_000_000));
            let terminals = Terminals::of(&demo.terminal_positions());
            (Input::Demo(demo), terminals)
        }
    };
    let tally = Arc::new(Tally::default());
    let alerts = jsonl_file(&options.output).replace();
    let topology = fraud(input, Arc::new(terminals), alerts, tally.clone(), options.instances);

    let question = std::iter::once(String::new()).chain(options.question);
    if let Some(answer) = topology.answer_cli(question, &Config::from_env()?)? {
        print!("{answer}");
        return Ok(());
    }

    let start = Instant::now();
    let mut job = topology.start(Config::from_env()?)?;
    let meter = job.metrics_reader();
    progress::show(&meter, start, job.run_until_signalled()).await?;
    let seconds = start.elapsed().as_secs_f64();

    let metrics = meter.read();
    let total = |node: &str| metrics.node(node).map(|node| node.total()).unwrap_or_default();
    let (events, scores) = (total("tx").events_out, total("scores").events_in);
    match options.report {
        Report::Text => {
            println!("events             {events:>12}");
            println!("scores             {scores:>12}");
            println!("{tally}");
            println!("events/s           {:>12.0}", events as f64 / seconds);
            println!("alerts are in {}", options.output.display());
        }
        Report::Json => println!(
            "{}",
            serde_json::json!({
                "events": events,
                "scores": scores,
                "alerts": total("alerts").events_in,
                "seconds": seconds,
                "precision": tally.precision(),
                "recall": tally.recall(),
            })
        ),
    }
    Ok(())
}
