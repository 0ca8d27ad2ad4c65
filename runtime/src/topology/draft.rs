//! The topology while it is being declared: nodes, edges, and how to lay out what ends in them.

use super::feedback::Loop;
use super::stream::Next;
use super::{Bytes, Delivery, Instances, Lowering};
use crate::channel::Overflow;
use crate::error::Result;
use crate::key::KeyHash;
use crate::operator::Operator;
use crate::sink::Repeating;
use crate::source::Replaying;
use crate::time::EventTime;
use millstream_graph::sentence::Sentence;
use std::any::TypeId;
use std::cell::RefCell;
use std::convert::Infallible;
use std::fmt;
use std::panic::Location;
use std::rc::Rc;

/// A node's position in the order of definition: data flows from lower to higher ones, but
/// for what is fed back.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct NodeId(pub usize);

/// Which output of a node.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Port {
    /// What it gives on.
    Main,
    /// Events that came too late.
    Late,
    /// Errors.
    Errors,
    /// Events that the edge into it had no room for.
    Overflow,
    /// Events that found no partner.
    Unmatched,
    /// The events of one variant of the enum that it gives on.
    Variant(&'static str),
}

impl fmt::Display for Port {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Main => "main",
            Self::Late => "late",
            Self::Errors => "errors",
            Self::Overflow => "overflow",
            Self::Unmatched => "unmatched",
            Self::Variant(name) => name,
        })
    }
}

/// An output of a node.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Endpoint {
    /// The node.
    pub node: NodeId,
    /// Which of its outputs.
    pub port: Port,
}

impl Endpoint {
    /// The main output of a node.
    #[must_use]
    pub const fn main(node: NodeId) -> Self {
        Self { node, port: Port::Main }
    }

    /// What the edges into a node have no room for.
    #[must_use]
    pub const fn overflow(node: NodeId) -> Self {
        Self { node, port: Port::Overflow }
    }
}

/// What a node is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NodeKind {
    /// It reads events in.
    Source,
    /// It never awaits.
    Operator,
    /// It awaits: what follows is another task's.
    AwaitingOperator,
    /// It writes events out.
    Sink,
    /// It feeds events back: where they come in again, or where they come from.
    Feedback,
}

/// How the instances of two nodes are connected.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum EdgeGrouping {
    /// Pairwise between equal numbers, else in turn.
    Forward,
    /// By key.
    Fields,
    /// In turn.
    Shuffle,
    /// To all.
    All,
    /// To the only one.
    Global,
    /// Back to a node above: the edge closes a cycle.
    Feedback,
}

impl fmt::Display for EdgeGrouping {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Forward => "forward",
            Self::Fields => "by key",
            Self::Shuffle => "shuffle",
            Self::All => "to all",
            Self::Global => "to one",
            Self::Feedback => "feedback",
        })
    }
}

/// A node as declared.
#[derive(Debug, Clone)]
pub struct NodeDeclared {
    /// Its name: the identity of its state and the label of its metrics.
    pub name: String,
    /// What it is.
    pub kind: NodeKind,
    /// How many instances it has.
    pub instances: Instances,
    /// Where it is declared.
    pub location: &'static Location<'static>,
    /// What is done there: the operator's own name, or the type of the source or sink.
    pub work: String,
    pub(super) naming: Naming,
}

impl NodeDeclared {
    /// Where it is declared, as `file:line`.
    #[must_use]
    pub fn place(&self) -> String {
        format!("{}:{}", self.location.file(), self.location.line())
    }
}

/// What is done at the end of a stream that is dropped.
pub(super) const IGNORE: &str = "ignore";

/// An output of a node on which events can be lost unless it is connected.
#[derive(Debug, Clone, Copy)]
pub(super) struct Side {
    pub(super) output: Endpoint,
    pub(super) carried: Carried,
    pub(super) fate: Fate,
}

/// What becomes of the events of an output that is not connected.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Fate {
    /// Nobody has said.
    Open,
    /// The first one ends the job.
    Fails,
}

/// What an edge or an output carries.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Carried {
    /// The name of the type, with its path.
    pub name: &'static str,
    /// The bytes that an event takes, with its time and the hash of its key beside it if it has
    /// them, and without what it owns on the heap.
    pub size: usize,
}

impl Carried {
    /// Events of type `T`.
    pub(super) fn of<T>() -> Self {
        Self { name: std::any::type_name::<T>(), size: size_of::<T>() }
    }

    /// With so many columns beside the events.
    pub(super) fn beside(self, times: bool, hashes: bool) -> Self {
        let column = |there: bool, size: usize| if there { size } else { 0 };
        let beside = column(times, size_of::<EventTime>()) + column(hashes, size_of::<KeyHash>());
        Self { size: self.size + beside, ..self }
    }

    /// The name of the type as one would write it.
    #[must_use]
    pub fn short_name(&self) -> String {
        millstream_graph::short_name(self.name)
    }

    /// The same without type parameters.
    pub(super) fn base_name(&self) -> String {
        let name = self.short_name();
        name.split_once('<').map(|(base, _)| base.to_owned()).unwrap_or(name)
    }
}

/// Where a node's name comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Naming {
    /// The user gave it.
    Given,
    /// The operator's; it must be the only one, since state is found again by it.
    Operator,
    /// The engine's: may be numbered.
    Engine,
}

/// An edge as declared.
#[derive(Debug, Clone)]
pub struct EdgeDeclared {
    /// Where its events come from.
    pub from: Endpoint,
    /// Where they go.
    pub to: NodeId,
    /// How the instances are connected.
    pub grouping: EdgeGrouping,
    /// How many events it holds, if declared: such an edge is always a channel.
    pub buffer: Option<usize>,
    /// What it does when it is full, if declared.
    pub overflow: Option<Overflow>,
    /// What its events are.
    pub events: Carried,
    /// Which windows the node behind it sees of them, if it does.
    pub window: Option<String>,
}

impl EdgeDeclared {
    /// Whether it closes a cycle: every other edge leads from an earlier node to a later one.
    #[must_use]
    pub fn leads_back(&self) -> bool {
        self.grouping == EdgeGrouping::Feedback
    }
}

/// Lays out the segments that end in one place.
pub(super) type Layout = Box<dyn FnOnce(&mut Lowering) -> Result<()> + Send>;

/// A topology while it is being declared.
#[derive(Default)]
pub struct Draft {
    pub(super) nodes: Vec<NodeDeclared>,
    pub(super) edges: Vec<EdgeDeclared>,
    /// Each with the node that it ends in.
    pub(super) layouts: Vec<(NodeId, Layout)>,
    pub(super) delivery: Delivery,
    pub(super) default_instances: Option<Instances>,
    pub(super) memory: Option<Bytes>,
    pub(super) sides: Vec<Side>,
    pub(super) replaying: Vec<(NodeId, Replaying)>,
    pub(super) repeating: Vec<(NodeId, Repeating)>,
    pub(super) broken: Vec<Sentence>,
    pub(super) loops: Vec<Loop>,
}

/// The draft that all streams of a builder share.
pub(super) type SharedDraft = Rc<RefCell<Draft>>;

impl fmt::Debug for Draft {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Draft").field("nodes", &self.nodes).finish_non_exhaustive()
    }
}

impl Draft {
    /// Adds a node.
    pub(super) fn node(
        &mut self,
        (name, naming): (&str, Naming),
        kind: NodeKind,
        instances: Instances,
        location: &'static Location<'static>,
    ) -> NodeId {
        let (name, work) = (name.to_owned(), name.to_owned());
        self.nodes.push(NodeDeclared { name, kind, instances, location, work, naming });
        NodeId(self.nodes.len() - 1)
    }

    /// Connects outputs to a node.
    pub(super) fn connect(&mut self, from: &[Endpoint], to: NodeId, next: Next, events: Carried) {
        let Next { grouping, buffer, overflow, .. } = next;
        let edge = |from: &Endpoint| {
            let from = *from;
            EdgeDeclared { from, to, grouping, buffer, overflow, events, window: None }
        };
        self.edges.extend(from.iter().map(edge));
    }

    /// Notes what is done at a node.
    pub(super) fn work(&mut self, node: NodeId, work: &str) {
        if let Some(node) = self.nodes.get_mut(node.0) {
            work.clone_into(&mut node.work);
        }
    }

    /// Notes which windows a node sees of the events that come to it, which get their key there.
    pub(super) fn windows(&mut self, node: NodeId, window: &impl fmt::Display, events: Carried) {
        for edge in self.edges.iter_mut().filter(|edge| edge.to == node) {
            let hashes = edge.grouping == EdgeGrouping::Fields;
            edge.events = events.beside(true, hashes);
            edge.window = Some(window.to_string());
        }
    }

    /// Notes which events a node joins.
    pub(super) fn partners(&mut self, node: NodeId, spec: &impl fmt::Display) {
        for edge in self.edges.iter_mut().filter(|edge| edge.to == node) {
            edge.window = Some(spec.to_string());
        }
    }

    /// Notes an output on which events can be lost.
    pub(super) fn side(&mut self, output: Endpoint, carried: Carried) {
        self.sides.push(Side { output, carried, fate: Fate::Open });
    }

    /// Notes what can become of the events of an operator.
    pub(super) fn operator<T, O: Operator<T>>(&mut self, node: NodeId) {
        if TypeId::of::<O::Error>() != TypeId::of::<Infallible>() {
            self.side(Endpoint { node, port: Port::Errors }, Carried::of::<O::Error>());
        }
    }
}
