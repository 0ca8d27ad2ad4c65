//! The counters of edges, in the order in which the edges are declared.

use crate::lowering::edge_counters_between;
use crate::metrics::EdgeCounters;
use crate::plan::Plan;
use std::sync::Arc;

/// An edge, with its counters. Edges with the same ends share theirs.
#[derive(Debug)]
pub(super) struct SeenEdge {
    pub(super) counters: Option<Arc<EdgeCounters>>,
    /// The first edge with the same ends.
    pub(super) first: usize,
    /// How many edges with the same ends are before it.
    nth: u64,
}

impl SeenEdge {
    /// The part of this edge in what was counted of all edges with its ends: each has the same, and
    /// all of them together make the whole.
    pub(super) fn part(&self, counted: u64) -> u64 {
        let times = self.counters.as_ref().map_or(1, |counters| counters.times.max(1));
        counted.saturating_add(self.nth) / times
    }
}

/// All edges, in order.
pub(super) fn in_order(plan: &Plan, counters: &[Arc<EdgeCounters>]) -> Vec<SeenEdge> {
    let ends: Vec<_> = plan.edges().iter().map(|edge| (edge.from, edge.to)).collect();
    let seen = ends.iter().enumerate().map(|(at, edge)| {
        let mut same = ends.iter().take(at).enumerate().filter(|(_, other)| *other == edge);
        let first = same.next().map(|(first, _)| first);
        let nth = first.map_or(0, |_| 1 + same.count() as u64);
        let counters = edge_counters_between(*edge, counters).cloned();
        SeenEdge { counters, first: first.unwrap_or(at), nth }
    });
    seen.collect()
}
