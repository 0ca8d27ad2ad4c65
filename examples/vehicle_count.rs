//! Counts vehicles by type, and prints all counts after each vehicle (chapter 2 of the book).
//!
//! ```text
//! printf 'car\ntruck\ncar\n' | cargo run --example vehicle_count
//! ```
//! ends with the lines `car: 2` and `truck: 1`.

use millstream::prelude::*;
use millstream_examples::args;
use std::collections::BTreeMap;

/// The counts of all types so far: state of a single key, since all are printed together.
type Counts = BTreeMap<String, u64>;

/// Counts a vehicle; emits a line for each type.
#[operator]
pub async fn vehicle_counter(vehicle: String, counts: &mut Counts) -> Vec<String> {
    *counts.entry(vehicle).or_default() += 1;
    counts.iter().map(|(vehicle, count)| format!("{vehicle}: {count}")).collect()
}

pub fn vehicle_count(vehicles: impl Source<String>, lines: impl Sink<String>) -> Topology {
    topology!(
        job("vehicle_count"),
        sensor = source(vehicles),
        sensor >> by(|_| ()) >> vehicle_counter >> sink(lines),
    )
}

#[tokio::main]
async fn main() -> millstream::Result<()> {
    let topology = vehicle_count(stdin_lines(), stdout_lines());
    if topology.print_answer(std::env::args(), &Config::default())? {
        return Ok(());
    }
    topology.run(args::config()?).await
}
