//! The declared head of a loop.

use super::{At, ChainSpec, Either, either};
use crate::error::Result;
use crate::grouping::Grouping;
use crate::lowering::Wiring;
use crate::stage::{FeedbackRoot, Returning};
use crate::state::{Kept, Memory};
use crate::topology::NodeId;
use std::marker::PhantomData;

/// Declares the head of a loop. Like a source, it emits events without event time.
#[derive(Debug)]
pub struct FeedbackSpec<T, D> {
    /// The node of the head.
    node: NodeId,
    /// The feedback edges; its tails add theirs to a clone.
    returning: Returning<T>,
    memory: PhantomData<fn() -> D>,
}

impl<T, D> FeedbackSpec<T, D> {
    /// The head at `node`, of these edges.
    pub(crate) fn new(node: NodeId, returning: Returning<T>) -> Self {
        Self { node, returning, memory: PhantomData }
    }
}

impl<T: Kept<D> + Send + 'static, D: Memory> ChainSpec for FeedbackSpec<T, D> {
    type Out = T;
    type Chain = FeedbackRoot<T, D>;
    type Connected = Either<Self>;

    fn lower(&mut self, at: &mut At<'_>) -> Result<Self::Chain> {
        let (node, lowering) = (self.node, &mut *at.lowering);
        let counters = lowering.counters(node, 0);
        let mut head = FeedbackRoot::new(self.returning.clone(), &lowering.control, counters);
        let kind = FeedbackRoot::<T, D>::KEEPS;
        let events = lowering.restored_whole(node, kind)?;
        if let Some((events, written)) = events.zip(lowering.written(node, kind)) {
            let name = lowering.name(node);
            head.restore(&events, written).map_err(|error| error.in_state_of(&name))?;
        }
        Ok(head.saved_by(lowering.saver((node, 0), kind)?))
    }

    fn connect<G: Grouping<Self::Out>>(
        &mut self,
        wiring: &mut Wiring<Self::Out, G>,
        at: &mut At<'_>,
    ) -> Result<Self::Connected> {
        either(self, wiring, at)
    }
}
