//! The order of layouts: consumers before the outputs they read.

use super::Layout;
use crate::topology::{EdgeDeclared, Endpoint, NodeId};

/// Sorts layouts, each given with the last node of its chain, so that all consumers of an output
/// come before the layout that makes it. Declaration order is no help: `a.errors` may be used in a
/// line before `a`.
pub(crate) fn in_order(
    nodes: usize,
    edges: &[EdgeDeclared],
    layouts: Vec<(NodeId, Layout)>,
) -> Vec<Layout> {
    let ends: Vec<NodeId> = layouts.iter().map(|(end, _)| *end).collect();
    let owners = owners(nodes, edges, &ends);
    let owner = |node: NodeId| owners.get(node.0).copied().flatten();
    let across = |edge: &EdgeDeclared| Some((owner(edge.from.node)?, owner(edge.to)?));
    let forward = edges.iter().filter(|edge| !edge.leads_back());
    let across: Vec<(usize, usize)> =
        forward.filter_map(across).filter(|(from, to)| from != to).collect();
    let mut order = Vec::with_capacity(ends.len());
    for layout in (0..ends.len()).rev() {
        visit(layout, &across, &mut order);
    }
    let mut layouts: Vec<Option<Layout>> =
        layouts.into_iter().map(|(_, layout)| Some(layout)).collect();
    let ordered = order.into_iter().filter_map(|at| layouts.get_mut(at)?.take());
    ordered.collect()
}

/// The layout that each node belongs to: the one that ends in it, or else that of the only node
/// downstream of it.
fn owners(nodes: usize, edges: &[EdgeDeclared], ends: &[NodeId]) -> Vec<Option<usize>> {
    let mut owners: Vec<Option<usize>> = vec![None; nodes];
    for at in (0..nodes).rev() {
        let node = NodeId(at);
        let forward =
            |edge: &&EdgeDeclared| edge.from == Endpoint::main(node) && !edge.leads_back();
        let next = || edges.iter().find(forward);
        let ending = ends.iter().position(|end| *end == node);
        let owner = ending.or_else(|| owners.get(next()?.to.0).copied().flatten());
        if let Some(slot) = owners.get_mut(at) {
            *slot = owner;
        }
    }
    owners
}

/// Appends a layout after all those that consume its outputs: a depth-first topological sort. There
/// are no cycles, since every edge leads to a node declared later. Feedback edges are left out:
/// what they need exists from the declaration on.
fn visit(layout: usize, across: &[(usize, usize)], order: &mut Vec<usize>) {
    if order.contains(&layout) {
        return;
    }
    for (_, to) in across.iter().filter(|(from, _)| *from == layout) {
        visit(*to, across, order);
    }
    order.push(layout);
}
