//! Vehicles from two bridges reach one booth (chapter 4 of the book, fan-in).
//!
//! ```text
//! cargo run --example merge
//! ```
//! prints `{"car": 3, "clone of bus": 1, "clone of car": 1}`: only clones
//! are taken from the second bridge.

use millstream::prelude::*;
use std::collections::BTreeMap;

/// A clone of a vehicle, as the second bridge emits it.
#[operator]
pub async fn clone_of(vehicle: String) -> String {
    format!("clone of {vehicle}")
}

/// Counts the vehicles of one kind.
#[operator]
pub async fn toll_booth(vehicle: String, count: &mut u64) -> (String, u64) {
    *count += 1;
    (vehicle, *count)
}

pub fn merge(
    first: impl Source<String>,
    second: impl Source<String>,
    counts: impl Sink<(String, u64)>,
) -> Topology {
    topology!(
        job("merge"),
        bridge1 = source(first),
        bridge2 = source(second),
        clones = bridge2 >> clone_of,
        booth = [bridge1, clones] >> by(|vehicle| vehicle.clone()) >> toll_booth * 2,
        booth >> sink(counts),
    )
}

#[tokio::main]
async fn main() -> millstream::Result<()> {
    let vehicles = |names: &[&str]| {
        let names: Vec<_> = names.iter().map(ToString::to_string).collect();
        from_iter(names)
    };
    let counts = Collected::new();
    let (first, second) = (vehicles(&["car", "car", "car"]), vehicles(&["car", "bus"]));
    let topology = merge(first, second, counts.sink());
    if topology.print_answer(std::env::args(), &Config::default())? {
        return Ok(());
    }
    topology.run(Config::default()).await?;
    println!("{:?}", counts.take().into_iter().collect::<BTreeMap<_, _>>());
    Ok(())
}
