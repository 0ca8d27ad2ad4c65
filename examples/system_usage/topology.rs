//! Two topologies for one question: how many transactions there are, and how many frauds.
//!
//! Usage is a figure that people are billed by, so accuracy matters more than latency: both promise
//! `exactly_once`. A row is visible once its checkpoint is durable. A checkpoint waits for what is
//! buffered before it, and the store is slow: so the buffer is short.
//!
//! **Less is more.** The first job counts. It has state, so its checkpoints hold counts and open
//! windows, its counter is a single instance, and a change of [`Usage`] is a migration. The second
//! one only looks up: what it keeps is a position and what is in flight. It can be started with any
//! number of instances and changed at will, and a store that is corrected later corrects the
//! counts. The price is paid by the reader: a row for each transaction, a sum over all rows for
//! each question, and no event when a day is over.

use super::store::FraudStore;
use millstream::connector::demo::Transaction;
use millstream::prelude::*;
use millstream::source::Replayable;
use serde::{Deserialize, Serialize};
use std::path::Path;
use std::sync::Arc;

/// The number of transactions, and of frauds among them.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Usage {
    pub count: u64,
    pub frauds: u64,
}

/// The usage of a day, which begins at this second.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Day {
    pub begins: i64,
    pub count: u64,
    pub frauds: u64,
}

/// What the store says about a transaction.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Verdict {
    pub transaction_id: u64,
    pub unix_seconds: i64,
    pub fraud: u64,
}

/// Looks up a transaction in the store: 1 for a fraud.
///
/// The call is a side effect: the store may be asked twice about a transaction, if the job dies.
#[operator]
pub async fn look_up(transaction: Transaction, #[shared] store: &FraudStore) -> Verdict {
    let Transaction { transaction_id, unix_seconds, .. } = transaction;
    let fraud = u64::from(store.has(transaction_id).await);
    Verdict { transaction_id, unix_seconds, fraud }
}

/// Counts the usage of the system so far.
#[operator]
pub async fn system_usage(verdict: Verdict, usage: &mut Usage) -> Usage {
    usage.count += 1;
    usage.frauds += verdict.fraud;
    *usage
}

/// The job that counts: by day, and so far.
pub fn system_usage_of(
    transactions: impl Source<Transaction, Replay = Replayable>,
    store: Arc<FraudStore>,
    output: &Path,
) -> Topology {
    topology!(
        job("system_usage", exactly_once),
        tx = source(transactions)
            >> event_time(|t| EventTime::from_secs(t.unix_seconds), lateness(2.secs())),
        known = tx >> shuffle >> buffer(16) >> look_up(store) * 8,
        so_far = known >> by(|_| ()) >> system_usage >> sink(csv_parts(output).named("so_far")),
        days = known
            >> by(|_| ())
            >> window(tumbling(1.days()))
            >> aggregate(|verdict| ((), verdict.fraud), (count(), sum())),
        by_day =
            days >> map(|day| Day {
                begins: day.start.as_micros() / 1_000_000,
                count: day.value.0,
                frauds: day.value.1,
            }) >> sink(csv_parts(output).named("days")),
        days.late >> ignore, // the source emits in order of time
    )
}

/// The job without state: a row for each transaction, which the reader counts.
pub fn verdicts_of(
    transactions: impl Source<Transaction, Replay = Replayable>,
    store: Arc<FraudStore>,
    output: &Path,
) -> Topology {
    topology!(
        job("verdicts", exactly_once),
        tx = source(transactions),
        known = tx >> shuffle >> buffer(16) >> look_up(store) * 8,
        written = known >> sink(csv_parts(output).named("verdicts")),
    )
}
