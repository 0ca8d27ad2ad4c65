//! What will run: stages, and the tasks that are their instances.
//!
//! A *stage* is the largest part of a topology in which no event has to move to another instance.
//! An edge is a call if both of its ends have one instance, or equally many without a grouping that
//! moves events; everything else is a channel. Some things make a channel of an edge that could be
//! a call: a declared `buffer` or policy for `overflow`, and an operator that awaits before it.
//!
//! No stage contains a way that leaves it and comes back, or two of its tasks could wait for each
//! other for ever: stages are therefore cut by *depth*, the greatest number of channels on the way
//! from a source, and all channels lead from lower to higher depths.

mod layout;
mod reason;

pub use layout::{PlannedTask, Sizes, Tasks};
pub use reason::{PlannedEdge, Reason};

use crate::topology::{Instances, NodeId, Topology};
use std::collections::HashMap;

/// How a topology will run.
#[derive(Debug, Clone)]
pub struct Plan {
    nodes: Vec<PlannedNode>,
    edges: Vec<PlannedEdge>,
}

/// A node and its place in the plan.
#[derive(Debug, Clone)]
pub struct PlannedNode {
    /// Its name.
    pub name: String,
    /// How many instances it has.
    pub instances: usize,
    /// The stage it belongs to, from 0.
    pub stage: usize,
}

impl Plan {
    /// Plans a topology, on a machine with this many cores.
    #[must_use]
    pub fn of(topology: &Topology, cores: usize) -> Self {
        let instances = count_instances(topology, cores);
        let edges = reason::decide(topology, &instances);
        let stages = stages(instances.len(), &edges);
        let node = |(at, (node, stage)): (usize, (&crate::topology::NodeDeclared, usize))| {
            let instances = instances.get(at).copied().unwrap_or(1);
            PlannedNode { name: node.name.clone(), instances, stage }
        };
        let nodes = topology.nodes().iter().zip(stages).enumerate().map(node).collect();
        Self { nodes, edges }
    }

    /// The nodes, in the order of their definition.
    #[must_use]
    pub fn nodes(&self) -> &[PlannedNode] {
        &self.nodes
    }

    /// The edges, in the order of their definition, each with the reason for its kind.
    #[must_use]
    pub fn edges(&self) -> &[PlannedEdge] {
        &self.edges
    }

    /// The number of tasks.
    #[must_use]
    pub fn tasks(&self) -> usize {
        let stages: HashMap<usize, usize> =
            self.nodes.iter().map(|node| (node.stage, node.instances)).collect();
        stages.values().sum()
    }

    fn node(&self, id: NodeId) -> Option<&PlannedNode> {
        self.nodes.get(id.0)
    }
}

/// The number of instances of every node.
fn count_instances(topology: &Topology, cores: usize) -> Vec<usize> {
    let fixed = |instances| match instances {
        Instances::Exactly(count) => count.max(1),
        Instances::Cores => cores.max(1),
        Instances::Default | Instances::Inherited => 1,
    };
    let default = fixed(topology.default_instances());
    let mut counts: Vec<usize> = Vec::with_capacity(topology.nodes().len());
    for (at, node) in topology.nodes().iter().enumerate() {
        let before = || {
            let edges = topology.edges().iter().filter(|edge| edge.to == NodeId(at));
            let mut counts = edges.filter_map(|edge| counts.get(edge.from.node.0)).copied();
            let first = counts.next()?;
            counts.all(|count| count == first).then_some(first)
        };
        let count = match node.instances {
            Instances::Default => default,
            Instances::Inherited => before().unwrap_or(default),
            other @ (Instances::Exactly(_) | Instances::Cores) => fixed(other),
        };
        counts.push(count);
    }
    counts
}

/// The stage of every node: nodes that calls connect are in one.
fn stages(nodes: usize, edges: &[PlannedEdge]) -> Vec<usize> {
    let mut stage: Vec<usize> = (0..nodes).collect();
    for edge in edges.iter().filter(|edge| edge.reason.is_call()) {
        let ends = (stage.get(edge.from.node.0).copied(), stage.get(edge.to.0).copied());
        if let (Some(from), Some(to)) = ends {
            let (keep, drop) = (from.min(to), from.max(to));
            stage.iter_mut().filter(|one| **one == drop).for_each(|one| *one = keep);
        }
    }
    let mut numbers = HashMap::new();
    stage
        .into_iter()
        .map(|root| {
            let next = numbers.len();
            *numbers.entry(root).or_insert(next)
        })
        .collect()
}
