//! Bridges and toll booths: fan-out, fan-in and split (chapter 4 of the book).

use millstream::prelude::*;
use std::collections::BTreeMap;

#[path = "../../examples/fork.rs"]
#[expect(dead_code, reason = "its `main` is not run here")]
mod fork;
#[path = "../../examples/merge.rs"]
#[expect(dead_code, reason = "its `main` is not run here")]
mod merge;
#[path = "../../examples/split.rs"]
#[expect(dead_code, reason = "its `main` is not run here")]
mod split;

/// The counts in ascending order, by what is counted.
fn counts_of<K: Ord>(counted: Vec<(K, u64)>) -> BTreeMap<K, Vec<u64>> {
    let mut counts: BTreeMap<K, Vec<u64>> = BTreeMap::new();
    for (what, count) in counted {
        counts.entry(what).or_default().push(count);
    }
    counts
}

/// From 1 to `end`.
fn up_to(end: u64) -> Vec<u64> {
    (1..=end).collect()
}

#[tokio::test]
async fn a_fork_gives_every_vehicle_to_both_branches() {
    let kinds = [("car", 2), ("truck", 5), ("bus", 3), ("car", 2)];
    let kinds = kinds.repeat(300).into_iter();
    let vehicles: Vec<_> = kinds.map(|(kind, toll)| fork::Vehicle { kind, toll }).collect();
    let sum: u64 = vehicles.iter().map(|vehicle| vehicle.toll).sum();
    for batch in [1, 64, 1_024] {
        let (takings, tolls) = (Collected::new(), Collected::new());
        let topology = fork::fork(vehicles.clone(), takings.sink(), tolls.sink());
        let mut job = topology.start(Config::default().batch(batch)).unwrap();
        job.wait().await.unwrap();

        let mut seen: Vec<u64> = tolls.take();
        assert_eq!(seen.iter().sum::<u64>(), sum, "batch {batch}");
        seen.sort_unstable();
        assert_eq!(seen, [vec![2; 600], vec![3; 300], vec![5; 300]].concat(), "batch {batch}");
        let steps = |toll: u64, count: u64| up_to(count).iter().map(|at| at * toll).collect();
        let expected = BTreeMap::from([
            ("bus", steps(3, 300)),
            ("car", steps(2, 600)),
            ("truck", steps(5, 300)),
        ]);
        let takings: BTreeMap<&str, Vec<u64>> = counts_of(takings.take());
        assert_eq!(takings, expected, "batch {batch}");
        let last = takings.values().filter_map(|steps| steps.last());
        assert_eq!(last.sum::<u64>(), sum, "batch {batch}");

        let metrics = job.metrics();
        for branch in ["booth", "camera"] {
            let total = metrics.node(branch).unwrap().total();
            assert_eq!((total.events_in, total.events_out), (1_200, 1_200), "{branch}");
        }
    }
}

#[tokio::test]
async fn a_merge_counts_the_first_bridge_and_the_clones_of_the_second() {
    let names = |names: &[&str], times| -> Vec<String> {
        names.repeat(times).iter().map(ToString::to_string).collect()
    };
    for batch in [1, 64, 1_024] {
        let counts = Collected::new();
        let first = from_iter(names(&["car", "truck", "car"], 250));
        let second = from_iter(names(&["car", "bus"], 400));
        let topology = merge::merge(first, second, counts.sink());
        topology.run(Config::default().batch(batch)).await.unwrap();

        let expected = [("car", 500), ("truck", 250), ("clone of car", 400), ("clone of bus", 400)]
            .map(|(vehicle, count)| (vehicle.to_owned(), up_to(count)));
        assert_eq!(counts_of(counts.take()), BTreeMap::from(expected), "batch {batch}");
    }
}

#[tokio::test]
async fn a_split_gives_each_output_what_is_its_own() {
    let sensor = ["car", "truck", "car", "bus"].repeat(250);
    for batch in [1, 64, 1_024] {
        let (vehicles, photos) = (Collected::new(), Collected::new());
        let topology = split::split(sensor.clone(), vehicles.sink(), photos.sink());
        topology.run(Config::default().batch(batch)).await.unwrap();

        let expected = [("bus", 250), ("car", 500), ("truck", 250)];
        let mut crossed: BTreeMap<&str, u64> = BTreeMap::new();
        for vehicle in vehicles.take() {
            *crossed.entry(vehicle).or_default() += 1;
        }
        assert_eq!(crossed, BTreeMap::from(expected), "batch {batch}");
        let counted = BTreeMap::from(expected.map(|(of, count)| (of, up_to(count))));
        assert_eq!(counts_of(photos.take()), counted, "batch {batch}");
    }
}
