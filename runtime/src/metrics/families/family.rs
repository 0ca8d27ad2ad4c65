//! A family of metrics, with its samples.

use std::fmt;
use std::time::Duration;

/// Metrics of one name, kind and meaning, as OpenMetrics has them.
///
/// # Examples
/// ```
/// use millstream::metrics::{LiveMetrics, MetricKind};
///
/// let families = LiveMetrics::default().families();
/// let uptime = families.iter().find(|family| family.name == "millstream_uptime_seconds").unwrap();
/// assert_eq!((uptime.kind, uptime.unit()), (MetricKind::Gauge, Some("seconds")));
/// ```
#[derive(Debug, Clone, PartialEq)]
pub struct MetricFamily {
    /// Its name; without `_total` or `_info`, which belong to the [samples](Self::sample_name).
    pub name: &'static str,
    /// Whether it only grows.
    pub kind: MetricKind,
    /// What it means, in a line.
    pub help: &'static str,
    /// Its values; no two have the same labels.
    pub samples: Vec<MetricSample>,
}

/// The labels of a sample.
pub(super) type Labels = Vec<(&'static str, String)>;

/// Whether the values of a family only grow.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum MetricKind {
    /// It grows, and begins anew with the process.
    Counter,
    /// It goes up and down.
    Gauge,
    /// Its labels are what it says; its value is 1.
    Info,
}

/// A value, and what it is the value of.
#[derive(Debug, Clone, PartialEq)]
pub struct MetricSample {
    /// Names and values, the job first.
    pub labels: Vec<(&'static str, String)>,
    /// The value now.
    pub value: MetricValue,
}

/// A number of things, or an amount.
///
/// # Examples
/// ```
/// use millstream::metrics::MetricValue;
///
/// assert_eq!(MetricValue::Count(u64::MAX).to_string(), "18446744073709551615");
/// assert_eq!(MetricValue::Amount(0.25).to_string(), "0.25");
/// assert_eq!(MetricValue::Amount(f64::INFINITY).to_string(), "+Inf");
/// ```
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum MetricValue {
    /// A number of events, keys, bytes.
    Count(u64),
    /// Seconds, a ratio, a rate.
    Amount(f64),
}

impl MetricFamily {
    pub(super) fn new(kind: MetricKind, name: &'static str, help: &'static str) -> Self {
        Self { name, kind, help, samples: Vec::new() }
    }

    /// With a sample for each value that there is.
    pub(super) fn with(
        mut self,
        samples: impl IntoIterator<Item = (Labels, Option<MetricValue>)>,
    ) -> Self {
        self.samples.extend(samples.into_iter().filter_map(|(labels, value)| {
            let value = value?;
            Some(MetricSample { labels, value })
        }));
        self
    }

    /// Whether it counts whole things: what an exporter may send as an integer that only grows.
    #[cfg(any(feature = "metrics", feature = "opentelemetry"))]
    pub(in crate::metrics) fn is_count(&self) -> bool {
        let counts = |sample: &MetricSample| matches!(sample.value, MetricValue::Count(_));
        self.kind == MetricKind::Counter && self.samples.iter().all(counts)
    }

    /// Its unit, which is the end of its name: `seconds`, `bytes`, `ratio`.
    #[must_use]
    pub fn unit(&self) -> Option<&'static str> {
        let unit = self.name.rsplit('_').next();
        unit.filter(|unit| ["seconds", "bytes", "ratio"].contains(unit))
    }

    /// The name of its samples, and the name by which queries ask for it.
    ///
    /// # Examples
    /// ```
    /// use millstream::metrics::LiveMetrics;
    ///
    /// let families = LiveMetrics::default().families();
    /// assert_eq!(families[0].sample_name(), "millstream_job_info");
    /// ```
    #[must_use]
    pub fn sample_name(&self) -> String {
        let ending = match self.kind {
            MetricKind::Counter => "_total",
            MetricKind::Gauge => "",
            MetricKind::Info => "_info",
        };
        format!("{}{ending}", self.name)
    }
}

impl MetricValue {
    /// The value as a floating-point number, exact up to 2^53.
    #[must_use]
    pub fn as_f64(self) -> f64 {
        match self {
            #[expect(clippy::cast_precision_loss, reason = "monitoring systems compute with f64")]
            Self::Count(count) => count as f64,
            Self::Amount(amount) => amount,
        }
    }

    pub(super) fn seconds(time: Duration) -> Self {
        Self::Amount(time.as_secs_f64())
    }

    pub(super) fn flag(is_so: bool) -> Self {
        Self::Count(u64::from(is_so))
    }
}

impl fmt::Display for MetricValue {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Count(count) => write!(f, "{count}"),
            Self::Amount(amount) if amount.is_infinite() => {
                f.write_str(if *amount > 0.0 { "+Inf" } else { "-Inf" })
            }
            Self::Amount(amount) => write!(f, "{amount}"),
        }
    }
}
