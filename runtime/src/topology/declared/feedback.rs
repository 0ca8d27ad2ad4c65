//! A declared beginning of a loop.

use super::{Declared, Marker, Untimed};
use crate::error::Result;
use crate::stage::{FeedbackRoot, Returning};
use crate::topology::{Lowering, NodeId};
use std::convert::Infallible;

/// A declared beginning of a loop: where events come in again.
///
/// They have no event time, as those of a source.
#[derive(Debug)]
pub struct FeedbackAt<T> {
    pub(crate) node: NodeId,
    pub(crate) returning: Returning<T>,
    pub(crate) events: Marker<T>,
}

impl<T: Send + 'static> Declared for FeedbackAt<T> {
    type Out = T;
    type Chain = FeedbackRoot<T>;
    type Time = Untimed;
    type Late = Infallible;
    type Error = Infallible;
    type Overflow = Infallible;
    type Unmatched = Infallible;
    type LateInput = Infallible;
    type UnmatchedInput = Infallible;
    type OverflowInput = Infallible;

    fn lower(self, _: NodeId, lowering: &mut Lowering) -> Result<Vec<Self::Chain>> {
        let counters = lowering.counters(self.node, 0);
        Ok(vec![FeedbackRoot::new(self.returning, &lowering.control, counters)])
    }
}
