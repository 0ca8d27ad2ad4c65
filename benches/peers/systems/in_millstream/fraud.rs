//! Three analyzers, and their combined score.

use super::plain::check;
use super::{Ready, Total, Workers, sum_on};
use crate::input::Payment;
use crate::steps::{Pace, Score, Spending, Travel, Verdict};
use millstream::prelude::*;

#[operator]
async fn spending(payment: Payment, spending: &mut Spending) -> Score {
    spending.score(&payment)
}

#[operator]
async fn travel(payment: Payment, travel: &mut Travel) -> Score {
    travel.score(&payment)
}

#[operator]
async fn pace(payment: Payment, pace: &mut Pace) -> Score {
    pace.score(&payment)
}

#[operator]
async fn verdict(score: Score, verdict: &mut Verdict, ctx: &mut Context) -> Option<u64> {
    let value = verdict.add(&score)?;
    ctx.forget_key();
    Some(value)
}

pub fn fraud(input: impl Iterator<Item = Payment> + Send + 'static, instances: usize) -> Ready {
    sum_on(Workers::of(instances), move |total| match instances {
        1 => once(input, total),
        _ => shared(input, total, instances),
    })
}

/// As written for one instance of each operator.
fn once(input: impl Iterator<Item = Payment> + Send + 'static, total: &Total) -> Topology {
    topology!(
        payments = source(from_iter(input)),
        spending = payments >> by(|payment| payment.card) >> spending,
        travel = payments >> by(|payment| payment.card) >> travel,
        pace = payments >> by(|payment| payment.card) >> pace,
        [spending, travel, pace]
            >> by(|score| score.id)
            >> verdict
            >> check(total.clone())
            >> sink(for_each(drop::<u64>)),
    )
}

/// With several.
fn shared(
    input: impl Iterator<Item = Payment> + Send + 'static,
    total: &Total,
    instances: usize,
) -> Topology {
    topology!(
        payments = source(from_iter(input)),
        spending = payments >> by(|payment| payment.card) >> spending * instances,
        travel = payments >> by(|payment| payment.card) >> travel * instances,
        pace = payments >> by(|payment| payment.card) >> pace * instances,
        [spending, travel, pace]
            >> by(|score| score.id)
            >> verdict * instances
            >> check(total.clone()) * instances
            >> sink(for_each(drop::<u64>)),
    )
}
