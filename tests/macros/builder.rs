//! The front page's topology, once by the macro and once by hand: both declare the same.

use millstream::builder::Topology;
use millstream::connector::memory::FromIter;
use millstream::env::Env;
use millstream::prelude::*;
use millstream::sink::Idempotent;
use millstream::source::Replayable;
use std::collections::BTreeSet;

#[derive(Debug, Clone, Copy, PartialEq, serde::Serialize, serde::Deserialize)]
struct Tx {
    id: u64,
    card: u32,
    at: EventTime,
    amount: f64,
}

#[derive(Debug, Clone, Copy, PartialEq)]
struct Score {
    tx: u64,
    value: f64,
}

/// The mean of the amounts of a card.
#[derive(Debug, Default, serde::Serialize, serde::Deserialize)]
struct Mean {
    count: u32,
    sum: f64,
}

#[operator]
async fn average_ticket(tx: Tx, card: &mut Mean) -> Score {
    card.count += 1;
    card.sum += tx.amount;
    Score { tx: tx.id, value: tx.amount * f64::from(card.count) / card.sum }
}

#[operator]
async fn proximity(window: Window<u32, Tx>) -> Vec<Score> {
    window.fresh().map(|(at, tx)| Score { tx: tx.id, value: at as f64 }).collect()
}

#[operator]
async fn transaction_count(window: Window<u32, Tx>) -> Vec<Score> {
    let value = window.len() as f64;
    window.events().iter().map(|tx| Score { tx: tx.id, value }).collect()
}

#[operator]
async fn merge_scores(score: Score, sum: &mut f64) -> Score {
    *sum += score.value;
    Score { value: *sum, ..score }
}

#[operator]
async fn suspicious(score: Score) -> Option<Score> {
    (score.value > 5.0).then_some(score)
}

fn by_macro(
    transactions: impl Source<Tx, Replay = Replayable>,
    alerts: impl Sink<Score, Repeat = Idempotent>,
) -> Topology {
    topology!(
        job("fraud", exactly_once),
        tx = source(transactions) >> event_time(|t| t.at, lateness(2.secs())),
        avg = tx >> by(|t| t.card) >> average_ticket * 2,
        near = tx >> by(|t| t.card) >> window(sliding(30.mins(), 5.mins())) >> proximity * 2,
        count = tx >> by(|t| t.card) >> window(tumbling(1.mins())) >> transaction_count * 2,
        scores = [avg, near, count] >> by(|s| s.tx) >> merge_scores * 2,
        scores >> suspicious >> sink(alerts),
        [near.late, count.late] >> ignore,
    )
}

fn by_hand(
    transactions: impl Source<Tx, Replay = Replayable>,
    alerts: impl Sink<Score, Repeat = Idempotent>,
) -> Topology {
    let job = Builder::new("fraud").delivery(exactly_once);
    let tx = job.source(transactions).event_time(|t| t.at, lateness(2.secs()));
    let tx = tx.named("tx").fan_out();
    let avg = tx.tap().by(|t| t.card).instances(2).then(average_ticket {}).named("avg");
    let near = tx.tap().by(|t| t.card).window(sliding(30.mins(), 5.mins())).instances(2);
    let near = near.then(proximity {}).named("near").outputs();
    let count = tx.tap().by(|t| t.card).window(tumbling(1.mins())).instances(2);
    let count = count.then(transaction_count {}).named("count").outputs();
    let scores = merge((avg, near.stream, count.stream)).by(|s| s.tx).instances(2);
    let scores = scores.then(merge_scores {}).named("scores");
    scores.default_instances().then(suspicious {}).sink(alerts);
    near.late.ignore();
    count.late.ignore();
    job.build()
}

/// The transactions of three cards, one every ten seconds.
fn transactions() -> Vec<Tx> {
    let transaction = |id: u64| Tx {
        id,
        card: (id % 3) as u32,
        at: EventTime::from_secs(10 * id as i64),
        amount: 1.0 + id as f64,
    };
    (0..500).map(transaction).collect()
}

/// The transactions again and again, as a log would give them.
struct Log;

impl Source<Tx> for Log {
    type Reader = <FromIter<std::vec::IntoIter<Tx>> as Source<Tx>>::Reader;
    type Replay = Replayable;

    fn open(self, env: &Env) -> millstream::Result<Self::Reader> {
        from_iter(transactions()).open(env)
    }
}

fn both() -> [Topology; 2] {
    let (one, two) = (Collected::new(), Collected::new());
    [by_macro(Log, idempotent(one.sink())), by_hand(Log, idempotent(two.sink()))]
}

#[test]
fn the_macro_declares_what_the_builder_does_by_hand() {
    let [by_macro, by_hand] = both();
    let nodes = |topology: &Topology| -> Vec<_> {
        let nodes = topology.nodes().iter();
        nodes.map(|node| (node.name.clone(), node.kind, node.instances)).collect()
    };
    let edges = |topology: &Topology| -> Vec<_> {
        let edges = topology.edges().iter();
        edges.map(|edge| (edge.from, edge.to, edge.grouping, edge.buffer)).collect()
    };
    assert_eq!(nodes(&by_macro), nodes(&by_hand));
    assert_eq!(edges(&by_macro), edges(&by_hand));
    assert_eq!(by_macro.name(), by_hand.name());
    assert_eq!(by_macro.delivery(), Delivery::ExactlyOnce);
    assert_eq!(by_macro.delivery(), by_hand.delivery());
    assert_eq!(by_macro.default_instances(), by_hand.default_instances());
}

#[test]
fn the_declaration_is_what_is_written() {
    let [topology, _] = both();
    let expected = "\
fraud (exactly_once)
  tx >> avg (by key)
  tx >> near (by key)
  tx >> count (by key)
  avg >> scores (by key)
  near >> scores (by key)
  count >> scores (by key)
  scores >> suspicious (forward)
  suspicious >> suspicious_sink (forward)
  near.late >> near_late_ignored (forward)
  count.late >> count_late_ignored (forward)
";
    assert_eq!(topology.to_string(), expected);
}

#[test]
fn every_node_knows_its_line_in_the_topology() {
    let [topology, _] = both();
    let lines: Vec<&str> = include_str!("builder.rs").lines().collect();
    let first = lines.iter().position(|line| line.contains("fn by_macro")).unwrap();
    let last = lines.iter().position(|line| line.contains("fn by_hand")).unwrap();
    for (name, written) in [
        ("tx", "tx = source(transactions)"),
        ("avg", ">> average_ticket * 2,"),
        ("near", ">> proximity * 2,"),
        ("count", ">> transaction_count * 2,"),
        ("scores", ">> merge_scores * 2,"),
        ("suspicious", ">> suspicious >>"),
        ("suspicious_sink", ">> sink(alerts),"),
        ("near_late_ignored", "[near.late, count.late] >> ignore,"),
    ] {
        let node = topology.nodes().iter().find(|node| node.name == name);
        let location = node.unwrap_or_else(|| panic!("there is no node {name}")).location;
        let line = location.line() as usize - 1;
        assert!(location.file().ends_with("builder.rs"), "{name}: {location}");
        assert!((first..last).contains(&line), "{name}: {location}");
        assert!(lines[line].contains(written), "{name}: {location} is `{}`", lines[line]);
    }
}

/// The same DAG with what every job promises now, so that it can run.
#[tokio::test]
async fn both_find_the_same() {
    let found = |topology: Topology, alerts: Collected<Score>| async move {
        topology.run(Config::default()).await.unwrap();
        let ids: BTreeSet<u64> = alerts.take().iter().map(|score| score.tx).collect();
        ids
    };
    let (one, two) = (Collected::new(), Collected::new());
    let by_macro = topology!(
        tx = source(from_iter(transactions())) >> event_time(|t| t.at, lateness(2.secs())),
        avg = tx >> by(|t| t.card) >> average_ticket * 2,
        count = tx >> by(|t| t.card) >> window(tumbling(1.mins())) >> transaction_count * 2,
        scores = [avg, count] >> by(|s| s.tx) >> merge_scores * 2,
        scores >> filter(|s| s.value > 3.0) >> sink(one.sink()),
        count.late >> ignore,
    );
    let job = Builder::new("job");
    let tx = job.source(from_iter(transactions())).event_time(|t| t.at, lateness(2.secs()));
    let tx = tx.fan_out();
    let avg = tx.tap().by(|t| t.card).instances(2).then(average_ticket {});
    let count = tx.tap().by(|t| t.card).window(tumbling(1.mins())).instances(2);
    let count = count.then(transaction_count {}).outputs();
    let scores = merge((avg, count.stream)).by(|s| s.tx).instances(2);
    count.late.ignore();
    scores.then(merge_scores {}).filter(|s| s.value > 3.0).sink(two.sink());

    let by_macro = found(by_macro, one).await;
    assert!(by_macro.len() > 10, "{by_macro:?}");
    assert_eq!(by_macro, found(job.build(), two).await);
}
