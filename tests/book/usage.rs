//! The system usage job (chapter 5): its totals are exact, in whichever order the store answers.

use millstream::connector::demo::{Demo, Transaction};
use millstream::prelude::*;
use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

#[path = "../../examples/system_usage.rs"]
#[expect(dead_code, reason = "its `main` is not run here")]
mod system_usage;

use system_usage::{FraudStore, Usage};

fn transactions() -> Demo {
    Demo::new(42).customers(200).events(2_000)
}

/// The clock stands still but for what is waited for, so that 2,000 answers take no time.
#[tokio::test(start_paused = true)]
async fn every_transaction_is_counted_once_in_its_day_and_in_all() {
    let all: Vec<Transaction> = transactions().transactions().collect();
    let mut expected: BTreeMap<i64, (u64, u64)> = BTreeMap::new();
    for one in &all {
        let (count, frauds) = expected.entry(one.unix_seconds.div_euclid(86_400)).or_default();
        (*count, *frauds) = (*count + 1, *frauds + u64::from(one.is_fraud));
    }
    let frauds = expected.values().map(|(_, frauds)| frauds).sum();
    assert!(frauds >= 20 && expected.len() >= 4, "{expected:?}");

    for batch in [1, 64, 1_024] {
        let store = FraudStore::of(all.iter().copied(), Duration::from_millis(20));
        let (daily, so_far) = (Collected::new(), Collected::new());
        let topology =
            system_usage::usage(transactions(), Arc::new(store), daily.sink(), so_far.sink());
        topology.run(Config::default().batch(batch)).await.unwrap();

        let daily: Vec<WindowResult<(), (u64, u64)>> = daily.take();
        let day = |of: &WindowResult<(), _>| of.start.as_micros() / 1_000_000 / 86_400;
        let days: Vec<_> = daily.iter().map(|each| (day(each), each.value)).collect();
        assert_eq!(days, expected.clone().into_iter().collect::<Vec<_>>(), "batches of {batch}");

        let so_far: Vec<Usage> = so_far.take();
        assert!((1..=2_000).eq(so_far.iter().map(|usage| usage.count)), "batches of {batch}");
        assert_eq!(so_far.last(), Some(&Usage { count: 2_000, frauds }), "batches of {batch}");
    }
}
