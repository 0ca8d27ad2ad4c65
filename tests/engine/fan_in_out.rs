//! Streams that are used more than once, and streams that are merged.

use crate::simulation;
use crate::support::{
    BATCHES, INSTANCES, awaited, counted, numbered, run, settled, sorted, tagged,
};
use millstream::prelude::*;
use std::collections::BTreeMap;

const EVENTS: u64 = 2_000;

#[test]
fn another_output_of_a_node_may_be_used_before_its_stream() {
    #[operator]
    async fn even(number: u64) -> Result<u64, String> {
        if number.is_multiple_of(2) { Ok(number) } else { Err(number.to_string()) }
    }
    for instances in INSTANCES {
        let (good, bad) = (Collected::new(), Collected::new());
        let topology = topology!(
            halves = source(from_iter(0..10_u64)) >> shuffle >> even * instances,
            odd = halves.errors >> map(|error: String| error),
            odd >> sink(bad.sink()),
            halves >> sink(good.sink()),
        );
        simulation::run(1, topology, Config::default()).unwrap();
        assert_eq!(sorted(good.take()), [0, 2, 4, 6, 8]);
        assert_eq!(sorted(bad.take()), ["1", "3", "5", "7", "9"]);
    }
}

#[test]
fn every_consumer_sees_every_event() {
    for (instances, batch) in INSTANCES.into_iter().flat_map(|n| BATCHES.map(|batch| (n, batch))) {
        let (plain, keyed, spread, slow) =
            (Collected::new(), Collected::new(), Collected::new(), Collected::new());
        let topology = topology!(
            numbers = source(from_iter(0..EVENTS)),
            numbers >> sink(plain.sink()),
            numbers >> by(|number| number % 10) >> numbered * instances >> sink(keyed.sink()),
            numbers >> ignore,
            numbers >> shuffle >> tagged * instances >> sink(spread.sink()),
            numbers >> awaited >> sink(slow.sink()),
        );
        let metrics =
            simulation::run(3, topology, Config::default().batch(batch).buffer(64)).unwrap();
        let all: Vec<u64> = (0..EVENTS).collect();
        assert_eq!(plain.take(), all);
        assert_eq!(slow.take(), all);
        let expected: Vec<_> = (0..EVENTS).map(|number| (number, number / 10 + 1)).collect();
        assert_eq!(sorted(keyed.take()), expected);
        assert_eq!(sorted(spread.take().into_iter().map(|(number, _)| number).collect()), all);
        assert_eq!(metrics.node("numbers_ignored").unwrap().total().events_in, EVENTS);
    }
}

#[test]
fn a_node_in_the_middle_can_be_used_again() {
    for instances in INSTANCES {
        let (first, second, third) = (Collected::new(), Collected::new(), Collected::new());
        let topology = topology!(
            one = source(from_iter(0..EVENTS)) >> shuffle >> map(|number| number + 1) * instances,
            one >> sink(first.sink()),
            two = one >> map(|number| number * 2) * instances,
            two >> sink(second.sink()),
            two >> filter(|number| number % 4 == 0) >> sink(third.sink()),
        );
        simulation::run(4, topology, Config::default().batch(7)).unwrap();
        assert_eq!(sorted(first.take()), (1..=EVENTS).collect::<Vec<_>>());
        assert_eq!(
            sorted(second.take()),
            (1..=EVENTS).map(|number| 2 * number).collect::<Vec<_>>()
        );
        let fourths = (1..=EVENTS).map(|number| 2 * number).filter(|number| number % 4 == 0);
        assert_eq!(sorted(third.take()), fourths.collect::<Vec<_>>());
    }
}

#[test]
fn what_one_consumer_does_to_an_event_no_other_sees() {
    let (changed, kept) = (Collected::new(), Collected::new());
    let topology = topology!(
        texts = source(from_iter(["a", "b"].map(String::from))),
        texts
            >> map(|mut text: String| {
                text.push('!');
                text
            })
            >> sink(changed.sink()),
        texts >> sink(kept.sink()),
    );
    simulation::run(0, topology, Config::default()).unwrap();
    assert_eq!(changed.take(), ["a!", "b!"]);
    assert_eq!(kept.take(), ["a", "b"]);
}

#[test]
fn a_stream_merged_with_itself_comes_twice() {
    for instances in INSTANCES {
        let seen = Collected::new();
        let topology = topology!(
            numbers = source(from_iter(0..EVENTS)),
            [numbers, numbers] >> by(|number| *number) >> numbered * instances >> sink(seen.sink()),
        );
        simulation::run(5, topology, Config::default().batch(7)).unwrap();
        let expected = (0..EVENTS).flat_map(|number| [(number, 1), (number, 2)]);
        assert_eq!(sorted(seen.take()), expected.collect::<Vec<_>>());
    }
}

#[test]
fn streams_of_different_numbers_of_instances_are_merged_whole() {
    for instances in INSTANCES {
        let seen = Collected::new();
        let topology = topology!(
            one = source(from_iter(0..EVENTS)),
            two = source(from_iter(EVENTS..2 * EVENTS)) >> shuffle >> map(|number| number) * 3,
            three = source(from_iter(2 * EVENTS..3 * EVENTS)) >> awaited,
            [one, two, three] >> shuffle >> map(|number| number) * instances >> sink(seen.sink()),
        );
        simulation::run(6, topology, Config::default().batch(16)).unwrap();
        assert_eq!(sorted(seen.take()), (0..3 * EVENTS).collect::<Vec<_>>());
    }
}

/// The share of the first source in the first half of what arrives; both have equally much to give.
fn share_of_first(seen: &[(char, u64)]) -> f64 {
    let half = &seen[..seen.len() / 2];
    half.iter().filter(|(from, _)| *from == 'a').count() as f64 / half.len() as f64
}

#[test]
fn of_two_sources_that_are_always_ready_none_starves() {
    let numbers = |from: char| from_iter((0..20_000_u64).map(move |number| (from, number)));
    for (batch, seed) in
        [1, 16, 256].into_iter().flat_map(|batch| [7, 8, 9].map(|seed| (batch, seed)))
    {
        let config = || Config::default().batch(batch).buffer(1_024);
        let fused = Collected::new();
        let topology = topology!(
            one = source(numbers('a')),
            two = source(numbers('b')),
            [one, two] >> sink(fused.sink()),
        );
        simulation::run(seed, topology, config()).unwrap();
        let share = share_of_first(&fused.take());
        assert!((0.45..0.55).contains(&share), "fused, batch {batch}, seed {seed}: {share}");

        let merged = Collected::new();
        let topology = topology!(
            one = source(numbers('a')),
            two = source(numbers('b')),
            [one, two] >> shuffle >> map(|event| event) * 2 >> buffer(64) >> sink(merged.sink()),
        );
        simulation::run(seed, topology, config()).unwrap();
        let share = share_of_first(&merged.take());
        assert!((0.3..0.7).contains(&share), "merged, batch {batch}, seed {seed}: {share}");
    }
}

#[test]
fn an_inlet_reads_full_edges_in_turn() {
    let numbers = |from: char| from_iter((0..10_000_u64).map(move |number| (from, number)));
    for seed in 0..5 {
        let seen = Collected::new();
        let topology = topology!(
            one = source(numbers('a')) >> buffer(256) >> map(|event| event),
            two = source(numbers('b')) >> buffer(256) >> map(|event| event),
            [one, two] >> buffer(256) >> sink(seen.sink()),
        );
        simulation::run(seed, topology, Config::default().batch(16)).unwrap();
        let share = share_of_first(&seen.take());
        assert!((0.2..0.8).contains(&share), "seed {seed}: {share}");
    }
}

#[tokio::test]
async fn an_endless_source_does_not_keep_a_short_one_from_being_read() {
    for instances in INSTANCES {
        let (done, finished) = tokio::sync::oneshot::channel::<()>();
        let (mut done, mut count) = (Some(done), 0);
        let counting = for_each(move |number: u64| {
            count += u64::from(number > 0);
            if count == 5_000 {
                drop(done.take());
            }
        });
        let topology = topology!(
            endless = source(from_iter(std::iter::repeat(0_u64))),
            short = source(from_iter(1..=5_000_u64)),
            [endless, short] >> shuffle >> map(|number| number) * instances >> sink(counting),
        );
        let mut job = topology.start(Config::default()).unwrap();
        settled(finished).await.unwrap_err();
        assert_eq!(job.metrics().node("short").unwrap().total().events_out, 5_000);
        job.abort();
        settled(job.wait()).await.unwrap_err();
    }
}

type Results = (Vec<(u64, u64)>, BTreeMap<u64, u64>);

/// One job of fan-outs and fan-ins; what it gives, in an order that does not depend on the plan.
fn results(
    topology: impl FnOnce(&Collected<(u64, u64)>, &Collected<u64>) -> Topology,
    config: Config,
) -> Results {
    let (counts, rest) = (Collected::new(), Collected::new());
    simulation::run(11, topology(&counts, &rest), config).unwrap();
    (sorted(counts.take()), counted(rest.take()))
}

fn fused(counts: &Collected<(u64, u64)>, rest: &Collected<u64>) -> Topology {
    topology!(
        numbers = source(from_iter(0..EVENTS)),
        even = numbers >> filter(|number| number % 2 == 0),
        tripled = numbers >> map(|number| number * 3),
        numbered = even >> by(|number| number % 31) >> numbered,
        numbered >> sink(counts.sink()),
        [even, tripled, even] >> map(|number| number % 1_000) >> sink(rest.sink()),
    )
}

fn spread(instances: usize) -> impl Fn(&Collected<(u64, u64)>, &Collected<u64>) -> Topology {
    move |counts, rest| {
        topology!(
            numbers = source(from_iter(0..EVENTS)),
            even =
                numbers >> by(|number| number % 31) >> filter(|number| number % 2 == 0) * instances,
            tripled = numbers >> shuffle >> map(|number| number * 3) * instances,
            numbered = even >> by(|number| number % 31) >> numbered * instances,
            numbered >> sink(counts.sink()),
            [even, tripled, even] >> map(|number| number % 1_000) * instances >> sink(rest.sink()),
        )
    }
}

fn buffered(counts: &Collected<(u64, u64)>, rest: &Collected<u64>) -> Topology {
    topology!(
        numbers = source(from_iter(0..EVENTS)),
        even = numbers >> buffer(2) >> filter(|number| number % 2 == 0),
        tripled = numbers >> buffer(1) >> map(|number| number * 3),
        numbered = even >> by(|number| number % 31) >> buffer(2) >> numbered,
        numbered >> buffer(3) >> sink(counts.sink()),
        [even, tripled, even] >> buffer(2) >> map(|number| number % 1_000) >> sink(rest.sink()),
    )
}

#[test]
fn calls_and_channels_give_the_same_results() {
    let expected = results(fused, Config::default());
    assert_eq!(expected.0.len() as u64, EVENTS / 2);
    assert_eq!(expected.1.values().sum::<u64>(), 2 * EVENTS);
    for batch in BATCHES {
        let config = || Config::default().batch(batch);
        assert_eq!(results(fused, config()), expected, "calls, batch {batch}");
        assert_eq!(results(buffered, config()), expected, "buffers, batch {batch}");
        for instances in INSTANCES {
            let found = results(spread(instances), config());
            assert_eq!(found, expected, "{instances} instances, batch {batch}");
        }
    }
}

#[test]
fn the_plans_that_give_the_same_results_are_different_ones() {
    let channels = |topology: Topology| {
        let plan = topology.plan(&Config::default()).unwrap();
        (plan.edges().iter().filter(|edge| !edge.reason.is_call()).count(), plan.tasks())
    };
    let (counts, rest) = (Collected::new(), Collected::new());
    assert_eq!(channels(fused(&counts, &rest)), (0, 1));
    assert_eq!(channels(buffered(&counts, &rest)).0, 7);
    assert_eq!(channels(spread(4)(&counts, &rest)), (5, 1 + 4 + 4 + 1 + 1));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_results_are_the_same_on_two_threads() {
    let expected = results(fused, Config::default());
    for batch in BATCHES {
        let (counts, rest) = (Collected::new(), Collected::new());
        let config = Config::default().batch(batch).buffer(32);
        run(spread(4)(&counts, &rest), config).await.unwrap();
        assert_eq!((sorted(counts.take()), counted(rest.take())), expected, "batch {batch}");
    }
}
