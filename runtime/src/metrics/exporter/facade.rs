//! The `metrics` crate: a facade for recorders of many monitoring systems.

use super::Exporter;
use crate::metrics::{LiveMetrics, MetricFamily, MetricKind, MetricValue};
use ::metrics::{Label, Unit, counter, describe_counter, describe_gauge, gauge};
use std::collections::HashSet;

/// Exports to the recorder that the program has installed for the
/// [`metrics`](https://docs.rs/metrics) crate: for programs whose other metrics go there.
///
/// Names are those of [`open_metrics`](LiveMetrics::open_metrics). The counters of `metrics` are
/// integers, so that those of seconds are gauges, which grow as well.
///
/// # Examples
/// ```
/// use millstream::metrics::FacadeExporter;
/// use millstream::prelude::*;
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> millstream::Result<()> {
/// let topology = topology!(numbers = source(from_iter(0..10)), numbers >> ignore);
/// let mut job = topology.start(Config::default())?;
/// let exported = job.watch().export_to(FacadeExporter::default());
/// let (ended, ()) = tokio::join!(job.wait(), exported); // or `tokio::spawn(exported)`
/// ended
/// # }
/// ```
#[derive(Debug, Default)]
pub struct FacadeExporter {
    described: HashSet<&'static str>,
}

impl Exporter for FacadeExporter {
    fn export(&mut self, live: &LiveMetrics) {
        for family in live.families() {
            if self.described.insert(family.name) {
                describe(&family);
            }
            for sample in &family.samples {
                let labels = sample.labels.iter();
                let labels = labels.map(|(name, value)| Label::new(*name, value.clone()));
                let labels: Vec<Label> = labels.collect();
                match (family.kind, sample.value) {
                    (MetricKind::Counter, MetricValue::Count(count)) => {
                        counter!(family.sample_name(), labels).absolute(count);
                    }
                    (_, value) => gauge!(family.sample_name(), labels).set(value.as_f64()),
                }
            }
        }
    }
}

fn describe(family: &MetricFamily) {
    let unit = match family.unit() {
        Some("seconds") => Unit::Seconds,
        Some("bytes") => Unit::Bytes,
        _ => Unit::Count,
    };
    if family.is_count() {
        describe_counter!(family.sample_name(), unit, family.help);
    } else {
        describe_gauge!(family.sample_name(), unit, family.help);
    }
}
