//! Finds card fraud in a stream of transactions.
//!
//! ```text
//! cargo run --release --example fraud_detection
//! cargo run --release --example fraud_detection -- --help
//! ```
//!
//! Without arguments it runs on 1,000,000 generated transactions and writes the alerts to
//! `alerts.jsonl`; the last lines show the number of alerts and how many of them were correct.
//!
//! With `--delivery exactly_once --checkpoints DIR` it may be killed at any moment: started again
//! with the same command, it continues, and each alert is in the finished file once.

mod options;

use millstream::connector::demo;
use millstream::job::Status;
use millstream::prelude::*;
use millstream_examples::args;
use millstream_examples::fraud_detection::input::{Input, Terminals};
use millstream_examples::fraud_detection::score::Tally;
use millstream_examples::fraud_detection::{FraudJob, fraud, fraud_with};
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
    let job = FraudJob {
        transactions: input,
        terminals: Arc::new(terminals),
        alerts: jsonl_file(&options.output).replace(),
        tally: Arc::clone(&tally),
        instances: options.instances,
    };
    let mut config = args::config()?;
    let topology = match options.delivery {
        Delivery::AtMostOnce => fraud(job),
        durable => fraud_with(durable, job),
    };
    if let Some(directory) = &options.checkpoints {
        config = config.checkpoints(directory).checkpoint_every(options.every);
    }
    if options.top {
        config = config.status(Status::Top);
    }

    let question = std::iter::once(String::new()).chain(options.question);
    if topology.print_answer(question, &config)? {
        return Ok(());
    }

    let start = Instant::now();
    let mut job = topology.start(config)?;
    let meter = job.metrics_reader();
    job.run_until_signalled().await?;
    let seconds = start.elapsed().as_secs_f64();

    let metrics = meter.read();
    let total = |node: &str| metrics.node(node).map(|node| node.total()).unwrap_or_default();
    let (events, scores) = (total("tx").events_out, total("scores").events_in);
    match options.report {
        Report::Text => {
            if options.checkpoints.is_some() {
                println!("since this start, with what was read again:");
            }
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
