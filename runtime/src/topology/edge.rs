//! The edges of a topology, as declared.

use super::{Endpoint, Instances, NodeId};
use crate::channel::Overflow;
use crate::event::Times;
use crate::key::KeyHash;
use crate::time::EventTime;
use std::fmt;

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
    pub(crate) fn of<T>() -> Self {
        Self { name: std::any::type_name::<T>(), size: size_of::<T>() }
    }

    /// With their times beside the events, if they have some.
    pub(crate) fn with_times(self, times: Times) -> Self {
        match times {
            Times::Beside => Self { size: self.size + size_of::<EventTime>(), ..self },
            Times::Absent => self,
        }
    }

    /// With the hashes of their keys beside the events, where the edge computes them.
    pub(crate) fn grouped(self, grouping: EdgeGrouping) -> Self {
        match grouping {
            EdgeGrouping::Fields => Self { size: self.size + size_of::<KeyHash>(), ..self },
            _ => self,
        }
    }

    /// The name of the type as one would write it.
    #[must_use]
    pub fn short_name(&self) -> String {
        millstream_graph::short_name(self.name)
    }

    /// The same without type parameters.
    pub(crate) fn base_name(&self) -> String {
        let name = self.short_name();
        name.split_once('<').map(|(base, _)| base.to_owned()).unwrap_or(name)
    }
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
    /// Which windows the node downstream sees of them, if it does.
    pub window: Option<String>,
}

impl EdgeDeclared {
    /// Whether it closes a cycle: every other edge leads from an earlier node to a later one.
    #[must_use]
    pub fn leads_back(&self) -> bool {
        self.grouping == EdgeGrouping::Feedback
    }
}

/// What was declared of the next node and of the edge to it.
#[derive(Debug, Clone, Copy)]
pub(crate) struct NextEdge {
    pub(crate) instances: Instances,
    pub(crate) grouping: EdgeGrouping,
    pub(crate) buffer: Option<usize>,
    pub(crate) overflow: Option<Overflow>,
}

impl Default for NextEdge {
    fn default() -> Self {
        let (instances, grouping) = (Instances::Inherited, EdgeGrouping::Forward);
        Self { instances, grouping, buffer: None, overflow: None }
    }
}
