//! Declared edges whose kind is known at compile time.

use super::{At, ChainSpec, ForkMark, Fused, Fusing, Links, ReceivedSpec};
use crate::error::Result;
use crate::event::Times;
use crate::grouping::Grouping;
use crate::lowering::{Layouts, Wiring};
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

    fn lower(&mut self, at: &mut At<'_>) -> Result<C::Chain> {
        self.0.lower(at)
    }

    fn connect<G: Grouping<C::Out>>(
        &mut self,
        wiring: &mut Wiring<C::Out, G>,
        at: &mut At<'_>,
    ) -> Result<Self::Connected> {
        self.0.call(wiring, at)
    }

    fn references(&self) -> Option<&[Endpoint]> {
        self.0.references()
    }

    fn fork(&self) -> Option<&ForkMark> {
        self.0.fork()
    }
}

impl<C: ChainSpec> ChainSpec for AsChannel<C> {
    type Out = C::Out;
    type Chain = C::Chain;
    type Connected = GateRoot<C::Out>;

    fn lower(&mut self, at: &mut At<'_>) -> Result<C::Chain> {
        self.0.lower(at)
    }

    fn connect<G: Grouping<C::Out>>(
        &mut self,
        wiring: &mut Wiring<C::Out, G>,
        at: &mut At<'_>,
    ) -> Result<Self::Connected> {
        self.0.channel(wiring, at)
    }

    fn references(&self) -> Option<&[Endpoint]> {
        self.0.references()
    }
}

impl<C: ChainSpec> Fusing for AsChannel<C> {
    type With<D: ChainSpec> = Fused<D, Links<1>>;
    type Between<D: ChainSpec> = Fused<D, Links<1>>;
    type Grouped<G: Grouping<C::Out>> = ReceivedSpec<C::Out>;
    type Received<D: ChainSpec<Out = C::Out>> = Fused<ReceivedSpec<C::Out>, Links<1>>;

    fn with<D: ChainSpec>(longer: D, _: NodeId, _: Times, _: &Layouts) -> Self::With<D> {
        Fused::new(longer)
    }

    fn between<D: ChainSpec>(longer: D) -> Self::Between<D> {
        Fused::new(longer)
    }

    fn grouped<G: Grouping<C::Out>>(self, wiring: Wiring<C::Out, G>) -> ReceivedSpec<C::Out> {
        ReceivedSpec::from(self.0, wiring)
    }

    fn received<G: Grouping<C::Out>>(
        between: Fused<ReceivedSpec<C::Out>, Links<1>>,
    ) -> Fused<ReceivedSpec<C::Out>, Links<1>> {
        between
    }
}
