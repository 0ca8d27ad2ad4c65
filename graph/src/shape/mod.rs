//! The shape of a topology: its nodes, and the edges between them.
//!
//! A [`Shape`] is plain data. The builder fills it in, and [`draw`](crate::draw) renders it as a
//! picture or as text.
//!
//! # Examples
//! ```
//! use millstream_graph::shape::{Edge, Kind, Node, Shape};
//!
//! let mut shape = Shape::new("fraud", "exactly once");
//! shape.nodes.push(Node::new("tx", Kind::Source));
//! shape.nodes.push(Node { instances: "2".into(), ..Node::new("avg", Kind::Operator) });
//! shape.edges.push(Edge { grouping: "by key".into(), ..Edge::new(0, 1) });
//!
//! let (edge, from, to) = shape.connections().next().unwrap();
//! assert_eq!((&*from.name, &*edge.grouping, &*to.name), ("tx", "by key", "avg"));
//! ```

mod edge;
mod node;
mod planned;

pub use edge::Edge;
pub use node::{Kind, Node};
pub use planned::{GuaranteedPath, Planned};

/// A declared topology.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Shape {
    /// The name of the job.
    pub name: String,
    /// The delivery guarantee: `exactly once`; may be empty.
    pub delivery: String,
    /// The nodes, in declaration order.
    pub nodes: Vec<Node>,
    /// The edges between them.
    pub edges: Vec<Edge>,
    /// What the plan adds, if there is one.
    pub planned: Option<Planned>,
}

impl Shape {
    /// A topology without nodes.
    #[must_use]
    pub fn new(name: impl Into<String>, delivery: impl Into<String>) -> Self {
        Self { name: name.into(), delivery: delivery.into(), ..Self::default() }
    }

    /// The edges with their upstream and downstream nodes, in order; edges without a node are
    /// skipped.
    pub fn connections(&self) -> impl Iterator<Item = (&Edge, &Node, &Node)> {
        self.connected().filter_map(|(_, edge)| {
            Some((edge, self.nodes.get(edge.from)?, self.nodes.get(edge.to)?))
        })
    }

    /// The edges between two nodes, with their index.
    pub(crate) fn connected(&self) -> impl Iterator<Item = (usize, &Edge)> {
        let nodes = self.nodes.len();
        let edges = self.edges.iter().enumerate();
        edges.filter(move |(_, edge)| edge.from < nodes && edge.to < nodes)
    }
}

#[cfg(test)]
mod tests {
    use super::{Edge, Kind, Node, Shape};

    #[test]
    fn an_edge_that_leads_to_no_node_is_no_connection() {
        let mut shape = Shape::new("job", "");
        shape.nodes = vec![Node::new("a", Kind::Source), Node::new("b", Kind::Sink)];
        shape.edges = vec![Edge::new(0, 2), Edge::new(0, 1), Edge::new(usize::MAX, 0)];
        let connected: Vec<_> = shape.connections().map(|(_, from, to)| (from, to)).collect();
        assert_eq!(connected, [(&shape.nodes[0], &shape.nodes[1])]);
    }
}
