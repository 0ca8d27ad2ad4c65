//! Moves a durable job to other hardware: suspended with two instances, and continued with four
//! from a copy of its checkpoints.
//!
//! ```text
//! cargo run --release --example move_job
//! cargo run --release --example move_job -- --help
//! ```
//! The results of both parts are added up and compared with those of a loop over all payments that
//! nothing interrupts: no payment is missing, and none counts twice.

use millstream::prelude::*;
use millstream_examples::args::{self, Args};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use tokio::sync::mpsc;

const HELP: &str = "\
Suspends a job in the middle, copies its checkpoints, and continues it there with more instances.

  graph [--svg | --dot | --json]   prints the topology instead of running it
  plan                             prints the plan: call or channel, and why
  top                              shows a table of the nodes while the job runs

  --events N          the number of payments [1000000]
  --checkpoints DIR   the checkpoints before the move, kept [a temporary directory, removed]
  --copy DIR          those after the move, kept [a temporary directory, removed]";

type BoxError = Box<dyn std::error::Error + Send + Sync>;

#[derive(Debug, Clone, Copy)]
pub struct Payment {
    pub card: u32,
    pub cents: u64,
}

/// The state of a card: kept in checkpoints, so it derives serde's traits.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Spent {
    pub payments: u64,
    pub cents: u64,
}

impl Spent {
    fn add(&mut self, payment: Payment) {
        self.payments += 1;
        self.cents += payment.cents;
    }
}

#[operator]
pub async fn spent(payment: Payment, card: &mut Spent) -> (Payment, Spent) {
    card.add(payment);
    (payment, *card)
}

/// The same payments whenever the program starts: a source that continues at a position needs that.
fn payments(events: u64) -> impl Iterator<Item = Payment> + Clone + Send + 'static {
    (0..events).map(|number| {
        let bits = number.wrapping_mul(0x9e37_79b9_7f4a_7c15);
        Payment { card: (bits >> 54) as u32, cents: bits >> 20 & 0xffff }
    })
}

pub fn totals(events: u64, instances: usize, to: impl Sink<(Payment, Spent)>) -> Topology {
    topology!(
        job("totals", at_least_once),
        payments = source(from_iter_again(payments(events))),
        payments >> by(|payment| payment.card) >> spent * instances >> sink(to),
    )
}

/// What the sink has received: the sum, and the last total of each card.
#[derive(Debug, Default)]
struct Received {
    sum: Spent,
    cards: BTreeMap<u32, Spent>,
}

impl Received {
    fn add(&mut self, (payment, card): (Payment, Spent)) {
        self.sum.add(payment);
        self.cards.insert(payment.card, card);
    }
}

/// Runs the job to its end, or suspends it once the sink has received `enough`.
async fn run_job(
    (events, instances): (u64, usize),
    checkpoints: &Path,
    enough: Option<u64>,
    config: Config,
) -> millstream::Result<Received> {
    // Small buffers: the source is never far ahead of the sink, so it is suspended in the middle.
    let buffer = usize::try_from(events / 1_000).map_or(64, |events| events.clamp(1, 64));
    let config = config.batch(buffer).buffer(buffer);
    let config = config.checkpoints(checkpoints).checkpoint_every(100.millis());
    let (sender, mut results) = mpsc::channel(buffer);
    let mut job = totals(events, instances, to_channel(sender)).start(config)?;
    let mut received = Received::default();
    while enough.is_none_or(|enough| received.sum.payments < enough)
        && let Some(result) = results.recv().await
    {
        received.add(result);
    }
    let end = async {
        match enough {
            Some(_) => job.suspend().await,
            None => job.wait().await,
        }
    };
    // What is in flight arrives while the job suspends; the channel closes once it has ended.
    let rest = async {
        while let Some(result) = results.recv().await {
            received.add(result);
        }
    };
    let (ended, ()) = tokio::join!(end, rest);
    ended?;
    Ok(received)
}

/// A directory that did not exist or was empty; a temporary one is removed at the end.
struct Directory {
    path: PathBuf,
    is_temporary: bool,
}

impl Directory {
    /// The directory of an option; a temporary one if the option is absent.
    fn of(args: &Args, option: &str) -> Result<Self, BoxError> {
        let Some(path) = args.file_if_given(option) else { return Self::temporary(option) };
        let wrong = |what: &str| format!("{option} {}: {what}", path.display());
        if path.is_file() {
            return Err(wrong("this is a file, expected a directory").into());
        }
        fs::create_dir_all(&path).map_err(|error| wrong(&error.to_string()))?;
        match fs::read_dir(&path).map_err(|error| wrong(&error.to_string()))?.next() {
            None => Ok(Self { path, is_temporary: false }),
            Some(_) => Err(wrong("the directory is not empty").into()),
        }
    }

    fn temporary(option: &str) -> Result<Self, BoxError> {
        let name = format!("millstream-move{}-{}", &option[1..], std::process::id());
        let path = std::env::temp_dir().join(name);
        let cannot = |error| format!("cannot create {}: {error}", path.display());
        fs::create_dir(&path).map_err(cannot)?;
        Ok(Self { path, is_temporary: true })
    }
}

impl Drop for Directory {
    fn drop(&mut self) {
        if self.is_temporary {
            fs::remove_dir_all(&self.path).ok();
        }
    }
}

/// Copies the files of a directory, as `cp` or `rsync` would; returns their number and bytes.
fn copy(from: &Path, to: &Path) -> Result<(u64, u64), BoxError> {
    let (mut files, mut bytes) = (0, 0);
    for file in fs::read_dir(from)? {
        let file = file?;
        bytes += fs::copy(file.path(), to.join(file.file_name()))?;
        files += 1;
    }
    Ok((files, bytes))
}

async fn run(args: Args) -> Result<(), BoxError> {
    let events = args.number("--events", 1_000_000)?;
    let topology = totals(events, 2, Collected::new().sink());
    if args.answer(&topology, &Config::from_env()?)? {
        return Ok(());
    }
    let (here, there) = (Directory::of(&args, "--checkpoints")?, Directory::of(&args, "--copy")?);
    if fs::canonicalize(&here.path)? == fs::canonicalize(&there.path)? {
        return Err("--checkpoints and --copy are the same directory".into());
    }

    println!("{:<20} {:>12} {:>16}", "", "payments", "cents");
    let show = |what: &str, Spent { payments, cents }| {
        println!("{what:<20} {payments:>12} {cents:>16}");
    };
    let before = run_job((events, 2), &here.path, Some(events / 2), args.config()?).await?;
    show("2 instances", before.sum);
    let (files, bytes) = copy(&here.path, &there.path)?;
    let after = run_job((events, 4), &there.path, None, args.config()?).await?;
    show("moved, 4 instances", after.sum);

    let mut cards = before.cards;
    cards.extend(after.cards);
    let sum = Spent {
        payments: before.sum.payments + after.sum.payments,
        cents: before.sum.cents + after.sum.cents,
    };
    show("together", sum);
    let expected = uninterrupted(events);
    show("uninterrupted", expected.sum);
    if (sum, &cards) != (expected.sum, &expected.cards) {
        return Err("the totals differ".into());
    }
    println!("\nmoved {files} files of {bytes} bytes; all {} cards have equal totals", cards.len());
    Ok(())
}

/// What the job emits, computed by a loop.
fn uninterrupted(events: u64) -> Received {
    let mut received = Received::default();
    for payment in payments(events) {
        let mut card = received.cards.get(&payment.card).copied().unwrap_or_default();
        card.add(payment);
        received.add((payment, card));
    }
    received
}

#[tokio::main]
async fn main() -> ExitCode {
    args::run_by("move_job", HELP, run).await
}
