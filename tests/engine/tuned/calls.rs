//! Numbers of calls in flight that change while a job runs.

use crate::calls::service::{EVENTS, Service, latency, ms};
use crate::simulation::{self, Simulated, Virtual};
use crate::support::{BATCHES, mixed, sorted};
use millstream::prelude::*;
use std::collections::BTreeMap;
use std::sync::atomic::Ordering;

#[operator(in_flight = 2)]
async fn in_order_of_input(event: u64, #[shared] service: &Service) -> u64 {
    service.ask(event, ms(1_000)).await;
    event
}

#[operator(in_flight = 2, order = none)]
async fn as_they_return(event: u64, #[shared] service: &Service) -> u64 {
    service.ask(event, ms(1_000)).await;
    event
}

/// Adds up per key, waiting in the middle of a change.
#[operator(in_flight = 2)]
async fn added_up(event: u64, sum: &mut u64, #[shared] service: &Service) -> (u64, u64) {
    let before = *sum;
    service.ask(event, latency(event)).await;
    *sum = before + event;
    (event, *sum)
}

/// The calls of `service` that are in flight once nothing can go on.
fn in_flight(job: &mut Simulated, service: &Service) -> usize {
    job.work();
    service.in_flight.load(Ordering::Relaxed)
}

fn tune(job: &Simulated, calls: usize) {
    job.job.tune("asked").unwrap().in_flight(calls).unwrap();
}

#[test]
fn more_calls_begin_at_once_when_their_number_is_raised() {
    for (instances, batch) in [1, 3].into_iter().flat_map(|n| BATCHES.map(|batch| (n, batch))) {
        for ordered in [true, false] {
            let clock = Virtual::default();
            let (service, seen) = (Service::by(&clock), Collected::new());
            let job = Builder::new("asking");
            let events = job.source(from_iter(0..8 * 1_024_u64)).shuffle().instances(instances);
            let call = service.clone();
            if ordered {
                events.then(in_order_of_input::new(call)).named("asked").sink(seen.sink());
            } else {
                events.then(as_they_return::new(call)).named("asked").sink(seen.sink());
            }
            let config = Config::default().batch(batch);
            let mut job = simulation::start_by(&clock, 5, job.build(), config).unwrap();
            for calls in [2, 16, 17, 100] {
                tune(&job, calls);
                let shape = (instances, batch, ordered);
                assert_eq!(in_flight(&mut job, &service), calls * instances, "{shape:?}");
            }
            assert_eq!(clock.now(), ms(0));
            assert_eq!(seen.take(), [0; 0], "no call has returned");
        }
    }
}

#[test]
fn calls_in_flight_return_before_fewer_begin() {
    for batch in BATCHES {
        let (clock, seen) = (Virtual::default(), Collected::new());
        let service = Service::by(&clock);
        let topology = topology!(
            asked = source(from_iter(0..EVENTS)) >> in_order_of_input(service.clone()),
            asked >> sink(seen.sink()),
        );
        let config = Config::default().batch(batch);
        let mut job = simulation::start_by(&clock, 2, topology, config).unwrap();
        tune(&job, 70);
        assert_eq!(in_flight(&mut job, &service), 70);
        tune(&job, 3);
        assert_eq!(in_flight(&mut job, &service), 70, "none of them is given up");
        job.work_until(&clock, ms(1_000));
        assert_eq!(in_flight(&mut job, &service), 3, "batch {batch}");
        job.work_until(&clock, ms(2_000));
        assert_eq!((seen.take().len(), in_flight(&mut job, &service)), (73, 3));
        tune(&job, 1);
        job.work_until(&clock, ms(3_000));
        assert_eq!(in_flight(&mut job, &service), 1);
        tune(&job, 200);
        assert_eq!(in_flight(&mut job, &service), 200);
        job.work_until(&clock, ms(10_000));
        assert!(job.has_ended());
        let rest = EVENTS - 73;
        assert_eq!(seen.take(), (EVENTS - rest..EVENTS).collect::<Vec<_>>());
        assert_eq!(service.dropped.load(Ordering::Relaxed), 0);
    }
}

/// What `added_up` gives for the events of each of `keys` keys.
fn sums(keys: u64) -> Vec<(u64, u64)> {
    let mut sums = BTreeMap::new();
    let add = |event: u64| {
        let sum = sums.entry(event % keys).or_insert(0);
        *sum += event;
        (event, *sum)
    };
    (0..EVENTS).map(add).collect()
}

#[test]
fn results_do_not_depend_on_how_often_the_number_changes() {
    let shapes = [1, 3].into_iter().flat_map(|n| BATCHES.map(|batch| (n, batch)));
    for ((instances, batch), seed) in shapes.flat_map(|shape| [1, 2, 3].map(|seed| (shape, seed))) {
        let (clock, seen) = (Virtual::default(), Collected::new());
        let service = Service::by(&clock);
        let topology = topology!(
            asked = source(from_iter(0..EVENTS))
                >> by(|event| event % 40)
                >> added_up(service.clone()) * instances,
            asked >> sink(seen.sink()),
        );
        let config = Config::default().batch(batch).barrier_every(ms(7));
        let mut job = simulation::start_by(&clock, seed, topology, config).unwrap();
        let (mut time, mut limit, mut changes) = (0, 2, 0);
        while !job.has_ended() {
            let dice = mixed(seed ^ mixed(time));
            if dice.is_multiple_of(3) {
                let lower = service.in_flight.load(Ordering::Relaxed) > 0;
                limit = usize::try_from(dice / 3 % 30).unwrap() + 1;
                tune(&job, limit);
                changes += usize::from(lower);
            }
            time += 1;
            assert!(time < 10_000, "the job is stuck at {limit}");
            job.work_until(&clock, ms(time));
        }
        job.result().unwrap();
        assert!(changes > 5, "{changes}");
        assert_eq!(sorted(seen.take()), sums(40), "{instances} instances, batch {batch}");
        assert_eq!(service.dropped.load(Ordering::Relaxed), 0);
    }
}

#[test]
fn a_hot_key_that_fills_what_may_wait_goes_on_when_more_may() {
    // Events of one key wait for each other; up to twice the number of calls may.
    let (clock, seen) = (Virtual::default(), Collected::new());
    let service = Service::by(&clock);
    let events = (0..100_u64).map(|n| if n < 50 { 0 } else { n });
    let topology = topology!(
        asked = source(from_iter(events))
            >> by(|event| *event)
            >> slow_per_key(service.clone()).in_flight(4),
        asked >> sink(seen.sink()),
    );
    let mut job = simulation::start_by(&clock, 1, topology, Config::default()).unwrap();
    assert_eq!(in_flight(&mut job, &service), 1, "the hot key is ahead of all others");
    tune(&job, 40);
    assert_eq!(in_flight(&mut job, &service), 40, "it no longer is");
    job.work_until(&clock, ms(1_000_000));
    assert!(job.has_ended());
    assert_eq!(seen.take().len(), 100);
}

#[operator(in_flight = 2)]
async fn slow_per_key(event: u64, _: &mut u64, #[shared] service: &Service) -> u64 {
    service.ask(event, ms(1_000)).await;
    event
}
