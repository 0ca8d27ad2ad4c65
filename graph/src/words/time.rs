//! The units of times, and what else they are called.

/// A unit of time, as it stands behind a number: `1.mins()`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Unit {
    /// The method.
    pub name: &'static str,
    /// Its length in microseconds.
    pub micros: u64,
    /// What others call it.
    pub others: &'static [&'static str],
}

/// All units, from the least.
pub const UNITS: &[Unit] = &[
    Unit {
        name: "micros",
        micros: 1,
        others: &["us", "µs", "micro", "microsecond", "microseconds"],
    },
    Unit {
        name: "millis",
        micros: 1_000,
        others: &["ms", "milli", "millisecond", "milliseconds", "msecs"],
    },
    Unit { name: "secs", micros: 1_000_000, others: &["s", "sec", "second", "seconds"] },
    Unit { name: "mins", micros: 60_000_000, others: &["m", "min", "minute", "minutes"] },
    Unit { name: "hours", micros: 3_600_000_000, others: &["h", "hr", "hrs", "hour"] },
    Unit { name: "days", micros: 86_400_000_000, others: &["d", "day"] },
];

/// The unit of this name, or of another name for it.
///
/// # Examples
/// ```
/// use millstream_graph::words::unit;
///
/// assert_eq!(unit("minutes").map(|unit| unit.name), Some("mins"));
/// assert_eq!(unit("weeks"), None);
/// ```
#[must_use]
pub fn unit(name: &str) -> Option<&'static Unit> {
    UNITS.iter().find(|unit| unit.name == name || unit.others.contains(&name))
}
