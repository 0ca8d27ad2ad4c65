//! The map as SVG: coloured zones, a legend, and a bar for each hour.

use super::zones::{Place, ZONES};
use millstream::prelude::*;
use std::collections::BTreeMap;
use std::fmt::{self, Write};

/// Fill and text colours, from light to dark, in equal steps of the value.
const COLOURS: [(&str, &str); 6] = [
    ("#fff3b8", "#1c2430"),
    ("#fed976", "#1c2430"),
    ("#feb24c", "#1c2430"),
    ("#f4762e", "#1c2430"),
    ("#cf2b26", "#ffffff"),
    ("#7f0d26", "#ffffff"),
];
/// The colour of a zone without emissions.
const NOTHING: (&str, &str) = ("#eceff3", "#4c586b");

/// Width of a zone, and the centre of the city, in pixels.
const ZONE: f64 = 90.0;
const MIDDLE: (f64, f64) = (340.0, 300.0);
/// The legend: its corner, and the size of a square.
const LEGEND: (f64, f64) = (700.0, 190.0);
const SQUARE: f64 = 26.0;
/// The bars: total width and height, and the margins for text on the left and below.
const BARS: (f64, f64) = (760.0, 120.0);
const MARGIN: (f64, f64) = (60.0, 24.0);

/// Emissions by zone and by hour, in kilograms.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Emitted {
    /// By zone number.
    pub by_zone: BTreeMap<u8, f64>,
    /// By the start of the hour.
    pub by_hour: BTreeMap<EventTime, f64>,
    pub total: f64,
}

impl Emitted {
    /// Sums the emissions of zones per hour, given in milligrams.
    pub fn of(hourly: impl IntoIterator<Item = (u8, EventTime, u64)>) -> Self {
        // Integers until the end, so that the order of the results does not matter.
        let (mut zones, mut hours) = (BTreeMap::<_, u64>::new(), BTreeMap::<_, u64>::new());
        for (zone, hour, milligrams) in hourly {
            *zones.entry(zone).or_default() += milligrams;
            *hours.entry(hour).or_default() += milligrams;
        }
        let kilograms = |milligrams: u64| milligrams as f64 / 1e6;
        Self {
            total: kilograms(zones.values().sum()),
            by_zone: zones.into_iter().map(|(zone, sum)| (zone, kilograms(sum))).collect(),
            by_hour: hours.into_iter().map(|(hour, sum)| (hour, kilograms(sum))).collect(),
        }
    }

    fn zone(&self, zone: u8) -> f64 {
        self.by_zone.get(&zone).copied().unwrap_or(0.0)
    }

    /// The range of one colour: a round number such that six colours are enough.
    fn step(&self) -> f64 {
        let most = self.by_zone.values().copied().fold(0.0, f64::max);
        round_up(most / COLOURS.len() as f64)
    }
}

/// The next round number above `number`.
fn round_up(number: f64) -> f64 {
    let mut power = 0.001;
    while power * 10.0 <= number {
        power *= 10.0;
    }
    let steps = [1.0, 1.5, 2.0, 2.5, 3.0, 4.0, 5.0, 6.0, 8.0, 10.0].map(|step| step * power);
    let round = steps.into_iter().find(|step| *step > number).unwrap_or(power * 10.0);
    // Drops rounding errors beyond the third decimal.
    (round * 1_000.0).round() / 1_000.0
}

/// A multiple of a step, in as few digits as possible.
fn times(step: f64, count: usize) -> String {
    let text = format!("{:.3}", step * count as f64);
    text.trim_end_matches('0').trim_end_matches('.').to_owned()
}

/// The colour of the zone, and of the text on it.
fn colour(kilograms: f64, step: f64) -> (&'static str, &'static str) {
    if kilograms <= 0.0 {
        return NOTHING;
    }
    let class = (kilograms / step) as usize;
    COLOURS[class.min(COLOURS.len() - 1)]
}

/// Kilograms with three digits or more.
fn short(kilograms: f64) -> String {
    if kilograms < 99.95 { format!("{kilograms:.1}") } else { format!("{kilograms:.0}") }
}

/// Writes the zones and the legend.
///
/// # Errors
/// None from a `String`.
pub fn write_map(emitted: &Emitted, svg: &mut String) -> fmt::Result {
    let step = emitted.step();
    writeln!(
        svg,
        r#"<svg class="map" viewBox="0 0 860 600" role="img" aria-label="Map of zones">"#
    )?;
    for zone in 0..ZONES {
        write_zone(zone, emitted.zone(zone), step, svg)?;
    }
    write_legend(step, svg)?;
    writeln!(svg, "</svg>")
}

fn write_zone(zone: u8, kilograms: f64, step: f64, svg: &mut String) -> fmt::Result {
    let place = Place::of(zone);
    let (x, y) = place.middle();
    let (x, y) = (MIDDLE.0 + x * ZONE, MIDDLE.1 + y * ZONE);
    // A hexagon with a corner at the bottom: half its width, and its side.
    let (half, side) = (ZONE / 2.0, ZONE / 3.0_f64.sqrt());
    let corners = [
        (0.0, -side),
        (half, -side / 2.0),
        (half, side / 2.0),
        (0.0, side),
        (-half, side / 2.0),
        (-half, -side / 2.0),
    ]
    .map(|(right, down)| format!("{:.1},{:.1}", x + right, y + down))
    .join(" ");
    let (fill, text) = colour(kilograms, step);
    let (name, value) = (place.name(), short(kilograms));
    writeln!(svg, r#"<g class="zone" fill="{text}"><title>zone {name}: {value} kg CO2</title>"#)?;
    writeln!(svg, r#"<polygon points="{corners}" fill="{fill}"/>"#)?;
    writeln!(svg, r#"<text class="value" x="{x:.1}" y="{:.1}">{value}</text>"#, y + 4.0)?;
    writeln!(svg, r#"<text class="name" x="{x:.1}" y="{:.1}">{name}</text></g>"#, y + 22.0)
}

fn write_legend(step: f64, svg: &mut String) -> fmt::Result {
    let (x, top) = LEGEND;
    writeln!(svg, r#"<text class="heading" x="{x}" y="{}">kg CO2</text>"#, top - 14.0)?;
    // The highest value at the top, as on a thermometer.
    for (at, (fill, _)) in COLOURS.iter().rev().chain([&NOTHING]).enumerate() {
        let y = top + at as f64 * SQUARE;
        let label = match COLOURS.len().checked_sub(at + 1) {
            Some(class) => format!("{} – {}", times(step, class), times(step, class + 1)),
            None => "none".into(),
        };
        writeln!(
            svg,
            r#"<rect x="{x}" y="{y}" width="{SQUARE}" height="{SQUARE}" fill="{fill}"/>"#
        )?;
        let (x, y) = (x + SQUARE + 10.0, y + 18.0);
        writeln!(svg, r#"<text class="label" x="{x}" y="{y}">{label}</text>"#)?;
    }
    Ok(())
}

/// Writes a bar for every hour.
///
/// # Errors
/// None from a `String`.
pub fn write_hours(emitted: &Emitted, svg: &mut String) -> fmt::Result {
    let most = round_up(emitted.by_hour.values().copied().fold(0.0, f64::max));
    let width = BARS.0 / emitted.by_hour.len().max(1) as f64;
    let (left, top) = (MARGIN.0, 12.0);
    writeln!(svg, r#"<svg class="hours" viewBox="0 0 860 170" role="img" aria-label="By hour">"#)?;
    for part in [0.0, 0.5, 1.0] {
        let y = top + BARS.1 * (1.0 - part);
        writeln!(svg, r#"<path class="line" d="M{left} {y}h{}"/>"#, BARS.0)?;
        let (x, y) = (left - 8.0, y + 4.0);
        writeln!(svg, r#"<text class="amount" x="{x}" y="{y}">{}</text>"#, most * part)?;
    }
    // There is room for 24 labels.
    let every = emitted.by_hour.len().div_ceil(24).max(1);
    for (at, (hour, kilograms)) in emitted.by_hour.iter().enumerate() {
        let (x, height) = (left + at as f64 * width, BARS.1 * kilograms / most);
        let (y, name) = (top + BARS.1 - height, hour.to_string());
        let (bar, wide) = (x + width * 0.1, width * 0.8);
        write!(svg, r#"<rect class="bar" x="{bar:.1}" y="{y:.1}" width="{wide:.1}" "#)?;
        let value = short(*kilograms);
        writeln!(svg, r#"height="{height:.1}"><title>{name}: {value} kg CO2</title></rect>"#)?;
        if at % every == 0 {
            let (x, y) = (x + width / 2.0, top + BARS.1 + MARGIN.1);
            let clock = name.get(11..13).unwrap_or_default();
            writeln!(svg, r#"<text class="clock" x="{x:.1}" y="{y}">{clock}</text>"#)?;
        }
    }
    writeln!(svg, "</svg>")
}
