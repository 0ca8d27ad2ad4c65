//! How a topology will run: stages, and a task for each of their instances.
//!
//! Read the plan to see which operators are fused, why an edge is a channel, and how much memory
//! full buffers take: [`Topology::plan`](crate::Topology::plan), or `-- plan` on the command line.
//!
//! A *stage* is the largest part of a topology in which no event has to move to another instance.
//! An edge is a call if both ends have one instance, or the same number of instances without a
//! grouping that moves events. All other edges are channels. A declared `buffer`, a policy for
//! `overflow`, an awaiting operator upstream and a throttle also make an edge a channel.
//!
//! No path leaves a stage and enters it again: its tasks could wait for each other forever. Stages
//! are therefore cut by *depth*, the largest number of channels on a path from a source, and every
//! channel leads from a lower to a higher depth.

mod apart;
mod display;
mod edge;
mod guarantee;
mod memory;
mod node;
mod path;
mod reason;
mod sizes;
mod splits;

pub use edge::{Buffer, PlannedEdge, Reason};
pub use guarantee::{Guarantee, Loss, PathEdges, PathResults, Repetition, SourceKind};
pub use node::PlannedNode;
pub use path::{PlannedPath, Weaker};
pub use sizes::Sizes;

use crate::control::DriftRules;
use crate::error::Result;
use crate::event::{Carrying, SplitsReceived};
use crate::topology::{Broken, Bytes, Declaration, Delivery, Instances, NodeDeclared, NodeId};
use millstream_graph::sentence::shape::MOST_CHANNELS;
use std::collections::HashMap;

/// How a topology will run: what [`Topology::plan`](crate::Topology::plan) and
/// [`Job::plan`](crate::Job::plan) return.
///
/// Printed, it is a table of nodes, a table of edges and, for a job with checkpoints, a table of
/// paths from sources to sinks with what each guarantees.
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
/// assert_eq!((plan.tasks(), plan.memory()), (4, 1.mib()));
/// assert!(plan.to_string().starts_with("copy (at_most_once): 4 tasks, 0 calls, 2 channels"));
/// # Ok(())
/// # }
/// ```
#[derive(Debug, Clone)]
pub struct Plan {
    name: String,
    delivery: Delivery,
    nodes: Vec<PlannedNode>,
    edges: Vec<PlannedEdge>,
    paths: Vec<PlannedPath>,
    budget: Option<Bytes>,
    carrying: Carrying,
    splits: Vec<SplitsReceived>,
    apart: DriftRules,
}

impl Plan {
    /// Plans a topology for a machine with `cores` cores.
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
            in_flight: node.in_flight,
            location: node.place(),
        };
        let nodes: Vec<_> = declaration.nodes().iter().zip(stages).enumerate().map(node).collect();
        for (declared, edge) in declaration.edges().iter().zip(&mut edges) {
            edge.buffer = memory::buffer(declared, edge, &nodes, sizes);
        }
        let (name, delivery) = (declaration.name().to_owned(), declaration.delivery());
        let (budget, carrying) = (declaration.memory(), declaration.carrying);
        let (apart, paths) = (apart::rules(declaration, &nodes), path::paths(declaration));
        let splits = splits::received(declaration, &instances);
        Self { name, delivery, nodes, edges, paths, budget, carrying, splits, apart }
    }

    /// Which events carry what their split had passed.
    pub(crate) fn carrying(&self) -> Carrying {
        self.carrying
    }

    /// From how many splits each instance of each node receives events.
    pub(crate) fn splits(&self) -> &[SplitsReceived] {
        &self.splits
    }

    /// Which sources are held while they are ahead of those they are joined with.
    pub(crate) fn apart(&self) -> &DriftRules {
        &self.apart
    }

    /// Checks the memory of the buffers against the limit, and the numbers of instances against
    /// those of channels and key groups.
    ///
    /// # Errors
    /// [`ErrorKind::Topology`](crate::ErrorKind::Topology) if a limit is exceeded.
    pub(crate) fn check(&self, declaration: &Declaration) -> Result<()> {
        declaration.unless_broken(&self.broken_rules(declaration))
    }

    /// All exceeded limits.
    pub(crate) fn broken_rules(&self, declaration: &Declaration) -> Vec<Broken> {
        let instances = |id| self.node(id).map_or(1, |node| node.instances);
        let mut broken = declaration.few_key_groups(instances);
        let channels = memory::channels(&self.edges);
        if channels > MOST_CHANNELS {
            let most = memory::most_channels(declaration, &self.edges);
            broken.push(Broken::too_many_channels(channels, &most));
        }
        if let Some(budget) = self.budget.filter(|budget| self.memory() > *budget) {
            let largest = memory::largest(declaration, &self.edges);
            broken.push(Broken::over_budget(self.memory(), budget, &largest));
        }
        broken
    }

    /// The memory of the buffers of all edges when full.
    ///
    /// # Examples
    /// ```
    /// use millstream::prelude::*;
    ///
    /// let topology = topology!(
    ///     numbers = source(from_iter([1_u64])),
    ///     numbers >> buffer(1_024) >> map(|n| n + 1) >> ignore,
    /// );
    /// assert_eq!(topology.plan(&Config::default())?.memory(), 8.kib());
    /// # Ok::<(), millstream::Error>(())
    /// ```
    #[must_use]
    pub fn memory(&self) -> Bytes {
        memory::total(&self.edges)
    }

    /// The nodes, in the order of their definition.
    ///
    /// # Examples
    /// ```
    /// use millstream::prelude::*;
    ///
    /// let topology = topology!(lines = source(from_iter(["a"])), lines >> ignore);
    /// let plan = topology.plan(&Config::default())?;
    /// assert_eq!(plan.nodes()[0].name, "lines");
    /// # Ok::<(), millstream::Error>(())
    /// ```
    #[must_use]
    pub fn nodes(&self) -> &[PlannedNode] {
        &self.nodes
    }

    /// The edges, in the order of their definition, each with the reason why it is a call or a
    /// channel.
    ///
    /// # Examples
    /// A test that keeps the hot path of a job fused:
    /// ```
    /// use millstream::prelude::*;
    ///
    /// let topology = topology!(
    ///     lines = source(from_iter(["a", "bb"])),
    ///     lines >> map(str::len) >> filter(|length| *length > 1) >> ignore,
    /// );
    /// let plan = topology.plan(&Config::default())?;
    /// assert!(plan.edges().iter().all(|edge| edge.reason.is_call()));
    /// # Ok::<(), millstream::Error>(())
    /// ```
    #[must_use]
    pub fn edges(&self) -> &[PlannedEdge] {
        &self.edges
    }

    /// The paths from sources to sinks, each with what the job guarantees along it.
    ///
    /// # Examples
    /// A test that fails once a path loses events:
    /// ```
    /// use millstream::prelude::*;
    ///
    /// let folder = std::env::temp_dir();
    /// let topology = topology!(
    ///     job("copy", exactly_once),
    ///     lines = source(file_lines(folder.join("lines.txt"))),
    ///     lines >> map(|line| (line.len(), line)) >> sink(csv_parts(folder.join("copy"))),
    /// );
    /// let plan = topology.plan(&Config::default())?;
    /// assert!(plan.paths().iter().all(|path| path.guarantee.keeps(topology.delivery())));
    /// # Ok::<(), millstream::Error>(())
    /// ```
    #[must_use]
    pub fn paths(&self) -> &[PlannedPath] {
        &self.paths
    }

    /// The number of tokio tasks: one for each instance of each stage.
    ///
    /// # Examples
    /// ```
    /// use millstream::prelude::*;
    ///
    /// let topology = topology!(
    ///     words = source(from_iter(["to", "be"])),
    ///     words >> by(|word| *word) >> map(str::len) * 4 >> ignore,
    /// );
    /// assert_eq!(topology.plan(&Config::default())?.tasks(), 1 + 4 + 1);
    /// # Ok::<(), millstream::Error>(())
    /// ```
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
        let upstream = || {
            let edges = declaration.edges().iter().filter(|edge| edge.to == NodeId(at));
            let mut counts = edges.filter_map(|edge| counts.get(edge.from.node.0)).copied();
            let first = counts.next()?;
            counts.all(|count| count == first).then_some(first)
        };
        let count = match node.instances {
            Instances::Default => default,
            Instances::Inherited => upstream().unwrap_or(default),
            other @ (Instances::Exactly(_) | Instances::Cores) => fixed(other),
        };
        counts.push(count);
    }
    counts
}

/// The stage of every node: nodes connected by calls share one.
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
