//! The counters of edges, and the phases of tasks.

use super::Lowering;
use crate::metrics::{EdgeCounters, EdgeEnds, FlowOutput, TaskPhases};
use crate::plan::Plan;
use crate::time::Monotonic;
use crate::topology::{EdgeDeclared, Endpoint, NodeId, OutputKind};
use std::collections::HashMap;
use std::sync::Arc;

impl From<OutputKind> for FlowOutput {
    fn from(output: OutputKind) -> Self {
        match output {
            OutputKind::Main => Self::Main,
            OutputKind::Late => Self::Late,
            OutputKind::Errors => Self::Errors,
            OutputKind::Overflow => Self::Overflow,
            OutputKind::Unmatched => Self::Unmatched,
            OutputKind::Variant(name) => Self::Variant(name),
        }
    }
}

fn ends((from, to): (Endpoint, NodeId)) -> EdgeEnds {
    EdgeEnds { from: from.node.0, output: from.port.into(), to: to.0 }
}

/// New counters for each edge; edges with the same ends share theirs.
pub(crate) fn edge_counters_of(edges: &[EdgeDeclared]) -> Vec<Arc<EdgeCounters>> {
    let all: Vec<_> = edges.iter().map(|edge| ends((edge.from, edge.to))).collect();
    let times = |ends: &EdgeEnds| all.iter().filter(|other| *other == ends).count() as u64;
    let is_first = |(at, ends): &(usize, &EdgeEnds)| !all.iter().take(*at).any(|one| one == *ends);
    let firsts = all.iter().enumerate().filter(is_first);
    firsts.map(|(_, ends)| Arc::new(EdgeCounters::of(*ends, times(ends)))).collect()
}

/// The counters of the edges with these ends.
pub(crate) fn edge_counters_between(
    edge: (Endpoint, NodeId),
    all: &[Arc<EdgeCounters>],
) -> Option<&Arc<EdgeCounters>> {
    let ends = ends(edge);
    all.iter().find(|counters| counters.ends == ends)
}

/// New phases for each task, by the nodes that it runs and by instance: the nodes of a stage share
/// them.
pub(crate) fn phases_of(plan: &Plan, now: Monotonic) -> Vec<Vec<Arc<TaskPhases>>> {
    let mut stages: HashMap<usize, Vec<Arc<TaskPhases>>> = HashMap::new();
    let mut of_node = Vec::with_capacity(plan.nodes().len());
    for node in plan.nodes() {
        let tasks = stages.entry(node.stage).or_default();
        while tasks.len() < node.instances {
            tasks.push(Arc::new(TaskPhases::new(now)));
        }
        of_node.push(tasks.clone());
    }
    of_node
}

impl Lowering {
    /// The phases of the task that emits into an output, by the number of the instance among those
    /// that do. What an edge drops is emitted by the instances upstream of it.
    pub(super) fn phases_of(&self, output: Endpoint, producer: usize) -> Option<Arc<TaskPhases>> {
        if output.port != OutputKind::Overflow || !self.drops_into(output.node) {
            return self.phases.get(output.node.0)?.get(producer).cloned();
        }
        let mut before = 0;
        for edge in self.edges.iter().filter(|edge| edge.to == output.node) {
            let producers = self.producers(edge.from);
            if producer < before + producers {
                return self.phases_of(edge.from, producer - before);
            }
            before += producers;
        }
        None
    }

    /// Whether an edge into a node may drop events.
    pub(super) fn drops_into(&self, node: NodeId) -> bool {
        self.edges.iter().any(|edge| edge.to == node && edge.overflow.is_some())
    }

    /// The counters of an edge.
    pub(crate) fn edge_counters(&self, edge: (Endpoint, NodeId)) -> Arc<EdgeCounters> {
        edge_counters_between(edge, &self.edge_counters).cloned().unwrap_or_default()
    }
}
