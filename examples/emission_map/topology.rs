//! The topology of the job.

use super::fleet::Report;
use super::models::Models;
use super::temperature::Temperature;
use millstream::prelude::*;
use std::sync::Arc;

/// The assumed temperature of a zone without a measurement, in °C.
const DEFAULT_CELSIUS: f64 = 15.0;
/// At this temperature and above, in °C, a vehicle emits the value of its model.
const WARM: f64 = 20.0;
/// The increase for each degree below, and its maximum: cold engines and cold air cost fuel. An
/// assumption of this example.
const MORE_PER_DEGREE: f64 = 0.01;
const MOST: f64 = 1.5;

/// The emission of a vehicle in a minute.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Emission {
    pub zone: u8,
    /// CO2 in milligrams: a sum of integers does not depend on their order.
    pub milligrams: u64,
}

/// The factor by which a vehicle emits more at a temperature.
pub fn cold_factor(celsius: f64) -> f64 {
    (1.0 + (WARM - celsius) * MORE_PER_DEGREE).clamp(1.0, MOST)
}

/// Computes an emission: the value of the model, times the distance, times the cold factor.
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

/// Joins every report with the latest temperature of its zone, and sums the emissions by zone and
/// hour.
///
/// The join uses event time: the result does not depend on which source is faster.
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
        joined.late >> ignore, // simulated events are never late
        hourly.late >> ignore,
    )
}
