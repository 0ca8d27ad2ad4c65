//! Counts transactions, and looks up in a store which are frauds (chapter 5 of the book).
//!
//! ```text
//! cargo run --example system_usage
//! ```
//! prints the number of transactions per day and in total. The store takes a moment to answer, so
//! the operator awaits it: eight instances have eight calls in flight. The order of the answers
//! affects neither sum.

use millstream::connector::demo::Transaction;
use millstream::prelude::*;
use std::collections::HashSet;
use std::sync::Arc;
use std::time::Duration;

/// A slow store of fraudulent transactions.
#[derive(Debug)]
pub struct FraudStore {
    pub frauds: HashSet<u64>,
    pub delay: Duration,
}

impl FraudStore {
    /// A store of the frauds among these transactions.
    pub fn of(transactions: impl Iterator<Item = Transaction>, delay: Duration) -> Self {
        let frauds = transactions.filter(|one| one.is_fraud == 1).map(|one| one.transaction_id);
        Self { frauds: frauds.collect(), delay }
    }

    async fn has(&self, transaction_id: u64) -> bool {
        tokio::time::sleep(self.delay).await;
        self.frauds.contains(&transaction_id)
    }
}

/// The number of transactions, and of frauds among them.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Usage {
    pub count: u64,
    pub frauds: u64,
}

/// Looks up a transaction in the store: 1 for a fraud.
#[operator]
pub async fn look_up(transaction: Transaction, #[shared] store: &FraudStore) -> u64 {
    u64::from(store.has(transaction.transaction_id).await)
}

/// Counts the usage of the system so far.
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
        days.late >> ignore, // the source emits in order of time
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
