//! Three analyzers that score how suspicious a transaction is, from 0 to 1.
//!
//! A score of 0.5 raises an alert on its own; lower scores are added up. The constants were chosen
//! on the handbook's data set.

use crate::fraud_detection::input::Terminals;
use crate::fraud_detection::score::{Alert, Analyzer, Judged, Score, Scores, Tally};
use millstream::connector::demo::Transaction;
use millstream::prelude::*;
use serde::{Deserialize, Serialize};

/// Amount above which every transaction is suspicious; the data set's first scenario by definition.
const LARGE_AMOUNT: f64 = 220.0;
/// Purchases of a customer before an amount can be unusual.
const PURCHASES_TO_LEARN: u32 = 10;
/// Deviations from the customer's mean: still ordinary, and suspicious.
const DEVIATIONS: (f64, f64) = (2.0, 4.0);
/// Distances below this many kilometres are ordinary: customers buy within 5 of their home.
const NEIGHBOURHOOD: f64 = 10.0;
/// Kilometres per hour: still ordinary, and suspicious.
const TRAVEL_SPEED: (f64, f64) = (150.0, 225.0);
/// Transactions of a customer in one minute: still ordinary, and suspicious.
const IN_ONE_MINUTE: (f64, f64) = (2.0, 3.0);

/// The amounts of a customer so far: their number, mean and sum of squared deviations (Welford,
/// *Note on a method for calculating corrected sums of squares and products*, 1962).
#[derive(Debug, Clone, Copy, Default, PartialEq, Serialize, Deserialize)]
pub struct Spending {
    count: u32,
    mean: f64,
    squares: f64,
}

impl Spending {
    /// Scores an amount against the earlier ones. A suspicious amount is not learnt, or the first
    /// thefts would make the next ones look usual.
    pub fn score(&mut self, amount: f64) -> f64 {
        let score = self.compare(amount);
        if score < 0.5 {
            self.count += 1;
            let surprise = amount - self.mean;
            self.mean += surprise / f64::from(self.count);
            self.squares += surprise * (amount - self.mean);
        }
        score
    }

    fn compare(&self, amount: f64) -> f64 {
        if amount > LARGE_AMOUNT {
            return 1.0;
        }
        if self.count < PURCHASES_TO_LEARN {
            return 0.0;
        }
        let deviation = (self.squares / f64::from(self.count - 1)).sqrt();
        if deviation <= 0.0 { 0.0 } else { ramp((amount - self.mean) / deviation, DEVIATIONS) }
    }
}

/// Compares the amount with the running mean and deviation of the customer.
#[operator]
pub async fn average_ticket(transaction: Transaction, spending: &mut Spending) -> Score {
    let value = spending.score(transaction.amount);
    Score { transaction, analyzer: Analyzer::AverageTicket, value }
}

/// Checks whether the customer can have travelled from earlier purchases to this one.
#[operator]
pub async fn proximity(
    window: Window<u32, Transaction>,
    #[shared] terminals: &Terminals,
) -> impl IntoIterator<Item = Score> {
    (0..window.len()).filter_map(move |at| {
        let (before, transaction) = (&window.events()[..at], window.events()[at]);
        window.is_fresh(at).then(|| {
            let value = travel_score(&transaction, before, terminals);
            Score { transaction, analyzer: Analyzer::Proximity, value }
        })
    })
}

/// Scores the fastest journey from an earlier purchase to this one.
pub fn travel_score<'a>(
    to: &Transaction,
    before: impl IntoIterator<Item = &'a Transaction>,
    terminals: &Terminals,
) -> f64 {
    let speeds = before.into_iter().map(|from| required_speed(from, to, terminals));
    ramp(speeds.fold(0.0, f64::max), TRAVEL_SPEED)
}

/// Kilometres per hour from one purchase to a later one; 0 within a neighbourhood.
fn required_speed(from: &Transaction, to: &Transaction, terminals: &Terminals) -> f64 {
    let distance = terminals.distance(from.terminal_id, to.terminal_id);
    if distance < NEIGHBOURHOOD {
        return 0.0;
    }
    // Equal times yield an infinite speed, which has the highest score.
    distance / ((to.unix_seconds - from.unix_seconds) as f64 / 3_600.0)
}

/// Counts the transactions of the customer in one minute.
#[operator]
pub async fn transaction_count(
    window: Window<u32, Transaction>,
) -> impl IntoIterator<Item = Score> {
    let value = count_score(window.len());
    (0..window.len()).map(move |at| {
        let transaction = window.events()[at];
        Score { transaction, analyzer: Analyzer::TransactionCount, value }
    })
}

/// Scores the number of transactions in one minute.
pub fn count_score(transactions: usize) -> f64 {
    ramp(transactions as f64, IN_ONE_MINUTE)
}

/// Rises linearly from 0 at `ordinary` through 0.5 at `suspicious` to 1, constant outside.
fn ramp(value: f64, (ordinary, suspicious): (f64, f64)) -> f64 {
    ((value - ordinary) / (2.0 * (suspicious - ordinary))).clamp(0.0, 1.0)
}

/// The scores received for a transaction so far.
#[derive(Debug, Default, Serialize, Deserialize)]
pub struct Meeting {
    scores: Scores,
    come: u8,
}

/// Collects the three scores of a transaction.
#[operator]
pub async fn merge_scores(
    score: Score,
    meeting: &mut Meeting,
    ctx: &mut Context,
) -> Option<Judged> {
    *meeting.scores.of(score.analyzer) = score.value;
    meeting.come += 1;
    if meeting.come < 3 {
        return None;
    }
    ctx.forget_key();
    Some(Judged { transaction: score.transaction, scores: meeting.scores })
}

/// Emits an alert for a suspicious transaction, and counts the correct ones.
///
/// The counts are a side effect: after a failure, a transaction that is read again counts again.
#[operator]
pub async fn suspicious(judged: Judged, #[shared] tally: &Tally) -> Option<Alert> {
    tally.count(&judged);
    let Judged { transaction, scores } = judged;
    scores.are_suspicious().then_some(Alert { transaction, scores })
}
