//! A declared operator that never awaits.

use super::{At, LinkSpec};
use crate::event::Times;
use crate::operator::{Operator, Reported, Step};
use crate::stage::{OperatorLink, States, StepCore};
use crate::topology::{NodeId, OutputKind};
use std::marker::PhantomData;

/// Declares an operator that never awaits; `X` looks up its state.
#[derive(Debug)]
pub struct OperatorSpec<O, X, T> {
    operator: O,
    node: NodeId,
    times: Times,
    states: PhantomData<fn() -> (X, T)>,
}

impl<O, X, T> OperatorSpec<O, X, T> {
    /// Declares `operator` at `node`; `times` is whether its events have event time.
    pub fn new(operator: O, node: NodeId, times: Times) -> Self {
        Self { operator, node, times, states: PhantomData }
    }
}

impl<In, T, O, X> LinkSpec<In> for OperatorSpec<O, X, T>
where
    In: Send + 'static,
    T: Send + 'static,
    O: Step<T>,
    X: States<In, T, State = O::State>,
{
    type Out = O::Out;
    type Link = OperatorLink<O, X, In, T>;

    fn node(&self) -> Option<NodeId> {
        Some(self.node)
    }

    fn shows_watermark(&self) -> bool {
        self.times == Times::Beside
    }

    fn build(&self, at: &mut At<'_>) -> Self::Link {
        let states = X::new(self.times, &at.env());
        OperatorLink::new(core::<T, O>(&self.operator, at), states, at.env())
    }
}

/// Clones an operator for one instance, with its error output and counters.
pub(super) fn core<T, O: Operator<T>>(
    operator: &O,
    at: &mut At<'_>,
) -> StepCore<O, Reported<O, T>> {
    let errors = at.side(OutputKind::Errors, Times::Absent);
    StepCore::new(operator.clone(), at.place(), errors, at.counters(), at.env())
}
