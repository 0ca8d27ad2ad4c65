//! Counts the transactions of an account in each five seconds (chapter 7 of the book).
//!
//! ```text
//! cargo run --example windowing_test
//! ```
//! prints each window of an account once, with its transactions, and the events that were late: up
//! to two seconds out of order is allowed, and the last transaction here exceeds that.

use millstream::prelude::*;

#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Transaction {
    pub account: u32,
    pub amount: f64,
    pub at: EventTime,
}

/// Formats a window: a headline, and a line for each transaction.
#[operator]
pub async fn analyzer(window: Window<u32, Transaction>) -> String {
    let (count, start, end) = (window.len(), window.start(), window.end());
    let mut text = format!("{count} transactions between {start} and {end}");
    for Transaction { account, amount, at } in window.events() {
        text += &format!("\n  account {account} pays {amount} at {at}");
    }
    text
}

pub fn windowing_test(
    transactions: impl Source<Transaction>,
    windows: impl Sink<String>,
    late: impl Sink<Late<Transaction>>,
    instances: usize,
) -> Topology {
    topology!(
        job("windowing_test"),
        tx = source(transactions) >> event_time(|t| t.at, lateness(2.secs())),
        counts = tx >> by(|t| t.account) >> window(tumbling(5.secs())) >> analyzer * instances,
        counts >> sink(windows),
        counts.late >> sink(late),
    )
}

#[tokio::main]
async fn main() -> millstream::Result<()> {
    let tx = |(account, at)| Transaction { account, amount: 9.5, at: EventTime::from_secs(at) };
    let arriving = [(1, 0), (1, 4), (2, 3), (1, 6), (1, 2), (1, 12), (1, 1)].map(tx);
    let (windows, late) = (Collected::new(), Collected::new());
    let topology = windowing_test(from_iter(arriving), windows.sink(), late.sink(), 1);
    if topology.print_answer(std::env::args(), &Config::default())? {
        return Ok(());
    }
    topology.run(Config::default()).await?;
    windows.take().iter().for_each(|window| println!("{window}"));
    late.take().iter().for_each(|late| println!("too late: {late}"));
    Ok(())
}
