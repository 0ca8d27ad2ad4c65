//! The topology of the job.

use super::features::{DAYS, DAYS_TO_KNOW, Features, Half, pair};
use millstream::connector::demo::Transaction;
use millstream::prelude::*;

/// Summarises every transaction twice, by customer and by terminal, and joins the halves by its id.
///
/// Both halves are emitted when the watermark reaches the transaction, so few are buffered.
#[topology_graph]
pub fn card_features(
    transactions: impl Source<Transaction>,
    features: impl Sink<Features>,
    instances: usize,
) -> Topology {
    let last_days = DAYS.map(DurationExt::days);
    topology!(
        job("card_features", at_most_once),
        tx = source(transactions)
            >> event_time(|t| EventTime::from_secs(t.unix_seconds), lateness(2.secs())),
        customer = tx
            >> by(|t| t.customer_id)
            >> window(trailing(last_days))
            >> aggregate(|t| ((), t.amount), (count(), mean())) * instances,
        terminal = tx
            >> by(|t| t.terminal_id)
            >> window(trailing(last_days).delayed(DAYS_TO_KNOW.days()))
            >> aggregate(|t| ((), f64::from(t.is_fraud)), (count(), mean())) * instances,
        of_customer = customer >> map(|r| Half::of_customer(&r.event, r.value)),
        of_terminal = terminal >> map(|r| Half::of_terminal(&r.event, r.value)),
        paired = [of_customer, of_terminal] >> by(|half| half.transaction_id) >> pair * instances,
        paired >> sink(features),
        customer.late >> inspect(|late| eprintln!("too late: {late}")) >> ignore,
        terminal.late >> ignore, // the same transactions
    )
}
