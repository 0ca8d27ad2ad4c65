//! The features of card transactions, against a direct recomputation of each of them.

use crate::rng::Rng;
use millstream::connector::demo::{Demo, Transaction};
use millstream::prelude::*;
use millstream_examples::card_features::features::{Features, Summary};
use millstream_examples::card_features::{card_features, file};
use millstream_examples::fraud_detection::input::Input;
use std::collections::HashMap;
use std::path::{Path, PathBuf};

const DAY: i64 = 86_400;

/// How many of these there are, and their mean.
fn summary(values: impl Iterator<Item = f64>) -> Summary {
    let (mut count, mut sum) = (0_u64, 0.0);
    for value in values {
        (count, sum) = (count + 1, sum + value);
    }
    Summary { count, mean: if count == 0 { 0.0 } else { sum / count as f64 } }
}

/// The features of every transaction, each from the whole history of its customer and terminal.
fn expected(transactions: &[Transaction]) -> Vec<Features> {
    let mut customers: HashMap<u32, Vec<&Transaction>> = HashMap::new();
    let mut terminals: HashMap<u32, Vec<&Transaction>> = HashMap::new();
    for one in transactions {
        terminals.entry(one.terminal_id).or_default().push(one);
    }
    let mut found = Vec::new();
    for one in transactions {
        let now = one.unix_seconds;
        let customer = customers.entry(one.customer_id).or_default();
        customer.push(one);
        let terminal = &terminals[&one.terminal_id];
        let of_customer = |days: i64| {
            let from = now - days * DAY;
            let theirs = customer.iter().filter(|other| other.unix_seconds > from);
            summary(theirs.map(|other| other.amount))
        };
        let of_terminal = |days: i64| {
            let (from, to) = (now - (7 + days) * DAY, now - 7 * DAY);
            let theirs = terminal.iter();
            let theirs =
                theirs.filter(|other| other.unix_seconds > from && other.unix_seconds <= to);
            summary(theirs.map(|other| if other.is_fraud == 1 { 1.0 } else { 0.0 }))
        };
        found.push(Features {
            transaction_id: one.transaction_id,
            customer: [1, 7, 30].map(of_customer),
            terminal: [1, 7, 30].map(of_terminal),
        });
    }
    found.sort_by_key(|one| one.transaction_id);
    found
}

/// The features by the job, in the order of the numbers of the transactions.
async fn features(transactions: &[Transaction], instances: usize, batch: usize) -> Vec<Features> {
    let kept = Collected::new();
    let topology = card_features(from_iter(transactions.to_vec()), kept.sink(), instances);
    let mut job = topology.start(Config::default().batch(batch)).unwrap();
    job.wait().await.unwrap();
    let metrics = job.metrics();
    let late: u64 = metrics.nodes().iter().map(|node| node.total().late).sum();
    assert_eq!(late, 0, "{metrics}");
    let mut features: Vec<Features> = kept.take();
    features.sort_by_key(|one| one.transaction_id);
    features
}

/// The same transactions and counts, and the same means save for the rounding of sums.
#[track_caller]
fn assert_features(features: &[Features], expected: &[Features], run: &str) {
    assert_eq!(features.len(), expected.len(), "{run}");
    let summaries = |one: &Features| one.customer.into_iter().chain(one.terminal);
    for (one, other) in features.iter().zip(expected) {
        assert_eq!(one.transaction_id, other.transaction_id, "{run}");
        let near = summaries(one).zip(summaries(other)).all(|(one, other)| {
            one.count == other.count && (one.mean - other.mean).abs() < 1e-9 * other.mean.max(1.0)
        });
        assert!(near, "{run}: {one:?}, expected {other:?}");
    }
}

/// Made-up transactions of few customers at few terminals, over some 90 days.
fn demo() -> Demo {
    Demo::new(7).customers(100).terminals(40).events(18_000)
}

#[tokio::test]
async fn features_are_those_of_the_oracle_whatever_the_instances_and_batches() {
    let transactions: Vec<_> = demo().transactions().collect();
    let expected = expected(&transactions);
    let risky = |one: &&Features| one.terminal.iter().any(|summary| summary.mean > 0.0);
    assert!(expected.iter().filter(risky).count() > 1_000);
    let mut first: Option<Vec<Features>> = None;
    for instances in [1, 2, 4] {
        for batch in [1, 64, 1_024] {
            let features = features(&transactions, instances, batch).await;
            let run = format!("{instances} instances, batches of {batch}");
            assert_features(&features, &expected, &run);
            // The same to the last bit, too.
            assert_eq!(&features, first.get_or_insert_with(|| features.clone()), "{run}");
        }
    }
}

#[tokio::test]
async fn of_equal_times_those_count_that_came_before() {
    // Times in steps of six hours: many are equal, and many lie on the border of a window.
    let round = |mut one: Transaction| {
        one.unix_seconds -= one.unix_seconds.rem_euclid(DAY / 4);
        one
    };
    let mut transactions: Vec<_> = demo().transactions().map(round).collect();
    // Within a time the order of arrival is not that of the numbers.
    let mut rng = Rng(9);
    let order: HashMap<u64, u64> =
        transactions.iter().map(|one| (one.transaction_id, rng.next())).collect();
    transactions.sort_by_key(|one| (one.unix_seconds, order[&one.transaction_id]));
    let expected = expected(&transactions);
    for (instances, batch) in [(1, 1), (1, 1_024), (2, 64), (4, 1_024)] {
        let features = features(&transactions, instances, batch).await;
        assert_features(&features, &expected, &format!("× {instances}, batches of {batch}"));
    }
}

fn transaction(transaction_id: u64, unix_seconds: i64, amount: f64, is_fraud: u8) -> Transaction {
    let (customer_id, terminal_id, fraud_scenario) = (1, 2, is_fraud);
    Transaction {
        transaction_id,
        unix_seconds,
        customer_id,
        terminal_id,
        amount,
        is_fraud,
        fraud_scenario,
    }
}

#[tokio::test]
async fn the_file_has_the_columns_and_borders_that_are_promised() {
    // The second one is exactly a day after the first, and the third a week after the second: the
    // beginning of a window does not belong to it, and its end does.
    let transactions = [
        transaction(5, 0, 10.0, 1),
        transaction(2, DAY, 20.0, 0),
        transaction(9, 8 * DAY, 0.5, 0),
        transaction(11, 38 * DAY, 4.0, 0),
    ];
    let features = features(&transactions, 1, 1_024).await;
    let mut text = Vec::new();
    file::write(&features, &mut text).unwrap();
    let expected = "transaction_id,\
customer_id_nb_tx_1day_window,customer_id_avg_amount_1day_window,\
customer_id_nb_tx_7day_window,customer_id_avg_amount_7day_window,\
customer_id_nb_tx_30day_window,customer_id_avg_amount_30day_window,\
terminal_id_nb_tx_1day_window,terminal_id_risk_1day_window,\
terminal_id_nb_tx_7day_window,terminal_id_risk_7day_window,\
terminal_id_nb_tx_30day_window,terminal_id_risk_30day_window
2,1,20.000000000,2,15.000000000,2,15.000000000,0,0.000000000,0,0.000000000,0,0.000000000
5,1,10.000000000,1,10.000000000,1,10.000000000,0,0.000000000,0,0.000000000,0,0.000000000
9,1,0.500000000,1,0.500000000,3,10.166666667,1,0.000000000,2,0.500000000,2,0.500000000
11,1,4.000000000,1,4.000000000,1,4.000000000,0,0.000000000,0,0.000000000,1,0.000000000
";
    assert_eq!(String::from_utf8(text).unwrap(), expected);
}

fn data() -> Option<PathBuf> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../shared/data");
    let path = path.join("card_transactions.csv.gz");
    if !path.exists() {
        println!("skipped: the handbook's data set is not there, {}", path.display());
    }
    path.exists().then_some(path)
}

async fn compare_on_the_real_data(events: Option<u64>) {
    let Some(path) = data() else { return };
    let transactions = file::read(Input::file(&path, events)).await.unwrap();
    let expected = expected(&transactions);
    for instances in [1, 4] {
        let features = features(&transactions, instances, 1_024).await;
        assert_features(&features, &expected, &format!("{instances} instances"));
    }
}

#[tokio::test]
async fn features_of_six_weeks_of_real_data_are_those_of_the_oracle() {
    compare_on_the_real_data(Some(400_000)).await;
}

#[tokio::test]
#[ignore = "takes a minute without optimisation"]
async fn features_of_all_the_real_data_are_those_of_the_oracle() {
    compare_on_the_real_data(None).await;
}
