//! References to outputs with a layout of their own: those of a fan-out, a side output, an operator
//! that awaits, a long chain, or many streams merged into one.

use super::{At, ChainSpec};
use crate::error::Result;
use crate::event::Times;
use crate::grouping::{Forward, Grouping};
use crate::lowering::{Layouts, Wiring};
use crate::stage::GateRoot;
use crate::topology::{Endpoint, NodeId};

/// Begins a chain at outputs that have a layout of their own; several are merged.
#[derive(Debug)]
pub struct OutputRef<T>(Wiring<T, Forward>);

impl<T> OutputRef<T> {
    /// Refers to these outputs.
    #[must_use]
    pub fn new(outputs: Vec<Endpoint>, times: Times) -> Self {
        Self(Wiring::new(outputs, Forward::default(), None, times))
    }
}

impl<T: Send + 'static> ChainSpec for OutputRef<T> {
    type Out = T;
    type Chain = GateRoot<T>;
    type Connected = GateRoot<T>;

    fn lower(&mut self, at: &mut At<'_>) -> Result<GateRoot<T>> {
        at.lowering.consume(&mut self.0, (at.node, at.instance))
    }

    fn connect<G: Grouping<T>>(
        &mut self,
        wiring: &mut Wiring<T, G>,
        at: &mut At<'_>,
    ) -> Result<GateRoot<T>> {
        at.lowering.consume(wiring, (at.node, at.instance))
    }

    fn call<G: Grouping<T>>(
        &mut self,
        wiring: &mut Wiring<T, G>,
        at: &mut At<'_>,
    ) -> Result<GateRoot<T>> {
        at.lowering.consume(wiring, (at.node, at.instance))
    }

    fn channel<G: Grouping<T>>(
        &mut self,
        wiring: &mut Wiring<T, G>,
        at: &mut At<'_>,
    ) -> Result<GateRoot<T>> {
        at.lowering.consume(wiring, (at.node, at.instance))
    }

    fn end(self, _: NodeId, _: Times, _: &Layouts) -> Self {
        self
    }

    fn references(&self) -> Option<&[Endpoint]> {
        Some(&self.0.from)
    }
}
