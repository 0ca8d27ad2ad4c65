//! The job of the README: `cargo run --release --example fraud_readme` prints its counters.
use millstream::prelude::*;

pub struct Score {
    pub tx: u64,
    pub value: f64,
}

#[operator] // stays an ordinary async fn: call it in a unit test
async fn average_ticket(t: demo::Transaction, card: &mut (f64, f64)) -> Score {
    *card = (card.0 + 1.0, card.1 + t.amount);
    Score { tx: t.transaction_id, value: t.amount / (card.1 / card.0) }
}

#[operator]
async fn proximity(w: Window<u32, demo::Transaction>) -> Vec<Score> {
    let away = |n: usize, id| w.events()[..n].iter().filter(|b| b.terminal_id != id).count() as f64;
    w.fresh().map(|(n, t)| Score { tx: t.transaction_id, value: away(n, t.terminal_id) }).collect()
}

#[operator]
async fn transaction_count(w: Window<u32, demo::Transaction>) -> Vec<Score> {
    w.events().iter().map(|t| Score { tx: t.transaction_id, value: w.len() as f64 }).collect()
}

#[operator]
async fn merge_scores(s: Score, sum: &mut (u8, f64), ctx: &mut Context) -> Option<Score> {
    *sum = (sum.0 + 1, sum.1 + s.value);
    let value = (sum.0 == 3).then_some(sum.1)?; // the third score of three
    ctx.forget_key();
    Some(Score { value, ..s })
}

#[operator]
async fn suspicious(s: Score) -> Option<Score> {
    (s.value > 6.0).then_some(s) // Option is a filter
}

pub fn fraud(transactions: impl Source<demo::Transaction>, alerts: impl Sink<Score>) -> Topology {
    topology!(
        job("fraud", at_most_once),
        tx = source(transactions)
            >> event_time(|t| EventTime::from_secs(t.unix_seconds), lateness(2.secs())),
        avg = tx >> by(|t| t.customer_id) >> average_ticket * 2,
        near = tx >> by(|t| t.customer_id) >> window(sliding(30.mins(), 5.mins())) >> proximity * 2,
        count = tx >> by(|t| t.customer_id) >> window(tumbling(1.mins())) >> transaction_count * 2,
        scores = [avg, near, count] >> by(|s| s.tx) >> merge_scores * 2,
        alerts = scores >> suspicious >> sink(alerts),
        [near.late, count.late] >> ignore,
    )
}

#[tokio::main]
async fn main() -> millstream::Result<()> {
    let alerts = Collected::new();
    let topology = fraud(demo::transactions(), alerts.sink());
    if topology.print_answer(std::env::args(), &Config::from_env()?)? {
        return Ok(()); // `-- graph --svg`, `-- plan`, `-- check`
    }
    let mut job = topology.start(Config::from_env()?)?;
    job.run_until_signalled().await?; // Ctrl-C drains
    println!("{} alerts\n\n{}", alerts.take().len(), job.metrics());
    Ok(())
}
