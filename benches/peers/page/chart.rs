//! The picture: a panel for each work, and a bar for each system.
//!
//! The length of a bar is the logarithm of CPU time, as a multiple of the loop's.

use crate::figures::{Runs, Short, Spread};
use crate::goals::Place;
use crate::systems::System;
use crate::work::Work;
use std::fmt;

const COLUMNS: usize = 3;

/// The size of a panel, and the space around the picture.
const PANEL: (f64, f64) = (286.0, 111.0);
const MARGIN: f64 = 20.0;

/// The height of the title and its explanation.
const HEAD: f64 = 84.0;

/// The height of the heading of a group of panels.
const GROUP: f64 = 36.0;

/// The left end of bars within a panel, and their greatest length.
const LEFT: f64 = 78.0;
const LENGTH: f64 = 144.0;

/// The distance of bars, and their height.
const STEP: f64 = 15.0;
const THICK: f64 = 10.0;

/// Bars begin at half of the loop's CPU time, and end at eight times that.
const LEAST: f64 = 0.5;
const MOST: f64 = 8.0;

const STYLE: &str = "\
.ground{fill:#fff}.title,.work,.name,.value,.tick,.note{font-family:system-ui,-apple-system,\
\"Segoe UI\",Roboto,\"Helvetica Neue\",Arial,sans-serif;fill:#1c2430}\
.title{font-size:17px;font-weight:600}.group{font-size:14px}.work{font-size:13px;font-weight:600}\
.name,.value{font-size:11px}.value{paint-order:stroke;stroke:#fff;stroke-width:3px}.name{text-anchor:end}.note{font-size:12px;fill:#4c586b}\
.tick{font-size:9px;fill:#6a7587;text-anchor:middle}.ours{font-weight:600}\
.bar{fill:#aab4c4}.bar.own{fill:#2f6fde}.range{stroke:#1c2430;stroke-width:1}\
.grid{stroke:#e3e7ee;stroke-width:1}.loop{stroke:#c2410c;stroke-width:1.2;stroke-dasharray:3 2}\
.cut{fill:#fff}\
@media (prefers-color-scheme:dark){.ground,.cut{fill:#151b24}\
.title,.work,.name,.value{fill:#e6eaf1}.value{stroke:#151b24}.note{fill:#b2bccb}.tick{fill:#93a0b3}\
.bar{fill:#566276}.bar.own{fill:#5b9bff}.range{stroke:#e6eaf1}.grid{stroke:#29323f}\
.loop{stroke:#f59e5b}}";

/// The chart of all works at one instance and at two.
pub struct Chart<'a>(pub &'a Runs);

impl Chart<'_> {
    /// The groups of panels: works at one instance, and at two. Growth is not drawn.
    fn groups(&self) -> [(&'static str, Vec<Place>); 2] {
        let places = Place::all(self.0).into_iter();
        let (one, two) = places
            .filter(|place| !matches!(place.work, Work::Keys(_)))
            .partition(|place| place.instances == 1);
        [("One instance", one), ("Two instances", two)]
    }
}

impl fmt::Display for Chart<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let groups = self.groups();
        let rows = |places: &Vec<Place>| places.len().div_ceil(COLUMNS) as f64;
        let heights = groups.iter().map(|(_, places)| GROUP + rows(places) * PANEL.1);
        let (width, height) =
            (COLUMNS as f64 * PANEL.0 + 2.0 * MARGIN, HEAD + heights.sum::<f64>());
        writeln!(
            f,
            "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{width}\" height=\"{height}\" \
             viewBox=\"0 0 {width} {height}\" role=\"img\" aria-label=\"CPU time of millstream and \
             of four other systems, as a multiple of a loop by hand\">\n<style>{STYLE}</style>"
        )?;
        writeln!(f, "<rect class=\"ground\" width=\"{width}\" height=\"{height}\" rx=\"8\"/>")?;
        head(f)?;
        let mut top = HEAD;
        for (name, places) in &groups {
            if places.is_empty() {
                continue;
            }
            let (x, y) = (MARGIN, top + 17.0);
            writeln!(f, "<text class=\"title group\" x=\"{x}\" y=\"{y}\">{name}</text>")?;
            for (at, place) in places.iter().enumerate() {
                let (column, row) = ((at % COLUMNS) as f64, (at / COLUMNS) as f64);
                let (x, y) = (MARGIN + column * PANEL.0, top + GROUP + row * PANEL.1);
                Panel { place: *place, runs: self.0 }.draw(f, x, y)?;
            }
            top += GROUP + rows(places) * PANEL.1;
        }
        writeln!(f, "</svg>")
    }
}

fn head(f: &mut fmt::Formatter<'_>) -> fmt::Result {
    let x = MARGIN;
    writeln!(
        f,
        "<text class=\"title\" x=\"{x}\" y=\"30\">CPU time ÷ that of a loop by hand</text>"
    )?;
    writeln!(
        f,
        "<text class=\"note\" x=\"{x}\" y=\"49\">Shorter is better. Dashed: the loop (1 ×). Thin \
         line: the range of all rounds. Bold: the least of the five.</text>"
    )?;
    writeln!(
        f,
        "<text class=\"note\" x=\"{x}\" y=\"66\">Logarithmic scale from ½ × to 8 ×; longer bars \
         are cut, with their value beside them.</text>"
    )
}

/// The place of a multiple on the scale.
fn at(ratio: f64) -> f64 {
    let share = (ratio.clamp(LEAST, MOST) / LEAST).log2() / (MOST / LEAST).log2();
    LEFT + share * LENGTH
}

/// The bars of a work.
struct Panel<'a> {
    place: Place,
    runs: &'a Runs,
}

impl Panel<'_> {
    fn draw(&self, f: &mut fmt::Formatter<'_>, x: f64, y: f64) -> fmt::Result {
        let bars = self.bars();
        let end = 8.0 + STEP * bars.len() as f64;
        writeln!(f, "<g transform=\"translate({x} {y})\">")?;
        let name = self.place.work.to_string();
        writeln!(f, "<text class=\"work\" x=\"{LEFT}\" y=\"2\">{name}</text>")?;
        for tick in [1.0, 2.0, 4.0, 8.0] {
            let (x, class) = (at(tick), if tick == 1.0 { "loop" } else { "grid" });
            writeln!(f, "<path class=\"{class}\" d=\"M{x:.1} 8V{end}\"/>")?;
            let y = end + 9.0;
            writeln!(f, "<text class=\"tick\" x=\"{x:.1}\" y=\"{y}\">{tick}</text>")?;
        }
        let best = bars.iter().map(|(_, ratio)| ratio.median).fold(f64::INFINITY, f64::min);
        for (row, (system, ratio)) in bars.iter().enumerate() {
            let is_best = ratio.median == best;
            bar(f, *system, *ratio, is_best, 10.0 + STEP * row as f64)?;
        }
        writeln!(f, "</g>")
    }

    /// Millstream and the peers that do the work.
    fn bars(&self) -> Vec<(System, Spread)> {
        let systems = [System::MILLSTREAM].into_iter().chain(System::PEERS);
        let ratio = |system| {
            let ratio = self.runs.cpu_ratio(self.place.work, self.place.with(system), System::LOOP);
            Some((system, ratio?))
        };
        systems.filter_map(ratio).collect()
    }
}

fn bar(
    f: &mut fmt::Formatter<'_>,
    system: System,
    ratio: Spread,
    is_best: bool,
    top: f64,
) -> fmt::Result {
    let (own, ours) = match system.is_millstream() {
        true => (" own", " ours"),
        false => ("", ""),
    };
    let best = if is_best { " ours" } else { "" };
    let (base, end) = (top + THICK - 1.0, at(ratio.median));
    let (name, wide) = (LEFT - 6.0, end - LEFT);
    writeln!(f, "<text class=\"name{ours}\" x=\"{name}\" y=\"{base}\">{system}</text>")?;
    writeln!(
        f,
        "<rect class=\"bar{own}\" x=\"{LEFT}\" y=\"{top}\" width=\"{wide:.1}\" height=\"{THICK}\" \
         rx=\"1.5\"/>"
    )?;
    let mut behind = end;
    if ratio.median > MOST {
        let (from, to, bottom) = (end - 12.0, end - 8.0, top + THICK);
        writeln!(
            f,
            "<path class=\"cut\" d=\"M{from:.1} {bottom}L{to:.1} {top}h4L{from:.1} {bottom}z\" \
             stroke=\"none\"/>"
        )?;
    } else {
        let (from, to, middle) = (at(ratio.least), at(ratio.most), top + THICK / 2.0);
        writeln!(f, "<path class=\"range\" d=\"M{from:.1} {middle}H{to:.1}\"/>")?;
        behind = behind.max(to);
    }
    let (x, value) = (behind + 5.0, Short(ratio.median));
    writeln!(f, "<text class=\"value{best}\" x=\"{x:.1}\" y=\"{base}\">{value}</text>")
}
