//! What is counted of jobs that are suspended, restored, or restarted.

use super::{edge, node};
use crate::durable::{Upto, config};
use crate::durable_windows::{EVENTS, Numbers, time};
use crate::support::{BATCHES, INSTANCES, assert_balanced, settled};
use millstream::prelude::*;
use std::panic::resume_unwind;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

/// Events wait in order, for a partner, and while a session holds them for their split.
fn waiting(until: u64, instances: usize) -> Topology {
    topology!(
        job("waiting", at_least_once),
        numbers = source(Numbers { until }) >> event_time(time, lateness(20.secs())),
        ordered = numbers >> in_order(|number| *number),
        ordered >> ignore,
        ordered.late >> ignore,
        hasty = source(Numbers { until }) >> event_time(time, lateness(0.secs())),
        pairs = (numbers >> by(|number| number % 7), hasty >> by(|number| number % 7))
            >> join(within(30.secs(), 30.secs())) * instances,
        pairs >> ignore,
        pairs.late >> ignore,
        pairs.unmatched >> ignore,
        sessions = hasty
            >> by(|number| number % 7)
            >> window(session(5.secs()))
            >> aggregate(|number| *number, sum()) * instances,
        sessions >> ignore,
        sessions.late >> ignore,
    )
}

#[tokio::test(start_paused = true)]
async fn what_a_suspended_job_has_buffered_is_restored_by_the_next() {
    for (instances, batch) in INSTANCES.into_iter().zip(BATCHES) {
        let directory = tempfile::tempdir().unwrap();
        let config = || config(&directory).batch(batch);
        let mut suspended = waiting(700, instances).start(config()).unwrap();
        tokio::time::sleep(Duration::from_millis(40)).await;
        settled(suspended.suspend()).await.unwrap();
        assert_balanced(&suspended);
        let before = suspended.audit();
        let mut restored = waiting(EVENTS, 5 - instances).start(config()).unwrap();
        settled(restored.wait()).await.unwrap();
        assert_balanced(&restored);
        let after = restored.audit();
        for name in ["ordered", "pairs"] {
            let (was, is) = (node(&before, name), node(&after, name));
            assert!(was.buffered > 0, "{name}\n{before}");
            assert_eq!((is.restored, is.buffered), (was.buffered, 0), "{before}\n{after}");
            let received = was.received + is.received;
            assert_eq!(was.processed + was.late + is.processed + is.late, received, "{after}");
        }
        assert_eq!(node(&before, "ordered").received, 700);
        assert_eq!(node(&after, "ordered").received, EVENTS - 700);
    }
}

#[operator]
async fn fragile(number: u64, seen: &mut u64, #[shared] whole: &Arc<AtomicBool>) -> u64 {
    *seen += 1;
    if number == 20_000 && whole.swap(false, Ordering::Relaxed) {
        // Without a word from the panic hook.
        resume_unwind(Box::new("the first time"));
    }
    number
}

#[tokio::test(start_paused = true)]
async fn the_counts_begin_anew_with_a_restart_and_those_of_metrics_go_on() {
    const END: u64 = 30_000;
    for (instances, batch) in INSTANCES.into_iter().zip(BATCHES) {
        let (directory, whole) = (tempfile::tempdir().unwrap(), Arc::new(AtomicBool::new(true)));
        let topology = topology!(
            job("fragile", at_least_once),
            numbers = source(Upto { end: END, pause: Some(50) }),
            kept = numbers >> by(|number| number % 10) >> fragile(whole) * instances,
            kept >> ignore,
        );
        let mut job = topology.start(config(&directory).batch(batch)).unwrap();
        settled(job.wait()).await.unwrap();
        assert_balanced(&job);
        let (audit, metrics) = (job.audit(), job.metrics());
        assert_eq!(metrics.checkpoints().map(|checkpoints| checkpoints.restarts), Some(1));
        let numbers = metrics.node("numbers").unwrap().total();
        assert!(numbers.events_out >= END, "{numbers:?}");
        let again = node(&audit, "numbers").emitted;
        assert!(again < END, "it began with the last checkpoint: {again}");
        assert_eq!(edge(&audit, "numbers", "kept").received, again);
    }
}

/// Goes around in a loop until it is 0.
fn countdown(until: u64, instances: usize) -> Topology {
    topology!(
        job("countdown", at_least_once),
        numbers = source(Numbers { until }),
        again = feedback(100_000, drop_oldest),
        down = [numbers, again] >> by(|number| *number) >> map(|number| number / 2) * instances,
        down >> filter(|number| *number == 0) >> ignore,
        down >> filter(|number| *number > 0) >> feedback(again),
    )
}

#[tokio::test(start_paused = true)]
async fn a_loop_is_balanced_when_it_is_suspended_and_when_it_goes_on() {
    for (instances, batch) in INSTANCES.into_iter().zip(BATCHES) {
        let directory = tempfile::tempdir().unwrap();
        for until in [300, 900, EVENTS] {
            let config = config(&directory).batch(batch);
            let mut job = countdown(until, instances).start(config).unwrap();
            tokio::time::sleep(Duration::from_millis(5)).await;
            if until < EVENTS {
                settled(job.suspend()).await.unwrap();
            } else {
                settled(job.wait()).await.unwrap();
            }
            assert_balanced(&job);
        }
    }
}
