//! How the parts of the job are wired.

use super::fleet::Report;
use super::models::Models;
use super::temperature::Temperature;
use millstream::prelude::*;
use std::sync::Arc;

/// How warm it is where nothing has been measured, in °C.
const DEFAULT_CELSIUS: f64 = 15.0;
/// At this temperature and above, in °C, a vehicle emits what its model says.
const WARM: f64 = 20.0;
/// How much more it emits for each degree below, and at most: cold engines and cold air cost fuel.
/// An assumption of this example.
const MORE_PER_DEGREE: f64 = 0.01;
const MOST: f64 = 1.5;

/// What a vehicle has emitted in a minute.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Emission {
    pub zone: u8,
    /// CO2 in milligrams: a sum of whole numbers is the same in whichever order they come.
    pub milligrams: u64,
}

/// By how much more a vehicle emits at a temperature.
pub fn cold_factor(celsius: f64) -> f64 {
    (1.0 + (WARM - celsius) * MORE_PER_DEGREE).clamp(1.0, MOST)
}

/// What a vehicle has emitted: what its model says, times the way, times the factor of the cold.
#[operator]
pub async fn emission(
    (report, temperature): (Report, Option<Temperature>),
    #[shared] models: &Models,
) -> Emission {
    let celsius = temperature.map_or(DEFAULT_CELSIUS, |temperature| temperature.celsius);
    // Grams per kilometre are milligrams per metre.
    let metres = f64::from(report.metres);
    let milligrams = models.grams_per_km(report.model) * metres * cold_factor(celsius);
    Emission { zone: report.zone, milligrams: milligrams.round() as u64 }
}

/// Every report meets the latest temperature of its zone at that time; what follows from it is
/// added up by zone and hour.
///
/// The join goes by event time: whichever source is faster, a report meets the same temperature.
pub fn emission_map(
    reports: impl Source<Report>,
    temperatures: impl Source<Temperature>,
    models: Arc<Models>,
    totals: impl Sink<WindowResult<u8, u64>>,
    instances: usize,
) -> Topology {
    topology!(
        job("emission_map", at_most_once),
        reports = source(reports) >> event_time(|r| r.at, lateness(5.secs())),
        temperatures = source(temperatures) >> event_time(|t| t.at, lateness(5.secs())),
        joined = (reports >> by(|r| r.zone), temperatures >> by(|t| t.zone))
            >> left_join(latest(2.hours())) * instances,
        emissions = joined >> emission(models) * instances,
        hourly = emissions
            >> by(|e| e.zone)
            >> window(tumbling(1.hours()))
            >> aggregate(|e| e.milligrams, sum()) * instances,
        hourly >> sink(totals),
        joined.late >> ignore, // simulated vehicles and stations are in time
        hourly.late >> ignore,
    )
}
