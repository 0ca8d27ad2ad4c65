//! Names, numbers and times, as sentences have them.

use crate::metrics::{LiveMetrics, PerSecond, grouped};
use std::time::Duration;

/// A node by its name: `` `scores` ``.
pub(super) fn name(live: &LiveMetrics, node: usize) -> String {
    let name = live.nodes.get(node).map_or("?", |node| node.name.as_str());
    format!("`{name}`")
}

/// Names in a row: `` `a`, `b` and `c` ``.
pub(super) fn listed(names: &[String]) -> String {
    match names {
        [] => String::new(),
        [one] => one.clone(),
        [first @ .., last] => format!("{} and {last}", first.join(", ")),
    }
}

/// A factor with two digits at most: `1.8`, `2`, `31`.
pub(super) fn times(factor: f64) -> String {
    let digits = if factor < 1.1 { 2 } else { usize::from(factor < 9.95) };
    let text = format!("{factor:.digits$}");
    if text.contains('.') {
        text.trim_end_matches('0').trim_end_matches('.').to_owned()
    } else {
        text
    }
}

/// A rate with all its digits: `1,000/s`.
pub(super) fn in_full(rate: PerSecond) -> String {
    if rate.0 < 10.0 || rate.0 >= 1e15 {
        return rate.to_string();
    }
    grouped(rate.0) + "/s"
}

/// A time in its largest units: `20 ms`, `41 s`, `3 min 5 s`.
pub(super) fn spoken(time: Option<Duration>) -> String {
    let Some(time) = time else { return "very long".to_owned() };
    let seconds = time.as_secs();
    let two = |large: u64, unit: &str, small: u64, rest: &str| match small {
        0 => format!("{large} {unit}"),
        small => format!("{large} {unit} {small} {rest}"),
    };
    match seconds {
        0 if time.as_millis() == 0 => format!("{} µs", time.as_micros()),
        0 => format!("{} ms", time.as_millis()),
        1..60 => format!("{seconds} s"),
        60..3_600 => two(seconds / 60, "min", seconds % 60, "s"),
        3_600..86_400 => two(seconds / 3_600, "h", seconds % 3_600 / 60, "min"),
        _ => two(seconds / 86_400, "d", seconds % 86_400 / 3_600, "h"),
    }
}

#[expect(clippy::cast_precision_loss, reason = "it is small, or part of a share")]
pub(super) fn rounded(number: u64) -> f64 {
    number as f64
}
