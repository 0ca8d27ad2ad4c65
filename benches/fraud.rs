//! The fraud job, compared with the same analyzers in one loop.

use foldhash::fast::FixedState;
use hashbrown::HashMap;
use millstream::connector::demo::{self, Transaction};
use millstream::prelude::*;
use millstream_examples::fraud_detection::analyzers::{Spending, count_score, travel_score};
use millstream_examples::fraud_detection::input::{Input, Terminals};
use millstream_examples::fraud_detection::score::{Alert, Scores, Tally};
use millstream_examples::fraud_detection::{FraudJob, fraud};
use std::collections::VecDeque;
use std::path::Path;
use std::sync::Arc;

/// Transactions in memory, and the positions of the terminals.
#[derive(Debug, Clone)]
pub struct Data {
    pub transactions: Vec<Transaction>,
    pub terminals: Arc<Terminals>,
}

impl Data {
    /// The transactions of a file, sorted by time and id: the loop needs that, the job does not.
    pub async fn read(transactions: &Path, terminals: &Path) -> millstream::Result<Self> {
        let kept = Collected::new();
        topology!(source(Input::file(transactions, None)) >> sink(kept.sink()))
            .run(Config::default())
            .await?;
        let terminals = Arc::new(Terminals::read(terminals).await?);
        let mut transactions = kept.take();
        transactions.sort_by_key(|one| (one.unix_seconds, one.transaction_id));
        Ok(Self { transactions, terminals })
    }

    /// Generated transactions.
    pub fn made_up(events: u64) -> Self {
        let demo = demo::transactions().events(events);
        let terminals = Arc::new(Terminals::of(&demo.terminal_positions()));
        Self { transactions: demo.transactions().collect(), terminals }
    }
}

/// The loop's state of a customer.
#[derive(Default)]
struct Customer {
    spending: Spending,
    recent: VecDeque<Transaction>,
    minute: i64,
    in_minute: usize,
}

/// Runs the same analyzers in one loop over sorted transactions; returns the alerts.
pub fn by_hand(data: &Data) -> Vec<Alert> {
    let mut customers: HashMap<u32, Customer, FixedState> = HashMap::default();
    let mut alerts = Vec::new();
    for minute in data.transactions.chunk_by(|a, b| minute_of(a) == minute_of(b)) {
        for one in minute {
            customers.entry(one.customer_id).or_default().count(minute_of(one));
        }
        for one in minute {
            let customer = customers.entry(one.customer_id).or_default();
            let scores = customer.judge(one, &data.terminals);
            if scores.are_suspicious() {
                alerts.push(Alert { transaction: *one, scores });
            }
        }
    }
    alerts
}

fn minute_of(transaction: &Transaction) -> i64 {
    transaction.unix_seconds.div_euclid(60)
}

impl Customer {
    fn count(&mut self, minute: i64) {
        if self.minute != minute {
            (self.minute, self.in_minute) = (minute, 0);
        }
        self.in_minute += 1;
    }

    fn judge(&mut self, one: &Transaction, terminals: &Terminals) -> Scores {
        let window_end = (one.unix_seconds.div_euclid(300) + 1) * 300;
        let begin = window_end - 1_800;
        while self.recent.front().is_some_and(|oldest| oldest.unix_seconds < begin) {
            self.recent.pop_front();
        }
        let scores = Scores {
            average_ticket: self.spending.score(one.amount),
            proximity: travel_score(one, &self.recent, terminals),
            transaction_count: count_score(self.in_minute),
        };
        self.recent.push_back(*one);
        scores
    }
}

/// Runs the job; returns the alerts.
pub async fn job(data: Data, instances: usize) -> millstream::Result<Vec<Alert>> {
    let (alerts, tally) = (Collected::new(), Arc::new(Tally::default()));
    let transactions = from_iter(data.transactions);
    let (terminals, sink) = (data.terminals, alerts.sink());
    fraud(FraudJob { transactions, terminals, alerts: sink, tally, instances })
        .run(Config::from_env()?)
        .await?;
    Ok(alerts.take())
}
