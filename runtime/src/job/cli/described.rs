//! A topology with all that its plan adds, to be compared later.

use super::keeps::NodeKeeps;
use crate::builder::Topology;
use crate::job::Config;
use crate::plan::{Plan, PlannedPath};
use millstream_graph::shape::{GuaranteedPath, Planned, Shape};

impl Topology {
    /// The plan, also of a topology that breaks a rule.
    pub(super) fn plan_at_any_rate(&self, config: &Config) -> Plan {
        Plan::of(self.declaration(), config.cores, config.sizes)
    }

    /// The nodes and edges with all that the plan adds.
    pub(super) fn described(&self, config: &Config) -> Shape {
        let (declaration, plan) = (self.declaration(), self.plan_at_any_rate(config));
        let mut shape = self.graph();
        for (node, planned) in shape.nodes.iter_mut().zip(plan.nodes()) {
            node.count = Some(planned.instances);
        }
        for (node, keeps) in shape.nodes.iter_mut().zip(NodeKeeps::of_all(declaration)) {
            node.keeps = keeps.text();
        }
        for (edge, planned) in shape.edges.iter_mut().zip(plan.edges()) {
            edge.how = Some(planned.reason.to_string());
            edge.capacity = planned.buffer.map(|buffer| buffer.events);
        }
        shape.planned = Some(Planned {
            cores: config.cores,
            key_groups: declaration.key_groups().count(),
            paths: plan.paths().iter().map(path).collect(),
        });
        shape
    }
}

fn path(path: &PlannedPath) -> GuaranteedPath {
    GuaranteedPath {
        from: path.from.0,
        to: path.to.0,
        guarantee: path.guarantee.to_string(),
        weaker: path.weaker.iter().map(ToString::to_string).collect(),
    }
}
