//! Calls in flight, and the keys of states.

use super::{Pace, Seen, node, only};
use crate::scheduled::Scheduled;
use crate::simulation::Virtual;
use crate::support::{BATCHES, INSTANCES, numbered};
use millstream::prelude::*;
use millstream::time::Clock;
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
