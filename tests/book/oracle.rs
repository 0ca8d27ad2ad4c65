//! The fraud job in the plainest words: every score from the whole history of the customer.
//!
//! Nothing of the job is used but its types. Where the job keeps a running mean or a window, this
//! goes over all transactions of the customer again.

use millstream::connector::demo::{Terminal, Transaction};
use std::collections::HashMap;

/// An alert: the transaction, and its scores for amount, journey and number in the minute.
pub type Found = (Transaction, [f64; 3]);

/// The alerts, in the order of the ids of their transactions.
pub fn alerts(transactions: &[Transaction], terminals: &[Terminal]) -> Vec<Found> {
    let places: HashMap<u32, (f64, f64)> =
        terminals.iter().map(|one| (one.terminal_id, (one.x, one.y))).collect();
    let mut customers: HashMap<u32, Vec<Transaction>> = HashMap::new();
    for one in transactions {
        customers.entry(one.customer_id).or_default().push(*one);
    }
    let mut found = Vec::new();
    for mut all in customers.into_values() {
        all.sort_by_key(|one| (one.unix_seconds, one.transaction_id));
        judge(&all, &places, &mut found);
    }
    found.sort_by_key(|(transaction, _)| transaction.transaction_id);
    found
}

/// Judges all transactions of one customer, in order of time.
fn judge(all: &[Transaction], places: &HashMap<u32, (f64, f64)>, found: &mut Vec<Found>) {
    let mut usual = Vec::new();
    for (at, one) in all.iter().enumerate() {
        let amount = amount_score(one.amount, &usual);
        if amount < 0.5 {
            usual.push(one.amount);
        }
        let minute = |each: &Transaction| each.unix_seconds.div_euclid(60);
        let together = all.iter().filter(|each| minute(each) == minute(one)).count();
        let crowd = if together <= 2 { 0.0 } else { (together as f64 / 2.0 - 1.0).min(1.0) };
        let scores = [amount, journey_score(one, &all[..at], places), crowd];
        if scores.iter().sum::<f64>() >= 0.5 {
            found.push((*one, scores));
        }
    }
}

/// How far the amount is above what is usual: from 2 deviations on, with 4 suspicious.
fn amount_score(amount: f64, usual: &[f64]) -> f64 {
    if amount > 220.0 {
        return 1.0;
    }
    if usual.len() < 10 {
        return 0.0;
    }
    let mean = usual.iter().sum::<f64>() / usual.len() as f64;
    let squares = usual.iter().map(|each| (each - mean).powi(2)).sum::<f64>();
    let deviation = (squares / (usual.len() - 1) as f64).sqrt();
    if deviation <= 0.0 {
        return 0.0;
    }
    (((amount - mean) / deviation - 2.0) / 4.0).clamp(0.0, 1.0)
}

/// How fast the customer must have travelled: from 150 km/h on, with 225 suspicious.
///
/// The transactions it can have come from are those that the first half hour to hold it holds; half
/// hours begin every five minutes.
fn journey_score(
    to: &Transaction,
    before: &[Transaction],
    places: &HashMap<u32, (f64, f64)>,
) -> f64 {
    let begin = (to.unix_seconds.div_euclid(300) + 1) * 300 - 1_800;
    let mut fastest: f64 = 0.0;
    for from in before.iter().filter(|from| from.unix_seconds >= begin) {
        let (Some(start), Some(end)) = (places.get(&from.terminal_id), places.get(&to.terminal_id))
        else {
            continue;
        };
        let distance = ((end.0 - start.0).powi(2) + (end.1 - start.1).powi(2)).sqrt();
        let hours = (to.unix_seconds - from.unix_seconds) as f64 / 3_600.0;
        if distance >= 10.0 {
            fastest = fastest.max(distance / hours);
        }
    }
    ((fastest - 150.0) / 150.0).clamp(0.0, 1.0)
}
