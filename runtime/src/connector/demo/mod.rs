//! A seeded generator of card transactions, some of them fraudulent, for examples and benchmarks.
//!
//! The model is the transaction simulator of the *Reproducible Machine Learning for Credit Card
//! Fraud Detection* handbook (Université Libre de Bruxelles and Worldline): customers and terminals
//! are spread over a square of 100 × 100 units, a unit being about a kilometre. A customer buys 0
//! to 4 times a day on average, around noon, at a terminal less than 5 units from home (or else the
//! nearest one), for an amount around the customer's own mean of 5 to 100. There are three kinds of
//! fraud:
//!
//! 1. every transaction of more than 220;
//! 2. every transaction at a compromised terminal: each day 2 terminals are compromised, for 28
//!    days;
//! 3. a third of the transactions of a leaked card, with five times the amount: each day 3 cards
//!    leak, for 14 days.
//!
//! One addition is not in the handbook: a leaked card may also be used at a distant terminal within
//! minutes of a genuine purchase (see [`Demo::distant_use`]), so that a check of the travelling
//! speed has something to find. This counts as scenario 3.
//!
//! # Examples
//! ```
//! use millstream::connector::demo::Demo;
//!
//! let demo = Demo::new(42).customers(100).terminals(500).events(10_000);
//! let frauds = demo.transactions().filter(|transaction| transaction.is_fraud == 1).count();
//! assert!((1..10_000).contains(&frauds));
//! ```

mod fraud;
mod generator;
mod population;
mod rng;
mod source;
#[cfg(test)]
mod tests;

use crate::peek::Peek;
use serde::{Deserialize, Serialize};

pub use self::generator::Transactions;
pub use self::source::transactions;

/// A card transaction, genuine or fraudulent: the event of the demo source.
///
/// # Examples
/// ```
/// use millstream::connector::demo::Demo;
///
/// let first = Demo::new(42).transactions().next().unwrap();
/// assert_eq!(first.transaction_id, 0);
/// assert!(first.unix_seconds >= 1_522_540_800);
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize, Peek)]
pub struct Transaction {
    /// The number of the transaction, from 0 in the order of time.
    pub transaction_id: u64,
    /// When it happened, in seconds since 1970-01-01 00:00:00 UTC.
    pub unix_seconds: i64,
    /// The customer who paid, from 0.
    #[peek(hide)]
    pub customer_id: u32,
    /// The terminal at which it happened, from 0.
    pub terminal_id: u32,
    /// The amount paid, with two decimals.
    pub amount: f64,
    /// 1 if it is a fraud, 0 if it is genuine.
    pub is_fraud: u8,
    /// The kind of fraud, 1 to 3; 0 if it is genuine.
    pub fraud_scenario: u8,
}

/// A payment terminal and its position.
///
/// # Examples
/// ```
/// use millstream::connector::demo::Demo;
///
/// let terminals = Demo::new(42).terminals(3).terminal_positions();
/// assert_eq!(terminals.len(), 3);
/// assert!(terminals.iter().all(|terminal| (0.0..100.0).contains(&terminal.x)));
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Terminal {
    /// The number of the terminal, from 0.
    pub terminal_id: u32,
    /// Units from the western border, 0 to 100.
    pub x: f64,
    /// Units from the southern border, 0 to 100.
    pub y: f64,
}

/// Configures a source of generated card transactions; it is a [`Source`](crate::source::Source).
///
/// The same settings produce the same transactions on every machine and in every version.
///
/// # Examples
/// ```
/// use millstream::connector::demo::Demo;
///
/// let demo = Demo::new(7).events(1_000);
/// assert!(demo.transactions().eq(demo.transactions()));
/// ```
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
    /// Starts from 1,000,000 transactions of 5,000 customers at 10,000 terminals.
    ///
    /// They begin on 2018-04-01 at 00:00:00 UTC and last 104 days, with about 9,700 a day. `seed`
    /// selects one of many such streams.
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

    /// Sets the number of customers, at least 1; 5,000 by default.
    ///
    /// A customer takes about 300 bytes with 10,000 terminals: the list of terminals near home.
    ///
    /// # Examples
    /// ```
    /// use millstream::connector::demo::Demo;
    ///
    /// let mut transactions = Demo::new(42).customers(2).events(100).transactions();
    /// assert!(transactions.all(|transaction| transaction.customer_id < 2));
    /// ```
    #[must_use]
    pub fn customers(mut self, count: u32) -> Self {
        self.customers = count.max(1);
        self
    }

    /// Sets the number of terminals, at least 1; 10,000 by default.
    #[must_use]
    pub fn terminals(mut self, count: u32) -> Self {
        self.terminals = count.max(1);
        self
    }

    /// Sets the number of transactions; 1,000,000 by default.
    ///
    /// # Examples
    /// ```
    /// use millstream::connector::demo::Demo;
    ///
    /// assert_eq!(Demo::new(42).events(3).transactions().count(), 3);
    /// ```
    #[must_use]
    pub fn events(mut self, count: u64) -> Self {
        self.events = count;
        self
    }

    /// Sets the midnight of the first day, in seconds since 1970-01-01 00:00:00 UTC.
    ///
    /// # Examples
    /// ```
    /// use millstream::connector::demo::Demo;
    ///
    /// let first = Demo::new(42).start(0).transactions().next().unwrap();
    /// assert!((0..86_400).contains(&first.unix_seconds));
    /// ```
    #[must_use]
    pub fn start(mut self, unix_seconds: i64) -> Self {
        self.start = unix_seconds;
        self
    }

    /// Sets the probability of a distant use after a genuine purchase with a leaked card; 0.1 by
    /// default.
    ///
    /// A distant use is a fraud of scenario 3 at a terminal at least 40 units away, 1 to 10 minutes
    /// after the purchase, with about the same amount. With 0, only the frauds of the handbook
    /// remain; all other transactions stay the same apart from their ids.
    ///
    /// # Examples
    /// ```
    /// use millstream::connector::demo::Demo;
    ///
    /// let (demo, plain) = (Demo::new(42), Demo::new(42).distant_use(0.0));
    /// assert_ne!(demo, plain);
    /// ```
    #[must_use]
    pub fn distant_use(mut self, probability: f64) -> Self {
        self.distant_use = probability;
        self
    }

    /// Returns the terminals with their positions, in the order of their ids.
    #[must_use]
    pub fn terminal_positions(&self) -> Vec<Terminal> {
        population::terminals(self.seed, self.terminals)
    }

    /// Generates the transactions in the order of time.
    ///
    /// # Examples
    /// ```
    /// use millstream::connector::demo::Demo;
    ///
    /// let transactions: Vec<_> = Demo::new(42).events(500).transactions().collect();
    /// assert!(transactions.is_sorted_by_key(|transaction| transaction.unix_seconds));
    /// ```
    #[must_use]
    pub fn transactions(&self) -> Transactions {
        Transactions::new(self)
    }
}

/// Rounds to two decimals.
fn cents(amount: f64) -> f64 {
    (amount * 100.0).round() / 100.0
}

/// Truncates a number.
#[expect(
    clippy::cast_possible_truncation,
    reason = "callers pass seconds of a day and columns of a grid"
)]
fn whole(value: f64) -> i64 {
    value as i64
}
