//! The emission of vehicles by zone (chapter 8): the book's own numbers, and the map.

use millstream::prelude::*;
use millstream_examples::emission_map::fleet::{Fleet, Report};
use millstream_examples::emission_map::map::Emitted;
use millstream_examples::emission_map::models::{self, Models};
use millstream_examples::emission_map::temperature::{self, Temperature};
use millstream_examples::emission_map::{emission_map, page};
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;

#[path = "../../examples/vehicle_emission.rs"]
#[expect(dead_code, reason = "its `main` is not run here")]
mod vehicle_emission;

use vehicle_emission::{Vehicle, vehicle_emission};

const AA: &str = concat!("XX", "X:AA:2020");
const CC: &str = "YYY:CC:2021";

/// What the job of the book prints of these vehicles and temperatures, in order.
async fn told(
    vehicles: &[(i64, &'static str, u32)],
    temperatures: &[(i64, f64, u32)],
    batch: usize,
) -> Vec<String> {
    let at = EventTime::from_secs;
    let vehicles: Vec<_> =
        vehicles.iter().map(|&(secs, model, zone)| Vehicle { at: at(secs), model, zone }).collect();
    let temperatures: Vec<_> = temperatures
        .iter()
        .map(|&(secs, fahrenheit, zone)| vehicle_emission::Temperature {
            at: at(secs),
            fahrenheit,
            zone,
        })
        .collect();
    let lines = Collected::new();
    let topology = vehicle_emission(from_iter(vehicles), from_iter(temperatures), lines.sink());
    topology.run(Config::default().batch(batch)).await.unwrap();
    let mut lines = lines.take();
    lines.sort();
    lines
}

#[tokio::test]
async fn the_numbers_are_those_of_the_book() {
    let vehicles = [
        (0, AA, 1), // before the first temperature of the zone: 60 °F, which is not in the table
        (1, AA, 1), // 89.7 is 90 when rounded
        (2, CC, 1),
        (3, CC, 2), // another zone, without a temperature yet
        (4, "ZZZ:EE:2000", 1),
        (5, AA, 1),
        (6, CC, 2),
        (9, CC, 1), // 91 °F is not in the table
    ];
    let temperatures = [(1, 89.7, 1), (5, 90.2, 2), (8, 91.0, 1)];
    for batch in [1, 3, 1_024] {
        let told = told(&vehicles, &temperatures, batch).await;
        let expected = [(1, 0, 15.5), (1, 5, 7.3), (2, 0, 4.0), (2, 5, 4.2)];
        for (line, (zone, start, sum)) in told.iter().zip(expected) {
            let (from, to) = (EventTime::from_secs(start), EventTime::from_secs(start + 5));
            let words =
                format!("total emission for zone {zone} between {from} and {to} is {sum:.1}");
            assert_eq!(*line, words, "batches of {batch}");
        }
        assert_eq!(told.len(), expected.len(), "batches of {batch}");
    }
}

#[tokio::test]
async fn a_temperature_counts_from_its_own_time_on_however_late_it_arrives() {
    let vehicles = [(10, AA, 1), (20, AA, 1), (30, AA, 1)];
    // The one of second 20 arrives last, within the lateness of the one of second 22.
    let temperatures = [(9, 70.0, 1), (22, 70.0, 1), (20, 90.0, 1)];
    let told = told(&vehicles, &temperatures, 1_024).await;
    let sums: Vec<_> = told.iter().map(|line| line.rsplit(' ').next().unwrap()).collect();
    assert_eq!(sums, ["4.0", "3.3", "4.0"]);
}

/// What zones emit by hour, in milligrams, in the plainest words.
fn expected(
    reports: &[Report],
    temperatures: &[Temperature],
    models: &Models,
) -> BTreeMap<(u8, i64), u64> {
    let mut sums = BTreeMap::new();
    for report in reports {
        let known = temperatures.iter().rfind(|one| one.zone == report.zone && one.at <= report.at);
        let colder = (20.0 - known.unwrap().celsius).max(0.0);
        let factor = (1.0 + 0.01 * colder).min(1.5);
        let grams_per_km = models.grams_per_km(report.model);
        let milligrams = (grams_per_km * f64::from(report.metres) * factor).round() as u64;
        let hour = report.at.as_micros().div_euclid(3_600_000_000) * 3_600;
        *sums.entry((report.zone, hour)).or_default() += milligrams;
    }
    sums
}

/// The same by the job.
async fn emitted(
    (reports, temperatures, models): (&[Report], &[Temperature], &Models),
    instances: usize,
    batch: usize,
) -> BTreeMap<(u8, i64), u64> {
    let totals = Collected::new();
    let topology = emission_map(
        from_iter(reports.to_vec()),
        from_iter(temperatures.to_vec()),
        Arc::new(models.clone()),
        totals.sink(),
        instances,
    );
    topology.run(Config::default().batch(batch)).await.unwrap();
    let totals: Vec<WindowResult<u8, u64>> = totals.take();
    let count = totals.len();
    let sums: BTreeMap<_, _> = totals
        .into_iter()
        .map(|total| ((total.key, total.start.as_micros() / 1_000_000), total.value))
        .collect();
    assert_eq!(sums.len(), count, "a window was given on twice");
    sums
}

#[tokio::test]
async fn what_zones_emit_does_not_depend_on_the_instances_and_batches() {
    let (weather, models) = (temperature::made_up(30), models::made_up());
    let start = weather[0].at;
    let reports: Vec<_> = Fleet::new(7, (60, 5), start + 6.hours(), 12).collect();
    assert_eq!(reports.len(), 60 * 12 * 60);
    let temperatures = temperature::by_zone(&weather);
    let expected = expected(&reports, &temperatures, &models);
    assert!(expected.values().filter(|sum| **sum > 0).count() > 100);
    for instances in [1, 2, 4] {
        for batch in [1, 64, 1_024] {
            let given = (&*reports, &*temperatures, &models);
            let sums = emitted(given, instances, batch).await;
            assert_eq!(sums, expected, "{instances} instances, batches of {batch}");
        }
    }
}

fn data(file: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../shared/data").join(file)
}

#[tokio::test]
async fn the_real_models_and_temperatures_give_the_sums_of_the_oracle() {
    let (vehicles, hours) = (data("vehicle_co2.csv"), data("hourly_temperature.csv"));
    if !vehicles.exists() || !hours.exists() {
        println!("skipped: the data is not there, {}", vehicles.display());
        return;
    }
    let models = models::read(&vehicles).await.unwrap();
    let mut weather = temperature::read(&hours).await.unwrap();
    assert_eq!((models.count(), weather.len()), (1_067, 8_759));
    assert_eq!(models.grams_per_km(1), 221.0);
    assert_eq!(weather[0].at.to_string(), "2010-01-01T01:00:00Z");
    weather.truncate(12);
    let reports: Vec<_> = Fleet::new(1, (100, 1_067), weather[0].at, 12).collect();
    let temperatures = temperature::by_zone(&weather);
    let expected = expected(&reports, &temperatures, &models);
    for instances in [1, 2] {
        let sums = emitted((&reports, &temperatures, &models), instances, 1_024).await;
        assert_eq!(sums, expected, "{instances} instances");
    }
}

/// An hour in which zone `n` emits `n` kilograms, and another in which the first emits one more.
fn a_known_city() -> Emitted {
    let hour = EventTime::from_secs(1_585_699_200);
    let zones = (0..37).map(|zone| (zone, hour, u64::from(zone) * 1_000_000));
    Emitted::of(zones.chain([(0, hour + 1.hours(), 1_000_000)]))
}

#[test]
fn the_page_shows_every_zone_by_name_value_and_colour() {
    let emitted = a_known_city();
    assert_eq!((emitted.total, emitted.by_zone[&0], emitted.by_zone[&36]), (667.0, 1.0, 36.0));
    let page = page::page(&emitted, "Nobody").unwrap();
    assert!(page.contains("<p>Nobody, 2 hours from 2020-04-01T00:00:00Z on: 667 kg.</p>"));
    assert_eq!(page.matches("<polygon").count(), 37);
    for (name, value) in [("A1", "1.0"), ("A2", "1.0"), ("D4", "18.0"), ("G4", "36.0")] {
        assert!(page.contains(&format!("<title>zone {name}: {value} kg CO2</title>")), "{name}");
    }
    // Six colours of eight kilograms each, of which five are used; and one for nothing.
    let used = |colour: &str| page.matches(&format!("fill=\"{colour}\"/>")).count() - 1;
    let colours = ["#fff3b8", "#fed976", "#feb24c", "#f4762e", "#cf2b26", "#7f0d26", "#eceff3"];
    assert_eq!(colours.map(used), [8, 8, 8, 8, 5, 0, 0]);
    assert!(page.contains(">8 – 16</text>") && page.contains(">none</text>"));
    assert_eq!(page.matches("class=\"bar\"").count(), 2);
    assert!(!page.contains("http") && !page.contains("<script"), "the page needs a network");
}

#[test]
fn the_fleet_is_the_same_every_time_and_stays_in_the_city() {
    let start = EventTime::from_secs(1_585_699_200);
    let fleet = Fleet::new(3, (200, 10), start, 24);
    let reports: Vec<_> = fleet.clone().collect();
    assert_eq!(reports, fleet.collect::<Vec<_>>());
    assert_ne!(reports, Fleet::new(4, (200, 10), start, 24).collect::<Vec<_>>());
    assert!(reports.iter().all(|one| one.zone < 37 && one.model < 10 && one.metres < 900));
    assert!(reports.is_sorted_by_key(|one| one.at));
    let driven: u32 = reports.iter().map(|one| one.metres).sum();
    let of_each = driven / 200 / 1_000;
    assert!((5..60).contains(&of_each), "{of_each} km a day");
    let used = |zone: u8| reports.iter().any(|one| one.zone == zone && one.metres > 0);
    assert!((0..37).all(used));
}
