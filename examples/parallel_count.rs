//! Counts vehicles from two sensors in two instances: shuffled, then by type (chapter 3).
//!
//! ```text
//! cargo run --example parallel_count
//! ```
//! Shuffled, each instance receives some vehicles of each type; by type, the counts are right.

use millstream::prelude::*;
use std::collections::BTreeMap;

type Vehicle = &'static str;
type Counted = (Vehicle, u64);

#[operator]
pub async fn count_mine(vehicle: Vehicle, counts: &mut BTreeMap<Vehicle, u64>) -> Counted {
    let count = counts.entry(vehicle).or_default();
    *count += 1;
    (vehicle, *count)
}

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
    for (name, declared) in [("in turn", dealt_out as fn(_, _, _) -> _), ("by type", by_type)] {
        let (counts, (one, two)) = (Collected::new(), vehicles());
        let topology = declared(one, two, counts.sink());
        match topology.answer_cli(std::env::args(), &Config::default())? {
            Some(answer) => print!("{answer}"),
            None => {
                topology.run(Config::default().batch(1)).await?;
                println!("{name}: {:?}", counts.take().into_iter().collect::<BTreeMap<_, _>>());
            }
        }
    }
    Ok(())
}
