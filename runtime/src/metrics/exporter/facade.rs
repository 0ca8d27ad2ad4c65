//! The `metrics` crate: a facade for recorders of many monitoring systems.

use super::{Exporter, counted, unit_of};
use crate::metrics::{LiveMetrics, MetricFamily, MetricSample};
use ::metrics::{Label, Unit, counter, describe_counter, describe_gauge, gauge};
use std::collections::HashSet;

/// Exports to the recorder that the program has installed for the
/// [`metrics`](https://docs.rs/metrics) crate: for programs whose other metrics go there.
///
/// Names are those of [`open_metrics`](LiveMetrics::open_metrics). The counters of `metrics` are
/// integers, so that those of seconds are gauges, which grow as well. Its histograms take single
/// values only, so that a bucket is a counter with the label `le`: queries see no difference.
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
    described: HashSet<String>,
}

impl Exporter for FacadeExporter {
    fn export(&mut self, live: &LiveMetrics) {
        for family in live.families() {
            for sample in &family.samples {
                if !self.described.contains(&sample.name) {
                    self.described.insert(sample.name.clone());
                    describe(&family, sample);
                }
                let labels = sample.labels.iter();
                let labels = labels.map(|(name, value)| Label::new(*name, value.clone()));
                let labels: Vec<Label> = labels.collect();
                let name = sample.name.clone();
                match counted(&family, sample) {
                    Some(count) => counter!(name, labels).absolute(count),
                    None => gauge!(name, labels).set(sample.value.as_f64()),
                }
            }
        }
    }
}

fn describe(family: &MetricFamily, sample: &MetricSample) {
    let name = sample.name.clone();
    let unit = match unit_of(family, sample) {
        Some("seconds") => Unit::Seconds,
        Some("bytes") => Unit::Bytes,
        _ => Unit::Count,
    };
    if counted(family, sample).is_some() {
        describe_counter!(name, unit, family.help);
    } else {
        describe_gauge!(name, unit, family.help);
    }
}
