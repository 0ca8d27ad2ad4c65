//! Scores, alerts, and their tally.

use millstream::connector::demo::Transaction;
use serde::{Deserialize, Serialize};
use std::fmt;
use std::sync::atomic::{AtomicU64, Ordering};

/// The sum of scores that raises an alert.
const ALERT: f64 = 0.5;

/// The origin of a score.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Analyzer {
    AverageTicket,
    Proximity,
    TransactionCount,
}

/// The score of one transaction by one analyzer: 0 is ordinary, 0.5 and above suspicious.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Score {
    pub transaction: Transaction,
    pub analyzer: Analyzer,
    pub value: f64,
}

/// The scores of one transaction, one field each: added up in a fixed order, whichever came first.
#[derive(Debug, Clone, Copy, Default, PartialEq, Serialize, Deserialize)]
pub struct Scores {
    pub average_ticket: f64,
    pub proximity: f64,
    pub transaction_count: f64,
}

impl Scores {
    /// The field of an analyzer's score.
    pub fn of(&mut self, analyzer: Analyzer) -> &mut f64 {
        match analyzer {
            Analyzer::AverageTicket => &mut self.average_ticket,
            Analyzer::Proximity => &mut self.proximity,
            Analyzer::TransactionCount => &mut self.transaction_count,
        }
    }

    /// Whether the scores together raise an alert.
    pub fn are_suspicious(&self) -> bool {
        self.average_ticket + self.proximity + self.transaction_count >= ALERT
    }
}

/// A transaction that all analyzers have scored.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Judged {
    pub transaction: Transaction,
    pub scores: Scores,
}

/// A suspicious transaction, and the scores that make it so.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Alert {
    #[serde(flatten)]
    pub transaction: Transaction,
    pub scores: Scores,
}

/// Counts of frauds and alerts, for precision and recall.
#[derive(Debug, Default)]
pub struct Tally {
    pub frauds: AtomicU64,
    pub found: AtomicU64,
    pub alerts: AtomicU64,
    pub average_ticket: AtomicU64,
    pub proximity: AtomicU64,
    pub transaction_count: AtomicU64,
}

impl Tally {
    /// Counts a judged transaction.
    pub fn count(&self, judged: &Judged) {
        let fraud = judged.transaction.is_fraud == 1;
        add(&self.frauds, fraud);
        if !judged.scores.are_suspicious() {
            return;
        }
        add(&self.alerts, true);
        add(&self.found, fraud);
        let scores = &judged.scores;
        add(&self.average_ticket, scores.average_ticket >= ALERT);
        add(&self.proximity, scores.proximity >= ALERT);
        add(&self.transaction_count, scores.transaction_count >= ALERT);
    }

    /// The share of alerts that are frauds.
    pub fn precision(&self) -> f64 {
        share(&self.found, &self.alerts)
    }

    /// The share of frauds that raised an alert.
    pub fn recall(&self) -> f64 {
        share(&self.found, &self.frauds)
    }
}

fn add(counter: &AtomicU64, condition: bool) {
    if condition {
        counter.fetch_add(1, Ordering::Relaxed);
    }
}

fn share(part: &AtomicU64, whole: &AtomicU64) -> f64 {
    let (part, whole) = (part.load(Ordering::Relaxed), whole.load(Ordering::Relaxed));
    if whole == 0 { 0.0 } else { part as f64 / whole as f64 }
}

impl fmt::Display for Tally {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let count = |counter: &AtomicU64| counter.load(Ordering::Relaxed);
        writeln!(f, "alerts             {:>12}", count(&self.alerts))?;
        writeln!(f, "  average ticket   {:>12}", count(&self.average_ticket))?;
        writeln!(f, "  proximity        {:>12}", count(&self.proximity))?;
        writeln!(f, "  count            {:>12}", count(&self.transaction_count))?;
        writeln!(f, "precision          {:>12.4}", self.precision())?;
        write!(f, "recall             {:>12.4}", self.recall())
    }
}
