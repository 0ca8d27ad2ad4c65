//! A seeded generator of card transactions, some of them fraudulent, for examples and benchmarks.
//!
//! The model is the transaction simulator of the *Reproducible Machine Learning for Credit Card
//! Fraud Detection* handbook (Université Libre de Bruxelles and Worldline): customers and terminals
//! lie on a square of 100 × 100 units, a unit being about a kilometre. A customer buys 0 to 4 times
//! a day on average, around noon, at a terminal less than 5 units from home (the nearest one if
//! there is none), for an amount around the customer's own mean of 5 to 100. There are three kinds
//! of fraud:
//!
//! 1. every transaction of more than 220;
//! 2. every transaction at a compromised terminal: each day 2 terminals are compromised, for 28
//!    days;
//! 3. a third of the transactions of a leaked card, with five times the amount: each day 3 cards
//!    leak, for 14 days.
//!
//! One thing is not in the handbook: now and then a leaked card is also used at a terminal far
//! away, within minutes of a genuine purchase (see [`Demo::distant_use`]), so that a check of the
//! travelling speed has something to find. It counts as scenario 3.

mod fraud;
mod generator;
mod population;
mod rng;
mod source;
#[cfg(test)]
mod tests;

use serde::{Deserialize, Serialize};

pub use self::generator::Transactions;
pub use self::source::transactions;

/// A card transaction.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Transaction {
    /// Number of the transaction, ascending from 0 in the order of time.
    pub transaction_id: u64,
    /// When it happened, in seconds since 1970-01-01 00:00:00 UTC.
    pub unix_seconds: i64,
    /// Who paid.
    pub customer_id: u32,
    /// Where it happened.
    pub terminal_id: u32,
    /// How much was paid, with two decimals.
    pub amount: f64,
    /// 1 if it is a fraud, 0 if it is genuine.
    pub is_fraud: u8,
    /// Which kind of fraud it is (1 to 3), 0 if it is genuine.
    pub fraud_scenario: u8,
}

/// A payment terminal.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Terminal {
    /// Number of the terminal, ascending from 0.
    pub terminal_id: u32,
    /// Units from the west border, 0 to 100.
    pub x: f64,
    /// Units from the south border, 0 to 100.
    pub y: f64,
}

/// The settings of a stream of generated card transactions.
///
/// The same settings always give the same transactions, on every machine.
#[derive(Debug, Clone, PartialEq)]
pub struct Demo {
    seed: u64,
    customers: u32,
    terminals: u32,
    events: u64,
    start: i64,
    distant_use: f64,
}

impl Demo {
    /// 1,000,000 transactions of 5,000 customers at 10,000 terminals, from 2018-04-01 00:00:00 UTC
    /// on.
    ///
    /// That is about 9,700 transactions a day, 104 days.
    #[must_use]
    pub fn new(seed: u64) -> Self {
        Self {
            seed,
            customers: 5_000,
            terminals: 10_000,
            events: 1_000_000,
            start: 1_522_540_800,
            distant_use: 0.1,
        }
    }

    /// How many customers there are, at least 1.
    ///
    /// Each takes some 300 bytes for a list of the terminals near home, with 10,000 terminals.
    #[must_use]
    pub fn customers(mut self, count: u32) -> Self {
        self.customers = count.max(1);
        self
    }

    /// How many terminals there are, at least 1.
    #[must_use]
    pub fn terminals(mut self, count: u32) -> Self {
        self.terminals = count.max(1);
        self
    }

    /// How many transactions there are; the days go on until the number is reached.
    #[must_use]
    pub fn events(mut self, count: u64) -> Self {
        self.events = count;
        self
    }

    /// The midnight with which the first day begins, in seconds since 1970-01-01 00:00:00 UTC.
    #[must_use]
    pub fn start(mut self, unix_seconds: i64) -> Self {
        self.start = unix_seconds;
        self
    }

    /// The probability, 0.1 at first, that a genuine purchase with a leaked card is followed by a
    /// distant use.
    ///
    /// A distant use is a fraud of scenario 3 at a terminal at least 40 units away, 1 to 10 minutes
    /// after the purchase, with about the same amount. With 0 the frauds are those of the handbook
    /// alone; the other transactions stay the same, save for their ids.
    #[must_use]
    pub fn distant_use(mut self, probability: f64) -> Self {
        self.distant_use = probability;
        self
    }

    /// Where the terminals stand, in the order of their ids.
    #[must_use]
    pub fn terminal_positions(&self) -> Vec<Terminal> {
        population::terminals(self.seed, self.terminals)
    }

    /// The transactions, in the order of time.
    #[must_use]
    pub fn transactions(&self) -> Transactions {
        Transactions::new(self)
    }
}

/// Rounds to two decimals.
fn cents(amount: f64) -> f64 {
    (amount * 100.0).round() / 100.0
}

/// The number without its fraction.
#[expect(
    clippy::cast_possible_truncation,
    reason = "callers pass seconds of a day and columns of a grid"
)]
fn whole(value: f64) -> i64 {
    value as i64
}
