//! What a job does, for other monitoring systems.
//!
//! An [`Exporter`] is handed what a job does once a second, by
//! [`Watch::export_to`](crate::job::Watch::export_to). All of them export the same
//! [families](super::LiveMetrics::families), and so the same names.

#[cfg(feature = "metrics")]
mod facade;
#[cfg(feature = "opentelemetry")]
mod opentelemetry;

#[cfg(feature = "opentelemetry")]
pub use self::opentelemetry::OpenTelemetryExporter;
#[cfg(feature = "metrics")]
pub use facade::FacadeExporter;

use super::LiveMetrics;
#[cfg(any(feature = "metrics", feature = "opentelemetry"))]
use super::{MetricFamily, MetricKind, MetricSample, MetricValue};

/// Sends what a job does to a monitoring system; implement it for one that is not built in.
///
/// # Examples
/// ```
/// use millstream::metrics::{Exporter, LiveMetrics, MetricKind};
///
/// /// Lines for a StatsD server.
/// #[derive(Default)]
/// struct StatsD(Vec<String>);
///
/// impl Exporter for StatsD {
///     fn export(&mut self, live: &LiveMetrics) {
///         for family in live.families().iter().filter(|one| one.kind == MetricKind::Gauge) {
///             let gauge = |sample: &millstream::metrics::MetricSample| {
///                 let place: Vec<_> = sample.labels.iter().map(|label| &*label.1).collect();
///                 format!("{}.{}:{}|g", family.name, place.join("."), sample.value)
///             };
///             self.0.extend(family.samples.iter().map(gauge));
///         }
///     }
/// }
///
/// let mut statsd = StatsD::default();
/// statsd.export(&LiveMetrics { job: "fraud".into(), ..LiveMetrics::default() });
/// assert!(statsd.0.contains(&"millstream_uptime_seconds.fraud:0|g".to_owned()));
/// ```
pub trait Exporter {
    /// Exports what a job does now. It must not block; the last call is for a job that has ended.
    fn export(&mut self, live: &LiveMetrics);
}

/// The count of a sample that only grows, if it is an integer: a counter where those are integers.
#[cfg(any(feature = "metrics", feature = "opentelemetry"))]
fn counted(family: &MetricFamily, sample: &MetricSample) -> Option<u64> {
    match sample.value {
        MetricValue::Count(count) if family.kind.grows() => Some(count),
        _ => None,
    }
}

/// The unit of a sample: that of its family, except that the counts of a histogram have none.
#[cfg(any(feature = "metrics", feature = "opentelemetry"))]
fn unit_of(family: &MetricFamily, sample: &MetricSample) -> Option<&'static str> {
    let is_count = family.kind == MetricKind::Histogram && counted(family, sample).is_some();
    family.unit().filter(|_| !is_count)
}
