//! The metrics of edges with a channel; a call has neither fill nor wait.

use super::{MetricFamily, MetricKind, MetricValue};
use crate::metrics::{LiveEdge, LiveMetrics};
use std::collections::BTreeMap;
use std::time::Duration;

/// All edges between the same outputs and nodes, such as those of a join of a stream with itself.
#[derive(Debug, Default)]
struct Channels {
    buffered: u64,
    capacity: u64,
    fill: f64,
    waited: Duration,
}

impl Channels {
    fn add(&mut self, edge: &LiveEdge) {
        self.buffered += edge.buffered;
        self.capacity += edge.capacity;
        self.fill = self.fill.max(edge.fill.0);
        // They wait as one, and each of them says so.
        self.waited = self.waited.max(edge.waited);
    }
}

pub(super) fn families(live: &LiveMetrics) -> Vec<MetricFamily> {
    let mut edges: BTreeMap<(usize, Option<&str>, usize), Channels> = BTreeMap::new();
    for edge in live.edges.iter().filter(|edge| edge.is_channel) {
        edges.entry((edge.from, edge.output.as_deref(), edge.to)).or_default().add(edge);
    }
    let family = |kind, name, help, value: fn(&Channels) -> MetricValue| {
        let samples = edges.iter().filter_map(|(&(from, output, to), channels)| {
            Some((labels(live, (from, output, to))?, Some(value(channels))))
        });
        MetricFamily::new(kind, name, help).with(samples)
    };
    vec![
        family(
            MetricKind::Gauge,
            "millstream_edge_events",
            "Events in the channels of an edge; a batch in a channel counts as full.",
            |edge| MetricValue::Count(edge.buffered),
        ),
        family(
            MetricKind::Gauge,
            "millstream_edge_capacity_events",
            "The capacity of the channels of an edge.",
            |edge| MetricValue::Count(edge.capacity),
        ),
        family(
            MetricKind::Gauge,
            "millstream_edge_fill_ratio",
            "How full the fullest channel of an edge is.",
            |edge| MetricValue::Amount(edge.fill),
        ),
        family(
            MetricKind::Counter,
            "millstream_send_wait_seconds",
            "Time for which instances upstream have waited for room: backpressure.",
            |edge| MetricValue::seconds(edge.waited),
        ),
    ]
}

/// The labels of an edge; none if it leads to no node.
fn labels(
    live: &LiveMetrics,
    (from, output, to): (usize, Option<&str>, usize),
) -> Option<Vec<(&'static str, String)>> {
    let name = |node: usize| live.nodes.get(node).map(|node| node.name.clone());
    let mut labels = vec![("job", live.job.clone()), ("from", name(from)?), ("to", name(to)?)];
    labels.extend(output.map(|output| ("output", output.to_owned())));
    Some(labels)
}
