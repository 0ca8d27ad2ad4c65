//! Two toll booths receive every vehicle (chapter 4 of the book, fan-out).
//!
//! ```text
//! cargo run --example fork
//! ```
//! prints the same total twice: both consumers of a stream receive all of its events.

use millstream::prelude::*;

/// A vehicle on the bridge.
#[derive(Debug, Clone, PartialEq)]
pub struct Vehicle {
    pub kind: &'static str,
    pub toll: u64,
}

/// The revenue so far from one kind of vehicle.
#[operator]
pub async fn booth(vehicle: Vehicle, takings: &mut u64) -> (&'static str, u64) {
    *takings += vehicle.toll;
    (vehicle.kind, *takings)
}

/// The toll of one vehicle.
#[operator]
pub async fn camera(vehicle: Vehicle) -> u64 {
    vehicle.toll
}

pub fn fork(
    vehicles: Vec<Vehicle>,
    takings: impl Sink<(&'static str, u64)>,
    tolls: impl Sink<u64>,
) -> Topology {
    topology!(
        job("fork"),
        bridge = source(from_iter(vehicles)),
        bridge >> by(|vehicle| vehicle.kind) >> booth * 2 >> sink(takings),
        bridge >> shuffle >> camera * 2 >> sink(tolls),
    )
}

#[tokio::main]
async fn main() -> millstream::Result<()> {
    let vehicle = |(kind, toll)| Vehicle { kind, toll };
    let vehicles = [("car", 2), ("truck", 5), ("car", 2)].map(vehicle).to_vec();
    let (takings, tolls) = (Collected::new(), Collected::new());
    let topology = fork(vehicles, takings.sink(), tolls.sink());
    if topology.print_answer(std::env::args(), &Config::default())? {
        return Ok(());
    }
    topology.run(Config::default()).await?;
    let last: std::collections::BTreeMap<_, _> = takings.take().into_iter().collect();
    println!("booth:  {}", last.values().sum::<u64>());
    println!("camera: {}", tolls.take().iter().sum::<u64>());
    Ok(())
}
