//! Counts transactions, and asks a store which of them are frauds (chapter 5 of the book).
//!
//! ```text
//! cargo run --example system_usage
//! ```
//! prints how many there were on each day and in all. The store takes a moment to answer, so the
//! operator that asks it awaits: eight instances have eight questions out at a time. Which of them
//! is answered first changes neither sum.

use millstream::connector::demo::Transaction;
use millstream::prelude::*;
use std::collections::HashSet;
use std::sync::Arc;
use std::time::Duration;

/// Knows which transactions were frauds, and takes its time to say so.
#[derive(Debug)]
pub struct FraudStore {
    pub frauds: HashSet<u64>,
    pub delay: Duration,
}

impl FraudStore {
    /// What a store knows that has been told of all these transactions.
    pub fn of(transactions: impl Iterator<Item = Transaction>, delay: Duration) -> Self {
        let frauds = transactions.filter(|one| one.is_fraud == 1).map(|one| one.transaction_id);
        Self { frauds: frauds.collect(), delay }
    }

    async fn has(&self, transaction_id: u64) -> bool {
        tokio::time::sleep(self.delay).await;
        self.frauds.contains(&transaction_id)
    }
}

/// How many transactions there were, and how many of them were frauds.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Usage {
    pub count: u64,
    pub frauds: u64,
}

/// Asks the store about a transaction: 1 if it was a fraud.
#[operator]
pub async fn look_up(transaction: Transaction, #[shared] store: &FraudStore) -> u64 {
    u64::from(store.has(transaction.transaction_id).await)
}

/// What the system has been used for so far.
#[operator]
pub async fn system_usage(fraud: u64, usage: &mut Usage) -> Usage {
    usage.count += 1;
    usage.frauds += fraud;
    *usage
}

pub fn usage(
    transactions: impl Source<Transaction>,
    store: Arc<FraudStore>,
    daily: impl Sink<WindowResult<(), (u64, u64)>>,
    so_far: impl Sink<Usage>,
) -> Topology {
    topology!(
        job("system_usage"),
        tx = source(transactions)
            >> event_time(|t| EventTime::from_secs(t.unix_seconds), lateness(2.secs())),
        known = tx >> shuffle >> look_up(store) * 8,
        known >> by(|_| ()) >> system_usage >> sink(so_far),
        days = known
            >> by(|_| ())
            >> window(tumbling(1.days()))
            >> aggregate(|fraud| ((), *fraud), (count(), sum())),
        days >> sink(daily),
        days.late >> ignore, // the source is in order of time
    )
}

#[tokio::main]
async fn main() -> millstream::Result<()> {
    let transactions = demo::Demo::new(42).customers(200).events(2_000);
    let store = FraudStore::of(transactions.transactions(), Duration::from_millis(1));
    let (daily, so_far) = (Collected::new(), Collected::new());
    let topology = usage(transactions, Arc::new(store), daily.sink(), so_far.sink());
    if let Some(answer) = topology.answer_cli(std::env::args(), &Config::default())? {
        print!("{answer}");
        return Ok(());
    }
    topology.run(Config::default()).await?;
    for WindowResult { start, end, value: (count, frauds), .. } in daily.take() {
        println!("{count} transactions between {start} and {end}, {frauds} of them frauds");
    }
    let Usage { count, frauds } = so_far.take().last().copied().unwrap_or_default();
    println!("{count} transactions in all, {frauds} of them frauds");
    Ok(())
}
