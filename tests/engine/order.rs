//! Order: what is promised is that events that take the same way do not overtake each other.

use crate::simulation;
use crate::support::{BATCHES, INSTANCES, awaited, mixed, numbered, tagged};
use millstream::prelude::*;
use std::collections::BTreeMap;

const EVENTS: u64 = 1_000;

#[operator]
async fn thrice(number: u64) -> Vec<(u64, u64)> {
    (0..3).map(|copy| (number, copy)).collect()
}

#[test]
fn with_one_instance_each_nothing_changes_the_order() {
    for batch in BATCHES {
        let seen = Collected::new();
        let topology = topology!(
            source(from_iter(0..EVENTS))
                >> map(|number| number)
                >> buffer(5)
                >> filter(|number| number % 3 != 0)
                >> awaited
                >> by(|number| number % 10)
                >> map(|number| number)
                >> buffer(1)
                >> sink(seen.sink())
        );
        simulation::run(1, topology, Config::default().batch(batch)).unwrap();
        assert_eq!(seen.take(), (0..EVENTS).filter(|number| number % 3 != 0).collect::<Vec<_>>());
    }
}

#[test]
fn the_results_of_an_event_stay_together_and_in_order() {
    for batch in BATCHES {
        let seen = Collected::new();
        let topology =
            topology!(source(from_iter(0..EVENTS)) >> thrice >> buffer(4) >> sink(seen.sink()));
        simulation::run(2, topology, Config::default().batch(batch)).unwrap();
        let expected = (0..EVENTS).flat_map(|number| (0..3).map(move |copy| (number, copy)));
        assert_eq!(seen.take(), expected.collect::<Vec<_>>());
    }
}

#[test]
fn a_merge_keeps_the_order_of_each_input() {
    for seed in 0..10 {
        let seen = Collected::new();
        let topology = topology!(
            a = source(from_iter((0..EVENTS).map(|number| (0, number)))),
            b = source(from_iter((0..EVENTS).map(|number| (1, number))))
                >> buffer(3)
                >> map(|event| event),
            c = source(from_iter((0..EVENTS).map(|number| (2, number)))) >> awaited,
            [a, b, c] >> buffer(10) >> map(|event: (u64, u64)| event) >> sink(seen.sink()),
        );
        simulation::run(seed, topology, Config::default().batch(7)).unwrap();
        let mut inputs: BTreeMap<u64, Vec<u64>> = BTreeMap::new();
        for (input, number) in seen.take() {
            inputs.entry(input).or_default().push(number);
        }
        let all: Vec<u64> = (0..EVENTS).collect();
        assert_eq!(
            inputs,
            BTreeMap::from([(0, all.clone()), (1, all.clone()), (2, all)]),
            "seed {seed}"
        );
    }
}

/// Random keys through keyed stages of different widths, beside each other and one after the other.
#[test]
fn per_key_order_survives_every_interleaving() {
    for (instances, seed) in INSTANCES.into_iter().flat_map(|n| (0..10).map(move |seed| (n, seed)))
    {
        let events = move |n: u64| (mixed(seed * EVENTS + n) % 20, n);
        let seen = Collected::new();
        let topology = topology!(
            job("ordered").instances(instances),
            source(from_iter((0..EVENTS).map(events)))
                >> by(|(key, _)| *key)
                >> numbered
                >> map(|((key, at), number): ((u64, u64), u64)| (key, at, number))
                >> by(|(key, ..)| *key)
                >> awaited * 3
                >> by(|(key, ..)| *key)
                >> map(|event| event) * 2
                >> sink(seen.sink())
        );
        simulation::run(seed, topology, Config::default().batch(3).buffer(9)).unwrap();
        let mut last: BTreeMap<u64, (u64, u64)> = BTreeMap::new();
        for (key, at, number) in seen.take() {
            let before = last.insert(key, (at, number));
            let (last_at, last_number) = before.unwrap_or((0, 0));
            assert_eq!(number, last_number + 1, "{instances} instances, seed {seed}, key {key}");
            assert!(
                before.is_none() || at > last_at,
                "seed {seed}, key {key}: {at} after {last_at}"
            );
        }
        assert_eq!(last.values().map(|(_, number)| number).sum::<u64>(), EVENTS);
    }
}

#[test]
fn instances_that_are_paired_do_not_mix_their_events() {
    for instances in INSTANCES {
        let seen = Collected::new();
        let topology = topology!(
            job("paired").instances(instances),
            first = source(from_iter(0..EVENTS)) >> by(|number| number % 20) >> tagged,
            second = first >> buffer(4) >> tagged,
            second >> map(|((number, one), other)| (number, one, other)) >> sink(seen.sink()),
        );
        simulation::run(3, topology, Config::default().batch(7)).unwrap();
        let seen = seen.take();
        assert_eq!(seen.len() as u64, EVENTS);
        assert!(seen.iter().all(|(_, first, second)| first == second));
    }
}
