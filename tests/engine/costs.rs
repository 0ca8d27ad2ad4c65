//! Work that takes virtual time: the simulation itself.

use crate::simulation::{self, Virtual, cost};
use crate::support::mixed;
use millstream::prelude::*;
use std::sync::{Arc, Mutex};
use std::time::Duration;

/// The times at which events reach a sink, by the sink's clock.
type Seen = Arc<Mutex<Vec<(Duration, u64)>>>;

/// Runs events through an operator of so many instances, each of which costs 10 ms.
fn run(seed: u64, instances: usize, batch: usize) -> Vec<(Duration, u64)> {
    let (clock, seen) = (Virtual::default(), Seen::default());
    let (by, into) = (clock.clone(), Arc::clone(&seen));
    let topology = topology!(
        numbers = source(from_iter(0..120_u64)),
        slow = numbers >> by(|n| *n) >> buffer(8) >> inspect(|_| cost(10.millis())) * instances,
        slow >> buffer(8)
            >> to_one
            >> sink(for_each(move |n: u64| {
                into.lock().unwrap().push((by.now(), n));
            })),
    );
    simulation::run_by(&clock, seed, topology, Config::default().batch(batch)).unwrap();
    seen.lock().unwrap().clone()
}

#[test]
fn work_takes_its_time_at_each_instance_apart() {
    for (instances, batch) in [(1, 1), (1, 7), (2, 7), (4, 4)] {
        let seen = run(3, instances, batch);
        let end = seen.last().unwrap().0.as_secs_f64();
        // Keys are not quite even.
        let (least, most) = (1.2 / instances as f64, 1.2 / instances as f64 * 1.5);
        assert!((least - 0.01..=most).contains(&end), "{instances} instances: {end} s");
        assert_eq!(seen.len(), 120);
        assert!(seen.is_sorted_by_key(|(at, _)| *at), "a sink never reads its clock going back");
    }
    for (at, (seen, _)) in (1..).zip(run(3, 1, 7)) {
        assert!(seen + 10.millis() >= at * 10.millis(), "more than a turn early: {seen:?}");
    }
}

#[test]
fn a_run_with_costs_follows_from_its_seed() {
    for seed in 0..20 {
        let (instances, batch) = (1 + (seed as usize) % 3, 1 + (mixed(seed) % 9) as usize);
        assert_eq!(run(seed, instances, batch), run(seed, instances, batch), "seed {seed}");
    }
}

#[test]
fn a_source_is_held_back_by_work_that_takes_time() {
    let (clock, read) = (Virtual::default(), Arc::new(Mutex::new(0_u64)));
    let counted = Arc::clone(&read);
    let topology = topology!(
        numbers = source(from_iter((0..).inspect(move |_| *counted.lock().unwrap() += 1))),
        numbers >> buffer(8) >> sink(for_each(|_: u64| cost(100.millis()))),
    );
    let config = Config::default().batch(1);
    let mut job = simulation::start_by(&clock, 5, topology, config).unwrap();
    for second in 1..=5 {
        job.work_until(&clock, second.secs());
        let read = *read.lock().unwrap();
        let written = 10 * u64::from(second);
        assert!((written..=written + 12).contains(&read), "{read} after {second} s");
    }
}
