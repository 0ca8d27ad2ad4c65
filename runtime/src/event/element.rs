//! Everything an edge carries.

use super::Batch;
use crate::time::EventTime;
use std::fmt;
use std::sync::Arc;

/// The number of a barrier: everything before it at every source belongs to this epoch.
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

/// The number of a round in which a job asks whether its loops are empty; 0 before the first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct Round(pub u64);

impl Round {
    /// The round after this one.
    #[must_use]
    pub fn next(self) -> Self {
        Self(self.0 + 1)
    }
}

/// Who sent an element: an instance of a node, by name, never by a position in this process.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Origin {
    /// The node's name in the topology.
    pub node: Arc<str>,
    /// Which of its instances, from 0.
    pub instance: usize,
}

impl fmt::Display for Origin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}#{}", self.node, self.instance)
    }
}

/// A mark between events, which keeps its place among them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Mark {
    /// No event with a time before this is expected any more.
    Watermark(EventTime),
    /// Nothing is to be expected for now: others need not wait for this input's watermark.
    Idle,
    /// Everything before this belongs to the epoch.
    Barrier(Epoch),
    /// What the loops had in flight when this round began is before this.
    Round(Round),
    /// There is no event after this.
    End,
}

/// What an edge carries.
#[derive(Debug, Clone)]
pub enum Element<T> {
    /// Events.
    Batch(Batch<T>),
    /// A mark between them.
    Mark(Mark),
}
