//! How much faster a job could be if its limit were gone, and where its events multiply.

use super::loads::StageLoads;
use super::reason::explain;
use crate::metrics::LiveMetrics;
use millstream_graph::shape::Kind;
use std::collections::BTreeSet;

/// A task that is at work for less than this share of the time says nothing about a limit.
const NEGLIGIBLE: f64 = 0.01;

/// How many times what the sources emit the limit receives, at least, for that to be worth a word.
const AMPLIFIED: f64 = 10.0;

/// How many events a node emits for each that it receives, at least, to multiply them.
const MULTIPLIED: f64 = 1.5;

/// The limit that comes next.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct NextLimit {
    pub(super) node: usize,
    /// The share of time for which it is at work now.
    pub(super) at_work: f64,
}

impl NextLimit {
    /// How many times the rate it would carry.
    pub(super) fn headroom(self) -> f64 {
        1.0 / self.at_work
    }
}

/// The node that would limit the job next, without the stage that does now.
pub(super) fn next(loads: &StageLoads<'_>, without: Option<usize>) -> Option<NextLimit> {
    let others = loads.tasks().filter(|(stage, _, _)| Some(*stage) != without);
    let (stage, instance, task) =
        others.max_by(|one, other| one.2.at_work().total_cmp(&other.2.at_work()))?;
    let node = explain(loads, stage, instance)?.node;
    (task.at_work() >= NEGLIGIBLE).then_some(NextLimit { node, at_work: task.at_work() })
}

/// An edge on which events multiply.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Amplification {
    pub(super) edge: usize,
    /// How many events its node emits for each that it receives.
    pub(super) by: f64,
    /// How many events the limit receives for each that the sources emit.
    pub(super) in_all: f64,
}

/// Where the events multiply upstream of a node, if it receives many times what the sources
/// emit.
pub(super) fn amplification(live: &LiveMetrics, node: usize) -> Option<Amplification> {
    let upstream = upstream(live, node);
    let nodes = || live.nodes.iter().enumerate().filter(|(at, _)| upstream.contains(at));
    let sources = nodes().filter(|(_, node)| node.kind == Kind::Source);
    let emitted: f64 = sources.map(|(_, node)| node.emitted().0).sum();
    let in_all = live.nodes.get(node)?.received().0 / emitted;
    if !in_all.is_finite() || in_all <= AMPLIFIED {
        return None;
    }
    let ratio = |at: usize| {
        let node = live.nodes.get(at).filter(|node| node.kind != Kind::Source)?;
        Some(node.emitted().0 / node.received().0).filter(|by| by.is_finite())
    };
    let leads = |to: usize| to == node || upstream.contains(&to);
    let edges = live.edges.iter().enumerate().filter(|(_, edge)| {
        edge.output.is_none() && upstream.contains(&edge.from) && leads(edge.to)
    });
    let ratios = edges.filter_map(|(at, edge)| Some((at, ratio(edge.from)?)));
    let (edge, by) = ratios.max_by(|one, other| one.1.total_cmp(&other.1))?;
    (by >= MULTIPLIED).then_some(Amplification { edge, by, in_all })
}

/// The nodes upstream of a node.
fn upstream(live: &LiveMetrics, node: usize) -> BTreeSet<usize> {
    let mut found = BTreeSet::new();
    let mut next = vec![node];
    while let Some(at) = next.pop() {
        for edge in live.edges.iter().filter(|edge| edge.to == at) {
            if edge.from != node && found.insert(edge.from) {
                next.push(edge.from);
            }
        }
    }
    found
}
