//! A process that runs the job, with the options of its command line.

use crate::clock::Jumping;
use crate::totals::{Options, Pace, topology};
use millstream::env::Env;
use millstream::prelude::*;
use std::process::ExitCode;
use std::str::FromStr;
use std::time::{Duration, Instant};

type BoxError = Box<dyn std::error::Error + Send + Sync>;

/// The value of `--name VALUE`.
fn text(name: &str) -> Option<String> {
    let mut args = std::env::args().skip(1);
    args.find(|arg| arg.strip_prefix("--") == Some(name)).and_then(|_| args.next())
}

fn value<T: FromStr<Err: std::error::Error + Send + Sync + 'static>>(
    name: &str,
) -> Result<Option<T>, BoxError> {
    text(name).map(|text| text.parse()).transpose().map_err(Into::into)
}

fn required(name: &str) -> Result<String, BoxError> {
    text(name).ok_or_else(|| format!("--{name} is missing").into())
}

fn options() -> Result<Options, BoxError> {
    Ok(Options {
        promise: required("promise")?.parse()?,
        inputs: [required("left")?.into(), required("right")?.into()],
        output: required("output")?.into(),
        sink: required("sink")?.parse()?,
        pace: Pace { events: value("pace")?, stamps: text("stamps").is_some() },
        instances: value("instances")?.unwrap_or(2),
        roll: value("roll")?.unwrap_or(128 << 20),
    })
}

fn config() -> Result<Config, BoxError> {
    let mut config = Config::default();
    if let Some(directory) = text("checkpoints") {
        let every = value("every")?.unwrap_or(1_000);
        config = config.checkpoints(directory).checkpoint_every(Duration::from_millis(every));
    }
    if let Some(most) = value("restarts")? {
        config = config.restarts(Restarts::up_to(most));
    }
    if text("successor").is_some() {
        config = config.take_over();
    }
    if let Some(seed) = value("jumps")? {
        config = config.env(Env::system().with_clock(Jumping::new(seed)));
    }
    Ok(config)
}

/// Runs the job; prints `running` once it runs, and at its end what it has done.
async fn run() -> Result<(), BoxError> {
    let start = Instant::now();
    let mut job = topology(options()?).start(config()?)?;
    println!("running");
    job.wait().await?;
    let metrics = job.metrics();
    let written = metrics.node("written").map_or(0, |sink| sink.total().events_in);
    print!("written {written} micros {}", start.elapsed().as_micros());
    if let Some(checkpoints) = metrics.checkpoints() {
        let (durable, failed) = (checkpoints.durable, checkpoints.failed);
        print!(" durable {durable} failed {failed} restarts {}", checkpoints.restarts);
    }
    println!();
    Ok(())
}

/// Runs the job; reports an error with its causes.
pub async fn main() -> ExitCode {
    match run().await {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("crash_job: {error:#}");
            ExitCode::FAILURE
        }
    }
}
