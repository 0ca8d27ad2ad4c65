//! A topology as a graph to be drawn.

use super::declaration::{Declaration, IGNORE};
use super::{EdgeDeclared, Instances, NodeDeclared, NodeKind, OutputKind};
use crate::channel::Overflow;
use millstream_graph::shape::{Edge, Kind, Node, Shape};

impl Declaration {
    /// The nodes and edges as plain data, to be drawn.
    #[must_use]
    pub fn graph(&self) -> Shape {
        let mut shape = Shape::new(self.name(), self.delivery().to_string());
        shape.nodes = self.nodes().iter().map(|node| drawn(self, node)).collect();
        shape.edges = self.edges().iter().map(edge).collect();
        shape
    }
}

fn drawn(declaration: &Declaration, node: &NodeDeclared) -> Node {
    let kind = match node.kind {
        NodeKind::Source(_) => Kind::Source,
        NodeKind::Operator | NodeKind::LoopHead { .. } | NodeKind::LoopTail => Kind::Operator,
        NodeKind::AwaitingOperator | NodeKind::Throttle => Kind::Awaiting,
        NodeKind::Sink(_) if node.work == IGNORE => Kind::Ignored,
        NodeKind::Sink(_) => Kind::Sink,
    };
    Node {
        name: node.name.clone(),
        kind,
        operator: node.work.clone(),
        instances: instances(declaration, node.instances),
        location: node.place(),
        ..Node::default()
    }
}

fn instances(declaration: &Declaration, instances: Instances) -> String {
    match instances {
        Instances::Exactly(count) => count.to_string(),
        Instances::Cores => "one on each core".to_owned(),
        // The job's own number never refers to itself.
        Instances::Default if declaration.default_instances() != Instances::Default => {
            self::instances(declaration, declaration.default_instances())
        }
        Instances::Default | Instances::Inherited => String::new(),
    }
}

fn edge(edge: &EdgeDeclared) -> Edge {
    Edge {
        output: (edge.from.port != OutputKind::Main).then(|| edge.from.port.to_string()),
        grouping: edge.grouping.to_string(),
        events: edge.events.short_name(),
        buffer: edge.buffer,
        window: edge.window.clone(),
        policy: edge.overflow.map(policy),
        ..Edge::new(edge.from.node.0, edge.to.0)
    }
}

/// The policy as it is written in a topology.
fn policy(overflow: Overflow) -> String {
    match overflow {
        Overflow::Block => "block".to_owned(),
        Overflow::DropNewest => "drop_newest".to_owned(),
        Overflow::DropOldest => "drop_oldest".to_owned(),
        Overflow::Sample(nth) => format!("sample({nth})"),
    }
}
