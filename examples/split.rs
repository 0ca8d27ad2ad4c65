//! One bridge with two outputs of different types (chapter 4 of the book, split).
//!
//! ```text
//! cargo run --example split
//! ```
//! prints `vehicles: 3` and `{"car": 2, "truck": 1}`. The outputs are the variants of an enum: an
//! output that does not exist does not compile, and neither does one of the wrong type.

use millstream::prelude::*;
use std::collections::BTreeMap;

/// What the bridge sends: every vehicle, and a clone of it.
#[derive(Debug, Clone, PartialEq)]
pub enum Crossing {
    Vehicle(&'static str),
    Clone { of: &'static str },
}

#[operator]
pub async fn vehicles_only(crossing: Crossing) -> Option<&'static str> {
    if let Crossing::Vehicle(vehicle) = crossing { Some(vehicle) } else { None }
}

#[operator]
pub async fn clones_only(crossing: Crossing) -> Option<&'static str> {
    if let Crossing::Clone { of } = crossing { Some(of) } else { None }
}

/// Counts the clones of one kind.
#[operator]
pub async fn clone_booth(of: &'static str, count: &mut u64) -> (&'static str, u64) {
    *count += 1;
    (of, *count)
}

pub fn split(
    sensor: Vec<&'static str>,
    vehicles: impl Sink<&'static str>,
    clones: impl Sink<(&'static str, u64)>,
) -> Topology {
    topology!(
        job("split"),
        crossings = source(from_iter(sensor))
            >> flat_map(|of| [Crossing::Vehicle(of), Crossing::Clone { of }]),
        crossings >> vehicles_only >> shuffle >> map(|vehicle| vehicle) * 2 >> sink(vehicles),
        crossings >> clones_only >> by(|of| *of) >> clone_booth * 2 >> sink(clones),
    )
}

#[tokio::main]
async fn main() -> millstream::Result<()> {
    let (vehicles, clones) = (Collected::new(), Collected::new());
    let topology = split(vec!["car", "truck", "car"], vehicles.sink(), clones.sink());
    if let Some(answer) = topology.asked(std::env::args(), &Config::default())? {
        print!("{answer}");
        return Ok(());
    }
    topology.run(Config::default()).await?;
    println!("vehicles: {}", vehicles.take().len());
    println!("{:?}", clones.take().into_iter().collect::<BTreeMap<_, _>>());
    Ok(())
}
