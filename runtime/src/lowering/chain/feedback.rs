//! The declared head of a loop.

use super::{ChainSpec, Edges, Either, either};
use crate::error::Result;
use crate::grouping::Grouping;
use crate::lowering::{Lowering, Wiring};
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

    fn lower(self, _: NodeId, lowering: &mut Lowering) -> Result<Vec<Self::Chain>> {
        let counters = lowering.counters(self.node, 0);
        Ok(vec![FeedbackRoot::new(self.returning, &lowering.control, counters)])
    }

    fn connect<G: Grouping<Self::Out>>(
        self,
        wiring: Wiring<Self::Out, G>,
        lowering: &mut Lowering,
    ) -> Result<Edges<Self>> {
        either(self, wiring, lowering)
    }
}
