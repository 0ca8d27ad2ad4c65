//! The features of a transaction: summaries of its customer and of its terminal.

use millstream::connector::demo::Transaction;
use millstream::prelude::*;

/// The lengths of the windows, in days.
pub const DAYS: [u32; 3] = [1, 7, 30];

/// Days until a transaction is known to be a fraud or not.
pub const DAYS_TO_KNOW: u32 = 7;

/// The number of transactions in a window, and the mean of a value: the amount, or 1 for a fraud
/// and 0 otherwise.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct Summary {
    pub count: u64,
    /// 0 if the count is 0.
    pub mean: f64,
}

impl From<(u64, f64)> for Summary {
    fn from((count, mean): (u64, f64)) -> Self {
        Self { count, mean: if count == 0 { 0.0 } else { mean } }
    }
}

/// A summary for each of [`DAYS`].
pub type Summaries = [Summary; DAYS.len()];

/// The features of a transaction.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Features {
    pub transaction_id: u64,
    /// The customer's transactions and amounts, including this one.
    pub customer: Summaries,
    /// The terminal's transactions and frauds, up to [`DAYS_TO_KNOW`] before this one.
    pub terminal: Summaries,
}

/// One half of the features of a transaction.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Side {
    Customer(Summaries),
    Terminal(Summaries),
}

/// One half of the features, with the id of the transaction.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Half {
    pub transaction_id: u64,
    pub side: Side,
}

impl Half {
    /// The half for the customer.
    pub fn of_customer(transaction: &Transaction, value: [(u64, f64); 3]) -> Self {
        let side = Side::Customer(value.map(Summary::from));
        Self { transaction_id: transaction.transaction_id, side }
    }

    /// The half for the terminal.
    pub fn of_terminal(transaction: &Transaction, value: [(u64, f64); 3]) -> Self {
        let side = Side::Terminal(value.map(Summary::from));
        Self { transaction_id: transaction.transaction_id, side }
    }
}

/// Joins the two halves, in either order, then drops the state of the transaction.
#[operator]
pub async fn pair(half: Half, first: &mut Option<Side>, ctx: &mut Context) -> Option<Features> {
    let (customer, terminal) = match (first.take(), half.side) {
        (Some(Side::Customer(customer)), Side::Terminal(terminal))
        | (Some(Side::Terminal(terminal)), Side::Customer(customer)) => (customer, terminal),
        (_, side) => {
            *first = Some(side);
            return None;
        }
    };
    ctx.forget_key();
    Some(Features { transaction_id: half.transaction_id, customer, terminal })
}
