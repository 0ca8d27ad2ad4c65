//! What an edge carries: batches and marks.

use super::Batch;
use crate::time::EventTime;
use std::fmt;
use std::sync::Arc;

/// The number of a barrier: the events ahead of it belong to this epoch.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Epoch(pub u64);

impl Epoch {
    /// The first epoch of a job.
    pub const FIRST: Self = Self(1);

    /// The epoch after this one.
    #[must_use]
    pub fn next(self) -> Self {
        Self(self.0 + 1)
    }
}

/// The number of a round of quiescence, which finds out if loops are empty; 0 before the first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct Round(pub u64);

impl Round {
    /// The round after this one.
    #[must_use]
    pub fn next(self) -> Self {
        Self(self.0 + 1)
    }
}

/// The sender of an element: an instance of a node, by name and so valid in any process.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Origin {
    /// The node's name in the topology.
    pub node: Arc<str>,
    /// The index of the instance, from 0.
    pub instance: usize,
}

impl fmt::Display for Origin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}#{}", self.node, self.instance)
    }
}

/// A mark between events; it never overtakes an event, nor an event it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Mark {
    /// No event with an earlier time is expected.
    Watermark(EventTime),
    /// The input has no events for now: its watermark is left out of the least one.
    Idle,
    /// The events ahead of this belong to the epoch.
    Barrier(Epoch),
    /// Events that were in flight in loops when the round began are ahead of this.
    Round(Round),
    /// No event follows.
    End,
}

impl Mark {
    /// Whether stores may release events at this mark, which are then counted and flushed like a
    /// batch.
    #[must_use]
    pub fn may_release(self) -> bool {
        matches!(self, Self::Watermark(_) | Self::Idle)
    }
}

/// A batch or a mark, as an edge carries it.
#[derive(Debug, Clone)]
pub enum Element<T> {
    /// Events.
    Batch(Batch<T>),
    /// A mark between batches.
    Mark(Mark),
}
