//! Rates, batches and silences that are refused when a job is started: those that are not written
//! as numbers in a topology.

use crate::support::refused;
use millstream::ErrorKind;
use millstream::prelude::*;
use millstream::time::Rate;
use std::time::Duration;

/// The codes of what is said about a topology, built by hand.
#[track_caller]
fn codes(declare: impl FnOnce(&Builder)) -> Vec<String> {
    let job = Builder::new("broken");
    declare(&job);
    let error = refused(job.build());
    assert_eq!(error.kind(), ErrorKind::Topology);
    let message = error.to_string();
    let codes = message.match_indices("[M0").map(|(at, _)| message[at + 1..at + 6].to_owned());
    codes.collect()
}

fn numbers(job: &Builder) -> Stream<u64> {
    job.source(from_iter(0..10)).named("numbers").detached()
}

#[test]
fn rates_of_nothing_or_beyond_reason_are_refused() {
    for (rate, code) in [
        (0.per_sec(), "M0182"),
        (Rate::new(1, Duration::ZERO), "M0182"),
        (2_000_000_000.per_sec(), "M0186"),
        (Rate::new(1, 25.hours()), "M0187"),
    ] {
        assert_eq!(codes(|job| numbers(job).throttle(rate).ignore()), [code], "{rate}");
    }
    assert_eq!(codes(|job| numbers(job).throttle(5.per_sec()).burst(0).ignore()), ["M0176"]);
}

#[test]
fn what_is_shed_goes_somewhere() {
    let shed = |job: &Builder| numbers(job).throttle(5.per_sec()).shed().named("some").outputs();
    assert_eq!(codes(|job| shed(job).stream.ignore()), ["M0405"]);
    let waits = |job: &Builder| numbers(job).throttle(5.per_sec()).named("some").outputs();
    let unshed = |job: &Builder| {
        let some = waits(job);
        some.stream.ignore();
        some.overflow.ignore();
    };
    assert_eq!(codes(unshed), ["M0407"]);
}

#[test]
fn one_output_is_not_for_what_an_edge_drops_and_what_a_throttle_sheds() {
    let twice = |job: &Builder| {
        let edge = numbers(job).overflow(Overflow::DropNewest);
        let some = edge.throttle(5.per_sec()).shed().named("some").outputs();
        some.stream.ignore();
        some.overflow.ignore();
    };
    assert_eq!(codes(twice), ["M0184"]);
    let waits = |job: &Builder| {
        let edge = numbers(job).overflow(Overflow::DropNewest);
        let some = edge.throttle(5.per_sec()).named("some").outputs();
        some.stream.ignore();
        some.overflow.ignore();
    };
    let job = Builder::new("job");
    waits(&job);
    job.build().check().unwrap();
}

#[test]
fn batches_and_silences_of_nothing_are_refused() {
    let batches = |events, time| {
        codes(|job| {
            numbers(job).in_batches_of(events).or_after(time).ignore();
            job.source(from_iter(0..10))
                .named("others")
                .by(|n| *n)
                .in_batches_of(events)
                .or_after(time)
                .ignore();
        })
    };
    assert_eq!(batches(0, 1.secs()), ["M0176", "M0176"]);
    assert_eq!(batches(5, Duration::ZERO), ["M0176", "M0176"]);
    let silence = |job: &Builder| numbers(job).by(|n| *n).debounce(Duration::ZERO).ignore();
    assert_eq!(codes(silence), ["M0176"]);
}

#[test]
fn the_plan_shows_rates_batches_and_silences() {
    let topology = topology!(
        numbers = source(from_iter(0..10_u64)),
        held = numbers >> throttle(1_000.per_sec()).burst(50),
        batches = held >> in_batches_of(100).or_after(1.secs()),
        last = held >> by(|number| *number) >> debounce(2.secs()),
        batches >> ignore,
        last >> ignore,
    );
    let plan = topology.plan(&Config::default()).unwrap().to_string();
    for part in [
        "throttle 1000 per s, burst 50",
        "one of its ends is held to a rate",
        "batches of 100 or 1s",
        "debounce 2s",
    ] {
        assert!(plan.contains(part), "{part} in {plan}");
    }
    let drawn = topology.graph().dot();
    for part in ["batches of 100 or 1s", "debounce 2s"] {
        assert!(drawn.contains(part), "{part} in {drawn}");
    }
    let buffers: Vec<usize> = topology
        .plan(&Config::default())
        .unwrap()
        .edges()
        .iter()
        .filter_map(|edge| edge.buffer.map(|buffer| buffer.events))
        .collect();
    assert_eq!(buffers.first(), Some(&100), "what passes in 100 ms");
}
