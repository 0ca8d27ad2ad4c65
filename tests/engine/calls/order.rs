//! How many calls are in flight, and in which order their results leave.

use super::service::{EVENTS, Service, latency, ms};
use crate::simulation::{self, Virtual};
use crate::support::{BATCHES, INSTANCES, sorted};
use crate::traced::Log;
use millstream::metrics::HotKey;
use millstream::operator::Order;
use millstream::prelude::*;
use std::collections::BTreeMap;

#[operator(in_flight = 8)]
async fn in_order_of_input(event: u64, #[shared] service: &Service) -> u64 {
    service.ask(event, latency(event)).await;
    event
}

#[operator(in_flight = 8, order = none)]
async fn as_they_return(event: u64, #[shared] service: &Service) -> u64 {
    service.ask(event, latency(event)).await;
    event
}

/// Adds up per key, waiting in the middle of a change.
#[operator(in_flight = 8)]
async fn added_up(event: u64, sum: &mut u64, #[shared] service: &Service) -> (u64, u64) {
    let before = *sum;
    service.ask(event, latency(event)).await;
    *sum = before + event;
    (event, *sum)
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
fn the_first_result_leaves_when_its_call_returns() {
    #[operator]
    async fn ten_millis(event: u64, #[shared] service: &Service) -> u64 {
        let wait = if event == 30 { ms(1_000_000) } else { ms(10) };
        service.ask(event, wait).await;
        event
    }

    let (clock, seen) = (Virtual::default(), Collected::new());
    let service = Service::by(&clock);
    let topology =
        topology!(source(from_iter(0..400_u64)) >> ten_millis(service) * 1 >> sink(seen.sink()));
    let mut job = simulation::start_by(&clock, 0, topology, Config::default()).unwrap();
    let mut all = Vec::new();
    for returned in [1, 2, 3, 30] {
        job.work_until(&clock, ms(10 * returned) + ms(5));
        all.extend(seen.take());
        assert_eq!(all.len() as u64, returned, "one after each 10 ms");
        let total = job.job.metrics().node("ten_millis").unwrap().total();
        assert_eq!(total.events_out, returned, "counters move as events do");
    }
    job.work_until(&clock, ms(500_000));
    all.extend(seen.take());
    assert_eq!(all, (0..30).collect::<Vec<_>>(), "a call that hangs holds nothing back");
}

#[test]
fn results_leave_in_the_order_of_the_events_unless_that_is_given_up() {
    for (batch, seed) in BATCHES.into_iter().flat_map(|batch| (0..4).map(move |seed| (batch, seed)))
    {
        let (clock, ordered, any) = (Virtual::default(), Collected::new(), Collected::new());
        let services = [Service::by(&clock), Service::by(&clock)];
        let topology = topology!(
            events = source(from_iter(0..EVENTS)),
            events >> in_order_of_input(services[0].clone()) >> buffer(3) >> sink(ordered.sink()),
            events >> as_they_return(services[1].clone()) >> sink(any.sink()),
        );
        simulation::run_by(&clock, seed, topology, Config::default().batch(batch)).unwrap();
        assert_eq!(ordered.take(), (0..EVENTS).collect::<Vec<_>>(), "batch {batch}, seed {seed}");
        let any = any.take();
        assert_ne!(any, (0..EVENTS).collect::<Vec<_>>());
        assert_eq!(sorted(any), (0..EVENTS).collect::<Vec<_>>());
        for service in services {
            assert_eq!(service.most(), 8, "as many at once as asked for, and no more");
        }
    }
}

#[test]
fn calls_of_one_key_follow_each_other_and_those_of_others_go_on() {
    for (instances, batch) in INSTANCES.into_iter().flat_map(|n| BATCHES.map(|batch| (n, batch))) {
        let (clock, seen) = (Virtual::default(), Collected::new());
        let service = Service::by(&clock);
        let topology = topology!(
            source(from_iter(0..EVENTS))
                >> by(|event| event % 5)
                >> added_up(service.clone()) * instances
                >> sink(seen.sink())
        );
        simulation::run_by(&clock, 3, topology, Config::default().batch(batch)).unwrap();
        assert_eq!(sorted(seen.take()), sums(5));
        assert!(service.most() > 1 && service.most() <= 5, "{}", service.most());
    }
}

#[test]
fn a_hot_key_does_not_take_the_place_of_others() {
    let (clock, seen) = (Virtual::default(), Collected::new());
    let service = Service::by(&clock);
    // 8 calls at once: 15 events of the hot key wait, those of other keys behind them go on.
    let topology = topology!(
        source(from_iter(0..40_u64))
            >> by(|event| if *event < 16 { 0 } else { *event })
            >> added_up(service.clone())
            >> sink(seen.sink())
    );
    let mut job = simulation::start_by(&clock, 1, topology, Config::default()).unwrap();
    job.work_until(&clock, ms(19));
    let first: Vec<_> = seen.take().into_iter().map(|(event, _)| event).collect();
    assert!(first.iter().filter(|event| **event >= 16).count() >= 7, "{first:?}");
}

#[test]
fn the_key_that_holds_up_all_others_is_named() {
    let hot_keys = |key: fn(&u64) -> u64, (instances, batch): (usize, usize)| {
        let clock = Virtual::default();
        let topology = topology!(
            summed = source(from_iter(0..400_u64))
                >> by(key)
                >> added_up(Service::by(&clock)) * instances,
            summed >> ignore,
        );
        let metrics =
            simulation::run_by(&clock, 5, topology, Config::default().batch(batch)).unwrap();
        (metrics.node("summed").unwrap().hot_keys.clone(), metrics.to_string())
    };
    for (instances, batch) in INSTANCES.into_iter().flat_map(|n| BATCHES.map(|batch| (n, batch))) {
        let tenth = |event: &u64| if event % 10 == 9 { *event } else { 0 };
        let (hot, text) = hot_keys(tenth, (instances, batch));
        let [HotKey { waiting, of, event: Some(event), .. }] = &hot[..] else {
            panic!("{hot:?} of {instances} instances, batches of {batch}")
        };
        assert!(2 * waiting > *of && *of >= 16, "{hot:?}");
        assert_eq!(tenth(&event.parse().unwrap()), 0);
        assert!(text.contains(&format!("\n  one key holds it up, {}\n", hot[0])), "{text}");
        assert_eq!(hot_keys(|event| event % 40, (instances, batch)).0, []);
    }
}

/// An event that is nobody's business.
#[derive(Debug, Clone)]
struct Personal(u64);

/// Counts events per key.
#[operator(in_flight = 8)]
async fn counted(event: Personal, count: &mut u64, #[shared] service: &Service) -> u64 {
    service.ask(event.0, latency(event.0)).await;
    *count += 1;
    *count
}

#[test]
fn the_key_that_holds_up_all_others_is_logged_without_an_event() {
    for instances in INSTANCES {
        let lines = Log::of(|| {
            let clock = Virtual::default();
            let topology = topology!(
                events = source(from_iter((0..400_u64).map(Personal))),
                events >> by(|_| 0_u64) >> counted(Service::by(&clock)) * instances >> ignore,
            );
            simulation::run_by(&clock, 5, topology, Config::default()).unwrap();
        });
        let held_up = "INFO one key holds up the calls of an operator node=counted instance=";
        let logged: Vec<_> = lines.iter().filter(|line| line.starts_with(held_up)).collect();
        let [logged] = logged[..] else { panic!("{lines:#?}") };
        assert!(logged.contains(" waiting=") && logged.contains(" of="), "{logged}");
        assert!(!lines.concat().contains("Personal"), "{lines:#?}");
    }
}

#[test]
fn order_per_key_needs_no_state() {
    #[operator(in_flight = 8, order = per_key)]
    async fn looked_up(event: u64, #[shared] service: &Service) -> u64 {
        service.ask(event, latency(event)).await;
        event
    }

    assert_eq!(<looked_up as millstream::operator::Operator<u64>>::CALLS.order, Order::PerKey);
    let (clock, seen) = (Virtual::default(), Collected::new());
    let topology = topology!(
        source(from_iter(0..EVENTS))
            >> by(|event| event % 5)
            >> looked_up(Service::by(&clock))
            >> sink(seen.sink())
    );
    simulation::run_by(&clock, 7, topology, Config::default()).unwrap();
    let seen = seen.take();
    for key in 0..5 {
        let of_key: Vec<_> = seen.iter().copied().filter(|event| event % 5 == key).collect();
        assert_eq!(of_key, (key..EVENTS).step_by(5).collect::<Vec<_>>());
    }
    assert_ne!(seen, (0..EVENTS).collect::<Vec<_>>());
}
