//! Three scores for each payment, from the state of its card, and their sum.

use super::Payment;
use super::plain::{rare, seen};
use millstream::prelude::*;

/// An analyzer's score of a payment.
#[derive(Debug, Clone, Copy)]
struct Score {
    id: u64,
    points: u64,
}

/// The amounts paid with a card.
#[derive(Debug, Default)]
struct Spending {
    cents: u64,
    payments: u64,
}

/// Scores the amount: is it much more than usual?
#[operator]
async fn spending(payment: Payment, known: &mut Spending) -> Score {
    let much = payment.cents * known.payments > 3 * known.cents;
    known.cents += payment.cents;
    known.payments += 1;
    Score { id: payment.id, points: if much { 40 } else { 0 } }
}

/// Scores the time: was the card used just before?
#[operator]
async fn pause(payment: Payment, last: &mut u64) -> Score {
    let soon = payment.second < *last + 10;
    *last = payment.second;
    Score { id: payment.id, points: if soon { 35 } else { 0 } }
}

/// The uses of a card in a minute.
#[derive(Debug, Default)]
struct Pace {
    minute: u64,
    payments: u64,
}

/// Scores the frequency: is the card used all the time?
#[operator]
async fn pace(payment: Payment, pace: &mut Pace) -> Score {
    let minute = payment.second / 60;
    if pace.minute != minute {
        *pace = Pace { minute, payments: 0 };
    }
    pace.payments += 1;
    Score { id: payment.id, points: if pace.payments > 2 { 25 } else { 0 } }
}

/// The scores of a payment so far.
#[derive(Debug, Default)]
struct Verdict {
    points: u64,
    scores: u64,
}

/// Sums the three scores, then drops the state of the payment.
#[operator]
async fn verdict(score: Score, verdict: &mut Verdict, ctx: &mut Context) -> Option<u64> {
    verdict.points += score.points;
    verdict.scores += 1;
    if verdict.scores < 3 {
        return None;
    }
    let value = score.id ^ verdict.points;
    ctx.forget_key();
    Some(value)
}

/// The job.
pub fn fraud(payments: impl Iterator<Item = Payment> + Send + 'static) -> Topology {
    topology!(
        payments = source(from_iter(payments)),
        spending = payments >> by(|payment| payment.card) >> spending,
        pause = payments >> by(|payment| payment.card) >> pause,
        pace = payments >> by(|payment| payment.card) >> pace,
        [spending, pause, pace] >> by(|score| score.id) >> verdict >> rare >> sink(seen()),
    )
}
