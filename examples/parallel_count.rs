//! Counts vehicles from two sensors in two instances (chapter 3 of the book): first dealt out in
//! turn, then by type.
//!
//! ```text
//! cargo run --example parallel_count
//! ```
//! Dealt out in turn, each instance sees only a part of each type and its counts are too low; by
//! type they are right. A count on a shuffled stream is a mistake that does not compile: one state
//! for each instance has to be asked for with `per_instance`.

use millstream::prelude::*;
use std::collections::BTreeMap;

type Vehicle = &'static str;
type Counted = (Vehicle, u64);

/// The counts of one instance.
#[operator]
pub async fn count_mine(vehicle: Vehicle, counts: &mut BTreeMap<Vehicle, u64>) -> Counted {
    let count = counts.entry(vehicle).or_default();
    *count += 1;
    (vehicle, *count)
}

/// The count of one type.
#[operator]
pub async fn count_type(vehicle: Vehicle, count: &mut u64) -> Counted {
    *count += 1;
    (vehicle, *count)
}

pub fn dealt_out(one: Vec<Vehicle>, two: Vec<Vehicle>, to: impl Sink<Counted>) -> Topology {
    topology!(
        job("dealt_out"),
        one = source(from_iter(one)),
        two = source(from_iter(two)),
        [one, two] >> shuffle >> instances(2) >> per_instance >> count_mine * 2 >> sink(to),
    )
}

pub fn by_type(one: Vec<Vehicle>, two: Vec<Vehicle>, to: impl Sink<Counted>) -> Topology {
    topology!(
        job("by_type"),
        one = source(from_iter(one)),
        two = source(from_iter(two)),
        [one, two] >> by(|vehicle| *vehicle) >> count_type * 2 >> sink(to),
    )
}

#[tokio::main]
async fn main() -> millstream::Result<()> {
    let vehicles = || (vec!["car", "truck", "car"], vec!["car", "truck", "bus"]);
    for (name, topology) in [("in turn", dealt_out as fn(_, _, _) -> _), ("by type", by_type)] {
        let (counts, (one, two)) = (Collected::new(), vehicles());
        let topology = topology(one, two, counts.sink());
        if let Some(answer) = topology.asked(std::env::args(), &Config::default())? {
            print!("{answer}");
            continue;
        }
        topology.run(Config::default().batch(1)).await?;
        let last: BTreeMap<_, _> = counts.take().into_iter().collect();
        println!("{name}: {last:?}");
    }
    Ok(())
}
