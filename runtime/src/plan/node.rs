//! A node of the plan, and how much travels between nodes.

/// A node and its place in the plan.
#[derive(Debug, Clone)]
pub struct PlannedNode {
    /// Its name.
    pub name: String,
    /// How many instances it has.
    pub instances: usize,
    /// The stage it belongs to, from 0.
    pub stage: usize,
    /// What is done there: the operator's own name, or the type of the source or sink.
    pub work: String,
    /// Where it is declared.
    pub location: String,
}

/// How much travels together and waits on an edge.
#[derive(Debug, Clone, Copy)]
pub struct Sizes {
    /// How many events travel together at most.
    pub batch: usize,
    /// How many events an edge holds unless it says otherwise.
    pub buffer: usize,
}
