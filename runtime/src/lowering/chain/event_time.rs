//! Declared event time.

use super::{At, LinkSpec};
use crate::stage::TimeAssigner;
use crate::state::Memory;
use crate::time::{EventTime, Watermarks};
use crate::topology::NodeId;
use std::marker::PhantomData;

/// Declares a [`TimeAssigner`] link, which is a node of its own.
#[derive(Debug)]
pub struct EventTimeSpec<F, W, D> {
    time: F,
    strategy: W,
    node: NodeId,
    /// Its place among all that assign event time.
    clock: usize,
    memory: PhantomData<fn() -> D>,
}

impl<F, W, D> EventTimeSpec<F, W, D> {
    /// Extracts event time by `time`, and computes watermarks by a clone of `strategy` per
    /// instance. It is the clock `clock` of the job.
    pub fn new(time: F, strategy: W, (node, clock): (NodeId, usize)) -> Self {
        Self { time, strategy, node, clock, memory: PhantomData }
    }
}

impl<T, F, W, D> LinkSpec<T> for EventTimeSpec<F, W, D>
where
    D: Memory,
    T: Send + 'static,
    F: Fn(&T) -> EventTime + Clone + Send + 'static,
    W: Watermarks<T>,
{
    type Out = T;
    type Link = TimeAssigner<T, F, W, D>;

    fn node(&self) -> Option<NodeId> {
        Some(self.node)
    }

    fn build(&self, at: &mut At<'_>) -> Self::Link {
        let strategy = (self.strategy.clone(), at.carrying());
        let place = (at.place(), at.first_place());
        let shown = (at.drift(self.clock), at.counters());
        TimeAssigner::new(self.time.clone(), strategy, place, (at.env(), shown))
    }
}
