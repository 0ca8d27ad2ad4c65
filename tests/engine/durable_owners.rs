//! Durable jobs that take a directory over, and nodes whose state is given up.

use crate::durable::{Upto, config};
use crate::support::settled;
use millstream::ErrorKind;
use millstream::checkpoint::inspect;
use millstream::connector::csv::csv_parts;
use millstream::job::StateFate::{self, Forgotten, Kept, Lost, Moved, New};
use millstream::prelude::*;
use std::collections::BTreeSet;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
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
    crate::support::assert_balanced(&standby);
    let rows = second.take();
    assert!(before > 50 && rows[0].1 > 50, "{before}: it continued at {}", rows[0].1);
    assert_eq!(greatest(rows), 300);
}

#[tokio::test(start_paused = true)]
async fn a_job_that_fails_after_it_was_taken_over_opens_no_sink_again() {
    let (directory, files) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let path = files.path().join("numbers.csv");
    let fails = Arc::new(AtomicBool::new(false));
    let job = |end, fails: Arc<AtomicBool>| {
        let breaks = move |_: &u64| {
            if fails.load(Ordering::Relaxed) {
                std::panic::resume_unwind(Box::new("it is time"));
            }
        };
        topology!(
            job("owned", at_least_once),
            numbers = source(Upto { end, pause: Some(10) }),
            written = numbers >> inspect(breaks) >> sink(csv_file(&path).headerless()),
        )
    };
    let rare = config(&directory).checkpoint_every(100.millis());
    let mut stalled = job(u64::MAX, Arc::clone(&fails)).start(rare).unwrap();
    tokio::time::sleep(Duration::from_millis(150)).await;
    let mut standby = job(1_000, Arc::default()).start(config(&directory).take_over()).unwrap();
    tokio::time::sleep(Duration::from_millis(20)).await;
    fails.store(true, Ordering::Relaxed);
    let error = settled(stalled.wait()).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::TakenOver, "{error}");
    settled(standby.wait()).await.unwrap();
    crate::support::assert_balanced(&standby);
    let text = std::fs::read_to_string(&path).unwrap();
    let numbers: BTreeSet<u64> = text.lines().filter_map(|line| line.parse().ok()).collect();
    assert!(numbers.is_superset(&(0..1_000).collect()));
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
    crate::support::run(slow(1_000, &rows), config(&directory)).await.unwrap();
    assert_eq!(greatest(rows.take()), 100);
    let error = other(&rows).start(config(&directory).forget("talied")).unwrap_err();
    assert!(error.to_string().contains("the state of a node `tallied`"), "{error}");
    crate::support::run(other(&rows), config(&directory).forget("tallied")).await.unwrap();
    assert_eq!(greatest(rows.take()), 100, "the source goes on, the count began anew");
    // Once given up, it is gone: also for a node of that name.
    crate::support::run(slow(3_000, &rows), config(&directory).forget("renamed")).await.unwrap();
    assert_eq!(greatest(rows.take()), 100);
}

/// What becomes of the state of each node, in the order of the plan.
fn fates(topology: &Topology, config: &Config) -> Vec<(String, StateFate)> {
    let plan = topology.state_plan(config).unwrap().unwrap();
    plan.nodes.into_iter().map(|state| (state.node, state.fate)).collect()
}

#[tokio::test(start_paused = true)]
async fn what_becomes_of_the_state_is_told_before_the_start() {
    let (directory, rows) = (tempfile::tempdir().unwrap(), Collected::new());
    let config = || config(&directory);
    assert_eq!(slow(100, &rows).state_plan(&config()).unwrap(), None, "there is nothing yet");
    let mut job = slow(10_000, &rows).start(config()).unwrap();
    tokio::time::sleep(Duration::from_millis(50)).await;
    settled(job.suspend()).await.unwrap();
    crate::support::assert_balanced(&job);
    let of = |names: &[(&str, StateFate)]| -> Vec<(String, StateFate)> {
        names.iter().map(|(node, fate)| ((*node).to_owned(), *fate)).collect()
    };
    let kept = [("numbers", Kept), ("tallied", Kept), ("kept", Kept)];
    assert_eq!(fates(&slow(100, &rows), &config()), of(&kept));
    let lost = [("numbers", Kept), ("tallied", Lost), ("kept", Kept), ("renamed", New)];
    assert_eq!(fates(&other(&rows), &config()), of(&lost));
    let forgotten = config().forget("tallied");
    assert_eq!(fates(&other(&rows), &forgotten)[1], ("tallied".to_owned(), Forgotten));
    let wide = topology!(
        job("owned", at_least_once),
        numbers = source(Upto { end: 10_000, pause: None }),
        kept = numbers >> by(|number| number % 10) >> tallied * 3 >> sink(rows.sink()),
    );
    let plan = wide.state_plan(&config()).unwrap().unwrap();
    assert_eq!(plan.nodes[1].fate, Moved { from: 1, to: 3 });
    assert!(!plan.finished);
    let answer = wide.answer_cli(["job", "plan"].map(str::to_owned), &config()).unwrap().unwrap();
    assert!(answer.contains("  tallied  moved from 1 to 3 instances\n"), "{answer}");
    crate::support::run(wide, config()).await.unwrap();
    let plan = slow(100, &rows).state_plan(&config()).unwrap().unwrap();
    assert!(plan.finished && plan.to_string().contains("with which the job had ended"), "{plan}");
}

#[tokio::test]
async fn the_state_of_another_job_is_refused_by_name() {
    let (directory, rows) = (tempfile::tempdir().unwrap(), Collected::new());
    crate::support::run(slow(100, &rows), config(&directory)).await.unwrap();
    let another = topology!(
        job("another", at_least_once),
        numbers = source(Upto { end: 100, pause: None }),
        numbers >> ignore,
    );
    let error = another.state_plan(&config(&directory)).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Checkpoint);
    assert!(error.to_string().contains("are of the job \"owned\", not of \"another\""), "{error}");
}

#[tokio::test(start_paused = true)]
async fn a_plan_tells_whether_a_damaged_checkpoint_refuses_the_job() {
    let (directory, output) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let committing = |end| {
        topology!(
            job("owned", exactly_once),
            numbers = source(Upto { end, pause: None }),
            kept = numbers >> by(|number| number % 10) >> tallied,
            kept >> sink(csv_parts(output.path()).headerless()),
        )
    };
    for end in [100, 200] {
        settled(committing(end).run(config(&directory))).await.unwrap();
    }
    let plan = committing(300).state_plan(&config(&directory)).unwrap().unwrap();
    assert!(plan.damaged.is_empty() && plan.refusal.is_none(), "{plan}");
    let found = inspect(directory.path()).unwrap();
    let newest = &found.files.last().unwrap().name;
    let mut bytes = std::fs::read(directory.path().join(newest)).unwrap();
    bytes[60] ^= 1;
    std::fs::write(directory.path().join(newest), bytes).unwrap();
    let plan = committing(300).state_plan(&config(&directory)).unwrap().unwrap();
    assert!(plan.damaged[0].contains(&format!("{newest} is damaged")), "{plan}");
    let refusal = plan.refusal.as_deref().unwrap();
    assert!(plan.to_string().contains(&format!("\n  refused: {refusal}")), "{plan}");
    let error = committing(300).start(config(&directory)).unwrap_err();
    assert_eq!(error.to_string(), refusal, "a start says the same");
    // A sink that shows nothing before its time may go back.
    let rows = Collected::new();
    let plan = slow(300, &rows).state_plan(&config(&directory)).unwrap().unwrap();
    assert_eq!((plan.damaged.len(), plan.refusal), (1, None));
}
