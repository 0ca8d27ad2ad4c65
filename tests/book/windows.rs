//! Windows: each is told once, what is late goes elsewhere, and a map can do the same (chapter 7).

use crate::rng::Rng;
use millstream::connector::demo::{Demo, Transaction};
use millstream::prelude::*;
use millstream_examples::fraud_detection::input::Terminals;
use millstream_examples::fraud_detection::score::Score;
use std::collections::BTreeMap;
use std::sync::Arc;

#[path = "../../examples/proximity_by_state.rs"]
#[expect(dead_code, reason = "its `main` is not run here")]
mod proximity_by_state;
#[path = "../../examples/windowing_test.rs"]
#[expect(dead_code, reason = "its `main` is not run here")]
mod windowing_test;

use windowing_test::Transaction as Payment;

fn payment(account: u32, secs: i64) -> Payment {
    Payment { account, amount: 9.5, at: EventTime::from_secs(secs) }
}

/// Runs the windowing test: its windows in order of their text, and what was late.
async fn windows_of(
    payments: Vec<Payment>,
    instances: usize,
    batch: usize,
) -> (Vec<String>, Vec<Payment>) {
    let (windows, late) = (Collected::new(), Collected::new());
    let job =
        windowing_test::windowing_test(from_iter(payments), windows.sink(), late.sink(), instances);
    job.run(Config::default().batch(batch)).await.unwrap();
    let mut windows = windows.take();
    windows.sort();
    (windows, late.take().into_iter().map(|late| late.event).collect())
}

#[tokio::test]
async fn a_window_is_told_once_and_what_is_later_than_two_seconds_is_late() {
    let arriving = [(1, 0), (1, 4), (2, 3), (1, 6), (1, 2), (1, 12), (1, 1)];
    let arriving = arriving.map(|(account, secs)| payment(account, secs)).to_vec();
    let (windows, late) = windows_of(arriving, 1, 1).await;
    let expected = [
        "1 transactions between 1970-01-01T00:00:00Z and 1970-01-01T00:00:05Z
  account 2 pays 9.5 at 1970-01-01T00:00:03Z",
        "1 transactions between 1970-01-01T00:00:05Z and 1970-01-01T00:00:10Z
  account 1 pays 9.5 at 1970-01-01T00:00:06Z",
        "1 transactions between 1970-01-01T00:00:10Z and 1970-01-01T00:00:15Z
  account 1 pays 9.5 at 1970-01-01T00:00:12Z",
        "3 transactions between 1970-01-01T00:00:00Z and 1970-01-01T00:00:05Z
  account 1 pays 9.5 at 1970-01-01T00:00:00Z
  account 1 pays 9.5 at 1970-01-01T00:00:02Z
  account 1 pays 9.5 at 1970-01-01T00:00:04Z",
    ];
    assert_eq!(windows, expected);
    assert_eq!(late, [payment(1, 1)]);
}

#[tokio::test]
async fn what_is_two_seconds_late_is_in_the_same_windows_whatever_the_instances_and_batches() {
    let mut rng = Rng(5);
    let mut arriving: Vec<_> = (0..4_000_u32)
        .map(|number| (payment(number % 7, i64::from(number / 20)), rng.below(3) as i64))
        .collect();
    arriving.sort_by_key(|(one, delay)| one.at.as_micros() + delay * 1_000_000);
    let arriving: Vec<_> = arriving.into_iter().map(|(one, _)| one).collect();
    assert!(!arriving.is_sorted_by_key(|one| one.at));

    let mut expected: BTreeMap<(i64, u32), Vec<Payment>> = BTreeMap::new();
    for one in &arriving {
        let start = one.at.as_micros().div_euclid(5_000_000) * 5;
        expected.entry((start, one.account)).or_default().push(*one);
    }
    let tell = |((start, account), mut payments): ((i64, u32), Vec<Payment>)| {
        payments.sort_by_key(|one| one.at);
        let (from, to) = (EventTime::from_secs(start), EventTime::from_secs(start + 5));
        let lines =
            payments.iter().map(|one| format!("\n  account {account} pays 9.5 at {}", one.at));
        let count = payments.len();
        format!("{count} transactions between {from} and {to}{}", lines.collect::<String>())
    };
    let mut expected: Vec<_> = expected.into_iter().map(tell).collect();
    expected.sort();
    for instances in [1, 2, 4] {
        for batch in [1, 7, 1_024] {
            let (windows, late) = windows_of(arriving.clone(), instances, batch).await;
            assert_eq!(windows, expected, "{instances} instances, batches of {batch}");
            assert_eq!(late, [], "{instances} instances, batches of {batch}");
        }
    }
}

/// The scores by the number of their transaction: exactly one for each.
#[track_caller]
fn scores_of(scores: &Collected<Score>, transactions: usize) -> BTreeMap<u64, f64> {
    let scores = scores.take();
    assert_eq!(scores.len(), transactions);
    scores.into_iter().map(|score| (score.transaction.transaction_id, score.value)).collect()
}

#[tokio::test]
async fn a_map_in_the_state_gives_the_scores_of_the_window() {
    // Dense, so that a window holds many transactions, and many of them at the same time.
    let demo = Demo::new(11).customers(300).events(30_000);
    let terminals = Arc::new(Terminals::of(&demo.terminal_positions()));
    let squeeze = |mut one: Transaction| {
        one.unix_seconds /= 100;
        one
    };
    let mut rng = Rng(3);
    let mut arriving: Vec<_> =
        demo.transactions().map(squeeze).map(|one| (one, rng.below(3) as i64)).collect();
    arriving.sort_by_key(|(one, delay)| one.unix_seconds + delay);
    let arriving: Vec<_> = arriving.into_iter().map(|(one, _)| one).collect();

    let mut first = None;
    for (instances, batch) in [(1, 1), (1, 1_024), (2, 64), (4, 7), (4, 1_024)] {
        let (by_window, by_state) = (Collected::new(), Collected::new());
        let job = proximity_by_state::both_ways(
            from_iter(arriving.clone()),
            terminals.clone(),
            by_window.sink(),
            by_state.sink(),
            instances,
        );
        job.run(Config::default().batch(batch)).await.unwrap();
        let by_window = scores_of(&by_window, arriving.len());
        assert_eq!(scores_of(&by_state, arriving.len()), by_window, "× {instances}, {batch}");
        assert!(by_window.values().filter(|value| **value >= 0.5).count() >= 100);
        let first = first.get_or_insert_with(|| by_window.clone());
        assert_eq!(&by_window, first, "× {instances}, {batch}");
    }
}

#[tokio::test]
async fn the_map_forgets_what_no_window_would_hold() {
    let terminals = Terminals::of(&[]);
    let mut recent = proximity_by_state::Recent::new();
    let buy = |transaction_id, unix_seconds| Transaction {
        transaction_id,
        unix_seconds,
        customer_id: 1,
        terminal_id: 0,
        amount: 1.0,
        is_fraud: 0,
        fraud_scenario: 0,
    };
    for (id, secs, left) in [(0, 0, 1), (1, 1_799, 2), (2, 1_800, 2), (3, 9_000, 1)] {
        let analyze = proximity_by_state::proximity_by_state;
        analyze(buy(id, secs), &mut recent, &terminals).await;
        assert_eq!(recent.len(), left, "after the one of second {secs}");
    }
}
