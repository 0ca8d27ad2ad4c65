//! The edges of a topology, as declared.

use super::{Endpoint, Instances, NodeId};
use crate::channel::Overflow;
use crate::event::Times;
use crate::key::KeyHash;
use crate::time::EventTime;
use std::fmt;

/// How the events of an edge are distributed over the instances of its target.
///
/// # Examples
/// ```
/// use millstream::prelude::*;
/// use millstream::topology::EdgeGrouping;
///
/// let topology = topology!(
///     orders = source(from_iter([("ann", 1), ("bob", 2)])),
///     orders >> by(|order| order.0) >> map(|order| order.1) * 2 >> ignore,
/// );
/// assert_eq!(topology.edges()[0].grouping, EdgeGrouping::Fields);
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum EdgeGrouping {
    /// In pairs of instances where both ends have equally many; in turn otherwise.
    Forward,
    /// By key: to the instance that owns it.
    Fields,
    /// In turn, one batch at a time.
    Shuffle,
    /// To all instances.
    All,
    /// To the only instance.
    Global,
    /// Back to a node upstream: the edge closes a loop.
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

/// The event type of an edge or an output.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Carried {
    /// The name of the type, with its path.
    pub name: &'static str,
    /// The size of one event in bytes, including its time and the hash of its key if they travel
    /// with it, and excluding what it owns on the heap.
    pub size: usize,
}

impl Carried {
    /// Events of type `T`.
    pub(crate) fn of<T>() -> Self {
        Self { name: std::any::type_name::<T>(), size: size_of::<T>() }
    }

    /// Adds the size of the times, if they travel with the events.
    pub(crate) fn with_times(self, times: Times) -> Self {
        match times {
            Times::Beside => Self { size: self.size + size_of::<EventTime>(), ..self },
            Times::Absent => self,
        }
    }

    /// Adds the size of the hashes of keys, if the edge computes them.
    pub(crate) fn grouped(self, grouping: EdgeGrouping) -> Self {
        match grouping {
            EdgeGrouping::Fields => Self { size: self.size + size_of::<KeyHash>(), ..self },
            _ => self,
        }
    }

    /// The name of the type without paths, as one would write it.
    #[must_use]
    pub fn short_name(&self) -> String {
        millstream_graph::short_name(self.name)
    }

    /// The name of the type without paths and parameters.
    pub(crate) fn base_name(&self) -> String {
        let name = self.short_name();
        name.split_once('<').map(|(base, _)| base.to_owned()).unwrap_or(name)
    }
}

/// An edge as declared.
///
/// # Examples
/// ```
/// use millstream::prelude::*;
///
/// let topology = topology!(
///     lines = source(from_iter(["a"])),
///     lines >> buffer(16) >> map(str::len) >> ignore,
/// );
/// let edge = &topology.edges()[0];
/// assert_eq!((edge.buffer, edge.events.short_name()), (Some(16), "&str".to_owned()));
/// ```
#[derive(Debug, Clone)]
pub struct EdgeDeclared {
    /// The output that its events come from.
    pub from: Endpoint,
    /// The node that receives them.
    pub to: NodeId,
    /// How events are distributed over the instances of that node.
    pub grouping: EdgeGrouping,
    /// The capacity in events, if declared: such an edge is always a channel.
    pub buffer: Option<usize>,
    /// The policy for a full edge, if declared.
    pub overflow: Option<Overflow>,
    /// Why the edge may drop events although its job keeps every event:
    /// [`weaken`](crate::builder::Stream::weaken).
    pub weakened: Option<&'static str>,
    /// The event type.
    pub events: Carried,
    /// The windows, or the definition of a match, at the node downstream, if it has any.
    pub window: Option<String>,
}

impl EdgeDeclared {
    /// Whether it closes a loop. Every other edge leads from an earlier node to a later one.
    #[must_use]
    pub fn leads_back(&self) -> bool {
        self.grouping == EdgeGrouping::Feedback
    }
}

/// What is declared so far for the next node and the edge to it.
#[derive(Debug, Clone, Copy)]
pub(crate) struct NextEdge {
    pub(crate) instances: Instances,
    pub(crate) grouping: EdgeGrouping,
    pub(crate) buffer: Option<usize>,
    pub(crate) overflow: Option<Overflow>,
    pub(crate) weakened: Option<&'static str>,
}

impl Default for NextEdge {
    fn default() -> Self {
        let (instances, grouping) = (Instances::Inherited, EdgeGrouping::Forward);
        Self { instances, grouping, buffer: None, overflow: None, weakened: None }
    }
}
