//! Declared sorting by event time.

use super::{At, LinkSpec};
use crate::event::Times;
use crate::stage::Sorter;
use crate::topology::{NodeId, OutputKind};

/// Declares a [`Sorter`] link, which is a node of its own.
#[derive(Debug)]
pub struct InOrderSpec<F> {
    tie: F,
    node: NodeId,
}

impl<F> InOrderSpec<F> {
    /// Sorts by event time, and events of equal time by `tie`.
    pub fn new(tie: F, node: NodeId) -> Self {
        Self { tie, node }
    }
}

impl<T, B, F> LinkSpec<T> for InOrderSpec<F>
where
    T: Send + 'static,
    B: Ord + Send + 'static,
    F: Fn(&T) -> B + Clone + Send + 'static,
{
    type Out = T;
    type Link = Sorter<T, B, F>;

    fn node(&self) -> Option<NodeId> {
        Some(self.node)
    }

    fn build(&self, at: &mut At<'_>) -> Self::Link {
        let late = at.side(OutputKind::Late, Times::Beside);
        Sorter::new((self.tie.clone(), at.carrying()), at.place(), late, at.counters())
    }
}
