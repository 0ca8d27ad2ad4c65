//! The text of OpenMetrics 1.0, which Prometheus and others read.

use super::{MetricFamily, MetricKind, MetricSample};
use crate::metrics::LiveMetrics;
use std::fmt::Write;

/// The `Content-Type` of an answer with [`LiveMetrics::open_metrics`].
pub const OPEN_METRICS_TYPE: &str = "application/openmetrics-text; version=1.0.0; charset=utf-8";

impl LiveMetrics {
    /// The metrics as OpenMetrics text, to be scraped by Prometheus and others: what `/metrics` of
    /// the page answers. Names and labels are under semantic versioning; [`OPEN_METRICS_TYPE`] is
    /// the type of the content. For several jobs in one text see [`open_metrics`].
    ///
    /// Scrape it with `honor_labels: true`: `job` and `instance` are those of the topology.
    ///
    /// # Examples
    /// ```
    /// use millstream::metrics::LiveMetrics;
    ///
    /// let live = LiveMetrics { job: "fraud".into(), ..LiveMetrics::default() };
    /// let text = live.open_metrics();
    /// assert!(text.contains("millstream_job_state{job=\"fraud\",state=\"running\"} 1\n"));
    /// assert!(text.ends_with("# EOF\n"));
    /// ```
    #[must_use]
    pub fn open_metrics(&self) -> String {
        open_metrics([self])
    }
}

/// The metrics of several jobs of a program as one OpenMetrics text; the jobs have different names.
///
/// # Examples
/// ```
/// use millstream::metrics::{LiveMetrics, open_metrics};
///
/// let named = |job: &str| LiveMetrics { job: job.into(), ..LiveMetrics::default() };
/// let text = open_metrics([&named("fraud"), &named("churn")]);
/// assert_eq!(text.matches("# TYPE millstream_uptime_seconds gauge\n").count(), 1);
/// assert_eq!(text.matches("\nmillstream_uptime_seconds{").count(), 2);
/// ```
#[must_use]
#[expect(single_use_lifetimes, reason = "`impl Trait` has no lifetime without a name")]
pub fn open_metrics<'a>(jobs: impl IntoIterator<Item = &'a LiveMetrics>) -> String {
    let mut families: Vec<MetricFamily> = Vec::new();
    for family in jobs.into_iter().flat_map(LiveMetrics::families) {
        match families.iter_mut().find(|known| known.name == family.name) {
            Some(known) => known.samples.extend(family.samples),
            None => families.push(family),
        }
    }
    let mut text = String::new();
    families.iter().for_each(|family| write_family(&mut text, family));
    text.push_str("# EOF\n");
    text
}

fn write_family(text: &mut String, family: &MetricFamily) {
    let MetricFamily { name, kind, help, samples } = family;
    let kind = match kind {
        MetricKind::Counter => "counter",
        MetricKind::Gauge => "gauge",
        MetricKind::Histogram => "histogram",
        MetricKind::Info => "info",
    };
    // Writing to a string does not fail.
    writeln!(text, "# TYPE {name} {kind}").ok();
    if let Some(unit) = family.unit() {
        writeln!(text, "# UNIT {name} {unit}").ok();
    }
    writeln!(text, "# HELP {name} {}", escaped(help)).ok();
    for MetricSample { name, labels, value } in samples {
        let labels = labels.iter().map(|(name, value)| format!("{name}=\"{}\"", escaped(value)));
        let labels = labels.collect::<Vec<_>>().join(",");
        writeln!(text, "{name}{{{labels}}} {value}").ok();
    }
}

fn escaped(text: &str) -> String {
    text.replace('\\', "\\\\").replace('"', "\\\"").replace('\n', "\\n")
}
