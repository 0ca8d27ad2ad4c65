//! The declared head of a loop.

use super::{At, ChainSpec, Either, either};
use crate::error::Result;
use crate::grouping::Grouping;
use crate::lowering::Wiring;
use crate::stage::{FeedbackRoot, Returning};
use crate::topology::NodeId;

/// Declares the head of a loop. Like a source, it emits events without event time.
#[derive(Debug)]
pub struct FeedbackSpec<T> {
    /// The node of the head.
    pub(crate) node: NodeId,
    /// The feedback edges; its tails add theirs to a clone.
    pub(crate) returning: Returning<T>,
}

impl<T: Send + 'static> ChainSpec for FeedbackSpec<T> {
    type Out = T;
    type Chain = FeedbackRoot<T>;
    type Connected = Either<Self>;

    fn lower(&mut self, at: &mut At<'_>) -> Result<Self::Chain> {
        let counters = at.lowering.counters(self.node, 0);
        Ok(FeedbackRoot::new(self.returning.clone(), &at.lowering.control, counters))
    }

    fn connect<G: Grouping<Self::Out>>(
        &mut self,
        wiring: &mut Wiring<Self::Out, G>,
        at: &mut At<'_>,
    ) -> Result<Self::Connected> {
        either(self, wiring, at)
    }
}
