//! Repeated events are dropped, and counted.

use crate::support::{BATCHES, INSTANCES, refused, run, sorted};
use millstream::metrics::InstanceMetrics;
use millstream::prelude::*;
use std::time::Duration;

/// An event: its key and its second.
type Seen = (Option<u8>, i64);

fn job(events: &[Seen], within: Duration, instances: usize, sink: impl Sink<Seen>) -> Topology {
    topology!(
        events = source(from_iter(events.to_vec()))
            >> event_time(|event| EventTime::from_secs(event.1), lateness(10.secs())),
        once = events >> by(|event| event.0) >> dedupe(within) * instances,
        once >> sink(sink),
        once.late >> ignore,
    )
}

async fn passed(events: &[Seen], within: Duration) -> (Vec<Seen>, InstanceMetrics) {
    let mut found = Vec::new();
    for instances in INSTANCES {
        for batch in BATCHES {
            let passed = Collected::new();
            let topology = job(events, within, instances, passed.sink());
            let metrics = run(topology, Config::default().batch(batch)).await.unwrap();
            let total = metrics.node("once").map(|once| once.total()).unwrap();
            found.push((sorted(passed.take()), total));
        }
    }
    let first = found.pop().unwrap();
    assert!(found.iter().all(|other| *other == first), "{found:?}");
    first
}

#[tokio::test(start_paused = true)]
async fn an_event_passes_exactly_the_length_after_the_last_that_passed() {
    let events = [0, 4, 5, 9, 12].map(|second| (Some(1), second));
    let (seen, total) = passed(&events, 5.secs()).await;
    assert_eq!(seen, [(Some(1), 0), (Some(1), 5), (Some(1), 12)]);
    assert_eq!((total.events_in, total.events_out, total.duplicates), (5, 3, 2));
    assert_eq!((total.dropped, total.late), (0, 0));
}

#[tokio::test(start_paused = true)]
async fn the_first_event_is_that_of_the_least_event_time_whatever_arrives_first() {
    let events = [(Some(1), 8), (Some(1), 3), (Some(2), 9), (Some(1), 20)];
    let (seen, total) = passed(&events, 6.secs()).await;
    assert_eq!(seen, [(Some(1), 3), (Some(1), 20), (Some(2), 9)]);
    assert_eq!(total.duplicates, 1);
}

#[tokio::test(start_paused = true)]
async fn events_without_a_key_repeat_no_other() {
    let (seen, total) = passed(&[(None, 1), (None, 1), (Some(1), 1), (Some(1), 1)], 5.secs()).await;
    assert_eq!(seen, [(None, 1), (None, 1), (Some(1), 1)]);
    assert_eq!(total.duplicates, 1);
}

#[tokio::test(start_paused = true)]
async fn late_events_are_late_and_no_duplicates() {
    let events = [(Some(1), 0), (Some(1), 40), (Some(1), 1), (Some(2), 29)];
    let (seen, total) = passed(&events, 5.secs()).await;
    assert_eq!(seen, [(Some(1), 0), (Some(1), 40)]);
    assert_eq!((total.late, total.duplicates), (2, 0));
}

#[tokio::test(start_paused = true)]
async fn without_an_end_each_key_passes_once() {
    let events = [(Some(1), 0), (Some(2), 50), (Some(1), 1_000_000), (Some(2), 2_000_000)];
    let (seen, total) = passed(&events, Duration::MAX).await;
    assert_eq!(seen, [(Some(1), 0), (Some(2), 50)]);
    assert_eq!(total.duplicates, 2);
}

#[tokio::test(start_paused = true)]
async fn what_passes_is_in_order_of_time() {
    let events = [(Some(1), 8), (Some(2), 3), (Some(3), 9), (Some(4), 5), (Some(5), 30)];
    let passed = Collected::new();
    run(job(&events, 5.secs(), 1, passed.sink()), Config::default()).await.unwrap();
    let seconds: Vec<i64> = passed.take().into_iter().map(|(_, second)| second).collect();
    assert_eq!(seconds, [3, 5, 8, 9, 30]);
}

#[test]
fn a_length_of_0_is_refused() {
    let error = refused(job(&[], 0.secs(), 1, Collected::new().sink())).to_string();
    assert!(error.contains("`dedupe 0s`") && error.contains("M0174"), "{error}");
}
