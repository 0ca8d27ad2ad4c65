//! A topology as declared, all of it: nodes, edges, and what the job promises.

use super::node::{IfUnconnected, Naming, OutputDeclared};
use super::{
    Bytes, Carried, Delivery, EdgeDeclared, Endpoint, Instances, NextEdge, NodeDeclared, NodeId,
    NodeKind, OutputKind,
};
use crate::event::Times;
use crate::operator::Operator;
use millstream_graph::sentence::Sentence;
use std::any::TypeId;
use std::convert::Infallible;
use std::fmt;
use std::panic::Location;

/// What is done at the end of a stream that is dropped.
pub(crate) const IGNORE: &str = "ignore";

/// A topology as declared: data, which the rules are checked on and the plan is made from.
#[derive(Debug, Default)]
pub struct Declaration {
    pub(crate) name: String,
    pub(crate) nodes: Vec<NodeDeclared>,
    pub(crate) edges: Vec<EdgeDeclared>,
    pub(crate) delivery: Delivery,
    pub(crate) default_instances: Option<Instances>,
    pub(crate) memory: Option<Bytes>,
    /// Rules that were broken while it was declared.
    pub(crate) broken: Vec<Sentence>,
}

impl Declaration {
    /// The name of the job.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The nodes, in the order of their definition.
    #[must_use]
    pub fn nodes(&self) -> &[NodeDeclared] {
        &self.nodes
    }

    /// The edges, in the order of their definition.
    #[must_use]
    pub fn edges(&self) -> &[EdgeDeclared] {
        &self.edges
    }

    /// What the job promises about each event.
    #[must_use]
    pub fn delivery(&self) -> Delivery {
        self.delivery
    }

    /// How many instances a node has unless it says otherwise.
    #[must_use]
    pub fn default_instances(&self) -> Instances {
        self.default_instances.unwrap_or(Instances::Exactly(1))
    }

    /// How much the buffers of its edges may take, if that is limited.
    #[must_use]
    pub fn memory(&self) -> Option<Bytes> {
        self.memory
    }

    /// The name of a node.
    #[must_use]
    pub fn name_of(&self, node: NodeId) -> &str {
        self.nodes.get(node.0).map_or("?", |node| &node.name)
    }

    /// Adds a node.
    pub(crate) fn add_node(
        &mut self,
        (name, naming): (&str, Naming),
        kind: NodeKind,
        instances: Instances,
        location: &'static Location<'static>,
    ) -> NodeId {
        let (name, work) = (name.to_owned(), name.to_owned());
        let outputs = Vec::new();
        self.nodes.push(NodeDeclared { name, kind, instances, location, work, naming, outputs });
        NodeId(self.nodes.len() - 1)
    }

    /// Connects outputs to a node.
    pub(crate) fn connect(
        &mut self,
        from: &[Endpoint],
        to: NodeId,
        next: NextEdge,
        events: Carried,
    ) {
        let NextEdge { grouping, buffer, overflow, .. } = next;
        let edge = |from: &Endpoint| {
            let from = *from;
            EdgeDeclared { from, to, grouping, buffer, overflow, events, window: None }
        };
        self.edges.extend(from.iter().map(edge));
    }

    /// Notes what is done at a node.
    pub(crate) fn set_work(&mut self, node: NodeId, work: &str) {
        if let Some(node) = self.nodes.get_mut(node.0) {
            work.clone_into(&mut node.work);
        }
    }

    /// Notes which windows a node sees of the events upstream, which get their key there.
    pub(crate) fn set_windows(&mut self, node: NodeId, window: &impl fmt::Display, of: Carried) {
        for edge in self.edges.iter_mut().filter(|edge| edge.to == node) {
            edge.events = of.with_times(Times::Beside).grouped(edge.grouping);
            edge.window = Some(window.to_string());
        }
    }

    /// Notes which events a node joins.
    pub(crate) fn set_partners(&mut self, node: NodeId, spec: &impl fmt::Display) {
        for edge in self.edges.iter_mut().filter(|edge| edge.to == node) {
            edge.window = Some(spec.to_string());
        }
    }

    /// Notes an output on which events can be lost.
    pub(crate) fn add_output(&mut self, output: Endpoint, carried: Carried) {
        let Endpoint { node, port } = output;
        if let Some(node) = self.nodes.get_mut(node.0) {
            node.outputs.push(OutputDeclared {
                port,
                carried,
                unconnected: IfUnconnected::Refused,
            });
        }
    }

    /// Notes the error output of an operator, if it has errors.
    pub(crate) fn add_errors<T, O: Operator<T>>(&mut self, node: NodeId) {
        if TypeId::of::<O::Error>() != TypeId::of::<Infallible>() {
            self.add_output(Endpoint { node, port: OutputKind::Errors }, Carried::of::<O::Error>());
        }
    }

    /// An output on which events can be lost, if it was declared.
    pub(crate) fn output_mut(&mut self, output: Endpoint) -> Option<&mut OutputDeclared> {
        let node = self.nodes.get_mut(output.node.0)?;
        node.outputs.iter_mut().find(|declared| declared.port == output.port)
    }
}

impl fmt::Display for Declaration {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "{} ({})", self.name, self.delivery)?;
        for edge in &self.edges {
            let output = match edge.from.port {
                OutputKind::Main => String::new(),
                side => format!(".{side}"),
            };
            let (from, to) = (self.name_of(edge.from.node), self.name_of(edge.to));
            writeln!(f, "  {from}{output} >> {to} ({})", edge.grouping)?;
        }
        Ok(())
    }
}
