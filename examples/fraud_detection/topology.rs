//! The topology of the job.

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
pub fn fraud(
    transactions: impl Source<Transaction>,
    terminals: Arc<Terminals>,
    alerts: impl Sink<Alert>,
    tally: Arc<Tally>,
    instances: usize,
) -> Topology {
    topology!(
        job("fraud", at_most_once),
        tx = source(transactions)
            >> event_time(|t| EventTime::from_secs(t.unix_seconds), lateness(2.secs()))
            >> in_order(|t| t.transaction_id),
        avg = tx >> by(|t| t.customer_id) >> average_ticket * instances,
        near = tx
            >> by(|t| t.customer_id)
            >> window(sliding(30.mins(), 5.mins()).when_fresh())
            >> proximity(terminals) * instances,
        count = tx
            >> by(|t| t.customer_id)
            >> window(tumbling(1.mins()))
            >> transaction_count * instances,
        scores =
            [avg, near, count] >> by(|s| s.transaction.transaction_id) >> merge_scores * instances,
        alerts = scores >> suspicious(tally) >> sink(alerts),
        tx.errors >> inspect(|record| eprintln!("skipped: {record}")) >> ignore,
        tx.late >> inspect(|late| eprintln!("too late: {late}")) >> ignore,
        // never late after `in_order`
        near.late >> ignore,
        count.late >> ignore,
    )
}
