//! What operators remember.

use crate::simulation;
use crate::support::{BATCHES, INSTANCES, counted, mixed, numbered, sorted};
use millstream::prelude::*;
use std::collections::{BTreeMap, BTreeSet};

const EVENTS: u64 = 2_000;

/// Random keys, each with its number among its like, as a plain loop counts them.
fn expected(keys: impl IntoIterator<Item = u64>) -> Vec<(u64, u64)> {
    let mut counts = BTreeMap::new();
    let numbered = keys.into_iter().map(|key| {
        let count = counts.entry(key).or_insert(0);
        *count += 1;
        (key, *count)
    });
    sorted(numbered.collect())
}

fn keys(seed: u64) -> impl Iterator<Item = u64> + Clone + Send {
    (0..EVENTS).map(move |n| mixed(seed ^ n) % 100)
}

#[test]
fn every_key_has_a_state_of_its_own() {
    for (instances, batch) in INSTANCES.into_iter().flat_map(|n| BATCHES.map(|batch| (n, batch))) {
        let seen = Collected::new();
        let topology = topology!(
            source(from_iter(keys(1)))
                >> by(|key| *key)
                >> numbered * instances
                >> sink(seen.sink())
        );
        simulation::run(1, topology, Config::default().batch(batch)).unwrap();
        assert_eq!(sorted(seen.take()), expected(keys(1)), "{instances} instances, batch {batch}");
    }
}

#[test]
fn a_key_of_several_inputs_has_one_state() {
    for instances in INSTANCES {
        let seen = Collected::new();
        let topology = topology!(
            one = source(from_iter(keys(2))),
            two = source(from_iter(keys(3))) >> map(|key| key) * 3,
            [one, two] >> by(|key| *key) >> numbered * instances >> sink(seen.sink()),
        );
        simulation::run(2, topology, Config::default().batch(7)).unwrap();
        assert_eq!(sorted(seen.take()), expected(keys(2).chain(keys(3))));
    }
}

#[test]
fn two_operators_on_one_key_do_not_share_their_states() {
    for instances in INSTANCES {
        let (first, second) = (Collected::new(), Collected::new());
        let topology = topology!(
            numbers = source(from_iter(keys(4))),
            part = numbers >> filter(|key| key % 2 == 1),
            all = numbers >> by(|key| *key) >> numbered * instances,
            odd = part >> by(|key| *key) >> numbered * instances,
            all >> sink(first.sink()),
            odd >> sink(second.sink()),
        );
        simulation::run(3, topology, Config::default().batch(7)).unwrap();
        assert_eq!(sorted(first.take()), expected(keys(4)));
        assert_eq!(sorted(second.take()), expected(keys(4).filter(|key| key % 2 == 1)));
    }
}

/// The number of an event among those of its key since it was forgotten last: at every third.
#[operator]
async fn of_three(key: u64, count: &mut u64, ctx: &mut Context) -> (u64, u64) {
    *count += 1;
    if *count == 3 {
        ctx.forget_key();
    }
    (key, *count)
}

/// The same, with other events in between.
#[operator]
async fn of_three_awaited(key: u64, count: &mut u64, ctx: &mut Context) -> (u64, u64) {
    *count += 1;
    tokio::task::yield_now().await;
    if *count == 3 {
        ctx.forget_key();
    }
    (key, *count)
}

#[test]
fn a_forgotten_key_begins_anew() {
    let expected: Vec<_> = sorted(
        expected(keys(5)).into_iter().map(|(key, number)| (key, (number - 1) % 3 + 1)).collect(),
    );
    for instances in INSTANCES {
        let (stepped, awaited) = (Collected::new(), Collected::new());
        let topology = topology!(
            numbers = source(from_iter(keys(5))),
            numbers >> by(|key| *key) >> of_three * instances >> sink(stepped.sink()),
            numbers >> by(|key| *key) >> of_three_awaited * instances >> sink(awaited.sink()),
        );
        simulation::run(4, topology, Config::default().batch(16)).unwrap();
        assert_eq!(sorted(stepped.take()), expected);
        assert_eq!(sorted(awaited.take()), expected);
    }
}

/// Says how many events its instance has seen, whatever their keys.
#[operator]
async fn seen_here(_: u64, count: &mut u64, ctx: &mut Context) -> (usize, u64) {
    *count += 1;
    (ctx.instance().index(), *count)
}

#[test]
fn per_instance_keeps_one_state_in_each_instance() {
    for instances in INSTANCES {
        let seen = Collected::new();
        let topology = topology!(
            source(from_iter(keys(6)))
                >> shuffle
                >> per_instance
                >> seen_here * instances
                >> sink(seen.sink())
        );
        simulation::run(5, topology, Config::default().batch(16)).unwrap();
        let seen = seen.take();
        let shares = counted(seen.iter().map(|(instance, _)| *instance));
        assert_eq!(shares.len(), instances);
        // Within an instance each number comes once: 1, 2, 3, …
        let distinct: BTreeSet<_> = seen.iter().collect();
        assert_eq!(distinct.len() as u64, EVENTS);
        for (instance, share) in shares {
            let highest =
                seen.iter().filter(|(at, _)| *at == instance).map(|(_, count)| *count).max();
            assert_eq!(highest, Some(share));
        }
    }
}

#[test]
fn compound_and_missing_keys_are_told_apart() {
    type Compound = (Option<u8>, String);
    let events: Vec<Compound> = (0..EVENTS)
        .map(|n| (mixed(n) % 3, mixed(n + EVENTS) % 3))
        .map(|(left, right)| {
            (left.checked_sub(1).map(|left| left as u8), "x".repeat(right as usize))
        })
        .collect();
    for instances in INSTANCES {
        let seen = Collected::new();
        let topology = topology!(
            source(from_iter(events.clone()))
                >> by(|(left, right): &Compound| (*left, right.clone()))
                >> numbered * instances
                >> sink(seen.sink())
        );
        simulation::run(6, topology, Config::default()).unwrap();
        let mut highest = BTreeMap::new();
        for (key, number) in seen.take() {
            let before = highest.entry(key).or_insert(0);
            *before = number.max(*before);
        }
        assert_eq!(highest.len(), 9);
        assert_eq!(highest, counted(events.clone()));
    }
}
