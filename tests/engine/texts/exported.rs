//! The exporters: what they send is what the text has.

use super::made_up::{copy, fraud};
use metrics::{
    Counter, CounterFn, Gauge, GaugeFn, Histogram, Key, KeyName, Metadata, Recorder, SharedString,
    Unit,
};
use millstream::metrics::{
    Exporter, FacadeExporter, LiveMetrics, MetricKind, MetricValue, OpenTelemetryExporter,
};
use opentelemetry::metrics::MeterProvider;
use opentelemetry_sdk::metrics::data::{AggregatedMetrics, MetricData, ResourceMetrics};
use opentelemetry_sdk::metrics::{InMemoryMetricExporter, PeriodicReader, SdkMeterProvider};
use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};

/// A name with its labels.
type Series = (String, BTreeMap<String, String>);

/// All values that there are, by the given names.
fn expected(live: &LiveMetrics, has_total: bool) -> BTreeMap<Series, f64> {
    let mut values = BTreeMap::new();
    for family in live.families() {
        let is_counter = family.kind == MetricKind::Counter;
        for sample in family.samples {
            let name = if is_counter && !has_total { family.name.to_owned() } else { sample.name };
            let labels = sample.labels.into_iter().map(|(name, value)| (name.to_owned(), value));
            values.insert((name, labels.collect()), sample.value.as_f64());
        }
    }
    values
}

/// The kind of a metric, and its unit.
type Description = (&'static str, Option<Unit>);

/// Keeps what it is sent.
#[derive(Debug, Clone, Default)]
struct Kept {
    values: Arc<Mutex<BTreeMap<Series, f64>>>,
    described: Arc<Mutex<BTreeMap<String, Description>>>,
}

struct Place(Series, Kept);

impl Place {
    fn set(&self, value: f64) {
        self.1.values.lock().unwrap().insert(self.0.clone(), value);
    }
}

impl CounterFn for Place {
    fn increment(&self, _: u64) {
        panic!("counts since the start are absolute");
    }

    fn absolute(&self, value: u64) {
        self.set(value as f64);
    }
}

impl GaugeFn for Place {
    fn increment(&self, _: f64) {
        panic!("values are set");
    }

    fn decrement(&self, _: f64) {
        panic!("values are set");
    }

    fn set(&self, value: f64) {
        Self::set(self, value);
    }
}

impl Kept {
    fn place(&self, key: &Key) -> Arc<Place> {
        let labels = key.labels().map(|one| (one.key().to_owned(), one.value().to_owned()));
        Arc::new(Place((key.name().to_owned(), labels.collect()), self.clone()))
    }

    fn describe(&self, name: KeyName, kind: &'static str, unit: Option<Unit>) {
        let mut described = self.described.lock().unwrap();
        let known = described.insert(name.as_str().to_owned(), (kind, unit));
        assert_eq!(known, None, "{} is described twice", name.as_str());
    }
}

impl Recorder for Kept {
    fn describe_counter(&self, name: KeyName, unit: Option<Unit>, _: SharedString) {
        self.describe(name, "counter", unit);
    }

    fn describe_gauge(&self, name: KeyName, unit: Option<Unit>, _: SharedString) {
        self.describe(name, "gauge", unit);
    }

    fn describe_histogram(&self, _: KeyName, _: Option<Unit>, _: SharedString) {}

    fn register_counter(&self, key: &Key, _: &Metadata<'_>) -> Counter {
        Counter::from_arc(self.place(key))
    }

    fn register_gauge(&self, key: &Key, _: &Metadata<'_>) -> Gauge {
        Gauge::from_arc(self.place(key))
    }

    fn register_histogram(&self, _: &Key, _: &Metadata<'_>) -> Histogram {
        Histogram::noop()
    }
}

#[test]
fn the_facade_gets_every_value_by_its_name_in_the_text() {
    let kept = Kept::default();
    let mut exporter = FacadeExporter::default();
    metrics::with_local_recorder(&kept, || {
        exporter.export(&copy());
        exporter.export(&fraud());
    });
    let mut all = expected(&copy(), true);
    all.extend(expected(&fraud(), true));
    assert_eq!(*kept.values.lock().unwrap(), all);
    let described = kept.described.lock().unwrap();
    assert_eq!(described["millstream_late_total"], ("counter", Some(Unit::Count)));
    // Counters of the facade are integers.
    assert_eq!(described["millstream_task_seconds_total"], ("gauge", Some(Unit::Seconds)));
    assert_eq!(described["millstream_checkpoint_bytes"], ("gauge", Some(Unit::Bytes)));
    assert_eq!(described["millstream_call_seconds_bucket"], ("counter", Some(Unit::Count)));
    assert_eq!(described["millstream_call_seconds_sum"], ("gauge", Some(Unit::Seconds)));
}

/// All values that a reader has collected, and whether they only grow.
fn collected(all: &[ResourceMetrics]) -> BTreeMap<Series, (f64, bool)> {
    let mut values = BTreeMap::new();
    let metrics = all.iter().flat_map(ResourceMetrics::scope_metrics);
    for metric in metrics.flat_map(|scope| scope.metrics().collect::<Vec<_>>()) {
        let mut keep = |attributes: Vec<opentelemetry::KeyValue>, value: f64, grows: bool| {
            let labels = attributes.into_iter();
            let labels = labels.map(|one| (one.key.to_string(), one.value.to_string()));
            values.insert((metric.name().to_owned(), labels.collect()), (value, grows));
        };
        match metric.data() {
            AggregatedMetrics::F64(MetricData::Gauge(gauge)) => gauge
                .data_points()
                .for_each(|one| keep(one.attributes().cloned().collect(), one.value(), false)),
            AggregatedMetrics::F64(MetricData::Sum(sum)) => sum.data_points().for_each(|one| {
                keep(one.attributes().cloned().collect(), one.value(), sum.is_monotonic());
            }),
            AggregatedMetrics::U64(MetricData::Sum(sum)) => sum.data_points().for_each(|one| {
                let value = one.value() as f64;
                keep(one.attributes().cloned().collect(), value, sum.is_monotonic());
            }),
            other => panic!("{}: {other:?}", metric.name()),
        }
    }
    values
}

#[test]
fn opentelemetry_gets_every_value_and_counters_grow() {
    let memory = InMemoryMetricExporter::default();
    let reader = PeriodicReader::builder(memory.clone()).build();
    let provider = SdkMeterProvider::builder().with_reader(reader).build();
    let mut exporter = OpenTelemetryExporter::new(provider.meter("millstream"));
    let live = fraud();
    exporter.export(&copy());
    exporter.export(&live);
    provider.force_flush().unwrap();
    let found = collected(&memory.get_finished_metrics().unwrap());
    let values: BTreeMap<_, _> =
        found.iter().map(|(at, (value, _))| (at.clone(), *value)).collect();
    assert_eq!(values, expected(&live, false));
    for family in live.families() {
        for sample in &family.samples {
            let is_it = |name: &String| *name == family.name || *name == sample.name;
            let mut found = found.iter().filter(|((name, _), _)| is_it(name)).peekable();
            assert!(found.peek().is_some(), "{}", sample.name);
            assert!(found.all(|(_, (_, grows))| *grows == family.kind.grows()), "{}", sample.name);
        }
    }
    memory.reset();
    drop(exporter);
    provider.force_flush().unwrap();
    assert_eq!(collected(&memory.get_finished_metrics().unwrap()), BTreeMap::new());
}

#[test]
fn the_values_of_one_name_that_only_grow_are_of_one_kind() {
    for family in fraud().families().into_iter().filter(|family| family.kind.grows()) {
        let mut kinds = BTreeMap::new();
        for sample in family.samples {
            let counts = matches!(sample.value, MetricValue::Count(_));
            assert_eq!(*kinds.entry(sample.name.clone()).or_insert(counts), counts, "{sample:?}");
        }
    }
}

#[tokio::test]
async fn a_job_is_exported_until_it_has_ended() {
    use millstream::prelude::*;

    struct States(Arc<Mutex<Vec<String>>>);

    impl Exporter for States {
        fn export(&mut self, live: &LiveMetrics) {
            let out = live.node("numbers").map(|node| node.instances[0].counts.events_out);
            self.0.lock().unwrap().push(format!("{} {}", live.state, out.unwrap()));
        }
    }

    let states = Arc::new(Mutex::new(Vec::new()));
    let topology = topology!(numbers = source(from_iter(0..10)), numbers >> ignore);
    let mut job = topology.start(Config::default()).unwrap();
    let exported = job.watch().export_to(States(states.clone()));
    let (ended, ()) = tokio::join!(job.wait(), exported);
    ended.unwrap();
    assert_eq!(states.lock().unwrap().last().unwrap(), "ended 10");
}
