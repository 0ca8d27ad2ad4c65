//! A declared head of a loop.

use super::ChainSpec;
use crate::error::Result;
use crate::lowering::Lowering;
use crate::stage::{FeedbackRoot, Returning};
use crate::topology::NodeId;

/// A declared head of a loop: where events come in again.
///
/// They have no event time, as those of a source.
#[derive(Debug)]
pub struct FeedbackSpec<T> {
    pub(crate) node: NodeId,
    pub(crate) returning: Returning<T>,
}

impl<T: Send + 'static> ChainSpec for FeedbackSpec<T> {
    type Out = T;
    type Chain = FeedbackRoot<T>;

    fn lower(self, _: NodeId, lowering: &mut Lowering) -> Result<Vec<Self::Chain>> {
        let counters = lowering.counters(self.node, 0);
        Ok(vec![FeedbackRoot::new(self.returning, &lowering.control, counters)])
    }
}
