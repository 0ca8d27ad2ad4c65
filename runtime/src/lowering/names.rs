//! What the instances of a topology are called, and where they count.

use super::Lowering;
use crate::error::Role;
use crate::metrics::InstanceCounters;
use crate::operator::{Instance, OperatorPlace};
use crate::topology::NodeId;
use std::sync::Arc;

impl Lowering {
    /// The number of instances of a node.
    pub(crate) fn instances(&self, node: NodeId) -> usize {
        self.counters.get(node.0).map_or(1, |node| node.instances.len())
    }

    /// The number of an instance among those of all nodes, in the order of their declaration.
    pub(crate) fn number_of(&self, node: NodeId, instance: usize) -> usize {
        let before = self.counters.iter().take(node.0);
        before.map(|node| node.instances.len()).sum::<usize>() + instance
    }

    /// The name of a node.
    pub(crate) fn name(&self, node: NodeId) -> Arc<str> {
        self.counters.get(node.0).map_or_else(|| "?".into(), |node| Arc::clone(&node.name))
    }

    /// The counters of an instance of a node.
    pub(crate) fn counters(&self, node: NodeId, instance: usize) -> Arc<InstanceCounters> {
        let counters = self.counters.get(node.0).and_then(|node| node.instances.get(instance));
        counters.cloned().unwrap_or_default()
    }

    /// Names an instance of a node in errors.
    pub(crate) fn place_of(&self, node: NodeId, instance: usize) -> OperatorPlace {
        OperatorPlace::new(self.name(node), Instance::new(instance, self.instances(node)))
    }

    /// Names the code that picks an instance of `to` for each event of an instance of `from`.
    pub(crate) fn place_between(
        &self,
        (from, instance): (NodeId, usize),
        to: NodeId,
        role: Role,
    ) -> OperatorPlace {
        let instance = Instance::new(instance, self.instances(from));
        OperatorPlace::between(role, (self.name(from), instance), self.name(to))
    }

    /// Whether the errors of a node are declared to fail the job.
    pub(crate) fn fails(&self, node: NodeId) -> bool {
        self.failing.contains(&node)
    }
}
