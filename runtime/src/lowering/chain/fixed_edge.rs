//! Declared edges whose kind is known at compile time.

use super::{ChainSpec, Edges};
use crate::error::Result;
use crate::grouping::Grouping;
use crate::lowering::{Lowering, Wiring};
use crate::stage::GateRoot;
use crate::topology::{Endpoint, NodeId};

/// Declares that the edge downstream of a chain is a call; only this kind is compiled.
#[derive(Debug)]
pub struct AsCall<C>(pub C);

/// Declares that the edge downstream of a chain is a channel; only this kind is compiled.
#[derive(Debug)]
pub struct AsChannel<C>(pub C);

impl<C: ChainSpec> ChainSpec for AsCall<C> {
    type Out = C::Out;
    type Chain = C::Chain;
    type Connected = C::Chain;

    fn lower(self, to: NodeId, lowering: &mut Lowering) -> Result<Vec<C::Chain>> {
        self.0.lower(to, lowering)
    }

    fn connect<G: Grouping<C::Out>>(
        self,
        wiring: Wiring<C::Out, G>,
        lowering: &mut Lowering,
    ) -> Result<Edges<Self>> {
        self.0.call(wiring, lowering)
    }

    fn references(&self) -> Option<&[Endpoint]> {
        self.0.references()
    }
}

impl<C: ChainSpec> ChainSpec for AsChannel<C> {
    type Out = C::Out;
    type Chain = C::Chain;
    type Connected = GateRoot<C::Out>;

    fn lower(self, to: NodeId, lowering: &mut Lowering) -> Result<Vec<C::Chain>> {
        self.0.lower(to, lowering)
    }

    fn connect<G: Grouping<C::Out>>(
        self,
        wiring: Wiring<C::Out, G>,
        lowering: &mut Lowering,
    ) -> Result<Edges<Self>> {
        self.0.channel(wiring, lowering)
    }

    fn references(&self) -> Option<&[Endpoint]> {
        self.0.references()
    }
}
