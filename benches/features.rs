//! The features of card transactions, compared with a hand-written loop.

use foldhash::fast::FixedState;
use hashbrown::HashMap;
use millstream::connector::demo::Transaction;
use millstream::prelude::*;
use millstream_examples::card_features::card_features;
use millstream_examples::card_features::features::{
    DAYS, DAYS_TO_KNOW, Features, Summaries, Summary,
};

const DAY: i64 = 86_400;

/// The loop's state of a customer or terminal: all events, and the start of each window.
#[derive(Default)]
struct Trail {
    events: Vec<(i64, f64)>,
    /// The first event after the end of the windows.
    end: usize,
    windows: [Trailing; DAYS.len()],
}

/// The events from `begin` to the end.
#[derive(Default)]
struct Trailing {
    begin: usize,
    sum: f64,
}

impl Trail {
    /// Summarises the windows that end at `until`.
    fn summaries(&mut self, until: i64) -> Summaries {
        let Self { events, end, windows } = self;
        while let Some((_, value)) = events.get(*end).filter(|(at, _)| *at <= until) {
            windows.iter_mut().for_each(|window| window.sum += value);
            *end += 1;
        }
        let mut days = DAYS.iter();
        windows.each_mut().map(|window| {
            let from = until - i64::from(*days.next().unwrap_or(&0)) * DAY;
            while let Some((_, value)) =
                events.get(window.begin).filter(|(at, _)| window.begin < *end && *at <= from)
            {
                window.sum -= value;
                window.begin += 1;
            }
            let count = (*end - window.begin) as u64;
            Summary::from((count, window.sum / count as f64))
        })
    }
}

/// The same features in one loop over transactions in order of time.
pub fn by_hand(transactions: &[Transaction]) -> Vec<Features> {
    let mut customers: HashMap<u32, Trail, FixedState> = HashMap::default();
    let mut terminals: HashMap<u32, Trail, FixedState> = HashMap::default();
    let mut features = Vec::with_capacity(transactions.len());
    for one in transactions {
        let (now, fraud) = (one.unix_seconds, f64::from(one.is_fraud));
        let customer = customers.entry(one.customer_id).or_default();
        customer.events.push((now, one.amount));
        let terminal = terminals.entry(one.terminal_id).or_default();
        terminal.events.push((now, fraud));
        features.push(Features {
            transaction_id: one.transaction_id,
            customer: customer.summaries(now),
            terminal: terminal.summaries(now - i64::from(DAYS_TO_KNOW) * DAY),
        });
    }
    features
}

/// Runs the job; returns the features in any order.
pub async fn job(
    transactions: Vec<Transaction>,
    instances: usize,
) -> millstream::Result<Vec<Features>> {
    let features = Collected::new();
    let topology = card_features(from_iter(transactions), features.sink(), instances);
    topology.run(Config::from_env()?).await?;
    Ok(features.take())
}
