//! Payments of which one in a thousand is poison: none is lost, and none stops the job.
//!
//! ```text
//! cargo run --release --example poison
//! cargo run --release --example poison -- --events 10000 --output DIR
//! ```
//! Half of the poison makes the operator return an error, half of it makes it panic. With
//! `panics = route` both become dead letters: lines of `dead.jsonl` with the whole event. A second
//! job replays them with an operator that was mended, and the totals of both are compared with
//! those of a plain loop.

use millstream::prelude::*;
use millstream_examples::args::{self, Args};
use serde::{Deserialize, Serialize};
use std::num::ParseIntError;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::sync::Once;

const HELP: &str = "\
Books payments, of which one in a thousand is poison, and replays those with a mended operator.

  graph [--svg | --dot | --json]   prints the topology instead of running it
  plan                             prints the plan, and what each path guarantees
  top                              shows a table of the nodes while the job runs

  --events N       the number of payments [1000000]
  --instances N    the instances that book [2]
  --output DIR     keeps booked.jsonl, dead.jsonl and mended.jsonl, and checkpoints; must not exist
                   [a temporary directory, removed]";

type BoxError = Box<dyn std::error::Error + Send + Sync>;

/// A payment as some other system has written it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
struct Payment {
    id: u64,
    customer: u32,
    amount: String,
}

/// A payment that is booked, and the balance of its customer after it.
#[derive(Debug, Serialize, Deserialize)]
struct Booked {
    id: u64,
    cents: u64,
    balance: u64,
}

/// The cents of a payment, which are known here, and as nobody should write them.
fn cents(id: u64) -> u64 {
    id * 7_919 % 200_000
}

fn payment(id: u64) -> Payment {
    let (euros, rest) = (cents(id) / 100, cents(id) % 100);
    let amount = match id % 2_000 {
        999 => format!(" {euros}.{rest:02}"),  // is not a number
        1_999 => format!("{euros},{rest:02}"), // has no dot, which `book` takes for granted
        _ => format!("{euros}.{rest:02}"),
    };
    Payment { id, customer: (id % 997) as u32, amount }
}

/// Adds a payment to the balance of its customer, which it should not do before it has read it.
#[operator(panics = route)]
async fn book(payment: Payment, balance: &mut u64) -> Result<Booked, ParseIntError> {
    let dot = payment.amount.find('.').expect("an amount has a dot");
    let cents: u64 = payment.amount[dot + 1..].parse()?;
    *balance += cents;
    let euros: u64 = payment.amount[..dot].parse()?;
    *balance += 100 * euros;
    Ok(Booked { id: payment.id, cents: 100 * euros + cents, balance: *balance })
}

/// The same, by somebody who has seen the dead letters.
#[operator(panics = route)]
async fn book_anything(payment: Payment, balance: &mut u64) -> Result<Booked, ParseIntError> {
    let digits = payment.amount.replace(['.', ',', ' '], "");
    let cents: u64 = digits.parse()?;
    *balance += cents;
    Ok(Booked { id: payment.id, cents, balance: *balance })
}

fn poisoned(events: u64, instances: usize, output: &Path) -> Topology {
    topology!(
        job("poison", exactly_once),
        payments = source(from_iter_again((0..events).map(payment))),
        booked = payments >> by(|payment| payment.customer) >> book * instances,
        rows = booked >> sink(jsonl_file(output.join("booked.jsonl"))),
        dead = booked.errors >> dead_letters(output.join("dead.jsonl")),
    )
}

fn mended(output: &Path) -> Topology {
    topology!(
        job("mended"),
        payments = source(replay::<Payment>(output.join("dead.jsonl"))),
        booked = payments >> by(|payment| payment.customer) >> book_anything,
        rows = booked >> sink(jsonl_file(output.join("mended.jsonl"))),
        booked.errors >> fail,
    )
}

/// What a file holds: the number of payments, and the sums of their numbers and of their cents.
async fn totals(file: PathBuf) -> Result<(u64, u64, u64), BoxError> {
    let sums = Collected::new();
    topology!(
        rows = source(jsonl_file::<Booked>(file)),
        rows >> map(|row| (row.id, row.cents)) >> per_instance >> summed >> sink(sums.sink()),
    )
    .run(Config::default())
    .await?;
    Ok(sums.take().last().copied().unwrap_or_default())
}

/// The sums so far.
#[operator]
async fn summed((id, cents): (u64, u64), sums: &mut (u64, u64, u64)) -> (u64, u64, u64) {
    *sums = (sums.0 + 1, sums.1 + id, sums.2 + cents);
    *sums
}

/// The number of events that a node has received, emitted and failed on.
fn counts(job: &Job) -> (u64, u64, u64) {
    let metrics = job.metrics();
    let total = metrics.node("booked").map(|node| node.total()).unwrap_or_default();
    (total.events_in, total.events_out, total.errors)
}

/// Prints the first panic only: five hundred would hide what this program has to say.
fn print_one_panic() {
    static FIRST: Once = Once::new();
    let print = std::panic::take_hook();
    std::panic::set_hook(Box::new(move |panic| FIRST.call_once(|| print(panic))));
}

async fn run(args: Args) -> Result<(), BoxError> {
    let events = args.number("--events", 1_000_000)?;
    let instances = usize::try_from(args.number("--instances", 2)?)?;
    let temporary = std::env::temp_dir().join(format!("millstream-poison-{}", std::process::id()));
    let output = args.file_if_given("--output");
    let folder = output.clone().unwrap_or_else(|| temporary.clone());
    let config = args.config()?.checkpoints(folder.join("checkpoints"));
    let topology = poisoned(events, instances, &folder);
    if args.answer(&topology, &config)? {
        return Ok(());
    }
    std::fs::create_dir(&folder).map_err(|error| {
        format!("cannot create `{}`: {error}; --output takes a new directory", folder.display())
    })?;
    print_one_panic();
    let told = tell(topology, config, events, &folder).await;
    if output.is_none() {
        std::fs::remove_dir_all(&temporary).ok();
    }
    told
}

/// Runs both jobs and compares what they have booked.
async fn tell(topo: Topology, config: Config, events: u64, folder: &Path) -> Result<(), BoxError> {
    let mut job = topo.start(config)?;
    job.wait().await?;
    let (received, booked, dead) = counts(&job);
    let restarts = job.metrics().checkpoints().map_or(0, |checkpoints| checkpoints.restarts);
    println!("{received} payments: {booked} booked, {dead} dead letters, {restarts} restarts");
    println!("none lost: {}", received == events && received == booked + dead);

    let mut job = mended(folder).start(Config::default())?;
    job.wait().await?;
    let (replayed, mended, failed) = counts(&job);
    println!("{replayed} replayed: {mended} booked, {failed} dead letters");

    let first = totals(folder.join("booked.jsonl")).await?;
    let second = totals(folder.join("mended.jsonl")).await?;
    let both = (first.0 + second.0, first.1 + second.1, first.2 + second.2);
    let ids = (0..events).sum::<u64>();
    let expected = (events, ids, (0..events).map(cents).sum::<u64>());
    println!(
        "{} payments of {} cents are booked, as by a plain loop: {}",
        both.0,
        both.2,
        both == expected
    );
    if both == expected { Ok(()) } else { Err("what was booked is not what was paid".into()) }
}

#[tokio::main]
async fn main() -> ExitCode {
    args::run_by("poison", HELP, run).await
}

#[cfg(test)]
mod tests {
    use super::{Payment, book, payment};

    /// The operator is an ordinary function.
    #[tokio::test]
    async fn an_amount_without_a_dot_is_poison() {
        let mut balance = 0;
        assert!(book(payment(0), &mut balance).await.is_ok());
        assert!(book(payment(999), &mut balance).await.is_err());
        let Payment { amount, .. } = payment(1_999);
        assert!(!amount.contains('.'), "{amount}");
    }
}
