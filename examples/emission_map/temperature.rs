//! Temperatures by hour and zone, from a file or generated.

use super::zones::{Place, ZONES};
use jiff::civil::DateTime;
use jiff::tz::TimeZone;
use millstream::prelude::*;
use serde::Deserialize;
use std::path::Path;

/// The temperature of a zone, valid from a given time.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Temperature {
    pub at: EventTime,
    pub zone: u8,
    pub celsius: f64,
}

/// The temperature of the whole city.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Hour {
    pub at: EventTime,
    pub celsius: f64,
}

/// A record of the file; its times have no time zone and are read as UTC.
#[derive(Debug, Deserialize)]
pub struct Line {
    date: String,
    temperature: f64,
}

/// Parses the date of a record.
#[operator]
pub async fn hour(line: Line) -> Result<Hour, jiff::Error> {
    let date: DateTime = line.date.parse()?;
    let at = date.to_zoned(TimeZone::UTC)?.timestamp().as_microsecond();
    Ok(Hour { at: EventTime::from_micros(at), celsius: line.temperature })
}

/// Reads hourly temperatures from a CSV file with the columns `date` and `temperature`.
///
/// # Errors
/// If the file cannot be read, or a record is malformed.
pub async fn read(path: &Path) -> millstream::Result<Vec<Hour>> {
    let kept = Collected::new();
    topology!(
        job("temperatures"),
        hours = source(csv_file(path)) >> hour,
        hours >> sink(kept.sink()),
        hours.errors >> fail,
    )
    .run(Config::default())
    .await?;
    Ok(kept.take())
}

/// Generated spring days, starting at 2020-04-01 00:00:00 UTC: 4 °C at six in the morning, 16 °C at
/// six in the evening.
pub fn made_up(hours: u32) -> Vec<Hour> {
    let start = EventTime::from_secs(1_585_699_200);
    let celsius = |hour: u32| 4.0 + f64::from((hour % 24).abs_diff(6).min(30 - hour % 24));
    (0..hours).map(|hour| Hour { at: start + hour.hours(), celsius: celsius(hour) }).collect()
}

/// The temperatures of all zones: the city centre is 1.5 °C warmer than the edge.
pub fn by_zone(hours: &[Hour]) -> Vec<Temperature> {
    let warmer = |zone: u8| 1.5 - f64::from(Place::of(zone).ring()) / 2.0;
    let of = |hour: &Hour| {
        let Hour { at, celsius } = *hour;
        (0..ZONES).map(move |zone| Temperature { at, zone, celsius: celsius + warmer(zone) })
    };
    hours.iter().flat_map(of).collect()
}
