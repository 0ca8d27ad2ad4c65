//! A declared redistribution of events among instances.

use super::{At, ChainSpec, ForkMark};
use crate::error::Result;
use crate::grouping::Grouping;
use crate::lowering::Wiring;
use crate::stage::GateRoot;

/// Declares how the events of a chain are distributed among the instances of the next node.
#[derive(Debug)]
pub struct Routed<C: ChainSpec, G> {
    chain: C,
    wiring: Wiring<C::Out, G>,
}

impl<C: ChainSpec, G> Routed<C, G> {
    /// Extends `chain` by an edge.
    pub fn new(chain: C, wiring: Wiring<C::Out, G>) -> Self {
        Self { chain, wiring }
    }
}

impl<C: ChainSpec, G: Grouping<C::Out>> ChainSpec for Routed<C, G> {
    type Out = C::Out;
    type Chain = C::Connected;
    type Connected = C::Connected;

    fn lower(&mut self, at: &mut At<'_>) -> Result<Self::Chain> {
        self.chain.connect(&mut self.wiring, at)
    }

    fn connect<H: Grouping<C::Out>>(
        &mut self,
        wiring: &mut Wiring<C::Out, H>,
        at: &mut At<'_>,
    ) -> Result<Self::Connected> {
        // `shuffle() >> instances(2)` declares one edge twice: an indifferent grouping yields.
        if const { H::INDIFFERENT } {
            return self.lower(at);
        }
        self.chain.connect(wiring, at)
    }

    fn channel<H: Grouping<C::Out>>(
        &mut self,
        wiring: &mut Wiring<C::Out, H>,
        at: &mut At<'_>,
    ) -> Result<GateRoot<C::Out>> {
        if const { H::INDIFFERENT } {
            return self.chain.channel(&mut self.wiring, at);
        }
        self.chain.channel(wiring, at)
    }

    fn fork(&self) -> Option<&ForkMark> {
        self.chain.fork()
    }
}
