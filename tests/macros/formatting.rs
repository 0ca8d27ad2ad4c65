//! A topology is formatted by rustfmt, as any other code.

use std::io::Write;
use std::process::{Command, Stdio};

const MESSY: &str = r#"
fn fraud(transactions: impl Source<Tx>, alerts: impl Sink<Score>) -> Topology {
  topology!(job("fraud",at_most_once).instances( 2 ),
  tx=source(transactions)>>event_time(|t|t.at,lateness(2.secs())), // from the terminals
      // three analyzers, by card
    avg = tx>>by(|t| t.card)>>average_ticket*2,
    near = tx >> by(|t| t.card) >> window(sliding(30.mins(), 5.mins())) >> proximity(900.0, cities.clone()) * 2,
    count=tx>>by(|t| { let card=t.card; card })>>window(tumbling(1.mins()))>>transaction_count*2,
    scores=[avg,near,count]>>by(|s|s.tx)>>merge_scores*auto,
    scores>>suspicious>>sink(alerts),
    near.late>>ignore,
    sums=tx>>by(|t|t.card)>>window(tumbling(1.hours()))>>aggregate(|t|t.amount,sum()),
    placed=(bids>>by(|b|b.auction),auctions>>by(|a|a.id))>>join(within(10.secs(),1.hours()))*2,
    asked = (tx >> map(question) >> by(|q| q.card), answers >> by(|a| a.card)) >> left_join(latest(1.days())),
    placed.unmatched>>ignore,)
}
"#;

const FORMATTED: &str = r#"fn fraud(transactions: impl Source<Tx>, alerts: impl Sink<Score>) -> Topology {
    topology!(
        job("fraud", at_most_once).instances(2),
        tx = source(transactions) >> event_time(|t| t.at, lateness(2.secs())), // from the terminals
        // three analyzers, by card
        avg = tx >> by(|t| t.card) >> average_ticket * 2,
        near = tx
            >> by(|t| t.card)
            >> window(sliding(30.mins(), 5.mins()))
            >> proximity(900.0, cities.clone()) * 2,
        count =
            tx >> by(|t| {
                let card = t.card;
                card
            }) >> window(tumbling(1.mins()))
                >> transaction_count * 2,
        scores = [avg, near, count] >> by(|s| s.tx) >> merge_scores * auto,
        scores >> suspicious >> sink(alerts),
        near.late >> ignore,
        sums =
            tx >> by(|t| t.card) >> window(tumbling(1.hours())) >> aggregate(|t| t.amount, sum()),
        placed = (bids >> by(|b| b.auction), auctions >> by(|a| a.id))
            >> join(within(10.secs(), 1.hours())) * 2,
        asked = (tx >> map(question) >> by(|q| q.card), answers >> by(|a| a.card))
            >> left_join(latest(1.days())),
        placed.unmatched >> ignore,
    )
}
"#;

/// What rustfmt makes of a piece of code.
fn formatted(code: &str) -> String {
    let mut rustfmt = Command::new("rustfmt")
        .args(["--edition", "2024", "--config", "max_width=100"])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("rustfmt is part of the toolchain");
    rustfmt.stdin.take().unwrap().write_all(code.as_bytes()).unwrap();
    let output = rustfmt.wait_with_output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).unwrap()
}

#[test]
fn a_topology_is_formatted_by_rustfmt() {
    assert_eq!(formatted(MESSY), FORMATTED);
}

#[test]
fn a_formatted_topology_stays_as_it_is() {
    assert_eq!(formatted(FORMATTED), FORMATTED);
}
