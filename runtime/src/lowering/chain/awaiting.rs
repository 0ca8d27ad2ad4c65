//! A declared operator that awaits.

use super::operator::core;
use super::{At, ChainSpec};
use crate::error::Result;
use crate::event::Times;
use crate::exchange::Tee;
use crate::lowering::Lowering;
use crate::operator::{AwaitStep, Output};
use crate::stage::{AwaitSegment, States};
use crate::topology::{Endpoint, NodeId};
use std::fmt;
use std::marker::PhantomData;

/// Declares an operator that awaits. It ends its segment: a chain cannot wait in its middle.
pub struct AwaitingSpec<C, O, X, T> {
    chain: C,
    operator: O,
    node: NodeId,
    times: Times,
    states: PhantomData<fn() -> (X, T)>,
}

impl<C, O, X, T> fmt::Debug for AwaitingSpec<C, O, X, T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("AwaitingSpec").field("node", &self.node).finish_non_exhaustive()
    }
}

impl<C, O, X, T> AwaitingSpec<C, O, X, T>
where
    C: ChainSpec,
    O: AwaitStep<T>,
    X: States<C::Out, T, State = O::State>,
    T: Send + 'static,
{
    /// Declares `operator` at `node`, downstream of `chain`.
    pub fn new(chain: C, operator: O, node: NodeId, times: Times) -> Self {
        Self { chain, operator, node, times, states: PhantomData }
    }

    /// Lowers the operator and the chain upstream of it, and places their segments.
    pub(crate) fn lay_out(self, lowering: &mut Lowering) -> Result<()> {
        let Self { chain, operator, node, times, .. } = self;
        let targets = lowering.take_targets(Endpoint::main(node));
        let chains = chain.lower(node, lowering)?;
        for (instance, (chain, mut targets)) in chains.into_iter().zip(targets).enumerate() {
            let core = core(&operator, &mut At { lowering, node, instance });
            let counters = lowering.counters(node, instance);
            let tee = Tee::one(targets.pop(), lowering.batch, times, counters);
            let output = (Output::to(Box::new(tee), lowering.batch), times);
            let env = lowering.env.clone();
            let segment = AwaitSegment::new(chain, core, X::default(), output, env);
            lowering.place(node, instance, Box::new(segment));
        }
        Ok(())
    }
}
