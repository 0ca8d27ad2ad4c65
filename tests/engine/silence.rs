//! What event time does while a stream has no events.

use crate::pair::{Pair, pass};
use crate::simulation;
use crate::support::INSTANCES;
use millstream::env::Env;
use millstream::prelude::*;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use tokio::sync::mpsc::channel;

/// With no active input, event time is the greatest that the idle ones have reached.
#[tokio::test(start_paused = true)]
async fn whether_a_stream_ends_or_falls_idle_first_does_not_matter() {
    for instances in INSTANCES {
        let mut pair = Pair::start(instances, lateness(0.secs()), Env::system());
        pair.one(1).await;
        pair.one(100).await;
        pair.two(5).await;
        pass(59.secs()).await;
        pair.two(5).await;
        pass(2.secs()).await;
        assert_eq!(pair.sums().await, [0; 0], "the first is idle, the other at 5 s");
        pair.two = None;
        assert_eq!(pair.sums().await, [11], "{instances}");

        let mut pair = Pair::start(instances, lateness(0.secs()), Env::system());
        pair.one(1).await;
        pair.one(100).await;
        pair.two(5).await;
        pair.two(5).await;
        pair.two = None;
        assert_eq!(pair.sums().await, [11], "{instances}");
        pass(2.mins()).await;
        assert_eq!(pair.sums().await, [0; 0], "{instances}");
    }
}

/// The source is never without something to read, but none of it is an event of the stream.
#[test]
fn a_stream_without_events_is_idle_however_busy_its_source() {
    const NUMBERS: u64 = 100_000;
    let (read, results) = (Arc::new(AtomicU64::new(0)), Collected::new());
    let (reading, seen) = (Arc::clone(&read), Arc::clone(&read));
    let numbers = (0..NUMBERS).inspect(move |_| {
        reading.fetch_add(1, Ordering::Relaxed);
    });
    let (sender, live) = channel(2);
    let topology = topology!(
        busy = source(from_iter(numbers))
            >> filter(|_| false)
            >> event_time(|_| EventTime::MIN, lateness(0.secs()).idle_after(20.millis())),
        live = source(from_channel(live))
            >> event_time(|s| EventTime::from_secs(*s as i64), lateness(0.secs())),
        tens =
            [busy, live] >> by(|_| ()) >> window(tumbling(10.secs())) >> aggregate(|_| (), count()),
        tens >> map(move |_| seen.load(Ordering::Relaxed)) >> sink(results.sink()),
        tens.late >> ignore,
    );
    let mut job = simulation::start(1, topology, Config::default().batch(10)).unwrap();
    sender.try_send(1).unwrap();
    sender.try_send(15).unwrap();
    job.work();
    let waited = results.take();
    assert!(matches!(waited[..], [numbers] if numbers < NUMBERS / 2), "{waited:?}");
    drop(sender);
    job.work();
    job.result().unwrap();
}

#[tokio::test(start_paused = true)]
async fn event_time_follows_the_clock_while_a_stream_is_silent() {
    for instances in INSTANCES {
        let strategy = lateness(0.secs()).follow_clock_after(5.secs());
        let pair = Pair::start(instances, strategy, Env::system());
        pair.one(1).await;
        pair.two(5).await;
        pass(9.secs()).await;
        assert_eq!(pair.sums().await, [0; 0], "5 s have passed since 5 s of event time");
        pass(6.secs()).await;
        assert_eq!(pair.sums().await, [6], "{instances}");
        // The watermark is that of the slower one, at 1 s + 10 s: what is behind it is late.
        pair.one(9).await;
        pair.one(12).await;
        pair.two(30).await;
        assert_eq!(pair.end().await, (vec![12, 30], vec![9]), "{instances}");
    }
}

#[tokio::test(start_paused = true)]
async fn without_an_event_there_is_no_time_to_go_on_from() {
    let strategy = lateness(0.secs()).follow_clock_after(5.secs());
    let pair = Pair::start(1, strategy, Env::system());
    pair.one(1).await;
    pass(10.mins()).await;
    assert_eq!(pair.sums().await, [0; 0], "the other stream has had no event");
    assert_eq!(pair.end().await, (vec![1], vec![]));
}
