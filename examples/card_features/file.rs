//! The transactions in memory, and the features as a CSV file.

use super::features::{DAYS, Features, Summaries};
use crate::fraud_detection::input::Input;
use millstream::connector::demo::Transaction;
use millstream::prelude::*;
use std::io::{self, Write};

/// Reads all transactions and sorts them by time; equal times keep their order in the file.
///
/// Unsorted, a file may have late transactions, which get no features.
///
/// # Errors
/// If the input cannot be read.
pub async fn read(input: Input) -> millstream::Result<Vec<Transaction>> {
    let kept = Collected::new();
    topology!(
        job("read"),
        tx = source(input),
        tx >> sink(kept.sink()),
        tx.errors >> inspect(|record: &Malformed| eprintln!("skipped: {record}")) >> ignore,
    )
    .run(Config::default())
    .await?;
    let mut transactions: Vec<Transaction> = kept.take();
    transactions.sort_by_key(|one| one.unix_seconds);
    Ok(transactions)
}

/// The names of the columns.
pub fn header() -> String {
    let mut names = vec!["transaction_id".to_owned()];
    for (of, what) in [("customer_id", "avg_amount"), ("terminal_id", "risk")] {
        for days in DAYS {
            names.push(format!("{of}_nb_tx_{days}day_window"));
            names.push(format!("{of}_{what}_{days}day_window"));
        }
    }
    names.join(",")
}

/// Writes a header, and a row for each transaction.
///
/// # Errors
/// If the file cannot be written.
pub fn write(features: &[Features], mut to: impl Write) -> io::Result<()> {
    writeln!(to, "{}", header())?;
    for one in features {
        write!(to, "{}", one.transaction_id)?;
        write_summaries(&one.customer, &mut to)?;
        write_summaries(&one.terminal, &mut to)?;
        writeln!(to)?;
    }
    to.flush()
}

fn write_summaries(summaries: &Summaries, to: &mut impl Write) -> io::Result<()> {
    for summary in summaries {
        write!(to, ",{},{:.9}", summary.count, summary.mean)?;
    }
    Ok(())
}
