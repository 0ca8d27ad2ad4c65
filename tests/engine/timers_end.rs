//! Timers of the clock when the input ends.

use crate::support::{BATCHES, INSTANCES, settled, sorted};
use millstream::prelude::*;
use std::time::Duration;
use tokio::sync::mpsc::channel;

/// Holds each event for as long as it says.
#[derive(Clone)]
struct Delay;

#[operator]
impl Delay {
    async fn process(event: (u64, u64), held: &mut Vec<(u64, u64)>, ctx: &mut Context) {
        held.push(event);
        ctx.timer_after(Duration::from_secs(event.1));
    }

    async fn on_timer(timer: Timer, held: &mut Vec<(u64, u64)>) -> Vec<(u64, u64)> {
        let Timer::After(wait) = timer else { return Vec::new() };
        held.extract_if(.., |event| event.1 == wait.as_secs()).collect()
    }
}

/// The same, awaiting.
#[derive(Clone)]
struct DelaySlowly;

#[operator]
impl DelaySlowly {
    async fn process(
        event: (u64, u64),
        held: &mut Vec<(u64, u64)>,
        ctx: &mut Context,
        _out: &mut Output<(u64, u64)>,
    ) {
        Delay::process(event, held, ctx).await;
    }

    async fn on_timer(timer: Timer, held: &mut Vec<(u64, u64)>) -> Vec<(u64, u64)> {
        Delay::on_timer(timer, held).await
    }
}

#[tokio::test(start_paused = true)]
#[expect(clippy::disallowed_methods, reason = "the clock of tokio is what is tested")]
async fn timers_that_are_set_when_the_input_ends_are_called_once_in_order_of_their_times() {
    for batch in BATCHES {
        let events = [(1, 30), (2, 10), (1, 20), (3, 3_000), (2, 500)];
        let (seen, slow) = (Collected::new(), Collected::new());
        let topology = topology!(
            events = source(from_iter(events)),
            events >> by(|event| event.0) >> Delay >> sink(seen.sink()),
            events >> by(|event| event.0) >> DelaySlowly >> sink(slow.sink()),
        );
        let before = tokio::time::Instant::now();
        crate::support::run_on_disk(topology, Config::default().batch(batch)).await.unwrap();
        assert_eq!(before.elapsed(), Duration::ZERO, "nothing waits");
        let expected = [(2, 10), (1, 20), (1, 30), (2, 500), (3, 3_000)];
        assert_eq!((seen.take(), slow.take()), (expected.to_vec(), expected.to_vec()), "{batch}");
    }
}

#[tokio::test(start_paused = true)]
async fn timers_that_are_set_when_the_job_drains_are_called() {
    for instances in INSTANCES {
        let (sender, receiver) = channel(16);
        let seen = Collected::new();
        let topology = topology!(
            source(from_channel(receiver))
                >> by(|event: &(u64, u64)| event.0)
                >> Delay * instances
                >> sink(seen.sink()),
        );
        let mut job = topology.start(Config::default()).unwrap();
        for event in [(1, 30), (2, 10), (3, 20)] {
            sender.send(event).await.unwrap();
        }
        settled(job.drain()).await.unwrap();
        crate::support::assert_balanced(&job);
        assert_eq!(sorted(seen.take()), [(1, 30), (2, 10), (3, 20)], "{instances}");
    }
}

/// An event of a retry loop: its number, and the tries it has left to fail.
type Tried = (u64, u64);

#[derive(Debug, thiserror::Error)]
#[error("{0:?} failed")]
struct Failed(Tried);

#[operator]
async fn attempt(event: Tried) -> std::result::Result<u64, Failed> {
    if event.1 == 0 { Ok(event.0) } else { Err(Failed((event.0, event.1 - 1))) }
}

/// Holds each event for 20 ms.
#[derive(Clone)]
struct Later;

#[operator]
impl Later {
    async fn process(event: Tried, held: &mut Vec<Tried>, ctx: &mut Context) {
        held.push(event);
        ctx.timer_after(20.millis());
    }

    async fn on_timer(_timer: Timer, held: &mut Vec<Tried>) -> Vec<Tried> {
        std::mem::take(held)
    }
}

#[tokio::test(start_paused = true)]
async fn what_waits_in_a_retry_loop_when_the_input_ends_is_tried_once_more() {
    for instances in INSTANCES {
        for (fails, arrive) in [(0, 10), (1, 10), (2, 0), (u64::MAX, 0)] {
            let seen = Collected::new();
            let topology = topology!(
                events = source(from_iter((0..10).map(move |event| (event, fails)))),
                again = feedback(1_000, drop_oldest),
                tried = [events, again] >> attempt,
                tried >> sink(seen.sink()),
                later = tried.errors
                    >> map(|error: Failed| error.0)
                    >> by(|event| event.0)
                    >> Later * instances,
                later >> feedback(again),
            );
            let mut job = topology.start(Config::default()).unwrap();
            settled(job.wait()).await.unwrap();
            crate::support::assert_balanced(&job);
            assert_eq!(seen.take().len(), arrive, "{instances}, {fails}");
            let later = job.metrics().node("later").unwrap().total();
            let lost = 10 - arrive as u64;
            assert_eq!((later.unfired, later.dropped), (lost, lost), "{instances}, {fails}");
        }
    }
}

#[tokio::test(start_paused = true)]
async fn what_a_timer_emits_at_the_end_is_in_the_windows_that_are_still_open() {
    for instances in INSTANCES {
        let seen = Collected::new();
        let topology = topology!(
            late = source(from_iter([(1_u64, 5_u64), (2, 7), (3, 9)]))
                >> event_time(|event| EventTime::from_secs(event.1 as i64), lateness(0.secs()))
                >> by(|event| event.0)
                >> Delay * instances,
            counts = late
                >> by(|_| 0)
                >> window(tumbling(10.secs()))
                >> aggregate(|event| event.0, count()),
            counts >> map(|counts| (counts.end, counts.value)) >> sink(seen.sink()),
            counts.late >> ignore,
        );
        crate::support::run_on_disk(topology, Config::default()).await.unwrap();
        assert_eq!(seen.take(), [(EventTime::from_secs(10), 3)], "{instances}");
    }
}
