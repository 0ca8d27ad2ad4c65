//! The fraud detection job of chapters 4 and 7, against a straight-line oracle.

use crate::files::TempFile;
use crate::oracle::{self, Found};
use crate::rng::Rng;
use millstream::connector::demo::{Demo, Terminal, Transaction};
use millstream::metrics::Metrics;
use millstream::prelude::*;
use millstream_examples::fraud_detection::input::{Input, Terminals};
use millstream_examples::fraud_detection::score::{Alert, Tally};
use millstream_examples::fraud_detection::{FraudJob, fraud, fraud_with};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

const EVENTS: u64 = 60_000;

/// Made-up transactions of few customers, so that each has a long history.
fn demo() -> Demo {
    Demo::new(7).customers(600).events(EVENTS).distant_use(0.3)
}

/// Runs the job; its alerts in the order of their transactions' ids, and its counters.
async fn run(
    transactions: impl Source<Transaction>,
    terminals: &[Terminal],
    instances: usize,
    config: Config,
) -> (Vec<Alert>, Metrics) {
    let alerts = Collected::new();
    let terminals = Arc::new(Terminals::of(terminals));
    let tally = Arc::new(Tally::default());
    let topology =
        fraud(FraudJob { transactions, terminals, alerts: alerts.sink(), tally, instances });
    let mut job = topology.start(config).unwrap();
    job.wait().await.unwrap();
    let mut alerts = alerts.take();
    alerts.sort_by_key(|alert: &Alert| alert.transaction.transaction_id);
    (alerts, job.metrics())
}

/// How many alerts the amount (0), the journey (1) or the number in the minute (2) raises alone.
fn raised_by(alerts: &[Found], analyzer: usize) -> usize {
    alerts.iter().filter(|(_, scores)| scores[analyzer] >= 0.5).count()
}

/// The same transactions, and the same scores save for the rounding of sums.
#[track_caller]
fn assert_found(alerts: &[Alert], expected: &[Found]) {
    let ids = |found: &mut dyn Iterator<Item = u64>| found.collect::<Vec<u64>>();
    assert_eq!(
        ids(&mut alerts.iter().map(|alert| alert.transaction.transaction_id)),
        ids(&mut expected.iter().map(|(transaction, _)| transaction.transaction_id)),
    );
    for (alert, (transaction, scores)) in alerts.iter().zip(expected) {
        assert_eq!(alert.transaction, *transaction);
        let given = alert.scores;
        let given = [given.average_ticket, given.proximity, given.transaction_count];
        let near = given.iter().zip(scores).all(|(one, other)| (one - other).abs() < 1e-9);
        assert!(near, "{transaction:?}: {given:?}, expected {scores:?}");
    }
}

#[tokio::test]
async fn every_transaction_gets_three_scores() {
    for instances in [1, 2] {
        let demo = demo();
        let terminals = demo.terminal_positions();
        let (alerts, metrics) = run(demo, &terminals, instances, Config::default()).await;
        let total = |node: &str| metrics.node(node).unwrap().total();
        for analyzer in ["avg", "near", "count"] {
            assert_eq!(total(analyzer).events_out, EVENTS, "{analyzer} × {instances}");
        }
        assert_eq!(total("scores").events_in, 3 * EVENTS, "× {instances}");
        assert_eq!(total("scores").events_out, EVENTS, "× {instances}");
        assert_eq!(total("alerts").events_in, alerts.len() as u64, "× {instances}");
        let lost = metrics.nodes().iter().map(|node| node.total());
        let lost: u64 = lost.map(|total| total.late + total.errors).sum();
        assert_eq!(lost, 0, "{metrics}");
    }
}

#[tokio::test]
async fn the_alerts_are_those_of_the_oracle_whatever_the_instances_and_batches() {
    let demo = demo();
    let terminals = demo.terminal_positions();
    let transactions: Vec<_> = demo.transactions().collect();
    assert_eq!(transactions.len() as u64, EVENTS);
    let expected = oracle::alerts(&transactions, &terminals);
    assert!(raised_by(&expected, 0) >= 20 && raised_by(&expected, 1) >= 20);

    let mut first: Option<Vec<Alert>> = None;
    for instances in [1, 2, 4] {
        for batch in [1, 64, 1_024] {
            let config = Config::default().batch(batch);
            let (alerts, _) = run(demo.clone(), &terminals, instances, config).await;
            assert_found(&alerts, &expected);
            // The same to the last bit, too.
            let first = first.get_or_insert_with(|| alerts.clone());
            assert_eq!(&alerts, first, "{instances} instances, batches of {batch}");
        }
    }
}

/// An order of arrival in which no transaction is more than two seconds late.
fn shuffled(transactions: &[Transaction], seed: u64) -> Vec<Transaction> {
    let mut rng = Rng(seed);
    let mut arriving: Vec<_> = transactions
        .iter()
        .map(|one| ((one.unix_seconds + rng.below(3) as i64, rng.next()), *one))
        .collect();
    arriving.sort_by_key(|(at, _)| *at);
    arriving.into_iter().map(|(_, one)| one).collect()
}

#[tokio::test]
async fn the_alerts_do_not_depend_on_the_order_of_arrival() {
    // Dense, so that many transactions of a customer fall into the same seconds.
    let demo = Demo::new(11).customers(300).events(EVENTS);
    let terminals = demo.terminal_positions();
    let squeeze = |mut one: Transaction| {
        one.unix_seconds /= 400;
        one
    };
    let transactions: Vec<_> = demo.transactions().map(squeeze).collect();
    let expected = oracle::alerts(&transactions, &terminals);
    assert!((0..3).all(|analyzer| raised_by(&expected, analyzer) >= 20));

    for (seed, instances, batch) in [(1, 1, 1_024), (2, 2, 64), (3, 4, 1), (4, 4, 1_024)] {
        let arriving = shuffled(&transactions, seed);
        let moved = arriving.iter().zip(&transactions).filter(|(one, other)| one != other).count();
        assert!(moved > transactions.len() / 2, "seed {seed} moves only {moved} transactions");
        let config = Config::default().batch(batch);
        let (alerts, metrics) = run(from_iter(arriving), &terminals, instances, config).await;
        assert_eq!(metrics.node("tx").unwrap().total().late, 0, "seed {seed}");
        assert_found(&alerts, &expected);
    }
}

fn data(file: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../shared/data").join(file)
}

#[tokio::test]
async fn the_alerts_on_the_real_data_are_those_of_the_oracle() {
    let (input, terminals) = (data("card_transactions.csv.gz"), data("terminals.csv"));
    if !input.exists() || !terminals.exists() {
        println!("skipped: the handbook's data set is not there, {}", input.display());
        return;
    }
    let kept = Collected::new();
    topology!(job("terminals"), source(csv_file(&terminals)) >> sink(kept.sink()))
        .run(Config::default())
        .await
        .unwrap();
    let terminals: Vec<Terminal> = kept.take();
    let kept = Collected::new();
    topology!(job("transactions"), source(Input::file(&input, Some(200_000))) >> sink(kept.sink()))
        .run(Config::default())
        .await
        .unwrap();
    let transactions: Vec<Transaction> = kept.take();
    assert_eq!(transactions.len(), 200_000);
    let expected = oracle::alerts(&transactions, &terminals);
    assert!(expected.len() > 200, "{} alerts", expected.len());
    for instances in [1, 2] {
        let source = Input::file(&input, Some(200_000));
        let (alerts, _) = run(source, &terminals, instances, Config::default()).await;
        assert_found(&alerts, &expected);
    }
}

/// The job with a guarantee, stopped in the middle and started again; its alerts in that order.
async fn run_durably(delivery: Delivery, instances: usize) -> Vec<serde_json::Value> {
    let folder = tempfile::tempdir().unwrap();
    let output = folder.path().join("alerts.jsonl");
    let demo = demo();
    let terminals = Arc::new(Terminals::of(&demo.terminal_positions()));
    let job = || {
        let alerts = jsonl_file(&output).replace();
        let (terminals, tally) = (Arc::clone(&terminals), Arc::new(Tally::default()));
        let transactions = Input::Demo(demo.clone());
        fraud_with(delivery, FraudJob { transactions, terminals, alerts, tally, instances })
    };
    let config = || {
        let config =
            Config::default().batch(64).buffer(64).checkpoints(folder.path().join("saved"));
        config.checkpoint_every(Duration::from_millis(20))
    };
    for _ in 0..3 {
        let mut running = job().start(config()).unwrap();
        tokio::time::sleep(Duration::from_millis(100)).await;
        running.abort();
        running.wait().await.ok();
    }
    job().run(config()).await.unwrap();
    let text = std::fs::read_to_string(output).unwrap();
    text.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

#[tokio::test]
async fn a_job_that_is_aborted_and_started_again_finds_what_its_guarantee_promises() {
    let demo = demo();
    let transactions: Vec<_> = demo.transactions().collect();
    let expected = oracle::alerts(&transactions, &demo.terminal_positions());
    let expected: Vec<u64> = expected.iter().map(|(one, _)| one.transaction_id).collect();
    for (delivery, instances) in [(Delivery::AtLeastOnce, 2), (Delivery::ExactlyOnce, 2)] {
        let alerts = run_durably(delivery, instances).await;
        let mut ids: Vec<_> =
            alerts.iter().map(|alert| alert["transaction_id"].as_u64().unwrap()).collect();
        ids.sort_unstable();
        if delivery == Delivery::AtLeastOnce {
            ids.dedup();
        }
        assert_eq!(ids, expected, "{delivery}");
    }
}

const HEADER: &str =
    "transaction_id,unix_seconds,customer_id,terminal_id,amount,is_fraud,fraud_scenario";

#[tokio::test]
async fn a_malformed_line_goes_to_the_errors_and_the_job_goes_on() {
    let text = format!(
        "{HEADER}\n0,60,1,0,10.5,0,0\n1,61,1,0,a lot,0,0\n2,62,1,0\n3,63,1,0,250.0,1,1\n4,9,,,,,\n"
    );
    let file = TempFile::new("malformed.csv", &text);
    let terminals = [Terminal { terminal_id: 0, x: 1.0, y: 2.0 }];
    let (alerts, metrics) =
        run(Input::file(file.path(), None), &terminals, 1, Config::default()).await;
    let tx = metrics.node("tx").unwrap().total();
    assert_eq!((tx.events_out, tx.errors), (2, 3), "{metrics}");
    assert_eq!(metrics.node("scores").unwrap().total().events_in, 6);
    let ids: Vec<_> = alerts.iter().map(|alert| alert.transaction.transaction_id).collect();
    assert_eq!(ids, [3]);

    let (good, bad) = (Collected::<Transaction>::new(), Collected::new());
    topology!(
        job("reading"),
        tx = source(csv_file(file.path())),
        tx >> sink(good.sink()),
        tx.errors >> sink(bad.sink()),
    )
    .run(Config::default())
    .await
    .unwrap();
    let amounts: Vec<_> = good.take().iter().map(|one| one.amount).collect();
    assert_eq!(amounts, [10.5, 250.0]);
    let bad: Vec<Malformed> = bad.take();
    let lines: Vec<_> = bad.iter().map(|record| (record.line, record.raw.as_str())).collect();
    assert_eq!(lines, [(3, "1,61,1,0,a lot,0,0"), (4, "2,62,1,0"), (6, "4,9,,,,,")]);
    assert!(bad[0].reason.contains("column `amount` is `a lot`"), "{}", bad[0]);
    assert_eq!(bad[1].reason, "expected 7 fields, got 4");
}
