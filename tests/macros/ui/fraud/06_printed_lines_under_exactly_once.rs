//! Lines that are printed, under `exactly_once`.

use millstream::prelude::*;

#[derive(Debug, Clone)]
struct Score {
    tx: u64,
    value: f64,
}

#[operator]
async fn average_ticket(t: demo::Transaction, card: &mut (f64, f64)) -> Score {
    *card = (card.0 + 1.0, card.1 + t.amount);
    Score { tx: t.transaction_id, value: t.amount / (card.1 / card.0) }
}

#[operator]
async fn transaction_count(w: Window<u32, demo::Transaction>) -> Vec<Score> {
    w.events().iter().map(|t| Score { tx: t.transaction_id, value: w.len() as f64 }).collect()
}

#[operator]
async fn merge_scores(s: Score, sum: &mut f64) -> Score {
    *sum += s.value;
    Score { value: *sum, ..s }
}

#[operator]
async fn suspicious(s: Score) -> Option<Score> {
    (s.value > 6.0).then_some(s)
}

fn main() {
    let _ = topology!(
        job("fraud", exactly_once),
        tx = source(demo::transactions())
            >> event_time(|t| EventTime::from_secs(t.unix_seconds), lateness(2.secs())),
        avg = tx >> by(|t| t.customer_id) >> average_ticket * 2,
        count = tx >> by(|t| t.customer_id) >> window(tumbling(1.mins())) >> transaction_count * 2,
        scores = [avg, count] >> by(|s| s.tx) >> merge_scores * 2,
        scores >> suspicious >> sink(debug_lines()),
        count.late >> ignore,
    );
}
