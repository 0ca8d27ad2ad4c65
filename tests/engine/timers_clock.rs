//! Timers of operators by the job's clock.

use crate::support::{INSTANCES, sorted};
use millstream::prelude::*;
use std::time::Duration;
use tokio::sync::mpsc::channel;

/// Calls itself by the clock.
#[derive(Clone)]
struct Later;

#[operator]
impl Later {
    async fn process(event: (u64, u64), state: &mut Vec<u64>, ctx: &mut Context) {
        state.push(event.1);
        ctx.timer_after(Duration::from_secs(event.1));
    }

    async fn on_timer(timer: Timer, state: &mut Vec<u64>) -> (Timer, Vec<u64>) {
        (timer, state.clone())
    }
}

/// The same, awaiting.
#[derive(Clone)]
struct LaterSlowly;

#[operator]
impl LaterSlowly {
    async fn process(
        event: (u64, u64),
        state: &mut Vec<u64>,
        ctx: &mut Context,
        _out: &mut Output<(Timer, Vec<u64>)>,
    ) {
        Later::process(event, state, ctx).await;
    }

    async fn on_timer(timer: Timer, state: &mut Vec<u64>) -> (Timer, Vec<u64>) {
        (timer, state.clone())
    }
}

/// Lets everybody run who can, after so much time.
async fn pass(time: Duration) {
    for _ in 0..200 {
        tokio::task::yield_now().await;
    }
    tokio::time::advance(time).await;
    for _ in 0..200 {
        tokio::task::yield_now().await;
    }
}

#[tokio::test(start_paused = true)]
async fn timers_of_the_clock_are_called_also_when_no_event_comes() {
    for instances in INSTANCES {
        let (sender, events) = channel::<(u64, u64)>(64);
        let (seen, slow) = (Collected::new(), Collected::new());
        let topology = topology!(
            events = source(from_channel(events)),
            events >> by(|event| event.0) >> Later * instances >> sink(seen.sink()),
            events >> by(|event| event.0) >> LaterSlowly * instances >> sink(slow.sink()),
        );
        let mut job = topology.start(Config::default()).unwrap();
        for event in [(1, 10), (1, 5), (2, 7), (1, 500)] {
            sender.send(event).await.unwrap();
        }
        let timer = |secs| Timer::After(Duration::from_secs(secs));
        let takes = |seen: &Collected<(Timer, Vec<u64>)>| {
            sorted(
                seen.take()
                    .into_iter()
                    .map(|(timer, state)| (format!("{timer:?}"), state))
                    .collect::<Vec<_>>(),
            )
        };
        let told = |secs: &[(u64, &[u64])]| {
            sorted(
                secs.iter()
                    .map(|(secs, state)| (format!("{:?}", timer(*secs)), state.to_vec()))
                    .collect::<Vec<_>>(),
            )
        };
        pass(4.secs()).await;
        for seen in [&seen, &slow] {
            assert_eq!(takes(seen), [], "{instances}");
        }
        pass(2.secs()).await;
        for seen in [&seen, &slow] {
            assert_eq!(takes(seen), told(&[(5, &[10, 5, 500])]), "{instances}");
        }
        pass(10.secs()).await;
        for seen in [&seen, &slow] {
            assert_eq!(takes(seen), told(&[(7, &[7]), (10, &[10, 5, 500])]), "{instances}");
        }
        // What is left when the input ends is called then.
        drop(sender);
        job.wait().await.unwrap();
        crate::support::assert_balanced(&job);
        for seen in [&seen, &slow] {
            assert_eq!(takes(seen), told(&[(500, &[10, 5, 500])]), "{instances}");
        }
    }
}

#[tokio::test(start_paused = true)]
async fn timers_of_the_clock_are_called_between_events_of_a_busy_stream() {
    let (sender, events) = channel::<(u64, u64)>(64);
    let seen = Collected::new();
    let topology = topology!(
        source(from_channel(events)) >> by(|event| event.0) >> Later >> sink(seen.sink()),
    );
    let mut job = topology.start(Config::default()).unwrap();
    sender.send((1, 5)).await.unwrap();
    for _ in 0..10 {
        pass(1.secs()).await;
        sender.send((2, 1_000)).await.unwrap();
    }
    assert_eq!(seen.take(), [(Timer::After(5.secs()), vec![5])]);
    drop(sender);
    job.wait().await.unwrap();
    crate::support::assert_balanced(&job);
}
