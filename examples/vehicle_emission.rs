//! Vehicle emissions by zone: a table, a join with the temperature, a sum (chapter 8 of the book).
//!
//! ```text
//! cargo run --example vehicle_emission
//! ```
//! prints the emission of each zone in five seconds. The default temperature of a zone is 60 °F,
//! the default emission of a vehicle 4. `emission_map` is the same job in full.

use millstream::prelude::*;

#[derive(Debug, Clone)]
pub struct Vehicle {
    pub at: EventTime,
    pub model: &'static str, // make, model and year
    pub zone: u32,
}

#[derive(Debug, Clone)]
pub struct Temperature {
    pub at: EventTime,
    pub fahrenheit: f64,
    pub zone: u32,
}

/// The emission of a vehicle, by make, model, year and temperature.
const TABLE: [(&str, f64); 2] = [(concat!("XX", "X:AA:2020:90"), 3.3), ("YYY:CC:2021:90", 4.2)];

/// Looks up the emission of a vehicle at the temperature of its zone.
#[operator]
pub async fn resolver((vehicle, temperature): (Vehicle, Option<Temperature>)) -> (u32, f64) {
    let fahrenheit = temperature.map_or(60.0, |temperature| temperature.fahrenheit);
    let key = format!("{}:{}", vehicle.model, fahrenheit.round());
    let found = TABLE.iter().find(|(of, _)| *of == key);
    (vehicle.zone, found.map_or(4.0, |(_, emission)| *emission))
}

/// Formats the total of one zone.
pub fn tell(total: &WindowResult<u32, f64>) -> String {
    let WindowResult { key, start, end, value, .. } = total;
    format!("total emission for zone {key} between {start} and {end} is {value:.1}")
}

pub fn vehicle_emission(
    vehicles: impl Source<Vehicle>,
    temperatures: impl Source<Temperature>,
    lines: impl Sink<String>,
) -> Topology {
    topology!(
        job("vehicle_emission"),
        vehicles = source(vehicles) >> event_time(|v| v.at, lateness(2.secs())),
        temperatures = source(temperatures) >> event_time(|t| t.at, lateness(2.secs())),
        joined = (vehicles >> by(|v| v.zone), temperatures >> by(|t| t.zone))
            >> left_join(latest(1.hours())),
        emissions = joined >> resolver * 2,
        totals = emissions
            >> by(|(zone, _)| *zone)
            >> window(tumbling(5.secs()))
            >> aggregate(|(_, emission)| *emission, sum()) * 2,
        totals >> map(|total| tell(&total)) >> sink(lines),
        joined.late >> ignore,
        totals.late >> ignore,
    )
}

#[tokio::main]
async fn main() -> millstream::Result<()> {
    let at = EventTime::from_secs;
    let vehicle = |(secs, model, zone)| Vehicle { at: at(secs), model, zone };
    let warm = |(secs, fahrenheit, zone)| Temperature { at: at(secs), fahrenheit, zone };
    let (a, c) = (concat!("XX", "X:AA:2020"), "YYY:CC:2021");
    let vehicles = [(0, a, 1), (1, a, 1), (2, c, 1), (3, c, 2), (6, c, 2)].map(vehicle);
    let temperatures = [(1, 89.7, 1), (5, 90.2, 2)].map(warm);
    let lines = Collected::new();
    let topology = vehicle_emission(from_iter(vehicles), from_iter(temperatures), lines.sink());
    if topology.print_answer(std::env::args(), &Config::default())? {
        return Ok(());
    }
    topology.run(Config::default()).await?;
    lines.take().iter().for_each(|line| println!("{line}"));
    Ok(())
}
