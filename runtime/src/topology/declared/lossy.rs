//! A declared edge that may drop events.

use super::{Declared, Links};
use crate::error::Result;
use crate::grouping::Grouping;
use crate::topology::{Lowering, NodeId, Wiring};

/// A declared edge that may drop events: they are an output of the node behind it. What it does
/// when it is full is a value, noted with the edge; that it may is a type.
#[derive(Debug)]
pub struct LossyAt<C>(pub(crate) C);

impl<C: Declared> Declared for LossyAt<C> {
    type Out = C::Out;
    type Chain = C::Chain;
    type Time = C::Time;
    type Late = C::Late;
    type Error = C::Error;
    type Overflow = C::Out;
    type Unmatched = C::Unmatched;
    type LateInput = C::LateInput;
    type UnmatchedInput = C::UnmatchedInput;
    type OverflowInput = C::Out;

    fn lower(self, to: NodeId, lowering: &mut Lowering) -> Result<Vec<Self::Chain>> {
        self.0.lower(to, lowering)
    }

    fn connect<G: Grouping<C::Out>>(
        self,
        wiring: Wiring<C::Out, G>,
        lowering: &mut Lowering,
    ) -> Result<Links<Self>> {
        self.0.connect(wiring, lowering)
    }
}
