//! One bridge with two outputs of different types (chapter 4 of the book, split).
//!
//! ```text
//! cargo run --example split
//! ```
//! prints `vehicles: 3` and `{"car": 2, "truck": 1}`. The outputs are the variants of an
//! enum: an unknown, unused or mistyped output does not compile.

use millstream::prelude::*;
use std::collections::BTreeMap;

#[derive(Debug, PartialEq, Outputs)] // the bridge emits every vehicle, and a photo of it
pub enum Crossing {
    Vehicle(&'static str),
    Photo(Photo),
}

#[derive(Debug, PartialEq)]
pub struct Photo {
    of: &'static str,
}

#[operator]
pub async fn bridge(vehicle: &'static str) -> Vec<Crossing> {
    vec![Crossing::Vehicle(vehicle), Crossing::Photo(Photo { of: vehicle })]
}

/// Counts the photos of one kind of vehicle.
#[operator]
pub async fn photo_booth(photo: Photo, count: &mut u64) -> (&'static str, u64) {
    *count += 1;
    (photo.of, *count)
}

pub fn split(
    sensor: Vec<&'static str>,
    vehicles: impl Sink<&'static str>,
    photos: impl Sink<(&'static str, u64)>,
) -> Topology {
    topology!(
        job("split"),
        crossings = source(from_iter(sensor)) >> bridge,
        crossings.vehicle >> shuffle >> map(|vehicle| vehicle) * 2 >> sink(vehicles),
        crossings.photo >> by(|photo| photo.of) >> photo_booth * 2 >> sink(photos),
    )
}

#[tokio::main]
async fn main() -> millstream::Result<()> {
    let (vehicles, photos) = (Collected::new(), Collected::new());
    let topology = split(vec!["car", "truck", "car"], vehicles.sink(), photos.sink());
    if topology.print_answer(std::env::args(), &Config::default())? {
        return Ok(());
    }
    topology.run(Config::default()).await?;
    println!("vehicles: {}", vehicles.take().len());
    println!("{:?}", photos.take().into_iter().collect::<BTreeMap<_, _>>());
    Ok(())
}
