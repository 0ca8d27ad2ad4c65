//! The counters at one moment, for people and programs to read.

use super::{InstanceCounters, NodeCounters};
use std::fmt;

/// The counters of a job at one moment.
#[derive(Debug, Clone, Default)]
pub struct Metrics {
    nodes: Vec<NodeMetrics>,
}

/// The counters of a node at one moment, instance by instance.
#[derive(Debug, Clone)]
pub struct NodeMetrics {
    /// The node's name.
    pub name: String,
    /// Its instances, by their [`index`](crate::operator::Instance::index).
    pub instances: Vec<InstanceMetrics>,
}

/// The counters of one instance of a node at one moment.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct InstanceMetrics {
    /// Events taken in.
    pub events_in: u64,
    /// Events given on by the main output.
    pub events_out: u64,
    /// Events that came after their watermark.
    pub late: u64,
    /// Errors given on by the error output.
    pub errors: u64,
    /// Events that the edge into the node had no room for: the node has not taken them in.
    pub overflow: u64,
    /// Events dropped because their output leads nowhere.
    pub dropped: u64,
    /// Barriers that have come to a sink.
    pub barriers: u64,
}

impl Metrics {
    /// Reads the counters of all nodes.
    #[must_use]
    pub fn read(nodes: &[NodeCounters]) -> Self {
        Self { nodes: nodes.iter().map(NodeMetrics::read).collect() }
    }

    /// All nodes, in the order of their definition.
    #[must_use]
    pub fn nodes(&self) -> &[NodeMetrics] {
        &self.nodes
    }

    /// The node of this name.
    #[must_use]
    pub fn node(&self, name: &str) -> Option<&NodeMetrics> {
        self.nodes.iter().find(|node| node.name == name)
    }
}

impl NodeMetrics {
    fn read(node: &NodeCounters) -> Self {
        let instances = node.instances.iter().map(|one| InstanceMetrics::read(one)).collect();
        Self { name: node.name.to_string(), instances }
    }

    /// The sum over all instances.
    #[must_use]
    pub fn total(&self) -> InstanceMetrics {
        self.instances.iter().fold(InstanceMetrics::default(), |sum, one| InstanceMetrics {
            events_in: sum.events_in + one.events_in,
            events_out: sum.events_out + one.events_out,
            late: sum.late + one.late,
            errors: sum.errors + one.errors,
            overflow: sum.overflow + one.overflow,
            dropped: sum.dropped + one.dropped,
            barriers: sum.barriers + one.barriers,
        })
    }
}

impl InstanceMetrics {
    fn read(counters: &InstanceCounters) -> Self {
        Self {
            events_in: counters.events_in.get(),
            events_out: counters.events_out.get(),
            late: counters.late.get(),
            errors: counters.errors.get(),
            overflow: counters.overflow.get(),
            dropped: counters.dropped.get(),
            barriers: counters.barriers.get(),
        }
    }
}

impl fmt::Display for Metrics {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "{:<24} {:>3} {:>12} {:>12}", "node", "×", "in", "out")?;
        for node in &self.nodes {
            let total = node.total();
            let instances = node.instances.len();
            write!(f, "{:<24} {instances:>3}", node.name)?;
            write!(f, " {:>12} {:>12}", total.events_in, total.events_out)?;
            for (what, count) in [
                ("late", total.late),
                ("errors", total.errors),
                ("overflow", total.overflow),
                ("dropped", total.dropped),
                ("barriers", total.barriers),
            ] {
                if count > 0 {
                    write!(f, "  {count} {what}")?;
                }
            }
            writeln!(f)?;
        }
        Ok(())
    }
}
