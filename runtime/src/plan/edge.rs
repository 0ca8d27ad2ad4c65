//! The edges of the plan: call or channel, the reason, and the memory.

use crate::topology::{Bytes, Carried, EdgeGrouping, Endpoint, NodeId};
use std::fmt;

/// An edge of the plan.
///
/// # Examples
/// ```
/// use millstream::prelude::*;
/// use millstream::plan::Reason;
///
/// let topology = topology!(
///     lines = source(from_iter(["a", "bb"])),
///     lines >> map(str::len) >> buffer(16) >> map(|length| length * 2) >> ignore,
/// );
/// let plan = topology.plan(&Config::default())?;
/// let reasons: Vec<Reason> = plan.edges().iter().map(|edge| edge.reason).collect();
/// assert_eq!(reasons, [Reason::SingleInstances, Reason::Buffer, Reason::SingleInstances]);
/// # Ok::<(), millstream::Error>(())
/// ```
#[derive(Debug, Clone, Copy)]
pub struct PlannedEdge {
    /// The output that its events come from.
    pub from: Endpoint,
    /// The node that receives them.
    pub to: NodeId,
    /// How events are distributed over the instances of that node.
    pub grouping: EdgeGrouping,
    /// Whether it is a call or a channel, and why.
    pub reason: Reason,
    /// Why it may drop events although its job keeps every event, if it is declared to.
    pub weakened: Option<&'static str>,
    /// The event type.
    pub events: Carried,
    /// Its buffer, if it is a channel.
    pub buffer: Option<Buffer>,
}

/// Why an edge is a call or a channel.
///
/// A call runs the operator downstream in the same loop. A channel crosses to another task: it
/// takes memory, and lets both ends run in parallel.
///
/// # Examples
/// ```
/// use millstream::plan::Reason;
///
/// assert!(Reason::Pairwise.is_call());
/// assert_eq!(Reason::Buffer.to_string(), "channel: a buffer is declared");
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reason {
    /// A call: both ends have one instance.
    SingleInstances,
    /// A call: both ends have equally many instances, and no grouping moves events between them.
    Pairwise,
    /// A channel: it feeds events back, and never waits.
    Feedback,
    /// A channel: a policy for overflow is declared.
    Overflow,
    /// A channel: it carries the events dropped on an edge.
    Dropped,
    /// A channel: one of its ends is held to a rate.
    Rate,
    /// A channel: a buffer is declared.
    Buffer,
    /// A channel: the operator upstream awaits.
    Awaits,
    /// A channel: the grouping moves events to other instances.
    Grouping,
    /// A channel: the numbers of instances differ.
    Instances,
    /// A channel: another path between its ends has a channel, and the two must not meet again in
    /// one stage.
    Depth,
}

impl Reason {
    /// Whether the edge is a call: it takes no memory and never waits.
    #[must_use]
    pub fn is_call(self) -> bool {
        matches!(self, Self::SingleInstances | Self::Pairwise)
    }
}

impl fmt::Display for Reason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::SingleInstances => "call: both ends have one instance",
            Self::Pairwise => "call: both ends have the same number of instances",
            Self::Feedback => "channel: it feeds events back",
            Self::Overflow => "channel: a policy for overflow is declared",
            Self::Dropped => "channel: its events are dropped upstream of the node",
            Self::Rate => "channel: one of its ends is held to a rate",
            Self::Buffer => "channel: a buffer is declared",
            Self::Awaits => "channel: the operator upstream awaits",
            Self::Grouping => "channel: the grouping moves events between instances",
            Self::Instances => "channel: the numbers of instances differ",
            Self::Depth => "channel: another path to its target has one",
        })
    }
}

/// The capacity of the channels of an edge.
///
/// # Examples
/// ```
/// use millstream::prelude::*;
///
/// let topology = topology!(
///     numbers = source(from_iter([1_u64])),
///     numbers >> shuffle >> buffer(100) >> map(|n| n + 1) * 3 >> ignore,
/// );
/// let buffer = topology.plan(&Config::default())?.edges()[0].buffer.unwrap();
/// assert_eq!((buffer.channels, buffer.events, buffer.bytes), (3, 100, Bytes(2_400)));
/// # Ok::<(), millstream::Error>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Buffer {
    /// The number of channels: one for each pair of connected instances.
    pub channels: usize,
    /// The capacity of each channel, in events.
    pub events: usize,
    /// The memory of all channels when full: events with their times and hashes of keys, excluding
    /// what events own on the heap.
    pub bytes: Bytes,
}
