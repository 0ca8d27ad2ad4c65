//! Operators that await.

use crate::simulation;
use crate::support::{BATCHES, INSTANCES, mixed, run, sorted};
use millstream::prelude::*;
use std::collections::BTreeMap;
use std::time::Duration;
use tokio::time::Instant;

const EVENTS: u64 = 500;

/// Gives others between no and three turns.
#[operator]
async fn dawdle(number: u64) -> u64 {
    for _ in 0..mixed(number) % 4 {
        tokio::task::yield_now().await;
    }
    number
}

/// Adds up per key, awaiting in the middle of a change.
#[operator]
async fn added_up(number: u64, sum: &mut u64) -> (u64, u64) {
    let before = *sum;
    tokio::task::yield_now().await;
    *sum = before + number;
    (number, *sum)
}

/// Sends as many copies as the number says, at most four.
#[operator]
async fn copies(number: u64, out: &mut Output<(u64, u64)>) {
    for copy in 0..number % 5 {
        out.send((number, copy)).await;
    }
}

#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, thiserror::Error)]
#[error("{0} is odd")]
struct Odd(u64);

/// Sends half of an even number; part of an odd one is sent before it is refused.
#[operator]
async fn half(number: u64, out: &mut Output<u64>) -> Result<(), Odd> {
    out.send(number / 2).await;
    if number % 2 == 1 {
        return Err(Odd(number));
    }
    Ok(())
}

/// Says no to odd numbers, after some thought.
#[operator]
async fn even(number: u64) -> Result<Option<u64>, Odd> {
    tokio::task::yield_now().await;
    if number % 2 == 1 {
        Err(Odd(number))
    } else {
        Ok(Some(number).filter(|number| number % 4 == 0))
    }
}

#[test]
fn the_order_of_events_is_kept_however_long_each_takes() {
    for (batch, seed) in BATCHES.into_iter().flat_map(|batch| (0..5).map(move |seed| (batch, seed)))
    {
        let seen = Collected::new();
        let topology = topology!(
            source(from_iter(0..EVENTS)) >> dawdle >> copies >> buffer(3) >> sink(seen.sink())
        );
        simulation::run(seed, topology, Config::default().batch(batch)).unwrap();
        let expected =
            (0..EVENTS).flat_map(|number| (0..number % 5).map(move |copy| (number, copy)));
        assert_eq!(seen.take(), expected.collect::<Vec<_>>(), "batch {batch}, seed {seed}");
    }
}

#[test]
fn with_several_instances_each_event_is_still_worked_on_once() {
    for instances in INSTANCES {
        let seen = Collected::new();
        let topology = topology!(
            source(from_iter(0..EVENTS))
                >> shuffle
                >> dawdle * instances
                >> shuffle
                >> copies * instances
                >> sink(seen.sink())
        );
        let metrics = simulation::run(1, topology, Config::default().batch(7).buffer(21)).unwrap();
        let expected =
            (0..EVENTS).flat_map(|number| (0..number % 5).map(move |copy| (number, copy)));
        assert_eq!(sorted(seen.take()), expected.collect::<Vec<_>>());
        assert_eq!(metrics.node("copies").unwrap().instances.len(), instances);
    }
}

#[test]
fn state_is_safe_across_an_await() {
    for (instances, seed) in INSTANCES.into_iter().flat_map(|n| (0..5).map(move |seed| (n, seed))) {
        let seen = Collected::new();
        let topology = topology!(
            source(from_iter(0..EVENTS))
                >> by(|number| number % 7)
                >> added_up * instances
                >> sink(seen.sink())
        );
        simulation::run(seed, topology, Config::default().batch(16)).unwrap();
        let mut sums = BTreeMap::new();
        let expected = (0..EVENTS).map(|number| {
            let sum = sums.entry(number % 7).or_insert(0);
            *sum += number;
            (number, *sum)
        });
        assert_eq!(sorted(seen.take()), expected.collect::<Vec<_>>(), "seed {seed}");
    }
}

#[test]
fn errors_go_to_the_error_output_and_the_rest_goes_on() {
    for instances in INSTANCES {
        let (good, bad, halves, odd) =
            (Collected::new(), Collected::new(), Collected::new(), Collected::new());
        let topology = topology!(
            numbers = source(from_iter(0..EVENTS)),
            even = numbers >> shuffle >> even * instances,
            half = numbers >> shuffle >> half * instances,
            even >> sink(good.sink()),
            even.errors >> sink(bad.sink()),
            half >> sink(halves.sink()),
            half.errors >> sink(odd.sink()),
        );
        let metrics = simulation::run(2, topology, Config::default().batch(7)).unwrap();
        let odds: Vec<_> = (0..EVENTS).filter(|number| number % 2 == 1).map(Odd).collect();
        assert_eq!(sorted(bad.take()), odds);
        assert_eq!(sorted(odd.take()), odds);
        assert_eq!(sorted(good.take()), (0..EVENTS).step_by(4).collect::<Vec<_>>());
        // What was sent before the error has been sent.
        assert_eq!(sorted(halves.take()), (0..EVENTS).map(|number| number / 2).collect::<Vec<_>>());
        let total = metrics.node("half").unwrap().total();
        assert_eq!((total.events_in, total.events_out, total.errors), (EVENTS, EVENTS, EVENTS / 2));
    }
}

#[test]
fn event_time_survives_an_await() {
    #[operator]
    async fn measured(window: Window<u64, u64>, ctx: &mut Context) -> (u64, usize, EventTime) {
        tokio::task::yield_now().await;
        (*window.key(), window.len(), ctx.event_time())
    }
    for instances in INSTANCES {
        let seen = Collected::new();
        let topology = topology!(
            slow = source(from_iter(0..EVENTS))
                >> event_time(|number| EventTime::from_secs(*number as i64), lateness(0.secs()))
                >> dawdle,
            sizes = slow
                >> by(|number| number % 2)
                >> window(tumbling(10.secs()))
                >> measured * instances,
            sizes >> sink(seen.sink()),
            sizes.late >> ignore,
        );
        let metrics = simulation::run(3, topology, Config::default().batch(4)).unwrap();
        let last = |window: i64| EventTime::from_micros(10_000_000 * (window + 1) - 1);
        let windows = (0..EVENTS as i64 / 10).flat_map(|at| [(0, 5, last(at)), (1, 5, last(at))]);
        assert_eq!(sorted(seen.take()), sorted(windows.collect()));
        assert_eq!(metrics.node("sizes").unwrap().total().late, 0);
    }
}

#[expect(clippy::disallowed_methods, reason = "the clock is paused, and is what is tested")]
pub fn now() -> Instant {
    Instant::now()
}

/// Takes ten milliseconds for each event.
#[operator]
async fn ten_milliseconds(number: u64) -> u64 {
    tokio::time::sleep(Duration::from_millis(10)).await;
    number
}

#[tokio::test(start_paused = true)]
async fn instances_await_at_the_same_time() {
    for instances in INSTANCES {
        let seen = Collected::new();
        let topology = topology!(
            source(from_iter(0..80))
                >> shuffle
                >> ten_milliseconds * instances
                >> sink(seen.sink())
        );
        let start = now();
        run(topology, Config::default().batch(1)).await.unwrap();
        assert_eq!(now() - start, Duration::from_millis(10 * 80 / instances as u64));
        assert_eq!(sorted(seen.take()), (0..80).collect::<Vec<_>>());
    }
}

#[tokio::test(start_paused = true)]
async fn operators_that_follow_each_other_await_at_the_same_time() {
    let seen = Collected::new();
    let topology = topology!(
        first = source(from_iter(0..100)) >> ten_milliseconds,
        second = first >> ten_milliseconds,
        second >> sink(seen.sink()),
    );
    let start = now();
    run(topology, Config::default().batch(1)).await.unwrap();
    assert_eq!(now() - start, Duration::from_millis(10 * (100 + 1)));
    assert_eq!(seen.take(), (0..100).collect::<Vec<_>>());
}

/// Gives up waiting at once wherever a send has to wait.
#[operator]
async fn impatient(number: u64, out: &mut Output<u64>) {
    let mut sending = Box::pin(out.send(number));
    let _given_up = futures::poll!(&mut sending);
    drop(sending);
    tokio::task::yield_now().await;
}

/// As the documentation of `Output::send` promises.
#[test]
fn an_event_whose_sending_was_given_up_arrives_all_the_same() {
    for (instances, batch) in INSTANCES.into_iter().flat_map(|n| BATCHES.map(|batch| (n, batch))) {
        let (sender, mut receiver) = tokio::sync::mpsc::channel(1);
        let topology = topology!(
            source(from_iter(0..EVENTS))
                >> by(|number| *number)
                >> impatient * instances
                >> buffer(2)
                >> sink(to_channel(sender))
        );
        let config = Config::default().batch(batch);
        let mut simulated = simulation::start(4, topology, config).unwrap();
        simulated.work();
        let mut seen = Vec::new();
        while let Ok(number) = receiver.try_recv() {
            seen.push(number);
            simulated.work();
        }
        simulated.result().unwrap();
        assert_eq!(
            sorted(seen),
            (0..EVENTS).collect::<Vec<_>>(),
            "{instances} instances, batch {batch}"
        );
    }
}
