//! The decision whether an edge is a call or a channel.

use super::edge::{PlannedEdge, Reason};
use crate::channel::Overflow;
use crate::topology::{
    Declaration, EdgeDeclared, EdgeGrouping, Endpoint, NodeId, NodeKind, OutputKind,
};

/// Decides every edge. The order of definition is topological, except for edges that feed back.
pub(super) fn decide(declaration: &Declaration, instances: &[usize]) -> Vec<PlannedEdge> {
    let mut edges: Vec<PlannedEdge> = declaration
        .edges()
        .iter()
        .map(|edge| PlannedEdge {
            from: edge.from,
            to: edge.to,
            grouping: edge.grouping,
            reason: alone(declaration, edge, instances),
            weakened: edge.weakened,
            events: edge.events,
            buffer: None,
        })
        .collect();
    let mut depths = vec![0_usize; instances.len()];
    for at in 0..instances.len() {
        let depth = |edge: &PlannedEdge| {
            let upstream = depths.get(edge.from.node.0).copied().unwrap_or(0);
            upstream + usize::from(!edge.reason.is_call())
        };
        // An edge that leads back never waits, so it cannot block a task of lower depth.
        let forward =
            |edge: &&PlannedEdge| edge.to == NodeId(at) && edge.reason != Reason::Feedback;
        let into = || edges.iter().filter(forward);
        let deepest = into().map(depth).max().unwrap_or(0);
        for edge in edges.iter_mut().filter(|edge| edge.to == NodeId(at)) {
            let upstream = depths.get(edge.from.node.0).copied().unwrap_or(0);
            if edge.reason.is_call() && upstream < deepest {
                edge.reason = Reason::Depth;
            }
        }
        if let Some(depth) = depths.get_mut(at) {
            *depth = deepest;
        }
    }
    edges
}

/// What the edge would be without regard to other paths.
fn alone(declaration: &Declaration, edge: &EdgeDeclared, instances: &[usize]) -> Reason {
    let count = |node: NodeId| instances.get(node.0).copied().unwrap_or(1);
    let (from, to) = (count(edge.from.node), count(edge.to));
    let kind_of = |node: NodeId| declaration.nodes().get(node.0).map(|node| node.kind);
    let (kind, into) = (kind_of(edge.from.node), kind_of(edge.to));
    match edge.grouping {
        EdgeGrouping::Feedback => Reason::Feedback,
        _ if edge.from.port == OutputKind::Overflow => Reason::Dropped,
        _ if overflows(declaration, edge) => Reason::Overflow,
        _ if [kind, into].contains(&Some(NodeKind::Throttle)) => Reason::Rate,
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

/// Whether the edge may drop events, or an output for dropped events is connected. That output ends
/// with the channel, even if the policy, known only at start, turns out to be backpressure.
fn overflows(declaration: &Declaration, edge: &EdgeDeclared) -> bool {
    let overflow = Endpoint::overflow(edge.to);
    match edge.overflow {
        None => false,
        Some(Overflow::Block) => declaration.edges().iter().any(|edge| edge.from == overflow),
        Some(_) => true,
    }
}
