//! Says how many transactions of an account fall into each five seconds (chapter 7 of the book).
//!
//! ```text
//! cargo run --example windowing_test
//! ```
//! prints each window of an account once, with its transactions, and what came too late for it: a
//! transaction may come two seconds late, and the last one here comes later than that.

use millstream::prelude::*;

#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Transaction {
    pub account: u32,
    pub amount: f64,
    pub at: EventTime,
}

/// A headline for the window, and a line for each transaction in it.
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
    if let Some(answer) = topology.answer_cli(std::env::args(), &Config::default())? {
        print!("{answer}");
        return Ok(());
    }
    // One event a batch: how late is too late is told after each event then.
    topology.run(Config::default().batch(1)).await?;
    windows.take().iter().for_each(|window| println!("{window}"));
    late.take().iter().for_each(|late| println!("too late: {late}"));
    Ok(())
}
