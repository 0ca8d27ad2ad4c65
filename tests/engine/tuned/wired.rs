//! The number of calls of an operator, set where it is wired.

use crate::calls::service::{EVENTS, Service, latency, ms};
use crate::simulation::{self, Virtual};
use crate::support::{self, BATCHES, sorted};
use millstream::operator::MOST_IN_FLIGHT;
use millstream::prelude::*;

#[operator(in_flight = 8, order = none)]
async fn asked(event: u64, #[shared] service: &Service) -> u64 {
    service.ask(event, ms(1) + latency(event)).await;
    event
}

#[operator]
async fn one_by_one(event: u64, #[shared] service: &Service) -> u64 {
    service.ask(event, ms(1)).await;
    event
}

#[test]
fn the_number_of_a_stream_takes_the_place_of_that_of_its_operator() {
    for (instances, batch) in [1, 3].into_iter().flat_map(|n| BATCHES.map(|batch| (n, batch))) {
        for calls in [1, 3, 32] {
            let (clock, seen) = (Virtual::default(), Collected::new());
            let service = Service::by(&clock);
            let topology = topology!(
                events = source(from_iter(0..EVENTS)) >> shuffle,
                asked = events >> asked(service.clone()).in_flight(calls) * instances,
                asked >> sink(seen.sink()),
            );
            simulation::run_by(&clock, 3, topology, Config::default().batch(batch)).unwrap();
            assert_eq!(sorted(seen.take()), (0..EVENTS).collect::<Vec<_>>());
            let most = calls * instances;
            // A batch that is as long as the input goes to one instance.
            let least = if batch == 1_024 { calls } else { most };
            let (at_once, shape) = (service.most(), (instances, batch, calls));
            assert!((least..=most).contains(&at_once), "{at_once} at once: {shape:?}");
        }
    }
}

#[test]
fn an_operator_without_a_number_can_have_one_on_its_stream() {
    let (clock, seen) = (Virtual::default(), Collected::new());
    let service = Service::by(&clock);
    let job = Builder::new("asking");
    let events = job.source(from_iter(0..EVENTS));
    let asked = events.then(one_by_one::new(service.clone())).in_flight(64);
    asked.named("asked").sink(seen.sink());
    simulation::run_by(&clock, 1, job.build(), Config::default()).unwrap();
    assert_eq!((seen.take(), service.most()), ((0..EVENTS).collect(), 64));
}

#[test]
fn the_plan_says_how_many_calls_are_in_flight() {
    let service = Service::by(&Virtual::default());
    let topology = topology!(
        asked = source(from_iter(0..EVENTS)) >> asked(service).in_flight(128),
        asked >> ignore,
    );
    assert_eq!(topology.nodes()[1].in_flight, Some(128));
    let plan = topology.plan(&Config::default()).unwrap().to_string();
    assert!(plan.contains("asked, 128 in flight"), "{plan}");
}

#[test]
fn a_computed_number_out_of_range_is_refused_at_start() {
    for calls in [0, MOST_IN_FLIGHT + 1] {
        let service = Service::by(&Virtual::default());
        let topology = topology!(
            asked = source(from_iter(0..EVENTS)) >> asked(service).in_flight(calls),
            asked >> ignore,
        );
        let error = support::refused(topology).to_string();
        let wrong =
            "`.in_flight(…)` is the largest number of calls at once, from 1 to 4096 [M0192]";
        assert!(error.contains(wrong) && error.contains("wired.rs:"), "{error}");
    }
}

#[test]
fn a_number_behind_something_that_makes_no_calls_is_refused_at_start() {
    let service = Service::by(&Virtual::default());
    let job = Builder::new("asking");
    let events = job.source(from_iter(0..EVENTS)).named("events").in_flight(3);
    events.map(|event| event + 1).named("more").in_flight(4).ignore();
    let asked = job.source(from_iter(0..EVENTS)).then(asked::new(service)).named("asked");
    // What follows the buffer is a node to come, not the operator.
    asked.buffer(8).in_flight(4).ignore();
    let error = support::refused(job.build()).to_string();
    for name in ["events", "more", "asked"] {
        assert!(error.contains(&format!("`{name}` never awaits")), "{error}");
    }
    assert_eq!(error.matches("[M0191]").count(), 3, "{error}");
}
