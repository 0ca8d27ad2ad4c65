//! What is seen of a job that restarts.

use super::{node, only};
use crate::durable::{Upto, config};
use crate::support::{INSTANCES, numbered};
use futures::StreamExt;
use millstream::metrics::JobState;
use millstream::prelude::*;
use std::collections::BTreeSet;
use std::panic::resume_unwind;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

/// Fails once, at the event 1,000.
#[operator]
async fn failing(number: u64, #[shared] failed: &AtomicBool) -> u64 {
    if number == 1_000 && !failed.swap(true, Ordering::Relaxed) {
        resume_unwind(Box::new("once"));
    }
    number
}

#[tokio::test(start_paused = true)]
async fn counters_go_on_over_a_restart_and_no_rate_leaps() {
    for instances in INSTANCES {
        let (directory, failed) = (tempfile::tempdir().unwrap(), Arc::<AtomicBool>::default());
        let topology = topology!(
            job("failing", at_least_once),
            numbers = source(Upto { end: 3_000, pause: Some(1) }),
            counted = numbers >> by(|number| number % 50) >> buffer(64) >> numbered * instances,
            counted >> map(|(number, _)| number) >> to_one >> failing(failed) >> ignore,
        );
        let restarts = Restarts::up_to(3).backoff(2.secs(), 2.secs());
        let mut job = topology.start(config(&directory).restarts(restarts)).unwrap();
        let watch = job.watch();
        let (ended, seen) = tokio::join!(job.wait(), watch.collect::<Vec<_>>());
        ended.unwrap();
        let states: BTreeSet<_> = seen.iter().map(|live| live.state.to_string()).collect();
        let states: Vec<_> = states.iter().map(String::as_str).collect();
        assert_eq!(states, ["ended", "restarting", "running"]);
        let counts = seen.iter().map(|live| only(live, "numbers").counts.events_out);
        assert!(counts.collect::<Vec<_>>().is_sorted(), "counters go on");
        for live in &seen {
            assert!(node(live, "counted").received().0 < 4_000.0, "{live}");
            assert!(live.edges.iter().all(|edge| edge.rate.0 < 4_000.0), "{live}");
            assert!(live.edges.iter().all(|edge| edge.fill.0 <= 1.0), "{live}");
        }
        let restarting = seen.iter().find(|live| live.state == JobState::Restarting).unwrap();
        assert!(only(restarting, "numbers").phases.idle.0 > 0.3, "{restarting}");
        let last = seen.last().unwrap();
        assert_eq!(last.state, JobState::Ended);
        let keys = node(last, "counted").instances.iter().filter_map(|one| one.keys);
        assert_eq!(keys.sum::<u64>(), 50, "{last}");
        assert!(last.uptime > Duration::from_secs(2));
    }
}
