//! Counting vehicles: one counter (chapter 2 of the book), and two of them (chapter 3).

use crate::files::TempFile;
use millstream::prelude::*;
use std::collections::BTreeMap;

#[path = "../../examples/parallel_count.rs"]
#[expect(dead_code, reason = "its `main` is not run here")]
mod parallel_count;
#[path = "../../examples/vehicle_count.rs"]
#[expect(dead_code, reason = "its `main` is not run here")]
mod vehicle_count;

use parallel_count::{by_type, dealt_out};
use vehicle_count::vehicle_count;

const CAR_TRUCK_CAR: [&str; 5] = ["car: 1", "car: 1", "truck: 1", "car: 2", "truck: 1"];

#[tokio::test]
async fn all_counts_are_given_on_after_each_vehicle() {
    for batch in [1, 2, 1_024] {
        let lines = Collected::new();
        let vehicles = from_iter(["car", "truck", "car"].map(String::from));
        let config = Config::default().batch(batch);
        vehicle_count(vehicles, lines.sink()).run(config).await.unwrap();
        assert_eq!(lines.take(), CAR_TRUCK_CAR, "batch {batch}");
    }
}

#[tokio::test]
async fn the_lines_of_a_file_are_counted_like_those_of_an_iterator() {
    let file = TempFile::new("vehicles.txt", "car\ntruck\ncar");
    let lines = Collected::new();
    let topology = vehicle_count(file_lines(file.path()), lines.sink());
    topology.run(Config::default()).await.unwrap();
    assert_eq!(lines.take(), CAR_TRUCK_CAR);
}

#[tokio::test]
async fn the_counter_is_an_ordinary_function_too() {
    let mut counts = BTreeMap::new();
    let count = vehicle_count::vehicle_counter;
    assert_eq!(count("truck".into(), &mut counts).await, ["truck: 1"]);
    assert_eq!(count("car".into(), &mut counts).await, ["car: 1", "truck: 1"]);
}

/// 600 vehicles of three types on each of two sensors, and how many there are of each type.
fn sensors() -> (Vec<&'static str>, Vec<&'static str>, BTreeMap<&'static str, u64>) {
    let one: Vec<_> = ["car", "car", "truck"].repeat(200);
    let two: Vec<_> = ["bus", "car", "truck"].repeat(200);
    (one, two, BTreeMap::from([("bus", 200), ("car", 600), ("truck", 400)]))
}

#[tokio::test]
async fn by_type_every_count_is_right() {
    let (one, two, totals) = sensors();
    for batch in [1, 7, 1_024] {
        let counts = Collected::new();
        let topology = by_type(one.clone(), two.clone(), counts.sink());
        topology.run(Config::default().batch(batch)).await.unwrap();

        let mut seen: BTreeMap<_, Vec<u64>> = BTreeMap::new();
        for (vehicle, count) in counts.take() {
            seen.entry(vehicle).or_default().push(count);
        }
        for (vehicle, total) in &totals {
            let expected: Vec<u64> = (1..=*total).collect();
            assert_eq!(seen.remove(vehicle), Some(expected), "{vehicle}, batch {batch}");
        }
        assert!(seen.is_empty(), "{seen:?}");
    }
}

/// How far two instances that counted on their own have come, from all their counts.
fn last_of_two(mut counts: Vec<u64>) -> [u64; 2] {
    counts.sort_unstable();
    let ahead = *counts.last().unwrap();
    let behind = counts.len() as u64 - ahead;
    let mut expected: Vec<u64> = (1..=ahead).chain(1..=behind).collect();
    expected.sort_unstable();
    assert_eq!(counts, expected, "these are not the counts of two instances");
    [ahead, behind]
}

#[tokio::test]
async fn dealt_out_each_instance_counts_too_little_and_both_together_right() {
    let (one, two, totals) = sensors();
    let counts = Collected::new();
    let topology = dealt_out(one, two, counts.sink());
    topology.run(Config::default().batch(1)).await.unwrap();

    let mut seen: BTreeMap<_, Vec<u64>> = BTreeMap::new();
    for (vehicle, count) in counts.take() {
        seen.entry(vehicle).or_default().push(count);
    }
    assert_eq!(seen.len(), totals.len());
    for (vehicle, counts) in seen {
        let [ahead, behind] = last_of_two(counts);
        assert_eq!(ahead + behind, totals[vehicle], "{vehicle}");
        assert!(behind > 0, "one instance has seen every {vehicle}: {ahead}");
    }
}

#[test]
fn the_examples_of_the_book_fit_on_a_page() {
    for (name, text) in [
        ("vehicle_count", include_str!("../../examples/vehicle_count.rs")),
        ("parallel_count", include_str!("../../examples/parallel_count.rs")),
        ("fork", include_str!("../../examples/fork.rs")),
        ("merge", include_str!("../../examples/merge.rs")),
        ("split", include_str!("../../examples/split.rs")),
        ("windowing_test", include_str!("../../examples/windowing_test.rs")),
    ] {
        let lines = text.lines().count();
        assert!(lines <= 60, "{name} has {lines} lines, more than 60");
        let command = format!("cargo run --example {name}\n");
        assert!(text.contains(&command), "the header of {name} does not say how to run it");
    }
}
