//! The topology of the job, which promises as much as it is asked to.
//!
//! A card that is used by a thief should be stopped at once: the job is about latency. So it
//! promises `at_most_once` by default: it keeps nothing, and after a crash forgets what it knew.
//! With `at_least_once` no transaction is left out, and an alert may be there twice. With
//! `exactly_once` each alert is in the finished file once. Either keeps state in checkpoints.

use crate::fraud_detection::analyzers::{
    average_ticket, merge_scores, proximity, suspicious, transaction_count,
};
use crate::fraud_detection::input::Terminals;
use crate::fraud_detection::score::{Alert, Tally};
use millstream::connector::demo::Transaction;
use millstream::prelude::*;
use std::sync::Arc;

/// Three analyzers score every transaction; their scores are combined by its id.
///
/// `in_order` makes the result independent of the order of arrival: the baseline of an amount must
/// not depend on which of two purchases in the same second came first.
macro_rules! fraud {
    ($delivery:ident, $of:ident) => {
        topology!(
            job("fraud", $delivery),
            tx = source($of.transactions)
                >> event_time(|t| EventTime::from_secs(t.unix_seconds), lateness(2.secs()))
                >> in_order(|t| t.transaction_id),
            avg = tx >> by(|t| t.customer_id) >> average_ticket * $of.instances,
            near = tx
                >> by(|t| t.customer_id)
                >> window(sliding(30.mins(), 5.mins()).when_fresh())
                >> proximity($of.terminals) * $of.instances,
            count = tx
                >> by(|t| t.customer_id)
                >> window(tumbling(1.mins()))
                >> transaction_count * $of.instances,
            scores = [avg, near, count]
                >> by(|s| s.transaction.transaction_id)
                >> merge_scores * $of.instances,
            alerts = scores >> suspicious($of.tally) >> sink($of.alerts),
            tx.errors >> inspect(|record| eprintln!("skipped: {record}")) >> ignore,
            tx.late >> inspect(|late| eprintln!("too late: {late}")) >> ignore,
            // never late after `in_order`
            near.late >> ignore,
            count.late >> ignore,
        )
    };
}

/// What the job reads from, writes to and is made of.
#[derive(Debug)]
pub struct FraudJob<I, O> {
    pub transactions: I,
    pub terminals: Arc<Terminals>,
    pub alerts: O,
    pub tally: Arc<Tally>,
    pub instances: usize,
}

/// The job as it is by default: it keeps nothing, and pays for nothing.
pub fn fraud(of: FraudJob<impl Source<Transaction>, impl Sink<Alert>>) -> Topology {
    fraud!(at_most_once, of)
}

/// The job with a guarantee that is known only at run time. It may need checkpoints, so all that is
/// kept has to be serializable; source and sink are checked when it starts.
pub fn fraud_with(
    delivery: Delivery,
    of: FraudJob<impl Source<Transaction>, impl Sink<Alert>>,
) -> Topology {
    fraud!(delivery, of)
}
