//! A family of metrics, with its samples.

use crate::metrics::CallSeconds;
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
    /// Its name; without `_total` and the like, which belong to [that of a sample](MetricSample).
    pub name: &'static str,
    /// Whether it only grows.
    pub kind: MetricKind,
    /// What it means, in a line.
    pub help: &'static str,
    /// Its values; no two have the same name and labels.
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
    /// How many took how long. Of the samples with the same labels, each that ends in `_bucket` has
    /// one more, `le`: it counts those that took as many seconds at most; `_count` counts all, and
    /// `_sum` is the time of all together. They only grow.
    Histogram,
    /// Its labels are what it says; its value is 1.
    Info,
}

/// A value, and what it is the value of.
///
/// # Examples
/// ```
/// use millstream::metrics::LiveMetrics;
///
/// let families = LiveMetrics::default().families();
/// assert_eq!(families[0].samples[0].name, "millstream_job_info");
/// ```
#[derive(Debug, Clone, PartialEq)]
pub struct MetricSample {
    /// The name by which queries ask for it: that of the family, for a counter with `_total` behind
    /// it, with `_info` for an info, and for a histogram with `_bucket`, `_count` or `_sum`.
    pub name: String,
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
        for (labels, value) in samples {
            if let Some(value) = value {
                self.add(self.kind.ending(), labels, value);
            }
        }
        self
    }

    /// With the samples of each histogram that there is.
    pub(super) fn with_times(
        mut self,
        histograms: impl IntoIterator<Item = (Labels, Option<CallSeconds>)>,
    ) -> Self {
        for (labels, times) in histograms {
            let Some(times) = times else { continue };
            let bounds = CallSeconds::BOUNDS.map(|bound| format!("{:?}", bound.as_secs_f64()));
            let bounds = bounds.into_iter().chain(["+Inf".to_owned()]);
            let mut count = 0;
            for (bound, of_bucket) in bounds.zip(times.counts) {
                count += of_bucket;
                let labels = [labels.clone(), vec![("le", bound)]].concat();
                self.add("_bucket", labels, MetricValue::Count(count));
            }
            self.add("_count", labels.clone(), MetricValue::Count(count));
            self.add("_sum", labels, MetricValue::seconds(times.sum));
        }
        self
    }

    fn add(&mut self, ending: &str, labels: Labels, value: MetricValue) {
        self.samples.push(MetricSample { name: format!("{}{ending}", self.name), labels, value });
    }

    /// Its unit, which is the end of its name: `seconds`, `bytes`, `ratio`.
    #[must_use]
    pub fn unit(&self) -> Option<&'static str> {
        let unit = self.name.rsplit('_').next();
        unit.filter(|unit| ["seconds", "bytes", "ratio"].contains(unit))
    }
}

impl MetricKind {
    /// Whether its values only grow.
    #[must_use]
    pub fn grows(self) -> bool {
        matches!(self, Self::Counter | Self::Histogram)
    }

    /// What the name of each sample ends in; those of a histogram differ.
    fn ending(self) -> &'static str {
        match self {
            Self::Counter => "_total",
            Self::Gauge | Self::Histogram => "",
            Self::Info => "_info",
        }
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
