//! A topology as a graph, to be drawn.

use super::draft::IGNORE;
use super::{EdgeDeclared, Instances, NodeDeclared, NodeKind, Port, Topology};
use millstream_graph::shape::{Edge, Kind, Node, Shape};

impl Topology {
    /// Its nodes and edges as plain data, which can be drawn: `topology.graph().svg()`.
    ///
    /// It can be drawn whatever it promises, also if it could not run. The text is the same
    /// whenever the topology is, so that it can stand in a repository.
    ///
    /// # Examples
    /// ```
    /// use millstream::prelude::*;
    ///
    /// let topology = topology!(
    ///     job("copy", at_most_once),
    ///     numbers = source(from_iter([1_u64, 2])),
    ///     numbers >> sink(stdout_lines()),
    /// );
    /// assert_eq!(
    ///     topology.graph().mermaid(),
    ///     r#"---
    /// title: "copy · at_most_once"
    /// ---
    /// flowchart LR
    ///     n0(["numbers<br/>FromIter"])
    ///     n1[("numbers_sink<br/>StdoutLines")]
    ///     n0 -->|"u64"| n1
    /// "#
    /// );
    /// ```
    #[must_use]
    pub fn graph(&self) -> Shape {
        let mut shape = Shape::new(self.name(), self.delivery().to_string());
        shape.nodes = self.nodes().iter().map(|node| drawn(self, node)).collect();
        shape.edges = self.edges().iter().map(edge).collect();
        shape
    }
}

fn drawn(topology: &Topology, node: &NodeDeclared) -> Node {
    let kind = match node.kind {
        NodeKind::Source => Kind::Source,
        NodeKind::Operator | NodeKind::Feedback => Kind::Operator,
        NodeKind::AwaitingOperator => Kind::Awaiting,
        NodeKind::Sink if node.work == IGNORE => Kind::Ignored,
        NodeKind::Sink => Kind::Sink,
    };
    Node {
        name: node.name.clone(),
        kind,
        operator: node.work.clone(),
        instances: instances(topology, node.instances),
        location: node.place(),
    }
}

fn instances(topology: &Topology, instances: Instances) -> String {
    match instances {
        Instances::Exactly(count) => count.to_string(),
        Instances::Cores => "one on each core".to_owned(),
        // The job's own number never refers to itself.
        Instances::Default if topology.default_instances() != Instances::Default => {
            self::instances(topology, topology.default_instances())
        }
        Instances::Default | Instances::Inherited => String::new(),
    }
}

fn edge(edge: &EdgeDeclared) -> Edge {
    Edge {
        output: (edge.from.port != Port::Main).then(|| edge.from.port.to_string()),
        grouping: edge.grouping.to_string(),
        events: edge.events.short_name(),
        buffer: edge.buffer,
        window: edge.window.clone(),
        ..Edge::new(edge.from.node.0, edge.to.0)
    }
}
