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

mod display;
mod edge;
mod memory;
mod node;
mod reason;

pub use edge::{Buffer, PlannedEdge, Reason};
pub use node::{PlannedNode, Sizes};

use crate::error::Result;
use crate::topology::{Bytes, Declaration, Delivery, Instances, NodeDeclared, NodeId};
use std::collections::HashMap;

/// How a topology will run.
///
/// # Examples
/// ```
/// use millstream::prelude::*;
///
/// # fn main() -> millstream::Result<()> {
/// let topology = topology!(
///     job("copy", at_most_once),
///     numbers = source(from_iter([1_u64, 2])),
///     numbers >> shuffle >> map(|number| number + 1) * 2 >> sink(stdout_lines()),
/// );
/// let plan = topology.plan(&Config::default())?;
/// assert_eq!((plan.tasks(), plan.memory()), (4, 256.kib()));
/// println!("{plan}"); // a table of nodes, and one of edges: call or channel, and why
/// # Ok(())
/// # }
/// ```
#[derive(Debug, Clone)]
pub struct Plan {
    name: String,
    delivery: Delivery,
    nodes: Vec<PlannedNode>,
    edges: Vec<PlannedEdge>,
    budget: Option<Bytes>,
}

impl Plan {
    /// Plans a declared topology, on a machine with this many cores.
    #[must_use]
    pub fn of(declaration: &Declaration, cores: usize, sizes: Sizes) -> Self {
        let instances = count_instances(declaration, cores);
        let mut edges = reason::decide(declaration, &instances);
        let stages = stages(instances.len(), &edges);
        let node = |(at, (node, stage)): (usize, (&NodeDeclared, usize))| PlannedNode {
            name: node.name.clone(),
            instances: instances.get(at).copied().unwrap_or(1),
            stage,
            work: node.work.clone(),
            location: node.place(),
        };
        let nodes: Vec<_> = declaration.nodes().iter().zip(stages).enumerate().map(node).collect();
        for (declared, edge) in declaration.edges().iter().zip(&mut edges) {
            edge.buffer = memory::buffer(declared, edge, &nodes, sizes);
        }
        let (name, delivery) = (declaration.name().to_owned(), declaration.delivery());
        Self { name, delivery, nodes, edges, budget: declaration.memory() }
    }

    /// Checks that the buffers take no more than they may.
    ///
    /// # Errors
    /// If they take more than `.memory(…)` of the job says.
    pub(crate) fn check(&self, declaration: &Declaration) -> Result<()> {
        match self.budget {
            Some(budget) if self.memory() > budget => {
                let largest = memory::largest(declaration, &self.edges);
                Err(declaration.over_budget(self.memory(), budget, &largest))
            }
            _ => Ok(()),
        }
    }

    /// What the buffers of all edges take when they are full.
    #[must_use]
    pub fn memory(&self) -> Bytes {
        memory::total(&self.edges)
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

    pub(crate) fn node(&self, id: NodeId) -> Option<&PlannedNode> {
        self.nodes.get(id.0)
    }
}

/// The number of instances of every node.
fn count_instances(declaration: &Declaration, cores: usize) -> Vec<usize> {
    let fixed = |instances| match instances {
        Instances::Exactly(count) => count.max(1),
        Instances::Cores => cores.max(1),
        Instances::Default | Instances::Inherited => 1,
    };
    let default = fixed(declaration.default_instances());
    let mut counts: Vec<usize> = Vec::with_capacity(declaration.nodes().len());
    for (at, node) in declaration.nodes().iter().enumerate() {
        let before = || {
            let edges = declaration.edges().iter().filter(|edge| edge.to == NodeId(at));
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
