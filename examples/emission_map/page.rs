//! The HTML page around the map: one file, no network access.

use super::map::{Emitted, write_hours, write_map};
use std::fmt::{self, Write};

const STYLE: &str = "\
body { max-width: 60rem; margin: 2rem auto; padding: 0 1rem; background: #ffffff; color: #1c2430;
  font-family: system-ui, -apple-system, 'Segoe UI', Roboto, 'Helvetica Neue', Arial, sans-serif; }
h1 { font-size: 1.5rem; } h2 { font-size: 1.1rem; margin-bottom: 0; } p { color: #4c586b; }
svg { width: 100%; height: auto; }
.zone polygon { stroke: #ffffff; stroke-width: 3; }
.zone:hover polygon { stroke: #1c2430; }
.zone text, .clock { text-anchor: middle; }
.value { font-size: 19px; font-weight: 600; }
.name { font-size: 12px; }
.heading { font-size: 15px; font-weight: 600; fill: #1c2430; }
.label { font-size: 14px; fill: #1c2430; }
.amount, .clock { font-size: 12px; fill: #4c586b; }
.amount { text-anchor: end; }
.bar { fill: #3a6bcb; }
.line { stroke: #d5dbe4; }
";

/// The page that shows the emissions; `of` names the vehicles.
///
/// # Errors
/// None.
pub fn page(emitted: &Emitted, of: &str) -> Result<String, fmt::Error> {
    let mut html = String::new();
    writeln!(html, "<!doctype html>\n<html lang=\"en\">\n<meta charset=\"utf-8\">")?;
    writeln!(html, "<title>CO2 by zone</title>\n<style>\n{STYLE}</style>")?;
    writeln!(html, "<h1>CO2 emission by zone</h1>")?;
    let hours = emitted.by_hour.len();
    if let Some(start) = emitted.by_hour.keys().next() {
        let total = emitted.total;
        writeln!(html, "<p>{of}, {hours} hours from {start} on: {total:.0} kg.</p>")?;
    }
    write_map(emitted, &mut html)?;
    writeln!(html, "<h2>By hour, in kg</h2>")?;
    write_hours(emitted, &mut html)?;
    writeln!(html, "</html>")?;
    Ok(html)
}
