//! A declared redistribution of events among instances.

use super::{ChainSpec, Edges};
use crate::error::Result;
use crate::event::Times;
use crate::grouping::Grouping;
use crate::lowering::{Copying, Lowering, Wiring};
use crate::stage::GateRoot;
use crate::topology::{Endpoint, NodeId};
use std::fmt;

/// Declares how the events of a chain are distributed among the instances of the next node.
pub struct Routed<C: ChainSpec, G> {
    /// Everything upstream of the edge.
    pub(crate) chain: C,
    /// The outputs the edge comes from.
    pub(crate) from: Vec<Endpoint>,
    /// Picks the instance for each event.
    pub(crate) grouping: G,
    /// Copies events, if the grouping sends them to all instances.
    pub(crate) clone: Option<Copying<C::Out>>,
    /// Whether the events carry event time.
    pub(crate) times: Times,
}

impl<C: ChainSpec, G: fmt::Debug> fmt::Debug for Routed<C, G> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Routed").field("grouping", &self.grouping).finish_non_exhaustive()
    }
}

impl<C: ChainSpec, G: Grouping<C::Out>> Routed<C, G> {
    /// The chain, and its wiring to `to`.
    fn wired(self, to: NodeId) -> (C, Wiring<C::Out, G>) {
        let Self { chain, from, grouping, clone, times } = self;
        (chain, Wiring { from, to, grouping, clone, times })
    }
}

impl<C: ChainSpec, G: Grouping<C::Out>> ChainSpec for Routed<C, G> {
    type Out = C::Out;
    type Chain = C::Connected;
    type Connected = C::Connected;

    fn lower(self, to: NodeId, lowering: &mut Lowering) -> Result<Vec<Self::Chain>> {
        let (chain, wiring) = self.wired(to);
        chain.connect(wiring, lowering)
    }

    fn connect<H: Grouping<C::Out>>(
        self,
        wiring: Wiring<C::Out, H>,
        lowering: &mut Lowering,
    ) -> Result<Edges<Self>> {
        // `shuffle() >> instances(2)` declares one edge twice: an indifferent grouping yields.
        if const { H::INDIFFERENT } {
            return self.lower(wiring.to, lowering);
        }
        self.chain.connect(wiring, lowering)
    }

    fn channel<H: Grouping<C::Out>>(
        self,
        wiring: Wiring<C::Out, H>,
        lowering: &mut Lowering,
    ) -> Result<Vec<GateRoot<C::Out>>> {
        if const { H::INDIFFERENT } {
            let (chain, wiring) = self.wired(wiring.to);
            return chain.channel(wiring, lowering);
        }
        self.chain.channel(wiring, lowering)
    }
}
