//! What of a running job can be changed, for each node and edge. All attempts to run it share that.

use super::Lowering;
use crate::channel::{Overflow, OverflowSwitch};
use crate::control::{CallLimit, InstanceCallLimit, PauseSwitch, RateLimit};
use crate::plan::Plan;
use crate::topology::{Declaration, EdgeDeclared, NodeDeclared, NodeId, NodeKind};
use std::sync::Arc;

/// What of a running job can be changed. Clones belong to the same job.
#[derive(Debug, Clone)]
pub(crate) struct Tunables {
    nodes: Arc<[TunableNode]>,
    /// The policies of edges, in the order of their declaration; `None` where nothing is dropped.
    edges: Arc<[Option<OverflowSwitch>]>,
}

/// What of a node can be changed.
#[derive(Debug)]
pub(crate) struct TunableNode {
    pub(crate) name: Arc<str>,
    pub(crate) kind: NodeKind,
    /// The limit of its calls, if it makes any.
    pub(crate) calls: Option<CallLimit>,
    /// Whether it is paused, if it is a source.
    pub(crate) pause: Option<PauseSwitch>,
    /// The rate to which it holds its events, if it is a throttle.
    pub(crate) rate: Option<Arc<RateLimit>>,
    /// The policies of the edges into it that may drop events.
    pub(crate) overflow: Vec<OverflowSwitch>,
}

impl Tunables {
    /// All that can be changed of a planned topology, as declared.
    pub(crate) fn of(declaration: &Declaration, plan: &Plan) -> Self {
        let edges: Arc<[_]> = declaration.edges.iter().map(switch_of).collect();
        let node = |(at, node): (usize, &NodeDeclared)| {
            let instances = plan.node(NodeId(at)).map_or(1, |node| node.instances);
            let into = declaration.edges.iter().zip(&*edges).filter(|(edge, _)| edge.to.0 == at);
            TunableNode {
                name: node.name.as_str().into(),
                kind: node.kind,
                calls: node.in_flight.map(|most| CallLimit::new(most, instances)),
                pause: matches!(node.kind, NodeKind::Source(_)).then(PauseSwitch::default),
                rate: node.limit.clone(),
                overflow: into.filter_map(|(_, switch)| switch.clone()).collect(),
            }
        };
        let nodes = declaration.nodes.iter().enumerate().map(node).collect();
        Self { nodes, edges }
    }

    /// All nodes, in the order of their declaration.
    pub(crate) fn nodes(&self) -> &[TunableNode] {
        &self.nodes
    }
}

/// The policy of an edge that may drop events: its channel can, under any policy.
fn switch_of(edge: &EdgeDeclared) -> Option<OverflowSwitch> {
    let policy = edge.overflow.filter(|policy| *policy != Overflow::Block && !edge.leads_back())?;
    Some(OverflowSwitch::from(policy))
}

impl Lowering {
    /// The limit of the calls of an instance.
    pub(super) fn call_limit(&self, node: NodeId, instance: usize) -> InstanceCallLimit {
        let limit = self.tunables.nodes.get(node.0).and_then(|node| node.calls.as_ref());
        limit.map_or_else(|| CallLimit::new(1, 1).instance(0), |limit| limit.instance(instance))
    }

    /// Whether a source is paused.
    pub(super) fn pause_of(&self, node: NodeId) -> PauseSwitch {
        let switch = self.tunables.nodes.get(node.0).and_then(|node| node.pause.clone());
        switch.unwrap_or_default()
    }

    /// The policy of an edge, by its place among those declared, if it may drop events.
    pub(super) fn overflow_of(&self, edge: usize) -> Option<OverflowSwitch> {
        self.tunables.edges.get(edge).and_then(Clone::clone)
    }
}
