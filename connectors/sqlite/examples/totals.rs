//! Keeps what each card has spent in a SQLite database, exactly once, however often it is killed.
//!
//! ```text
//! cargo run -p millstream-sqlite --example totals -- totals.db checkpoints
//! ```
//! Kill it, and run the same command again: it continues. The table `payments` gets a row for each
//! payment, and `totals` has one for each card, replaced with each checkpoint; a reader never sees
//! a payment twice.

use millstream::prelude::*;
use millstream::{Error, ErrorKind};
use millstream_sqlite::{Value, sqlite};
use std::path::PathBuf;
use std::time::Duration;

const PAYMENTS: u64 = 100_000;

const SETUP: &str = "
    PRAGMA journal_mode = WAL;
    CREATE TABLE IF NOT EXISTS payments (id INTEGER PRIMARY KEY, card TEXT, cents INTEGER);
    CREATE TABLE IF NOT EXISTS totals (card TEXT PRIMARY KEY, payments INTEGER, cents INTEGER)";

#[derive(Debug, Clone)]
struct Payment {
    id: u64,
    card: String,
    cents: u64,
}

impl Payment {
    fn of(id: u64) -> Self {
        Self { id, card: format!("card {}", id * 7 % 1_000), cents: id * 31 % 10_000 }
    }

    fn row(&self) -> [Value<'_>; 3] {
        [self.id.into(), (&self.card).into(), self.cents.into()]
    }
}

/// What a card has spent: number of payments, and cents.
#[operator]
async fn total(payment: Payment, spent: &mut (u64, u64)) -> (String, u64, u64) {
    *spent = (spent.0 + 1, spent.1 + payment.cents);
    (payment.card, spent.0, spent.1)
}

/// Lets a second pass for every ten thousand payments, so that it can be killed.
#[operator]
async fn paced(payment: Payment) -> Payment {
    if payment.id.is_multiple_of(1_000) {
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    payment
}

fn job(database: PathBuf) -> Topology {
    let database = sqlite(database).setup(SETUP);
    let payments = database.clone().table("payments").columns(["id", "card", "cents"]);
    let totals = database.table("totals").columns(["card", "payments", "cents"]);
    let total_row =
        totals.rows(|it: &(String, u64, u64)| [(&it.0).into(), it.1.into(), it.2.into()]);
    topology!(
        job("totals", exactly_once),
        ids = source(from_iter_again(0..PAYMENTS)),
        payment = ids >> map(Payment::of) >> paced,
        all = payment >> sink(payments.rows(Payment::row)),
        total = payment >> by(|payment| payment.card.clone()) >> total * 2,
        last = total >> sink(total_row.upsert(["card"])),
    )
}

#[tokio::main]
async fn main() -> millstream::Result<()> {
    let args: Vec<PathBuf> = std::env::args_os().skip(1).map(PathBuf::from).collect();
    let [database, checkpoints] = &*args else {
        let message = "expected two arguments: the database, and a directory for checkpoints";
        return Err(Error::new(ErrorKind::Config, message));
    };
    let config = Config::default().checkpoints(checkpoints);
    job(database.clone()).run(config.checkpoint_every(Duration::from_millis(200))).await
}
