//! A declared change of instances.

use super::{Declared, Links};
use crate::error::Result;
use crate::grouping::Grouping;
use crate::stage::Link;
use crate::topology::{Copying, Endpoint, Lowering, NodeId, Wiring};
use std::convert::Infallible;
use std::fmt;

/// A declared change of instances.
pub struct Redistributed<C: Declared, G> {
    pub(crate) chain: C,
    pub(crate) from: Vec<Endpoint>,
    pub(crate) grouping: G,
    pub(crate) clone: Option<Copying<C::Out>>,
}

impl<C: Declared, G: fmt::Debug> fmt::Debug for Redistributed<C, G> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Redistributed").field("grouping", &self.grouping).finish_non_exhaustive()
    }
}

impl<C: Declared, G: Grouping<C::Out>> Declared for Redistributed<C, G> {
    type Out = C::Out;
    type Chain = Link<C::Chain, C::Out>;
    type Time = C::Time;
    type Late = Infallible;
    type Error = Infallible;
    type Overflow = C::OverflowInput;
    type Unmatched = Infallible;
    type LateInput = Infallible;
    type UnmatchedInput = Infallible;
    type OverflowInput = C::OverflowInput;

    fn lower(self, to: NodeId, lowering: &mut Lowering) -> Result<Vec<Self::Chain>> {
        let Self { chain, from, grouping, clone } = self;
        chain.connect(Wiring { from, to, grouping, clone }, lowering)
    }

    fn connect<H: Grouping<C::Out>>(
        self,
        wiring: Wiring<C::Out, H>,
        lowering: &mut Lowering,
    ) -> Result<Links<Self>> {
        // `shuffle() >> instances(2)` says two things about one edge: the one with a will wins.
        let links = if H::INDIFFERENT {
            let Self { chain, from, grouping, clone } = self;
            chain.connect(Wiring { from, to: wiring.to, grouping, clone }, lowering)?
        } else {
            self.chain.connect(wiring, lowering)?
        };
        Ok(links.into_iter().map(Link::Call).collect())
    }
}
