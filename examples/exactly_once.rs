//! Writes one line for each transaction, exactly once, however often it is killed.
//!
//! ```text
//! cargo run --release --example exactly_once -- \
//!     --input transactions.csv --output totals --checkpoints checkpoints
//! ```
//! Kill it, and run the same command again: it continues. A line of the output is the number of a
//! transaction, and what its customer has spent up to and with it. The files of the output become
//! visible together with the checkpoint that contains them, so no line is there twice, and none is
//! missing in the end.

use millstream::prelude::*;
use millstream_examples::args::{self, Args};
use serde::{Deserialize, Deserializer};
use std::path::Path;
use std::process::ExitCode;
use std::time::Duration;

const HELP: &str = "\
Writes one line for each transaction: its number, and what its customer has spent so far.

  graph [--svg | --dot | --json]   prints the topology instead of running it
  plan                             prints the plan, and what becomes of the state
  top                              shows a table of the nodes while the job runs

  --input FILE        transactions as CSV, also compressed; required
  --output DIR        the totals as CSV files without a header; required
  --checkpoints DIR   where it continues when it is started again; required
  --every DURATION    the interval of checkpoints, such as 200ms or 5s [1s]
  --pace N            the number of transactions a second [as many as possible]
  --instances N       the instances that add up [2]";

type BoxError = Box<dyn std::error::Error + Send + Sync>;

/// A payment: other columns of the file are ignored.
#[derive(Debug, Clone, PartialEq, Deserialize)]
pub struct Payment {
    pub transaction_id: u64,
    pub customer_id: u32,
    #[serde(rename = "amount", deserialize_with = "cents")]
    pub cents: i64,
}

/// Reads an amount, rounded to whole cents: the file has some with more decimals, as computers add
/// them up.
fn cents<'de, D: Deserializer<'de>>(from: D) -> Result<i64, D::Error> {
    let text = String::deserialize(from)?;
    in_cents(text.trim()).ok_or_else(|| {
        serde::de::Error::custom(format!("`{text}` is not an amount, such as 57.16"))
    })
}

fn in_cents(text: &str) -> Option<i64> {
    let (sign, text) = text.strip_prefix('-').map_or((1, text), |text| (-1, text));
    let (whole, decimals) = text.split_once('.').unwrap_or((text, ""));
    let is_number = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
    if whole.is_empty() || !is_number(whole) || !is_number(decimals) {
        return None;
    }
    let decimals = format!("{decimals:0<3}");
    let (cents, rest) = decimals.split_at(2);
    let cents = cents.parse::<i64>().ok()? + i64::from(rest.as_bytes() >= b"5".as_slice());
    whole.parse::<i64>().ok()?.checked_mul(100)?.checked_add(cents).map(|cents| sign * cents)
}

/// Cents as an amount with two decimals.
fn amount(cents: i64) -> String {
    let sign = if cents < 0 { "-" } else { "" };
    format!("{sign}{}.{:02}", cents.unsigned_abs() / 100, cents.unsigned_abs() % 100)
}

/// The transaction, and what its customer has spent up to and with it.
#[operator]
pub async fn total(payment: Payment, spent: &mut i64) -> (u64, String) {
    *spent += payment.cents;
    (payment.transaction_id, amount(*spent))
}

/// Bounds the number of events a second, in a hundred steps.
#[derive(Debug, Clone, Copy)]
struct Pace {
    events: Option<u64>,
}

#[operator]
impl Pace {
    async fn process(&self, payment: Payment) -> Payment {
        if let Some(events) = self.events {
            let at_once = events.div_ceil(100);
            if payment.transaction_id.is_multiple_of(at_once) {
                tokio::time::sleep(Duration::from_secs_f64(at_once as f64 / events as f64)).await;
            }
        }
        payment
    }
}

fn totals(input: &Path, output: &Path, pace: Option<u64>, instances: usize) -> Topology {
    topology!(
        job("totals", exactly_once),
        payments = source(csv_file::<Payment>(input)),
        paced = payments >> Pace { events: pace },
        total = paced >> by(|payment| payment.customer_id) >> total * instances,
        written = total >> sink(csv_parts(output).named("totals").headerless()),
    )
}

async fn run(args: Args) -> Result<(), BoxError> {
    let (input, output) = (args.required("--input")?, args.required("--output")?);
    let config = args
        .config()?
        .checkpoints(args.required("--checkpoints")?)
        .checkpoint_every(args.duration("--every", 1.secs())?);
    let pace = args.text("--pace").map(|_| args.number("--pace", 1)).transpose()?;
    let instances = usize::try_from(args.number("--instances", 2)?)?;
    let topology = totals(&input, &output, pace, instances);
    if args.answer(&topology, &config)? {
        return Ok(());
    }
    let mut job = topology.start(config)?;
    job.run_until_signalled().await?;
    let metrics = job.metrics();
    let written = metrics.node("written").map_or(0, |sink| sink.total().events_in);
    let checkpoints = metrics.checkpoints().map_or(0, |checkpoints| checkpoints.durable);
    println!("{written} lines written in this run, with {checkpoints} checkpoints");
    Ok(())
}

#[tokio::main]
async fn main() -> ExitCode {
    args::run_by("exactly_once", HELP, run).await
}

#[cfg(test)]
mod tests {
    use super::{amount, in_cents};

    #[test]
    fn amounts_are_read_and_written_exactly() {
        for (text, cents) in
            [("57.16", 5_716), ("146.0", 14_600), ("146", 14_600), ("-0.5", -50), ("0.07", 7)]
        {
            assert_eq!(in_cents(text), Some(cents), "{text}");
        }
        for (text, cents) in [("85.64999999999999", 8_565), ("0.994", 99), ("0.995", 100)] {
            assert_eq!(in_cents(text), Some(cents), "{text}");
        }
        for text in ["", ".5", "1e3", "--1", "NaN", "92233720368547758.08"] {
            assert_eq!(in_cents(text), None, "{text}");
        }
        assert_eq!([amount(5_716), amount(-50), amount(7)], ["57.16", "-0.50", "0.07"]);
    }
}
