//! Which sources are held while they are ahead in event time: those that meet in a join.
//!
//! A *clock* is a node that assigns event time. Upstream of a join, the nearest clock on each path
//! says how far that path is. A source is held if it is ahead of another clock of the join, by the
//! one clock of its own. Never held is a source
//!
//! - whose events pass more than one clock that some join goes by: it could be ahead by one of them
//!   and the slowest by another,
//! - of which two sides of the join have events: one side would wait for the other for ever.

use super::PlannedNode;
use crate::control::{DriftRule, DriftRules};
use crate::topology::{Declaration, NodeId, NodeKind};
use std::collections::BTreeSet;

/// What each source waits for.
pub(super) fn rules(declaration: &Declaration, nodes: &[PlannedNode]) -> DriftRules {
    let upstream = UpstreamClocks(declaration);
    let joins: Vec<Vec<SideUpstream>> = declaration
        .joins
        .iter()
        .map(|join| join.sides.iter().map(|side| upstream.of_side(side)).collect())
        .collect();
    let of_joins: BTreeSet<NodeId> =
        joins.iter().flatten().flat_map(|side| side.clocks.iter().copied()).collect();
    let last = |at: usize, node: NodeId| {
        !declaration.clocks.iter().skip(at + 1).any(|later| *later == node)
    };
    let clocks: Vec<SourceClock> = declaration
        .clocks
        .iter()
        .enumerate()
        .map(|(at, node)| SourceClock {
            node: *node,
            // A node that assigns event time twice goes by the second.
            of_join: of_joins.contains(node) && last(at, *node),
            sources: upstream.sources([*node]),
        })
        .collect();
    let sources: Vec<_> =
        (0..nodes.len()).filter_map(|node| rule(NodeId(node), &clocks, &joins)).collect();
    if sources.is_empty() {
        return DriftRules::default();
    }
    let instances = |node: NodeId| nodes.get(node.0).map_or(1, |node| node.instances);
    let clocks = clocks.iter().map(|clock| instances(clock.node)).collect();
    DriftRules { clocks, sources }
}

/// What a source waits for, if it is one and waits for anything.
fn rule(source: NodeId, clocks: &[SourceClock], joins: &[Vec<SideUpstream>]) -> Option<DriftRule> {
    let passed = clocks.iter().enumerate().filter(|(_, clock)| clock.sources.contains(&source));
    let mut of_joins = passed.clone().filter(|(_, clock)| clock.of_join);
    let (own, clock) = of_joins.next()?;
    if of_joins.next().is_some() {
        return None;
    }
    let feeds_one = |sides: &&Vec<SideUpstream>| {
        sides.iter().filter(|side| side.sources.contains(&source)).count() == 1
    };
    let peers: BTreeSet<NodeId> = joins
        .iter()
        .filter(feeds_one)
        .filter(|sides| sides.iter().any(|side| side.clocks.contains(&clock.node)))
        .flat_map(|sides| sides.iter().flat_map(|side| side.clocks.iter().copied()))
        .filter(|peer| *peer != clock.node)
        .collect();
    if peers.is_empty() {
        return None;
    }
    let place = |peer: NodeId| clocks.iter().rposition(|clock| clock.node == peer);
    let peers = peers.into_iter().filter_map(place).collect();
    let downstream = passed.map(|(at, _)| at).collect();
    Some(DriftRule { node: source.0, own, peers, downstream })
}

/// A node that assigns event time.
struct SourceClock {
    node: NodeId,
    /// Whether it is the nearest upstream of a join.
    of_join: bool,
    /// The sources upstream.
    sources: BTreeSet<NodeId>,
}

/// What is upstream of one side of a join.
struct SideUpstream {
    /// The nearest clock on each path.
    clocks: BTreeSet<NodeId>,
    sources: BTreeSet<NodeId>,
}

/// Follows edges upstream, also those of loops.
struct UpstreamClocks<'a>(&'a Declaration);

impl UpstreamClocks<'_> {
    fn of_side(&self, from: &[NodeId]) -> SideUpstream {
        let is_clock = |node: &NodeId| self.0.clocks.contains(node);
        let mut clocks = self.reach(from.iter().copied(), &is_clock);
        clocks.retain(is_clock);
        SideUpstream { clocks, sources: self.sources(from.iter().copied()) }
    }

    fn sources(&self, from: impl IntoIterator<Item = NodeId>) -> BTreeSet<NodeId> {
        let mut reached = self.reach(from, &|_| false);
        reached.retain(|node| {
            let kind = self.0.nodes.get(node.0).map(|node| node.kind);
            matches!(kind, Some(NodeKind::Source(_)))
        });
        reached
    }

    /// The nodes of `from` and all upstream of them, up to those where it ends.
    fn reach(
        &self,
        from: impl IntoIterator<Item = NodeId>,
        ends: &dyn Fn(&NodeId) -> bool,
    ) -> BTreeSet<NodeId> {
        let mut next: Vec<NodeId> = from.into_iter().collect();
        let mut reached = BTreeSet::new();
        while let Some(node) = next.pop() {
            if !reached.insert(node) || ends(&node) {
                continue;
            }
            let edges = self.0.edges.iter().filter(|edge| edge.to == node);
            next.extend(edges.map(|edge| edge.from.node));
        }
        reached
    }
}
