//! A topology as declared: nodes, edges and the delivery guarantee.

use super::node::{IfUnconnected, Naming, OutputDeclared};
use super::{
    Bytes, Carried, Delivery, EdgeDeclared, Endpoint, Instances, NextEdge, NodeDeclared, NodeId,
    NodeKind, OutputKind,
};
use crate::checkpoint::{NodeTypes, PartKind};
use crate::control::RateLimit;
use crate::env::FileUse;
use crate::event::{Carrying, Times};
use crate::key::KeyGroups;
use crate::operator::TimerUse;
use crate::peek::Peekers;
use crate::state::KeptType;
use crate::time::Idleness;
use millstream_graph::sentence::Sentence;
use std::any::TypeId;
use std::collections::BTreeMap;
use std::convert::Infallible;
use std::fmt;
use std::panic::Location;
use std::sync::Arc;
use std::time::Duration;

/// The work of the node that ends an ignored stream.
pub(crate) const IGNORE: &str = "ignore";

/// A topology as data: the rules are checked on it, and the plan is made from it.
#[derive(Debug, Default)]
pub struct Declaration {
    pub(crate) name: String,
    pub(crate) nodes: Vec<NodeDeclared>,
    pub(crate) edges: Vec<EdgeDeclared>,
    pub(crate) delivery: Delivery,
    pub(crate) default_instances: Option<Instances>,
    pub(crate) memory: Option<Bytes>,
    /// Which events carry what their split had passed: all of them, if an operator sets timers.
    pub(crate) carrying: Carrying,
    /// The sources whose errors are to fail the job.
    pub(crate) failing_sources: Vec<NodeId>,
    /// The sources and sinks that cannot be opened again: the job runs once.
    pub(crate) opened_once: Vec<NodeId>,
    pub(crate) key_groups: Option<KeyGroups>,
    /// What becomes of late events whose output is not connected.
    pub(crate) late: UnconnectedLate,
    /// The nodes that assign event time; one that does so twice is there twice.
    pub(crate) clocks: Vec<NodeId>,
    /// How long an input of theirs is without events before it counts as idle, for those of them
    /// that have such a time.
    pub(crate) idle_after: Vec<(NodeId, Duration)>,
    /// The joins.
    pub(crate) joins: Vec<JoinDeclared>,
    /// The types that nodes keep in checkpoints, each in one kind of rows.
    pub(crate) kept: Vec<(NodeId, PartKind, KeptTypes)>,
    /// The nodes whose windows leave gaps between them: how long each gap is.
    pub(crate) gaps: Vec<(NodeId, Duration)>,
    /// The types whose events are shown to those who look.
    pub(crate) peekers: Peekers,
    /// Rules broken during the declaration.
    pub(crate) broken: Vec<Sentence>,
}

/// What becomes of late events whose output is not connected.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) enum UnconnectedLate {
    /// The job is refused.
    #[default]
    Refused,
    /// They are dropped, and counted at the node.
    Dropped,
}

/// Returns types that a node keeps. It is called only if the job has checkpoints.
pub(crate) type KeptTypes = fn() -> Vec<KeptType>;

/// A join as declared.
#[derive(Debug, Clone)]
pub(crate) struct JoinDeclared {
    /// For each side, the nodes that its events come from.
    pub(crate) sides: Vec<Vec<NodeId>>,
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

    /// The delivery guarantee of the job.
    #[must_use]
    pub fn delivery(&self) -> Delivery {
        self.delivery
    }

    /// The number of instances of nodes without a number of their own.
    #[must_use]
    pub fn default_instances(&self) -> Instances {
        self.default_instances.unwrap_or(Instances::Exactly(1))
    }

    /// The groups of the job's keys.
    #[must_use]
    pub fn key_groups(&self) -> KeyGroups {
        self.key_groups.unwrap_or_default()
    }

    /// The limit on the memory of all buffers, if one is set.
    #[must_use]
    pub fn memory(&self) -> Option<Bytes> {
        self.memory
    }

    /// The name of a node; `?` if there is no such node.
    #[must_use]
    pub fn name_of(&self, node: NodeId) -> &str {
        self.nodes.get(node.0).map_or("?", |node| &node.name)
    }

    /// The nodes that the engine has named after what they do.
    pub(crate) fn numbered_nodes(&self) -> Vec<NodeId> {
        let nodes = self.nodes.iter().enumerate();
        let numbered = nodes.filter(|(_, node)| node.naming == Naming::Engine);
        numbered.map(|(node, _)| NodeId(node)).collect()
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
        self.nodes.push(NodeDeclared {
            name,
            kind,
            instances,
            location,
            work,
            chance: None,
            weakened: None,
            in_flight: None,
            limit: None,
            sheds_rows: false,
            naming,
            outputs: Vec::new(),
            files: Vec::new(),
        });
        NodeId(self.nodes.len() - 1)
    }

    /// Records that a node assigns event time; returns the place of that among all.
    pub(crate) fn add_clock(&mut self, node: NodeId, idleness: Idleness) -> usize {
        self.clocks.push(node);
        if let Idleness::After(time) = idleness {
            self.idle_after.push((node, time));
        }
        self.clocks.len() - 1
    }

    /// Connects outputs to a node.
    pub(crate) fn connect(
        &mut self,
        from: &[Endpoint],
        to: NodeId,
        next: NextEdge,
        events: Carried,
    ) {
        let NextEdge { grouping, buffer, overflow, weakened, .. } = next;
        let edge = |from: &Endpoint| {
            let from = *from;
            EdgeDeclared { from, to, grouping, buffer, overflow, weakened, events, window: None }
        };
        self.edges.extend(from.iter().map(edge));
    }

    /// Records types that a node keeps in checkpoints.
    pub(crate) fn keep(&mut self, node: NodeId, kind: PartKind, types: KeptTypes) {
        self.kept.push((node, kind, types));
    }

    /// The types that each node keeps in checkpoints.
    pub(crate) fn kept_types(&self) -> BTreeMap<NodeId, NodeTypes> {
        let mut of_nodes: BTreeMap<NodeId, NodeTypes> = BTreeMap::new();
        for (node, kind, types) in &self.kept {
            let types = types().into_iter().map(|kept| (*kind, kept));
            of_nodes.entry(*node).or_default().extend(types);
        }
        of_nodes
    }

    /// Records what a node does.
    pub(crate) fn set_work(&mut self, node: NodeId, work: &str) {
        if let Some(node) = self.nodes.get_mut(node.0) {
            work.clone_into(&mut node.work);
        }
    }

    /// Records the rate to which a node holds its events.
    pub(crate) fn set_limit(&mut self, node: NodeId, limit: Arc<RateLimit>) {
        if let Some(node) = self.nodes.get_mut(node.0) {
            node.limit = Some(limit);
        }
    }

    /// Changes the limit of a node, and what is said of it.
    pub(crate) fn update_limit(
        &mut self,
        node: NodeId,
        update: impl FnOnce(&RateLimit, &mut String),
    ) {
        if let Some(NodeDeclared { limit: Some(limit), work, .. }) = self.nodes.get_mut(node.0) {
            update(limit, work);
        }
    }

    /// Records that a join sheds what finds no room.
    pub(crate) fn set_sheds_rows(&mut self, node: NodeId) {
        if let Some(node) = self.nodes.get_mut(node.0) {
            node.sheds_rows = true;
        }
    }

    /// Records why a sink may write events twice.
    pub(crate) fn set_weakened(&mut self, node: NodeId, reason: &'static str) {
        if let Some(node) = self.nodes.get_mut(node.0) {
            node.weakened = Some(reason);
        }
    }

    /// Records the largest number of calls in flight of an operator that awaits.
    pub(crate) fn set_in_flight(&mut self, node: NodeId, most: usize) {
        if let Some(node) = self.nodes.get_mut(node.0) {
            node.in_flight = Some(most);
        }
    }

    /// Records the files that a source or sink uses.
    pub(crate) fn set_files(&mut self, node: NodeId, files: Vec<FileUse>) {
        if let Some(node) = self.nodes.get_mut(node.0) {
            node.files = files;
        }
    }

    /// Records the windows that a node makes of the events upstream, whose keys are computed there.
    pub(crate) fn set_windows(&mut self, node: NodeId, window: &impl fmt::Display, of: Carried) {
        for edge in self.edges.iter_mut().filter(|edge| edge.to == node) {
            edge.events = of.with_times(Times::Beside).grouped(edge.grouping);
            edge.window = Some(window.to_string());
        }
    }

    /// Records the definition of a match for a join.
    pub(crate) fn set_partners(&mut self, node: NodeId, spec: &impl fmt::Display) {
        for edge in self.edges.iter_mut().filter(|edge| edge.to == node) {
            edge.window = Some(spec.to_string());
        }
    }

    /// Records an output on which events could be lost.
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

    /// Records the error output of an operator with errors `E`, if it can fail, and its timers.
    pub(crate) fn add_operator<E: 'static>(&mut self, node: NodeId, timers: TimerUse) {
        if timers == TimerUse::Some {
            self.carrying = Carrying::All;
        }
        if TypeId::of::<E>() != TypeId::of::<Infallible>() {
            self.add_output(Endpoint { node, port: OutputKind::Errors }, Carried::of::<E>());
        }
    }

    /// An output on which events could be lost, if it is declared.
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
