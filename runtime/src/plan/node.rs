//! The nodes of the plan.

/// A node of the plan: how many instances run it, and in which stage.
///
/// # Examples
/// ```
/// use millstream::prelude::*;
///
/// let topology = topology!(
///     words = source(from_iter(["to", "be"])),
///     words >> by(|word| *word) >> map(str::len) * 2 >> ignore,
/// );
/// let plan = topology.plan(&Config::default())?;
/// let nodes: Vec<_> = plan.nodes().iter().map(|node| (node.instances, node.stage)).collect();
/// assert_eq!(nodes, [(1, 0), (2, 1), (1, 2)]);
/// # Ok::<(), millstream::Error>(())
/// ```
#[derive(Debug, Clone)]
pub struct PlannedNode {
    /// The name of the node.
    pub name: String,
    /// The number of its instances.
    pub instances: usize,
    /// The stage it is fused into, counted from 0.
    pub stage: usize,
    /// What runs there: the name of the operator, or the type of the source or sink.
    pub work: String,
    /// The largest number of calls in flight of each instance, if the operator awaits.
    pub in_flight: Option<usize>,
    /// Where in the source it is declared, as `file:line`.
    pub location: String,
}
