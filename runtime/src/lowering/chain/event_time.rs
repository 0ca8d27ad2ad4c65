//! Declared event time.

use super::{At, LinkSpec};
use crate::stage::TimeAssigner;
use crate::time::{EventTime, Watermarks};
use crate::topology::NodeId;

/// Declares a [`TimeAssigner`] link, which is a node of its own.
#[derive(Debug)]
pub struct EventTimeSpec<F, W> {
    time: F,
    strategy: W,
    node: NodeId,
}

impl<F, W> EventTimeSpec<F, W> {
    /// Extracts event time by `time`, and computes watermarks by a clone of `strategy` per
    /// instance.
    pub fn new(time: F, strategy: W, node: NodeId) -> Self {
        Self { time, strategy, node }
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
        TimeAssigner::new(self.time.clone(), strategy, (at.place(), at.first_place()), at.env())
    }
}
