//! The operators as `#[operator]` expands them: the body of each function, and a struct of the same
//! name that calls it. The `async fn` itself, which calls the body too, is omitted.

use millstream::operator::{Context, Keyed, Operator, Shape, Step, Stepping, Unkeyed};
use millstream::prelude::{Window, demo};
use std::convert::Infallible;

/// The score of a transaction: how unusual it is.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Score {
    pub tx: u64,
    pub value: f64,
}

#[inline]
fn average_ticket(t: demo::Transaction, card: &mut (f64, f64)) -> Score {
    *card = (card.0 + 1.0, card.1 + t.amount);
    Score { tx: t.transaction_id, value: t.amount / (card.1 / card.0) }
}

#[derive(Debug, Clone)]
#[allow(non_camel_case_types)]
pub struct average_ticket {}

impl Operator<demo::Transaction> for average_ticket {
    type Out = Score;
    type State = (f64, f64);
    type Error = Infallible;
    type Keying = Keyed;
    type Mode = Stepping;
    const NAME: &'static str = "average_ticket";
    const SHAPE: Shape = Shape::OneToOne;
}

impl Step<demo::Transaction> for average_ticket {
    fn step(
        &mut self,
        event: demo::Transaction,
        state: &mut (f64, f64),
        _: &mut Context,
    ) -> Result<impl IntoIterator<Item = Score>, Infallible> {
        Ok(Some(average_ticket(event, state)))
    }
}

#[inline]
fn proximity(w: Window<u32, demo::Transaction>) -> Vec<Score> {
    let away = |n: usize, id| w.events()[..n].iter().filter(|b| b.terminal_id != id).count() as f64;
    w.fresh().map(|(n, t)| Score { tx: t.transaction_id, value: away(n, t.terminal_id) }).collect()
}

#[derive(Debug, Clone)]
#[allow(non_camel_case_types)]
pub struct proximity {}

impl Operator<Window<u32, demo::Transaction>> for proximity {
    type Out = Score;
    type State = ();
    type Error = Infallible;
    type Keying = Unkeyed;
    type Mode = Stepping;
    const NAME: &'static str = "proximity";
    const SHAPE: Shape = Shape::Many;
}

impl Step<Window<u32, demo::Transaction>> for proximity {
    fn step(
        &mut self,
        event: Window<u32, demo::Transaction>,
        (): &mut (),
        _: &mut Context,
    ) -> Result<impl IntoIterator<Item = Score>, Infallible> {
        Ok(proximity(event))
    }
}

#[inline]
fn transaction_count(w: Window<u32, demo::Transaction>) -> Vec<Score> {
    w.events().iter().map(|t| Score { tx: t.transaction_id, value: w.len() as f64 }).collect()
}

#[derive(Debug, Clone)]
#[allow(non_camel_case_types)]
pub struct transaction_count {}

impl Operator<Window<u32, demo::Transaction>> for transaction_count {
    type Out = Score;
    type State = ();
    type Error = Infallible;
    type Keying = Unkeyed;
    type Mode = Stepping;
    const NAME: &'static str = "transaction_count";
    const SHAPE: Shape = Shape::Many;
}

impl Step<Window<u32, demo::Transaction>> for transaction_count {
    fn step(
        &mut self,
        event: Window<u32, demo::Transaction>,
        (): &mut (),
        _: &mut Context,
    ) -> Result<impl IntoIterator<Item = Score>, Infallible> {
        Ok(transaction_count(event))
    }
}

#[inline]
fn merge_scores(s: Score, sum: &mut (u8, f64), ctx: &mut Context) -> Option<Score> {
    *sum = (sum.0 + 1, sum.1 + s.value);
    let value = (sum.0 == 3).then_some(sum.1)?; // the third score of three
    ctx.forget_key();
    Some(Score { value, ..s })
}

#[derive(Debug, Clone)]
#[allow(non_camel_case_types)]
pub struct merge_scores {}

impl Operator<Score> for merge_scores {
    type Out = Score;
    type State = (u8, f64);
    type Error = Infallible;
    type Keying = Keyed;
    type Mode = Stepping;
    const NAME: &'static str = "merge_scores";
    const SHAPE: Shape = Shape::Many;
}

impl Step<Score> for merge_scores {
    fn step(
        &mut self,
        event: Score,
        state: &mut (u8, f64),
        ctx: &mut Context,
    ) -> Result<impl IntoIterator<Item = Score>, Infallible> {
        Ok(merge_scores(event, state, ctx))
    }
}

#[inline]
fn suspicious(s: Score) -> Option<Score> {
    (s.value > 6.0).then_some(s)
}

#[derive(Debug, Clone)]
#[allow(non_camel_case_types)]
pub struct suspicious {}

impl Operator<Score> for suspicious {
    type Out = Score;
    type State = ();
    type Error = Infallible;
    type Keying = Unkeyed;
    type Mode = Stepping;
    const NAME: &'static str = "suspicious";
    const SHAPE: Shape = Shape::Many;
}

impl Step<Score> for suspicious {
    fn step(
        &mut self,
        event: Score,
        (): &mut (),
        _: &mut Context,
    ) -> Result<impl IntoIterator<Item = Score>, Infallible> {
        Ok(suspicious(event))
    }
}
