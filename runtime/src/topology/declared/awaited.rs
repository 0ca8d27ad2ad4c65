//! A declared operator that awaits.

use super::then::cores;
use super::{Declared, Marker, timed};
use crate::error::Result;
use crate::exchange::Gather;
use crate::operator::{AwaitStep, Output};
use crate::stage::{AwaitSegment, States};
use crate::topology::{Endpoint, Lowering, NodeId, Port};
use std::fmt;

/// A declared operator that awaits: the end of its stage, since its awaiting is what holds back
/// everything before it.
pub struct AwaitedAt<C, O, X, T> {
    pub(crate) chain: C,
    pub(crate) operator: O,
    pub(crate) node: NodeId,
    pub(crate) states: Marker<(X, T)>,
}

impl<C, O, X, T> fmt::Debug for AwaitedAt<C, O, X, T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("AwaitedAt").field("node", &self.node).finish_non_exhaustive()
    }
}

impl<C, O, X, T> AwaitedAt<C, O, X, T>
where
    C: Declared,
    O: AwaitStep<T>,
    X: States<C::Out, T, State = O::State> + Default,
    T: Send + 'static,
{
    /// Lays out the operator and the chain before it.
    pub(crate) fn lay_out(self, lowering: &mut Lowering) -> Result<()> {
        let Self { chain, operator, node, .. } = self;
        let cores = cores(operator, node, lowering);
        let targets = lowering.take_targets(Endpoint { node, port: Port::Main });
        let chains = chain.lower(node, lowering)?;
        let parts = chains.into_iter().zip(cores).zip(targets).enumerate();
        for (instance, ((chain, core), mut targets)) in parts {
            let counters = lowering.counters(node, instance);
            let gather = Gather::one(targets.pop(), lowering.batch, timed::<C>(), counters);
            let output = Output::to(Box::new(gather), lowering.batch);
            let (output, env) = ((output, timed::<C>()), lowering.env.clone());
            let segment = AwaitSegment::new(chain, core, X::default(), output, env);
            lowering.place(node, instance, segment);
        }
        Ok(())
    }
}
