//! Durable jobs that take a directory over, and nodes whose state is given up.

use crate::durable::{Upto, config};
use crate::support::settled;
use millstream::ErrorKind;
use millstream::prelude::*;
use std::time::Duration;

#[operator]
async fn tallied(number: u64, seen: &mut u64) -> (u64, u64) {
    *seen += 1;
    (number % 10, *seen)
}

fn slow(end: u64, rows: &Collected<(u64, u64)>) -> Topology {
    topology!(
        job("owned", at_least_once),
        numbers = source(Upto { end, pause: Some(10) }),
        kept = numbers >> by(|number| number % 10) >> tallied >> sink(rows.sink()),
    )
}

fn greatest(rows: Vec<(u64, u64)>) -> u64 {
    rows.into_iter().map(|(_, seen)| seen).max().unwrap_or(0)
}

#[tokio::test(start_paused = true)]
async fn a_job_whose_directory_is_taken_over_ends_and_the_other_continues() {
    let (directory, first, second) =
        (tempfile::tempdir().unwrap(), Collected::new(), Collected::new());
    let mut stalled = slow(u64::MAX, &first).start(config(&directory)).unwrap();
    tokio::time::sleep(Duration::from_millis(100)).await;
    let before = greatest(first.take());
    let standby = slow(3_000, &second).start(config(&directory).take_over());
    let mut standby = standby.unwrap();
    let error = settled(stalled.wait()).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::TakenOver);
    assert!(error.to_string().contains("another process has taken over"), "{error}");
    settled(standby.wait()).await.unwrap();
    let rows = second.take();
    assert!(before > 50 && rows[0].1 > 50, "{before}: it continued at {}", rows[0].1);
    assert_eq!(greatest(rows), 300);
}

fn other(rows: &Collected<(u64, u64)>) -> Topology {
    topology!(
        job("owned", at_least_once),
        numbers = source(Upto { end: 2_000, pause: None }),
        renamed = numbers >> by(|number| number % 10) >> tallied,
        kept = renamed >> sink(rows.sink()),
    )
}

#[tokio::test(start_paused = true)]
async fn the_state_of_a_node_that_is_gone_can_be_given_up() {
    let (directory, rows) = (tempfile::tempdir().unwrap(), Collected::new());
    settled(slow(1_000, &rows).run(config(&directory))).await.unwrap();
    assert_eq!(greatest(rows.take()), 100);
    let error = other(&rows).start(config(&directory).forget("talied")).unwrap_err();
    assert!(error.to_string().contains("the state of a node `tallied`"), "{error}");
    settled(other(&rows).run(config(&directory).forget("tallied"))).await.unwrap();
    assert_eq!(greatest(rows.take()), 100, "the source goes on, the count began anew");
    // Once given up, it is gone: also for a node of that name.
    settled(slow(3_000, &rows).run(config(&directory).forget("renamed"))).await.unwrap();
    assert_eq!(greatest(rows.take()), 100);
}
