//! Call or channel, and why.

use super::Buffer;
use crate::channel::Overflow;
use crate::topology::{
    Carried, EdgeDeclared, EdgeGrouping, Endpoint, NodeId, NodeKind, Port, Topology,
};
use std::fmt;

/// An edge of the plan.
#[derive(Debug, Clone, Copy)]
pub struct PlannedEdge {
    /// Where its events come from.
    pub from: Endpoint,
    /// Where they go.
    pub to: NodeId,
    /// How the instances are connected.
    pub grouping: EdgeGrouping,
    /// Call or channel, and why.
    pub reason: Reason,
    /// What its events are.
    pub events: Carried,
    /// What it can hold, if it is a channel.
    pub buffer: Option<Buffer>,
}

/// Call or channel, and why.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reason {
    /// A call: both ends have one instance.
    SingleInstances,
    /// A call: both ends have equally many instances and no grouping moves events.
    Pairwise,
    /// A channel: it feeds events back, and never waits.
    Feedback,
    /// A channel: a policy for overflow is declared.
    Overflow,
    /// A channel: its events come from before the node, where they were dropped.
    Dropped,
    /// A channel: a buffer is declared.
    Buffer,
    /// A channel: the operator before it awaits.
    Awaits,
    /// A channel: the grouping moves events to other instances.
    Grouping,
    /// A channel: the numbers of instances differ.
    Instances,
    /// A channel: another way between the ends is one, and both together must not come back into
    /// one stage.
    Depth,
}

impl Reason {
    /// Whether the edge is a call.
    #[must_use]
    pub fn is_call(self) -> bool {
        matches!(self, Self::SingleInstances | Self::Pairwise)
    }
}

impl fmt::Display for Reason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::SingleInstances => "call: both ends have one instance",
            Self::Pairwise => "call: both ends have equally many instances",
            Self::Feedback => "channel: it feeds events back",
            Self::Overflow => "channel: a policy for overflow is declared",
            Self::Dropped => "channel: its events are dropped before the node",
            Self::Buffer => "channel: a buffer is declared",
            Self::Awaits => "channel: the operator before it awaits",
            Self::Grouping => "channel: the grouping moves events between instances",
            Self::Instances => "channel: the numbers of instances differ",
            Self::Depth => "channel: another way to its end is one",
        })
    }
}

/// Decides every edge; the order of definition is one in which data flows, but for what is fed
/// back.
pub(super) fn decide(topology: &Topology, instances: &[usize]) -> Vec<PlannedEdge> {
    let mut edges: Vec<PlannedEdge> = topology
        .edges()
        .iter()
        .map(|edge| PlannedEdge {
            from: edge.from,
            to: edge.to,
            grouping: edge.grouping,
            reason: wish(topology, edge, instances),
            events: edge.events,
            buffer: None,
        })
        .collect();
    let mut depths = vec![0_usize; instances.len()];
    for at in 0..instances.len() {
        let depth = |edge: &PlannedEdge| {
            let before = depths.get(edge.from.node.0).copied().unwrap_or(0);
            before + usize::from(!edge.reason.is_call())
        };
        // An edge that leads back never waits, so it cannot stop a task whose depth is less.
        let forward =
            |edge: &&PlannedEdge| edge.to == NodeId(at) && edge.reason != Reason::Feedback;
        let into = || edges.iter().filter(forward);
        let deepest = into().map(depth).max().unwrap_or(0);
        for edge in edges.iter_mut().filter(|edge| edge.to == NodeId(at)) {
            let before = depths.get(edge.from.node.0).copied().unwrap_or(0);
            if edge.reason.is_call() && before < deepest {
                edge.reason = Reason::Depth;
            }
        }
        if let Some(depth) = depths.get_mut(at) {
            *depth = deepest;
        }
    }
    edges
}

/// What the edge would be on its own.
fn wish(topology: &Topology, edge: &EdgeDeclared, instances: &[usize]) -> Reason {
    let count = |node: NodeId| instances.get(node.0).copied().unwrap_or(1);
    let (from, to) = (count(edge.from.node), count(edge.to));
    let kind = topology.nodes().get(edge.from.node.0).map(|node| node.kind);
    match edge.grouping {
        EdgeGrouping::Feedback => Reason::Feedback,
        _ if edge.from.port == Port::Overflow => Reason::Dropped,
        _ if overflows(topology, edge) => Reason::Overflow,
        _ if edge.buffer.is_some() => Reason::Buffer,
        _ if kind == Some(NodeKind::AwaitingOperator) => Reason::Awaits,
        _ if from == 1 && to == 1 => Reason::SingleInstances,
        EdgeGrouping::Forward if from == to => Reason::Pairwise,
        EdgeGrouping::Forward => Reason::Instances,
        EdgeGrouping::Fields | EdgeGrouping::Shuffle | EdgeGrouping::All | EdgeGrouping::Global => {
            Reason::Grouping
        }
    }
}

/// Whether the edge may drop events, or belongs to an output for those that it drops: that output
/// ends with the channel, even where the policy, known only at start, is to wait.
fn overflows(topology: &Topology, edge: &EdgeDeclared) -> bool {
    let overflow = Endpoint::overflow(edge.to);
    match edge.overflow {
        None => false,
        Some(Overflow::Block) => topology.edges().iter().any(|edge| edge.from == overflow),
        Some(_) => true,
    }
}
