//! What is counted: for every node, in = out + what is declared lost.

use crate::simulation;
use crate::support::{BATCHES, INSTANCES, awaited, mixed, numbered};
use millstream::metrics::{InstanceMetrics, Metrics};
use millstream::prelude::*;

const EVENTS: u64 = 1_000;

#[track_caller]
fn total(metrics: &Metrics, node: &str) -> InstanceMetrics {
    metrics.node(node).unwrap_or_else(|| panic!("there is no node `{node}`:\n{metrics}")).total()
}

/// The counters of a node that loses nothing.
fn passed(events_in: u64, events_out: u64) -> InstanceMetrics {
    InstanceMetrics { events_in, events_out, ..InstanceMetrics::default() }
}

#[operator]
async fn not_a_third(number: u64) -> Result<u64, String> {
    if number.is_multiple_of(3) { Err(format!("{number} is a third")) } else { Ok(number) }
}

#[operator]
async fn twice(number: u64, out: &mut Output<u64>) {
    out.send(number).await;
    out.send(number).await;
}

#[operator]
async fn contents(window: Window<u64, u64>) -> Vec<u64> {
    window.events().to_vec()
}

#[test]
fn every_node_counts_what_it_takes_and_what_it_gives() {
    for (instances, batch) in INSTANCES.into_iter().flat_map(|n| BATCHES.map(|batch| (n, batch))) {
        let topology = topology!(
            numbers = source(from_iter(0..EVENTS)),
            even = numbers >> shuffle >> filter(|number| number % 2 == 0) * instances,
            tripled = even >> flat_map(|number| [number; 3]) * instances,
            counted = tripled >> by(|number| *number) >> numbered * instances,
            slow = counted >> awaited * 2,
            doubled = numbers >> twice * instances,
            both = slow >> map(|(number, _)| number) >> sink(for_each(drop::<u64>)),
            all = [doubled, numbers] >> sink(for_each(drop::<u64>)),
        );
        let metrics = simulation::run(1, topology, Config::default().batch(batch)).unwrap();
        let half = EVENTS / 2;
        for (node, expected) in [
            ("numbers", passed(EVENTS, EVENTS)),
            ("even", passed(EVENTS, half)),
            ("tripled", passed(half, 3 * half)),
            ("counted", passed(3 * half, 3 * half)),
            ("slow", passed(3 * half, 3 * half)),
            ("map", passed(3 * half, 3 * half)),
            ("doubled", passed(EVENTS, 2 * EVENTS)),
            ("both", passed(3 * half, 0)),
            ("all", passed(3 * EVENTS, 0)),
        ] {
            assert_eq!(
                total(&metrics, node),
                expected,
                "{node}, {instances} instances, batch {batch}"
            );
        }
        assert_eq!(metrics.node("even").unwrap().instances.len(), instances);
    }
}

#[test]
fn errors_are_counted_where_they_happen_and_where_they_go() {
    for (instances, batch) in INSTANCES.into_iter().flat_map(|n| BATCHES.map(|batch| (n, batch))) {
        let topology = topology!(
            good = source(from_iter(0..EVENTS)) >> by(|number| *number) >> not_a_third * instances,
            good >> ignore,
            good.errors >> map(|error: String| error.len()) >> ignore,
        );
        let metrics = simulation::run(2, topology, Config::default().batch(batch)).unwrap();
        let good = total(&metrics, "good");
        assert_eq!(good.errors, EVENTS.div_ceil(3));
        assert_eq!(good.events_in, good.events_out + good.errors);
        assert_eq!(total(&metrics, "good_ignored"), passed(good.events_out, 0));
        assert_eq!(total(&metrics, "map"), passed(good.errors, good.errors));
        assert_eq!(total(&metrics, "map_ignored"), passed(good.errors, 0));
    }
}

fn at(number: &u64) -> EventTime {
    EventTime::from_secs((mixed(*number) % 1_000) as i64)
}

#[test]
fn late_events_are_counted_where_they_are_late_and_where_they_go() {
    for (instances, batch) in INSTANCES.into_iter().flat_map(|n| BATCHES.map(|batch| (n, batch))) {
        let topology = topology!(
            numbers = source(from_iter(0..EVENTS)) >> event_time(at, lateness(100.secs())),
            windows = numbers
                >> by(|number| number % 5)
                >> window(tumbling(50.secs()))
                >> contents * instances,
            windows >> ignore,
            windows.late >> map(|late: millstream::window::Late<u64>| late.event) >> ignore,
        );
        let metrics = simulation::run(3, topology, Config::default().batch(batch)).unwrap();
        let windows = total(&metrics, "windows");
        assert_eq!(EVENTS, windows.events_out + windows.late);
        assert_eq!(windows.dropped, 0);
        assert_eq!(total(&metrics, "map_ignored"), passed(windows.late, 0));
        assert!(batch > 7 || windows.late > 0, "nothing was late, so nothing was tested");
    }
}

#[test]
fn late_events_that_are_ignored_are_counted() {
    for instances in INSTANCES {
        let topology = topology!(
            numbers = source(from_iter(0..EVENTS)) >> event_time(at, lateness(1.secs())),
            windows = numbers
                >> by(|number| number % 5)
                >> window(tumbling(1.secs()))
                >> contents * instances,
            windows >> ignore,
            windows.late >> ignore,
        );
        let metrics = simulation::run(4, topology, Config::default().batch(1)).unwrap();
        let windows = total(&metrics, "windows");
        assert!(windows.late > 0);
        assert_eq!((windows.dropped, windows.events_out), (0, EVENTS - windows.late));
        assert_eq!(total(&metrics, "windows_late_ignored").events_in, windows.late);
    }
}

#[test]
fn what_comes_late_for_an_order_is_counted() {
    for batch in BATCHES {
        let kept = Collected::new();
        let topology = topology!(
            numbers = source(from_iter(0..EVENTS))
                >> event_time(at, lateness(100.secs()))
                >> in_order(|number| *number),
            numbers >> sink(kept.sink()),
            numbers.late >> ignore,
        );
        let metrics = simulation::run(5, topology, Config::default().batch(batch)).unwrap();
        let late = total(&metrics, "numbers").late;
        assert_eq!(kept.take().len() as u64 + late, EVENTS);
        assert_eq!(total(&metrics, "numbers_late_ignored").events_in, late);
        assert!(batch > 7 || late > 0, "nothing was late, so nothing was tested");
    }
}

#[test]
fn the_counters_can_be_read_while_the_job_runs_and_after_its_end() {
    let topology =
        topology!(source(from_iter(0..EVENTS)) >> by(|number| *number) >> numbered * 2 >> ignore);
    let config = Config::default().batch(10).buffer(20);
    let mut simulated = simulation::start(6, topology, config).unwrap();
    let meter = simulated.job.metrics_reader();
    let mut last = 0;
    let mut readings = 0;
    while simulated.step() {
        let now = total(&meter.read(), "numbered").events_in;
        assert!(now >= last, "{now} after {last}");
        readings += u64::from(now > last && now < EVENTS);
        last = now;
    }
    assert!(readings > 3, "only {readings} readings lie between the beginning and the end");
    simulated.result().unwrap();
    drop(simulated);
    assert_eq!(total(&meter.read(), "numbered"), passed(EVENTS, EVENTS));
}

#[test]
fn metrics_are_shown_as_a_table() {
    let topology = topology!(
        good = source(from_iter(0..9_u64)) >> not_a_third,
        good >> ignore,
        good.errors >> ignore
    );
    let metrics = simulation::run(7, topology, Config::default()).unwrap();
    let shown = metrics.to_string();
    let row = shown.lines().find(|line| line.starts_with("good ")).unwrap();
    let words: Vec<_> = row.split_whitespace().collect();
    assert_eq!(words, ["good", "1", "9", "6", "3", "errors"]);
}
