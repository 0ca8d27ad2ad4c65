//! Which nodes events may reach, and the sinks whose rows may depend on processing time.

use super::declaration::{Declaration, IGNORE};
use super::{Chance, Delivery, NodeDeclared, NodeId, NodeKind};
use crate::sink::RepeatEffect;
use std::collections::BTreeSet;

impl Declaration {
    /// Records that a node uses processing time.
    pub(crate) fn set_chance(&mut self, node: NodeId, chance: Chance) {
        if let Some(node) = self.nodes.get_mut(node.0) {
            node.chance.get_or_insert(chance);
        }
    }

    /// The node and all nodes from which events may reach it, also by a loop.
    pub(crate) fn upstream_of(&self, node: NodeId) -> BTreeSet<NodeId> {
        let edges = || self.edges.iter().map(|edge| (edge.to, edge.from.node));
        reached(node, edges)
    }

    /// The node and all nodes that its events may reach, also by a loop.
    pub(crate) fn downstream_of(&self, node: NodeId) -> BTreeSet<NodeId> {
        let edges = || self.edges.iter().map(|edge| (edge.from.node, edge.to));
        reached(node, edges)
    }

    /// The sinks that `exactly_once` refuses because a row of theirs may depend on the clock, each
    /// with the first such node upstream.
    pub(crate) fn sinks_by_chance(&self) -> Vec<(&NodeDeclared, &NodeDeclared, Chance)> {
        if self.delivery != Delivery::ExactlyOnce {
            return Vec::new();
        }
        let sinks = self.nodes.iter().enumerate().filter(|(_, sink)| {
            let replaces = sink.kind == NodeKind::Sink(RepeatEffect::Replaces);
            replaces && sink.work != IGNORE && sink.weakened.is_none()
        });
        let refused = sinks.filter_map(|(at, sink)| {
            let upstream = self.upstream_of(NodeId(at));
            let mut nodes = upstream.iter().filter_map(|node| self.nodes.get(node.0));
            nodes.find_map(|node| Some((sink, node, node.chance?)))
        });
        refused.collect()
    }
}

/// The node and all that pairs lead to from it.
fn reached<I>(node: NodeId, pairs: impl Fn() -> I) -> BTreeSet<NodeId>
where
    I: Iterator<Item = (NodeId, NodeId)>,
{
    let (mut next, mut reached) = (vec![node], BTreeSet::new());
    while let Some(node) = next.pop() {
        if reached.insert(node) {
            next.extend(pairs().filter(|(from, _)| *from == node).map(|(_, to)| to));
        }
    }
    reached
}
