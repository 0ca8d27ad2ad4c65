//! A declared operator that awaits.

use super::ChainSpec;
use super::operator::core;
use crate::error::Result;
use crate::event::Times;
use crate::exchange::Tee;
use crate::lowering::Lowering;
use crate::operator::AwaitStep;
use crate::stage::{AwaitSegment, States, call, kept_part};
use crate::topology::{Endpoint, NodeId};
use std::marker::PhantomData;

/// Declares an operator that awaits. It ends its segment: a chain cannot wait in its middle.
#[derive(Debug)]
pub struct AwaitingSpec<C, O, X, T> {
    chain: C,
    operator: O,
    node: NodeId,
    times: Times,
    states: PhantomData<fn() -> (X, T)>,
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
    pub(crate) fn lay_out(&mut self, lowering: &mut Lowering) -> Result<()> {
        let (node, times) = (self.node, self.times);
        let mut targets = lowering.take_targets(Endpoint::main(node)).into_iter();
        lowering.each_instance(node, &mut |at| {
            let chain = self.chain.lower(at)?;
            let core = core::<T, O>(&self.operator, at);
            let target = targets.next().and_then(|mut targets| targets.pop());
            let limit = at.lowering.call_limit(node, at.instance);
            let (batch, time) = (at.lowering.sizes.batch(), (limit, at.env()));
            let tee = Tee::one(target, batch, times, at.counters());
            let output = (tee, times, batch);
            let mut segment =
                AwaitSegment::<_, _, X, _, _>::new(chain, core, call::<O, T>, output, time);
            let kind = kept_part::<_, _, X>();
            let saver =
                at.keeps(kind, |(key, value), written| segment.restore(key, value, written))?;
            let segment =
                segment.saved_by(saver).at_watermark(at.watermark(times == Times::Beside)?);
            let segment = Box::new(segment);
            at.lowering.place(node, at.instance, segment);
            Ok(())
        })
    }
}
