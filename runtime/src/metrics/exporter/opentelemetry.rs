//! OpenTelemetry: instruments that are observed whenever its reader asks.

use super::{Exporter, counted, unit_of};
use crate::metrics::{LiveMetrics, MetricFamily, MetricKind, MetricSample, MetricValue};
use ::opentelemetry::KeyValue;
use ::opentelemetry::metrics::{AsyncInstrument, Meter};
use std::collections::HashSet;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// Exports to a meter of [`opentelemetry`](https://docs.rs/opentelemetry): for programs that send
/// their metrics by OTLP.
///
/// Its reader decides how often values are collected; what it gets is at most a second old. Names
/// are those of [`open_metrics`](LiveMetrics::open_metrics) without `_total`, which collectors add
/// for Prometheus. Its histograms cannot be observed, so that a bucket is a counter with the label
/// `le`. Once the job has ended, its last values stay until the exporter is dropped.
///
/// # Examples
/// ```
/// use millstream::metrics::OpenTelemetryExporter;
/// use millstream::prelude::*;
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> millstream::Result<()> {
/// let topology = topology!(numbers = source(from_iter(0..10)), numbers >> ignore);
/// let mut job = topology.start(Config::default())?;
/// let meter = opentelemetry::global::meter("numbers"); // of the provider that the program has set
/// let exported = job.watch().export_to(OpenTelemetryExporter::new(meter));
/// let (ended, ()) = tokio::join!(job.wait(), exported); // or `tokio::spawn(exported)`
/// ended
/// # }
/// ```
#[derive(Debug)]
pub struct OpenTelemetryExporter {
    meter: Meter,
    latest: LatestFamilies,
    registered: HashSet<String>,
}

/// The latest values of all families.
#[derive(Debug, Clone, Default)]
struct LatestFamilies(Arc<Mutex<Vec<MetricFamily>>>);

impl OpenTelemetryExporter {
    /// An exporter to a meter.
    #[must_use]
    pub fn new(meter: Meter) -> Self {
        Self { meter, latest: LatestFamilies::default(), registered: HashSet::new() }
    }

    /// Has the samples of a name observed from now on. There is no end to that: once the exporter
    /// is dropped, there is nothing to observe.
    fn register(&self, family: &MetricFamily, sample: &MetricSample) {
        let (help, latest) = (family.help, self.latest.clone());
        let of = (family.name, sample.name.clone());
        let name = match family.kind {
            MetricKind::Counter => family.name.to_owned(),
            _ => sample.name.clone(),
        };
        let unit = match unit_of(family, sample) {
            Some("seconds") => "s",
            Some("bytes") => "By",
            Some("ratio") => "1",
            _ => "",
        };
        if counted(family, sample).is_some() {
            let counter = self.meter.u64_observable_counter(name).with_description(help);
            counter
                .with_unit(unit)
                .with_callback(move |observer| {
                    latest.observe(&of, |value, labels| {
                        if let MetricValue::Count(count) = value {
                            observer.observe(count, labels);
                        }
                    });
                })
                .build();
            return;
        }
        let observe = move |observer: &dyn AsyncInstrument<f64>| {
            latest.observe(&of, |value, labels| observer.observe(value.as_f64(), labels));
        };
        if family.kind.grows() {
            let counter = self.meter.f64_observable_counter(name).with_description(help);
            counter.with_unit(unit).with_callback(observe).build();
        } else {
            let gauge = self.meter.f64_observable_gauge(name).with_description(help);
            gauge.with_unit(unit).with_callback(observe).build();
        }
    }
}

impl Exporter for OpenTelemetryExporter {
    fn export(&mut self, live: &LiveMetrics) {
        let families = live.families();
        for family in &families {
            for sample in &family.samples {
                if !self.registered.contains(&sample.name) {
                    self.registered.insert(sample.name.clone());
                    self.register(family, sample);
                }
            }
        }
        *self.latest.lock() = families;
    }
}

impl Drop for OpenTelemetryExporter {
    fn drop(&mut self) {
        self.latest.lock().clear();
    }
}

impl LatestFamilies {
    /// Observes all values of a name in a family.
    fn observe(
        &self,
        (family, name): &(&str, String),
        mut each: impl FnMut(MetricValue, &[KeyValue]),
    ) {
        let families = self.lock();
        let family = families.iter().find(|known| known.name == *family);
        let samples = family.iter().flat_map(|family| &family.samples);
        for sample in samples.filter(|sample| sample.name == *name) {
            let labels = sample.labels.iter();
            let labels = labels.map(|(name, value)| KeyValue::new(*name, value.clone()));
            each(sample.value, &labels.collect::<Vec<_>>());
        }
    }

    fn lock(&self) -> MutexGuard<'_, Vec<MetricFamily>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
