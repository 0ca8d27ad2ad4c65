//! OpenTelemetry: instruments that are observed whenever its reader asks.

use super::Exporter;
use crate::metrics::{LiveMetrics, MetricFamily, MetricKind, MetricValue};
use ::opentelemetry::KeyValue;
use ::opentelemetry::metrics::{AsyncInstrument, Meter};
use std::collections::HashSet;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// Exports to a meter of [`opentelemetry`](https://docs.rs/opentelemetry): for programs that send
/// their metrics by OTLP.
///
/// Its reader decides how often values are collected; what it gets is at most a second old. Names
/// are those of [`open_metrics`](LiveMetrics::open_metrics) without `_total`, which collectors add
/// for Prometheus. Once the job has ended, its last values stay until the exporter is dropped.
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
    registered: HashSet<&'static str>,
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

    /// Has a family observed from now on. There is no end to that: once the exporter is dropped,
    /// there is nothing to observe.
    fn register(&self, family: &MetricFamily) {
        let (name, help, latest) = (family.name, family.help, self.latest.clone());
        let unit = match family.unit() {
            Some("seconds") => "s",
            Some("bytes") => "By",
            Some("ratio") => "1",
            _ => "",
        };
        let observe = move |observer: &dyn AsyncInstrument<f64>| {
            latest.observe(name, |value, labels| observer.observe(value.as_f64(), labels));
        };
        match family.kind {
            MetricKind::Counter if family.is_count() => {
                let latest = self.latest.clone();
                let counter = self.meter.u64_observable_counter(name).with_description(help);
                counter
                    .with_unit(unit)
                    .with_callback(move |observer| {
                        latest.observe(name, |value, labels| {
                            if let MetricValue::Count(count) = value {
                                observer.observe(count, labels);
                            }
                        });
                    })
                    .build();
            }
            MetricKind::Counter => {
                let counter = self.meter.f64_observable_counter(name).with_description(help);
                counter.with_unit(unit).with_callback(observe).build();
            }
            MetricKind::Gauge | MetricKind::Info => {
                let gauge = self.meter.f64_observable_gauge(family.sample_name());
                gauge.with_description(help).with_unit(unit).with_callback(observe).build();
            }
        }
    }
}

impl Exporter for OpenTelemetryExporter {
    fn export(&mut self, live: &LiveMetrics) {
        let families = live.families();
        for family in &families {
            if self.registered.insert(family.name) {
                self.register(family);
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
    /// Observes all values of a family.
    fn observe(&self, name: &str, mut each: impl FnMut(MetricValue, &[KeyValue])) {
        let families = self.lock();
        let family = families.iter().find(|family| family.name == name);
        for sample in family.iter().flat_map(|family| &family.samples) {
            let labels = sample.labels.iter();
            let labels = labels.map(|(name, value)| KeyValue::new(*name, value.clone()));
            each(sample.value, &labels.collect::<Vec<_>>());
        }
    }

    fn lock(&self) -> MutexGuard<'_, Vec<MetricFamily>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
