//! The proximity analyzer without a window: its own map of recent transactions (chapter 7).
//!
//! ```text
//! cargo run --release --example proximity_by_state
//! ```
//! prints the number of journeys that are too fast, found by the window of `fraud_detection` and by
//! the map: the same ones.
//!
//! The engine manages a window; the operator manages a map in `&mut S`: it selects the relevant
//! events by hand, and drops the rest. In return it can emit immediately, while a window fires when
//! it ends.

use millstream::connector::demo::Transaction;
use millstream::prelude::*;
use millstream_examples::args;
use millstream_examples::fraud_detection::analyzers::{proximity, travel_score};
use millstream_examples::fraud_detection::input::Terminals;
use millstream_examples::fraud_detection::score::{Analyzer, Score};
use std::collections::BTreeMap;
use std::sync::Arc;

/// The length and the slide of the windows, in seconds.
const WINDOW: i64 = 30 * 60;
const SLIDE: i64 = 5 * 60;

/// The recent transactions of a customer, by time and id: the key-value store of the book.
pub type Recent = BTreeMap<(i64, u64), Transaction>;

/// The start of the first window that contains a time.
fn first_window(at: i64) -> i64 {
    (at.div_euclid(SLIDE) + 1) * SLIDE - WINDOW
}

/// Checks whether the customer can have travelled from earlier purchases to this one.
///
/// Events arrive in order of time, so those from before the first window are not needed again. The
/// map of a customer who stops buying keeps the last half hour.
#[operator]
pub async fn proximity_by_state(
    transaction: Transaction,
    recent: &mut Recent,
    #[shared] terminals: &Terminals,
) -> Score {
    let (at, id) = (transaction.unix_seconds, transaction.transaction_id);
    *recent = recent.split_off(&(first_window(at), 0));
    let value = travel_score(&transaction, recent.values(), terminals);
    recent.insert((at, id), transaction);
    Score { transaction, analyzer: Analyzer::Proximity, value }
}

pub fn both_ways(
    transactions: impl Source<Transaction>,
    terminals: Arc<Terminals>,
    by_window: impl Sink<Score>,
    by_state: impl Sink<Score>,
    instances: usize,
) -> Topology {
    topology!(
        job("proximity"),
        tx = source(transactions)
            >> event_time(|t| EventTime::from_secs(t.unix_seconds), lateness(2.secs()))
            >> in_order(|t| t.transaction_id),
        near = tx
            >> by(|t| t.customer_id)
            >> window(sliding(30.mins(), 5.mins()).when_fresh())
            >> proximity(terminals.clone()) * instances,
        stored = tx >> by(|t| t.customer_id) >> proximity_by_state(terminals) * instances,
        near >> sink(by_window),
        stored >> sink(by_state),
        tx.late >> ignore,
        near.late >> ignore,
    )
}

#[tokio::main]
async fn main() -> millstream::Result<()> {
    let demo = demo::transactions();
    let terminals = Arc::new(Terminals::of(&demo.terminal_positions()));
    let (by_window, by_state) = (Collected::new(), Collected::new());
    let topology = both_ways(demo, terminals, by_window.sink(), by_state.sink(), 1);
    if topology.print_answer(std::env::args(), &Config::default())? {
        return Ok(());
    }
    topology.run(args::config()?).await?;
    for (name, scores) in [("by window", by_window), ("by state", by_state)] {
        let scores: Vec<Score> = scores.take();
        let fast = scores.iter().filter(|score| score.value >= 0.5).count();
        println!("{name}: {} scores, {fast} suspicious", scores.len());
    }
    Ok(())
}
