//! References to outputs with a layout of their own: those of a fan-out, a side output, an operator
//! that awaits, a long chain, or many streams merged into one.

use super::{ChainSpec, Edges, Layouts};
use crate::error::Result;
use crate::event::Times;
use crate::grouping::{Forward, Grouping};
use crate::lowering::{Lowering, Wiring};
use crate::stage::GateRoot;
use crate::topology::{Endpoint, NodeId};
use std::fmt;
use std::marker::PhantomData;

/// Begins a chain at outputs that have a layout of their own; several are merged.
pub struct OutputRef<T> {
    outputs: Vec<Endpoint>,
    /// Whether the events carry event time.
    times: Times,
    events: PhantomData<fn() -> T>,
}

impl<T> fmt::Debug for OutputRef<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("OutputRef").field("outputs", &self.outputs).finish_non_exhaustive()
    }
}

impl<T> OutputRef<T> {
    /// Refers to these outputs.
    #[must_use]
    pub fn new(outputs: Vec<Endpoint>, times: Times) -> Self {
        Self { outputs, times, events: PhantomData }
    }
}

impl<T: Send + 'static> ChainSpec for OutputRef<T> {
    type Out = T;
    type Chain = GateRoot<T>;
    type Connected = GateRoot<T>;

    fn lower(self, to: NodeId, lowering: &mut Lowering) -> Result<Vec<GateRoot<T>>> {
        let Self { outputs: from, times, .. } = self;
        let wiring = Wiring { from, to, grouping: Forward::default(), clone: None, times };
        Ok(lowering.consume(&wiring))
    }

    fn connect<G: Grouping<T>>(
        self,
        wiring: Wiring<T, G>,
        lowering: &mut Lowering,
    ) -> Result<Edges<Self>> {
        Ok(lowering.consume(&wiring))
    }

    fn call<G: Grouping<T>>(
        self,
        wiring: Wiring<T, G>,
        lowering: &mut Lowering,
    ) -> Result<Vec<GateRoot<T>>> {
        Ok(lowering.consume(&wiring))
    }

    fn channel<G: Grouping<T>>(
        self,
        wiring: Wiring<T, G>,
        lowering: &mut Lowering,
    ) -> Result<Vec<GateRoot<T>>> {
        Ok(lowering.consume(&wiring))
    }

    fn end(self, _: NodeId, _: Times, _: &mut Layouts) -> Self {
        self
    }

    fn references(&self) -> Option<&[Endpoint]> {
        Some(&self.outputs)
    }
}
