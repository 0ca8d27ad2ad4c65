//! A declared operator that needs no key.

use super::Declared;
use crate::error::Result;
use crate::operator::{Operator, Step};
use crate::stage::{StepCore, Then};
use crate::topology::{Endpoint, Lowering, NodeId, Port};
use std::convert::Infallible;

/// A declared operator that needs no key.
#[derive(Debug)]
pub struct ThenAt<C, O> {
    pub(crate) chain: C,
    pub(crate) operator: O,
    pub(crate) node: NodeId,
}

impl<C: Declared, O: Step<C::Out, State = ()>> Declared for ThenAt<C, O> {
    type Out = O::Out;
    type Chain = Then<C::Chain, O>;
    type Time = C::Time;
    type Late = C::LateInput;
    type Error = O::Error;
    type Overflow = C::OverflowInput;
    type Unmatched = C::UnmatchedInput;
    type LateInput = Infallible;
    type UnmatchedInput = Infallible;
    type OverflowInput = Infallible;

    fn lower(self, _: NodeId, lowering: &mut Lowering) -> Result<Vec<Self::Chain>> {
        let cores = cores(self.operator, self.node, lowering);
        let chains = self.chain.lower(self.node, lowering)?;
        Ok(chains.into_iter().zip(cores).map(|(chain, core)| Then::new(chain, core)).collect())
    }
}

/// An operator, ready to work, for every instance of its node.
pub(crate) fn cores<T, O: Operator<T>>(
    operator: O,
    node: NodeId,
    lowering: &mut Lowering,
) -> Vec<StepCore<O, O::Error>> {
    let errors = lowering.sides(Endpoint { node, port: Port::Errors }, false);
    let core = |(instance, errors)| {
        let place = lowering.place_of(node, instance);
        StepCore::new(operator.clone(), place, errors, lowering.counters(node, instance))
    };
    errors.into_iter().enumerate().map(core).collect()
}
