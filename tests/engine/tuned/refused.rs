//! Changes of a running job that are refused, and in which words.

use crate::simulation::{self, Simulated};
use crate::support::awaited;
use millstream::ErrorKind;
use millstream::prelude::*;

fn job() -> Simulated {
    let topology = topology!(
        orders = source(from_iter(0..10_u64)),
        refunds = source(from_iter(0..10_u64)),
        enriched = [orders, refunds] >> awaited,
        scored = enriched >> buffer(8) >> map(|event| event + 1),
        shown = scored >> overflow(drop_newest) >> sink(Collected::new().sink()),
    );
    simulation::start(1, topology, Config::default()).unwrap()
}

#[track_caller]
fn assert_says<T>(changed: millstream::Result<T>, said: &str) {
    match changed {
        Ok(_) => panic!("it was changed"),
        Err(error) => {
            assert_eq!((error.kind(), error.to_string().as_str()), (ErrorKind::Config, said));
        }
    }
}

#[test]
fn a_name_that_no_node_has_is_refused_and_the_nearest_suggested() {
    let Simulated { job, .. } = &job();
    assert_says(
        job.tune("enrichd"),
        "cannot tune `enrichd`: the job has no node of this name; did you mean `enriched`?",
    );
    assert_says(
        job.pause("order"),
        "cannot pause `order`: the job has no node of this name; did you mean `orders`?",
    );
    assert_says(
        job.resume("payments"),
        "cannot resume `payments`: the job has no node of this name; write one of `orders`, \
         `refunds`",
    );
}

#[test]
fn only_sources_are_paused() {
    let Simulated { job, .. } = &job();
    assert_says(
        job.pause("scored"),
        "cannot pause `scored`: it is an operator, and only sources are paused; the sources of \
         the job are `orders`, `refunds`",
    );
    assert_eq!(job.controls().paused(), [""; 0]);
}

#[test]
fn a_number_of_calls_is_for_an_operator_that_awaits_and_in_range() {
    let Simulated { job, .. } = &job();
    assert_says(
        job.tune("scored").unwrap().in_flight(8),
        "cannot set `in_flight` of `scored` to 8: it never awaits, so it makes no calls; \
         `enriched` does",
    );
    for calls in [0, 4_097] {
        assert_says(
            job.tune("enriched").unwrap().in_flight(calls),
            &format!(
                "cannot set `in_flight` of `enriched` to {calls}: it is the largest number of \
                 calls at once, from 1 to 4096; to make no calls, pause the sources"
            ),
        );
    }
    assert_eq!(job.tune("enriched").unwrap().calls_in_flight(), Some(1));
    assert_eq!(job.tune("scored").unwrap().calls_in_flight(), None);
}

#[test]
fn a_rate_is_for_a_throttle_and_within_reason() {
    let Simulated { job, .. } = &job();
    assert_says(
        job.tune("scored").unwrap().rate(30.per_min()),
        "cannot set the rate of `scored` to 30 per min: it holds its events to none; write `>> \
         throttle(10.per_sec())`, and tune that",
    );
    let topology =
        topology!(held = source(from_iter(0..10_u64)) >> throttle(10.per_sec()), held >> ignore,);
    let Simulated { job, .. } = &simulation::start(1, topology, Config::default()).unwrap();
    let error = job.tune("held").unwrap().rate(0.per_sec()).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Config);
    let said = error.to_string();
    assert!(said.starts_with("cannot set the rate of `held` to 0 per s: "), "{said}");
    assert!(said.contains("; "), "it says what to do: {said}");
}

#[test]
fn an_edge_that_is_declared_to_wait_stays_so() {
    let Simulated { job, .. } = &job();
    for policy in [Overflow::DropOldest, Overflow::Block] {
        assert_says(
            job.tune("scored").unwrap().overflow(policy),
            &format!(
                "cannot set the overflow policy of `scored` to {policy:?}: no edge into it is \
                 declared to drop events, and a channel that waits when it is full cannot; write \
                 `>> overflow(…)` ahead of the node"
            ),
        );
    }
    assert_says(
        job.tune("shown").unwrap().overflow(Overflow::Sample(0)),
        "cannot set the overflow policy of `shown` to Sample(0): it keeps one event in so many; \
         write 1 or more",
    );
    job.tune("shown").unwrap().overflow(Overflow::Sample(1)).unwrap();
}
