//! Declared event time.

use super::{At, LinkSpec};
use crate::stage::TimeAssigner;
use crate::time::{EventTime, Watermarks};
use crate::topology::NodeId;
use std::fmt;

/// Declares a [`TimeAssigner`] link, which is a node of its own.
pub struct EventTimeSpec<F, W> {
    time: F,
    strategy: W,
    node: NodeId,
    /// Its place among all that assign event time.
    clock: usize,
}

impl<F, W> fmt::Debug for EventTimeSpec<F, W> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("EventTimeSpec").field("node", &self.node).finish_non_exhaustive()
    }
}

impl<F, W> EventTimeSpec<F, W> {
    /// Extracts event time by `time`, and computes watermarks by a clone of `strategy` per
    /// instance. It is the clock `clock` of the job.
    pub fn new(time: F, strategy: W, (node, clock): (NodeId, usize)) -> Self {
        Self { time, strategy, node, clock }
    }
}

impl<T, F, W> LinkSpec<T> for EventTimeSpec<F, W>
where
    T: Send + 'static,
    F: Fn(&T) -> EventTime + Clone + Send + 'static,
    W: Watermarks<T>,
{
    type Out = T;
    type Link = TimeAssigner<T, F, W>;

    fn node(&self) -> Option<NodeId> {
        Some(self.node)
    }

    fn build(&self, at: &mut At<'_>) -> Self::Link {
        let strategy = (self.strategy.clone(), at.carrying());
        let place = (at.place(), at.first_place());
        TimeAssigner::new(self.time.clone(), strategy, place, (at.env(), at.drift(self.clock)))
    }
}
