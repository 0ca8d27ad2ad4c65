//! Rates and shares, as numbers and as text.

use std::fmt;
use std::iter::Sum;
use std::time::Duration;

/// A whole number, or one that is rounded, with its thousands apart: `1,024`.
pub(crate) fn grouped(number: impl fmt::Display) -> String {
    let digits = format!("{number:.0}");
    let mut text = String::new();
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

/// Events per second, over the window of a [`LiveMetrics`](super::LiveMetrics).
///
/// # Examples
/// ```
/// use millstream::metrics::PerSecond;
///
/// assert_eq!(PerSecond(0.0).to_string(), "0/s");
/// assert_eq!(PerSecond(12.34).to_string(), "12/s");
/// assert_eq!(PerSecond(1_234.5).to_string(), "1.23 k/s");
/// assert_eq!(PerSecond(45_600_000.0).to_string(), "45.6 M/s");
/// ```
#[derive(Debug, Clone, Copy, Default, PartialEq, PartialOrd)]
pub struct PerSecond(pub f64);

impl fmt::Display for PerSecond {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        const UNITS: [(f64, &str); 3] = [(1e9, "G"), (1e6, "M"), (1e3, "k")];
        let Some((unit, letter)) = UNITS.into_iter().find(|(unit, _)| self.0 >= unit * 0.9995)
        else {
            let digits = usize::from(self.0 > 0.0 && self.0 < 9.95);
            return write!(f, "{:.digits$}/s", self.0);
        };
        let number = self.0 / unit;
        let digits = if number < 9.995 { 2 } else { usize::from(number < 99.95) };
        write!(f, "{number:.digits$} {letter}/s")
    }
}

/// The sum of no rates is 0, where that of `f64` is -0.
impl Sum for PerSecond {
    fn sum<I: Iterator<Item = Self>>(rates: I) -> Self {
        Self(rates.fold(0.0, |sum, rate| sum + rate.0))
    }
}

/// A share of a whole, from 0 to 1: of time, of a buffer, of events.
///
/// # Examples
/// ```
/// use millstream::metrics::Share;
///
/// assert_eq!(Share(0.974).to_string(), "97 %");
/// ```
#[derive(Debug, Clone, Copy, Default, PartialEq, PartialOrd)]
pub struct Share(pub f64);

impl Share {
    /// The greatest of some shares; 0 without any.
    pub(crate) fn greatest(shares: impl Iterator<Item = Self>) -> Self {
        Self(shares.map(|share| share.0).fold(0.0, f64::max))
    }
}

impl fmt::Display for Share {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:.0} %", self.0 * 100.0)
    }
}

/// How a task has spent its time: the four add up to 1, once it runs.
///
/// Nodes that are fused into one task have the same phases: their share of its time is not
/// measured, since a clock read per event would cost more than most operators.
///
/// # Examples
/// ```
/// use millstream::metrics::{PhaseShares, Share};
///
/// let phases = PhaseShares { busy: Share(0.25), idle: Share(0.75), ..PhaseShares::default() };
/// assert_eq!(phases.at_work(), Share(0.25));
/// ```
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct PhaseShares {
    /// It computes: operators, groupings, sinks that do not wait.
    pub busy: Share,
    /// As many calls of an operator are in flight as may be, or a sink waits for its resource.
    pub awaiting: Share,
    /// It waits for room downstream, or for its turn at a declared rate: backpressure.
    pub blocked: Share,
    /// It waits for input.
    pub idle: Share,
}

impl PhaseShares {
    /// The share of time in which it processes its input: busy or awaiting.
    #[must_use]
    pub fn at_work(self) -> Share {
        Share(self.busy.0 + self.awaiting.0)
    }
}

/// How a task has spent its time since the start of the job; the phases of [`PhaseShares`].
///
/// # Examples
/// ```
/// use millstream::metrics::PhaseTotals;
/// use std::time::Duration;
///
/// let times = PhaseTotals { busy: Duration::from_secs(3), ..PhaseTotals::default() };
/// assert_eq!(times.named().map(|(phase, _)| phase), ["busy", "awaiting", "blocked", "idle"]);
/// ```
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct PhaseTotals {
    /// It computed.
    pub busy: Duration,
    /// Its calls were in flight, or its sink waited for a resource.
    pub awaiting: Duration,
    /// It waited for room downstream, or for its turn.
    pub blocked: Duration,
    /// It waited for input.
    pub idle: Duration,
}

impl PhaseTotals {
    /// All four, each with its name.
    #[must_use]
    pub fn named(self) -> [(&'static str, Duration); 4] {
        [
            ("busy", self.busy),
            ("awaiting", self.awaiting),
            ("blocked", self.blocked),
            ("idle", self.idle),
        ]
    }
}
