//! From how many splits each node receives events.

use crate::checkpoint::PartKind;
use crate::event::{Carrying, SplitsReceived};
use crate::topology::{Declaration, EdgeDeclared, EdgeGrouping, NodeId, NodeKind};

/// From how many splits the instances of each node receive events. A node is upstream of those
/// behind it in the order of definition, except for loops.
pub(super) fn received(declaration: &Declaration, instances: &[usize]) -> Vec<SplitsReceived> {
    let mut received: Vec<SplitsReceived> = Vec::with_capacity(instances.len());
    for at in 0..instances.len() {
        let mut into = declaration.edges().iter().filter(|edge| edge.to == NodeId(at));
        let one = match (into.next(), into.next()) {
            (Some(edge), None) => {
                let from = edge.from.node;
                let from_one = || received.get(from.0) == Some(&SplitsReceived::One);
                comes_from_one_instance(edge, instances)
                    && keeps_order(declaration, from)
                    && (declaration.clocks.contains(&from) || from_one())
            }
            _ => false,
        };
        received.push(if one { SplitsReceived::One } else { SplitsReceived::Several });
    }
    received
}

/// Whether each instance downstream has one instance upstream.
fn comes_from_one_instance(edge: &EdgeDeclared, instances: &[usize]) -> bool {
    let count = |node: NodeId| instances.get(node.0).copied().unwrap_or(1);
    let from = count(edge.from.node);
    match edge.grouping {
        EdgeGrouping::Feedback => false,
        EdgeGrouping::Forward => from == count(edge.to) || from == 1,
        EdgeGrouping::Fields | EdgeGrouping::Shuffle | EdgeGrouping::All | EdgeGrouping::Global => {
            from == 1
        }
    }
}

/// Whether a node emits what follows from an event before it receives the next one. A timer delays
/// events that are behind it.
fn keeps_order(declaration: &Declaration, node: NodeId) -> bool {
    let kind = declaration.nodes().get(node.0).map(|node| node.kind);
    let buffers = declaration.kept.iter().any(|(kept, part, _)| {
        *kept == node && matches!(part, PartKind::Store | PartKind::Sorter | PartKind::Loop)
    });
    declaration.carrying == Carrying::Behind
        && matches!(kind, Some(NodeKind::Source(_) | NodeKind::Operator))
        && !buffers
}
