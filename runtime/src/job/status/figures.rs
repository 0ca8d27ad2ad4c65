//! Figures of a whole job: what goes in and out, what is lost, how far event time is behind.

use crate::metrics::{InstanceMetrics, LiveInstance, LiveMetrics, LiveNode, PerSecond, grouped};
use crate::time::EventTime;
use millstream_graph::shape::Kind;

use super::text::brief;
use std::time::Duration;

/// A lag above this is that of old data, whose event time says more.
const OLD: Duration = Duration::from_secs(86_400);

/// The nodes of a kind.
pub(super) fn of_kind(live: &LiveMetrics, kind: Kind) -> impl Iterator<Item = &LiveNode> {
    live.nodes.iter().filter(move |node| node.kind == kind)
}

/// What a node receives, or, a source, reads: as a rate, or once the job has ended as a count.
pub(super) fn received(live: &LiveMetrics, node: &LiveNode) -> String {
    match node.kind {
        Kind::Source => emitted(live, node),
        _ => rate_or_count(live, &[node], LiveNode::received, |counts| counts.events_in),
    }
}

pub(super) fn emitted(live: &LiveMetrics, node: &LiveNode) -> String {
    rate_or_count(live, &[node], LiveNode::emitted, |counts| counts.events_out)
}

/// What all sources read.
pub(super) fn all_in(live: &LiveMetrics) -> String {
    let sources: Vec<_> = of_kind(live, Kind::Source).collect();
    rate_or_count(live, &sources, LiveNode::emitted, |counts| counts.events_out)
}

/// What all sinks receive.
pub(super) fn all_out(live: &LiveMetrics) -> String {
    let sinks: Vec<_> = of_kind(live, Kind::Sink).collect();
    rate_or_count(live, &sinks, LiveNode::received, |counts| counts.events_in)
}

/// What all sources read, and what all sinks receive, as rates.
pub(super) fn rates(live: &LiveMetrics) -> [PerSecond; 2] {
    let read = of_kind(live, Kind::Source).map(LiveNode::emitted).sum();
    let written = of_kind(live, Kind::Sink).map(LiveNode::received).sum();
    [read, written]
}

fn rate_or_count(
    live: &LiveMetrics,
    nodes: &[&LiveNode],
    rate: fn(&LiveNode) -> PerSecond,
    count: fn(&InstanceMetrics) -> u64,
) -> String {
    let nodes = nodes.iter();
    if live.state.has_ended() {
        return grouped(nodes.map(|node| total(node, count)).sum::<u64>());
    }
    nodes.map(|node| rate(node)).sum::<PerSecond>().to_string()
}

/// The sum of a counter over all instances.
pub(super) fn total(node: &LiveNode, count: fn(&InstanceMetrics) -> u64) -> u64 {
    node.instances.iter().map(|one| count(&one.counts)).sum()
}

/// How far the least of some watermarks is behind the time of day; of old data, the watermark.
pub(super) fn lag(live: &LiveMetrics, nodes: &[LiveNode]) -> Option<String> {
    let instances = nodes.iter().flat_map(|node| &node.instances);
    let least = instances.filter_map(watermark).min()?;
    let lag = live.at? - least;
    if lag <= OLD {
        return Some(brief(lag));
    }
    let seconds = EventTime::from_secs(least.as_micros().div_euclid(1_000_000));
    Some(seconds.to_string())
}

/// The watermark, if the instance still waits for events.
fn watermark(instance: &LiveInstance) -> Option<EventTime> {
    let watermark = instance.watermark.filter(|at| ![EventTime::MIN, EventTime::MAX].contains(at));
    watermark.filter(|_| !instance.has_ended)
}
