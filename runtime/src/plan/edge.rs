//! An edge of the plan: call or channel, why, and what it holds.

use crate::topology::{Bytes, Carried, EdgeGrouping, Endpoint, NodeId};
use std::fmt;

/// An edge of the plan.
#[derive(Debug, Clone, Copy)]
pub struct PlannedEdge {
    /// Where its events come from.
    pub from: Endpoint,
    /// Where they go.
    pub to: NodeId,
    /// How the instances are connected.
    pub grouping: EdgeGrouping,
    /// Call or channel, and why.
    pub reason: Reason,
    /// What its events are.
    pub events: Carried,
    /// What it can hold, if it is a channel.
    pub buffer: Option<Buffer>,
}

/// Call or channel, and why.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reason {
    /// A call: both ends have one instance.
    SingleInstances,
    /// A call: both ends have equally many instances and no grouping moves events.
    Pairwise,
    /// A channel: it feeds events back, and never waits.
    Feedback,
    /// A channel: a policy for overflow is declared.
    Overflow,
    /// A channel: its events come from before the node, where they were dropped.
    Dropped,
    /// A channel: a buffer is declared.
    Buffer,
    /// A channel: the operator before it awaits.
    Awaits,
    /// A channel: the grouping moves events to other instances.
    Grouping,
    /// A channel: the numbers of instances differ.
    Instances,
    /// A channel: another way between the ends is one, and both together must not come back into
    /// one stage.
    Depth,
}

impl Reason {
    /// Whether the edge is a call.
    #[must_use]
    pub fn is_call(self) -> bool {
        matches!(self, Self::SingleInstances | Self::Pairwise)
    }
}

impl fmt::Display for Reason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::SingleInstances => "call: both ends have one instance",
            Self::Pairwise => "call: both ends have equally many instances",
            Self::Feedback => "channel: it feeds events back",
            Self::Overflow => "channel: a policy for overflow is declared",
            Self::Dropped => "channel: its events are dropped before the node",
            Self::Buffer => "channel: a buffer is declared",
            Self::Awaits => "channel: the operator before it awaits",
            Self::Grouping => "channel: the grouping moves events between instances",
            Self::Instances => "channel: the numbers of instances differ",
            Self::Depth => "channel: another way to its end is one",
        })
    }
}

/// What the channels of an edge can hold.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Buffer {
    /// How many channels the edge has: one for each pair of instances that it connects.
    pub channels: usize,
    /// How many events each of them holds.
    pub events: usize,
    /// How much all of them take when they are full: events, their times and the hashes of their
    /// keys, but not what events own on the heap.
    pub bytes: Bytes,
}
