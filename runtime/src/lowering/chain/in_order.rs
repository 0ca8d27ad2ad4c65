//! Declared sorting by event time.

use super::{At, LinkSpec};
use crate::event::Times;
use crate::stage::Sorter;
use crate::state::{Kept, Memory};
use crate::topology::{NodeId, OutputKind};
use std::marker::PhantomData;

/// Declares a [`Sorter`] link, which is a node of its own.
#[derive(Debug)]
pub struct InOrderSpec<F, D> {
    tie: F,
    node: NodeId,
    memory: PhantomData<fn() -> D>,
}

impl<F, D> InOrderSpec<F, D> {
    /// Sorts by event time, and events of equal time by `tie`.
    pub fn new(tie: F, node: NodeId) -> Self {
        Self { tie, node, memory: PhantomData }
    }
}

impl<T, B, F, D> LinkSpec<T> for InOrderSpec<F, D>
where
    D: Memory,
    T: Kept<D> + Send + 'static,
    B: Ord + Send + 'static,
    F: Fn(&T) -> B + Clone + Send + 'static,
{
    type Out = T;
    type Link = Sorter<T, B, F, D>;

    fn node(&self) -> Option<NodeId> {
        Some(self.node)
    }

    fn build(&self, at: &mut At<'_>) -> Self::Link {
        let late = at.side(OutputKind::Late, Times::Beside);
        let place = (at.place(), at.share());
        Sorter::new((self.tie.clone(), at.carrying()), place, late, at.counters())
    }
}
