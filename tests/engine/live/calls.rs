//! Calls in flight, and the keys of states.

use super::{Pace, Seen, node, only};
use crate::scheduled::Scheduled;
use crate::simulation::Virtual;
use crate::support::{BATCHES, INSTANCES, numbered};
use millstream::metrics::CallSeconds;
use millstream::prelude::*;
use millstream::time::Clock;
use std::sync::Arc;
use std::time::Duration;

/// Four calls at once.
#[operator(in_flight = 4, order = none)]
async fn four_at_once(number: u64, #[shared] pace: &Pace) -> u64 {
    pace.clock.sleep(pace.time).await;
    number
}

fn all_at(time: Duration, events: u64) -> Vec<(Duration, u64)> {
    (0..events).map(|number| (time, number)).collect()
}

#[test]
fn calls_show_how_many_are_in_flight_and_how_old_the_oldest_is() {
    for (instances, batch) in INSTANCES.into_iter().flat_map(|n| BATCHES.map(|batch| (n, batch))) {
        let clock = Virtual::default();
        let pace = Pace::of(&clock, 10.secs());
        let events = [all_at(600.millis(), 10), vec![(1.hours(), 0)]].concat();
        let topology = topology!(
            numbers = source(Scheduled(events)),
            asked = numbers >> by(|_| ()) >> map(|number| number) >> four_at_once(pace) * instances,
            asked >> ignore,
        );
        let mut seen = Seen::start(&clock, 1, topology, Config::default().batch(batch));
        let live = seen.at(4);
        let all = &node(&live, "asked").instances;
        assert!(all.iter().all(|one| one.calls.unwrap().limit == 4), "{live}");
        let sum = |of: fn(&millstream::metrics::LiveCalls) -> u64| -> u64 {
            all.iter().map(|one| of(&one.calls.unwrap())).sum()
        };
        let in_flight = sum(|calls| calls.in_flight);
        assert!(in_flight == 4 || (instances > 1 && in_flight <= 10), "{in_flight}: {live}");
        if instances == 1 && batch > 10 {
            assert_eq!(sum(|calls| calls.waiting), 6, "{live}");
        }
        let oldest = all.iter().filter_map(|one| one.calls.unwrap().oldest).max().unwrap();
        assert!(oldest >= 3_300.millis() && oldest <= 3_450.millis(), "{oldest:?}");
        assert_eq!(only(&live, "numbers").calls, None, "it makes none");
        // Those that waited have begun since.
        let live = seen.at(15);
        let calls = node(&live, "asked").instances.iter().filter_map(|one| one.calls);
        let oldest = calls.filter_map(|calls| calls.oldest).max();
        assert!(instances > 1 || oldest.unwrap() <= 4_500.millis(), "{oldest:?}");
        let live = seen.at(40);
        let calls = node(&live, "asked").instances.iter().filter_map(|one| one.calls);
        assert!(calls.into_iter().all(|calls| (calls.in_flight, calls.oldest) == (0, None)));
    }
}

/// Sleeps for as many milliseconds as the number says; for none, it returns at once.
#[operator(in_flight = 8, order = none)]
async fn slept(number: u64, #[shared] clock: &Virtual) -> u64 {
    if number > 0 {
        clock.sleep(Duration::from_millis(number)).await;
    }
    number
}

#[test]
fn calls_are_counted_by_how_long_they_took() {
    for (instances, batch) in INSTANCES.into_iter().flat_map(|n| BATCHES.map(|batch| (n, batch))) {
        let clock = Virtual::default();
        let mut expected = CallSeconds::default();
        let numbers: Vec<u64> = (0..400).map(|number| [0, 0, 1, 3, 40, 700][number % 6]).collect();
        for number in &numbers {
            let took = Duration::from_millis(*number);
            let within = CallSeconds::BOUNDS.iter().position(|bound| took <= *bound).unwrap();
            expected.counts[within] += 1;
            expected.sum += took;
        }
        let calm = std::iter::once((2.hours(), 0));
        let events = numbers.into_iter().map(|number| (600.millis(), number)).chain(calm);
        let topology = topology!(
            numbers = source(Scheduled(events.collect())),
            asked = numbers >> shuffle >> slept(Arc::new(clock.clone())) * instances,
            asked >> ignore,
        );
        let mut seen = Seen::start(&clock, 1, topology, Config::default().batch(batch));
        let live = seen.at(600);
        let all = node(&live, "asked").instances.iter().map(|one| one.calls.unwrap().times);
        let (counts, sum) = all.fold(([0; 14], Duration::ZERO), |(counts, sum), one| {
            (std::array::from_fn(|at| counts[at] + one.counts[at]), sum + one.sum)
        });
        assert_eq!((counts, sum), (expected.counts, expected.sum), "{instances} {batch}");
    }
}

/// Emits what it was asked about, after 5 ms.
#[operator(in_flight = 4)]
async fn asked_for(number: u64, #[shared] clock: &Virtual) -> u64 {
    clock.sleep(5.millis()).await;
    number
}

#[test]
fn a_call_does_not_take_longer_because_its_result_finds_no_room() {
    let clock = Virtual::default();
    let pace = Pace::of(&clock, 10.secs());
    let topology = topology!(
        numbers = source(from_iter(0..100_u64)),
        asked = numbers >> asked_for(Arc::new(clock.clone())),
        slow = asked >> buffer(1) >> four_at_once(pace),
        slow >> ignore,
    );
    let mut seen = Seen::start(&clock, 1, topology, Config::default().batch(1));
    let live = seen.at(60);
    let times = only(&live, "asked").calls.unwrap().times;
    assert!(times.count() > 20, "{times:?}");
    assert_eq!(times.counts[3], times.count(), "{times:?}");
    assert_eq!(times.sum, times.count() as u32 * 5.millis());
}

#[test]
fn keys_with_state_are_counted_where_they_are() {
    for (instances, batch) in INSTANCES.into_iter().flat_map(|n| BATCHES.map(|batch| (n, batch))) {
        let clock = Virtual::default();
        let events = [all_at(600.millis(), 500), vec![(1.hours(), 0)]].concat();
        let topology = topology!(
            numbers = source(Scheduled(events)),
            counted = numbers >> by(|number| number % 37) >> numbered * instances,
            counted >> ignore,
        );
        let mut seen = Seen::start(&clock, 1, topology, Config::default().batch(batch));
        let live = seen.at(2);
        let keys = |name| node(&live, name).instances.iter().map(|one| one.keys);
        assert_eq!(keys("counted").flatten().sum::<u64>(), 37, "{live}");
        assert!(keys("numbers").all(|keys| keys.is_none()), "it keeps none");
    }
}
