//! The text for monitoring systems. Its names and labels are under semantic versioning: the whole
//! text of a small job is compared.

use super::made_up::{copy, fraud};
use millstream::metrics::{
    LiveMetrics, MetricSample, MetricValue, OPEN_METRICS_TYPE, open_metrics,
};
use prometheus_parse::{Scrape, Value};
use std::collections::{BTreeMap, BTreeSet};

/// Parses a text by the rules of Prometheus.
fn parsed(text: &str) -> Scrape {
    Scrape::parse(text.lines().map(|line| Ok(line.to_owned()))).unwrap()
}

#[test]
fn the_text_of_a_small_job_is_as_promised() {
    let promised = include_str!("open_metrics.txt").replace("VERSION", env!("CARGO_PKG_VERSION"));
    let text = copy().open_metrics();
    assert_eq!(text.lines().collect::<Vec<_>>(), promised.lines().collect::<Vec<_>>(), "{text}");
    assert!(OPEN_METRICS_TYPE.starts_with("application/openmetrics-text; version=1.0.0"));
}

#[test]
fn a_parser_reads_every_value_with_its_labels() {
    let live = fraud();
    let scrape = parsed(&live.open_metrics());
    let mut expected = BTreeMap::new();
    for family in live.families() {
        for sample in &family.samples {
            let labels =
                sample.labels.iter().map(|(name, value)| (name.to_string(), value.clone()));
            let labels: BTreeMap<_, _> = labels.collect();
            let known = expected.insert((sample.name.clone(), labels), sample.value.as_f64());
            assert_eq!(known, None, "{} twice: {:?}", sample.name, sample.labels);
        }
    }
    let mut found = BTreeMap::new();
    for sample in scrape.samples {
        let labels = sample.labels.iter().map(|(name, value)| (name.clone(), value.clone()));
        let labels: BTreeMap<_, _> = labels.collect();
        match sample.value {
            Value::Counter(value) | Value::Gauge(value) | Value::Untyped(value) => {
                found.insert((sample.metric, labels), value);
            }
            Value::Histogram(buckets) => {
                for bucket in buckets {
                    let bound = match bucket.less_than {
                        f64::INFINITY => "+Inf".to_owned(),
                        bound => format!("{bound:?}"),
                    };
                    let labels = labels.clone().into_iter().chain([("le".to_owned(), bound)]);
                    let name = format!("{}_bucket", sample.metric);
                    found.insert((name, labels.collect()), bucket.count);
                }
            }
            Value::Summary(_) => panic!("{} is a summary", sample.metric),
        }
    }
    assert!(found.len() > 100, "{} values", found.len());
    assert_eq!(found, expected);
}

#[test]
fn counters_end_in_total_and_units_are_the_last_word() {
    let text = fraud().open_metrics();
    let mut kinds = BTreeMap::new();
    let mut described = BTreeSet::new();
    for line in text.lines() {
        let words: Vec<&str> = line.splitn(4, ' ').collect();
        match words[..] {
            ["#", "TYPE", name, kind] => assert_eq!(kinds.insert(name, kind), None, "{name} twice"),
            ["#", "UNIT", name, unit] => assert!(name.ends_with(&format!("_{unit}")), "{line}"),
            ["#", "HELP", name, help] => {
                assert!(help.ends_with('.'), "{line}");
                assert!(described.insert(name), "{line}");
            }
            ["#", "EOF"] => {}
            _ => {
                let name = &line[..line.find('{').unwrap()];
                let total = name.strip_suffix("_total").map(|name| kinds[name] == "counter");
                let of_histogram = ["_bucket", "_count", "_sum"].iter().find_map(|ending| {
                    let name = name.strip_suffix(ending)?;
                    kinds.get(name).map(|kind| *kind == "histogram")
                });
                let info = name.strip_suffix("_info").map(|name| kinds[name] == "info");
                let plain = kinds.get(name).map(|kind| *kind == "gauge");
                assert_eq!(total.or(info).or(of_histogram).or(plain), Some(true), "{line}");
            }
        }
    }
    assert_eq!(described, kinds.into_keys().collect());
    assert!(text.ends_with("\n# EOF\n"));
}

#[test]
fn names_with_quotes_backslashes_and_line_breaks_are_escaped() {
    let name = "a \"b\" \\ c\nd";
    let live = LiveMetrics { job: name.into(), ..copy() };
    let text = live.open_metrics();
    assert!(text.contains(r#"{job="a \"b\" \\ c\nd""#), "{text}");
    assert!(text.lines().all(|line| line.starts_with('#') || line.starts_with("millstream_")));
}

#[test]
fn edges_between_the_same_nodes_are_one() {
    let mut live = fraud();
    live.edges.push(live.edges[1].clone());
    let families = live.families();
    let events = families.iter().find(|family| family.name == "millstream_edge_events").unwrap();
    let is_between = |sample: &&MetricSample| {
        let ends = [("from", "per_minute"), ("to", "scores")];
        ends.iter().all(|(name, node)| sample.labels.contains(&(*name, (*node).to_owned())))
    };
    let between = events.samples.iter().filter(is_between);
    let values: Vec<_> = between.map(|sample| sample.value).collect();
    assert_eq!(values, [MetricValue::Count(2 * 8_192)]);
}

#[test]
fn an_input_that_has_ended_has_no_watermark() {
    let mut live = fraud();
    for one in live.nodes.iter_mut().flat_map(|node| &mut node.instances) {
        one.watermark = Some(millstream::prelude::EventTime::MAX);
    }
    assert!(!live.open_metrics().contains("millstream_watermark"));
}

#[test]
fn several_jobs_are_one_text_with_each_family_once() {
    let (one, other) = (fraud(), copy());
    let text = open_metrics([&one, &other]);
    let both = parsed(&text).samples.len();
    let apart = [&one, &other].map(|live| parsed(&live.open_metrics()).samples.len());
    assert_eq!(both, apart.iter().sum::<usize>());
    let types: Vec<_> = text.lines().filter(|line| line.starts_with("# TYPE")).collect();
    assert_eq!(types.len(), types.iter().collect::<BTreeSet<_>>().len());
}
