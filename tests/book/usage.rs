//! The system usage job (chapters 5 and 6): its totals are exact, in whichever order the store
//! answers, and however often the job is stopped.

use millstream::connector::demo::{Demo, Transaction};
use millstream::prelude::*;
use millstream_examples::system_usage::store::FraudStore;
use millstream_examples::system_usage::topology::Day;
use millstream_examples::system_usage::{Usage, Verdict, system_usage_of, verdicts_of};
use serde::de::DeserializeOwned;
use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

fn transactions() -> Demo {
    Demo::new(42).customers(200).events(2_000)
}

fn store() -> Arc<FraudStore> {
    Arc::new(FraudStore::of(transactions().transactions(), Duration::from_millis(1)))
}

/// The number of transactions and frauds of each day.
fn expected() -> BTreeMap<i64, (u64, u64)> {
    let mut expected: BTreeMap<i64, (u64, u64)> = BTreeMap::new();
    for one in transactions().transactions() {
        let begins = one.unix_seconds.div_euclid(86_400) * 86_400;
        let (count, frauds) = expected.entry(begins).or_default();
        (*count, *frauds) = (*count + 1, *frauds + u64::from(one.is_fraud));
    }
    let frauds: u64 = expected.values().map(|(_, frauds)| frauds).sum();
    assert!(frauds >= 20 && expected.len() >= 4, "{expected:?}");
    expected
}

/// The rows of all visible parts with this name.
async fn rows<T: DeserializeOwned + Send + 'static>(output: &Path, name: &str) -> Vec<T> {
    let mut rows = Vec::new();
    for part in std::fs::read_dir(output).unwrap() {
        let path = part.unwrap().path();
        if path.file_name().unwrap().to_string_lossy().starts_with(name) {
            let read = Collected::new();
            let topology = topology!(job("read"), source(csv_file::<T>(path)) >> sink(read.sink()));
            topology.run(Config::default()).await.unwrap();
            rows.extend(read.take());
        }
    }
    rows
}

/// Runs a job to its end, and stops it `stops` times on the way there.
async fn run_with_stops(job: impl Fn() -> Topology, stops: u32, config: impl Fn() -> Config) {
    for stop in 0..stops {
        let mut running = job().start(config()).unwrap();
        tokio::time::sleep(Duration::from_millis(60)).await;
        if stop % 2 == 0 {
            running.abort();
            running.wait().await.ok();
        } else {
            running.suspend().await.unwrap();
        }
    }
    job().run(config()).await.unwrap();
}

#[tokio::test]
async fn every_transaction_is_counted_once_in_its_day_and_in_all_also_after_stops() {
    let expected = expected();
    let frauds = expected.values().map(|(_, frauds)| frauds).sum();
    for (batch, stops) in [(1, 0), (64, 3), (1_024, 3)] {
        let folder = tempfile::tempdir().unwrap();
        let (output, checkpoints) = (folder.path().join("output"), folder.path().join("saved"));
        let job = || system_usage_of(transactions(), store(), &output);
        let config = || {
            let config = Config::default().batch(batch).checkpoints(&checkpoints);
            config.checkpoint_every(Duration::from_millis(20))
        };
        run_with_stops(job, stops, config).await;

        let days = rows::<Day>(&output, "days").await;
        let days: Vec<_> = days.iter().map(|day| (day.begins, (day.count, day.frauds))).collect();
        assert_eq!(days.len(), expected.len(), "batches of {batch}");
        let days: BTreeMap<_, _> = days.into_iter().collect();
        assert_eq!(days, expected, "batches of {batch}");

        let mut so_far = rows::<Usage>(&output, "so_far").await;
        so_far.sort_by_key(|usage| usage.count);
        assert!((1..=2_000).eq(so_far.iter().map(|usage| usage.count)), "batches of {batch}");
        assert_eq!(so_far.last(), Some(&Usage { count: 2_000, frauds }), "batches of {batch}");
    }
}

#[tokio::test]
async fn the_job_without_state_writes_each_transaction_once_also_after_stops() {
    let folder = tempfile::tempdir().unwrap();
    let (output, checkpoints) = (folder.path().join("output"), folder.path().join("saved"));
    let job = || verdicts_of(transactions(), store(), &output);
    let config = || {
        let config = Config::default().batch(16).checkpoints(&checkpoints);
        config.checkpoint_every(Duration::from_millis(20))
    };
    run_with_stops(job, 3, config).await;
    let mut verdicts = rows::<Verdict>(&output, "verdicts").await;
    verdicts.sort_by_key(|verdict| verdict.transaction_id);
    let expected = transactions().transactions().map(|one: Transaction| Verdict {
        transaction_id: one.transaction_id,
        unix_seconds: one.unix_seconds,
        fraud: u64::from(one.is_fraud),
    });
    assert!(verdicts.into_iter().eq(expected));
}
