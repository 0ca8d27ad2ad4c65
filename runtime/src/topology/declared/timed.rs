//! Declared event time.

use super::{Declared, Timed};
use crate::error::Result;
use crate::stage::{EventTimed, InOrder};
use crate::time::{EventTime, Watermarks};
use crate::topology::{Endpoint, Lowering, NodeId, Port};
use crate::window::Late;
use std::convert::Infallible;
use std::fmt;

/// A declared event time.
pub struct EventTimeAt<C, F, W> {
    pub(crate) chain: C,
    pub(crate) time: F,
    pub(crate) strategy: W,
    /// A node of its own, if the stream before it has none.
    pub(crate) node: Option<NodeId>,
}

impl<C, F, W> fmt::Debug for EventTimeAt<C, F, W> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("EventTimeAt").finish_non_exhaustive()
    }
}

impl<C, F, W> Declared for EventTimeAt<C, F, W>
where
    C: Declared,
    F: Fn(&C::Out) -> EventTime + Clone + Send + 'static,
    W: Watermarks<C::Out>,
{
    type Out = C::Out;
    type Chain = EventTimed<C::Chain, F, W>;
    type Time = Timed;
    type Late = C::Late;
    type Error = C::Error;
    type Overflow = C::Overflow;
    type Unmatched = C::Unmatched;
    type LateInput = Infallible;
    type UnmatchedInput = Infallible;
    type OverflowInput = Infallible;

    fn lower(self, to: NodeId, lowering: &mut Lowering) -> Result<Vec<Self::Chain>> {
        let chains = self.chain.lower(self.node.unwrap_or(to), lowering)?;
        let timed = |chain| {
            let (time, strategy) = (self.time.clone(), self.strategy.clone());
            EventTimed::new(chain, time, strategy, lowering.env.clone())
        };
        Ok(chains.into_iter().map(timed).collect())
    }
}

/// A declared order of event time.
pub struct InOrderAt<C, F> {
    pub(crate) chain: C,
    pub(crate) tie: F,
    pub(crate) late: Endpoint,
    /// A node of its own, if the stream before it has none.
    pub(crate) node: Option<NodeId>,
}

impl<C, F> fmt::Debug for InOrderAt<C, F> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("InOrderAt").finish_non_exhaustive()
    }
}

impl<C, B, F> Declared for InOrderAt<C, F>
where
    C: Declared,
    B: Ord + Send + 'static,
    F: Fn(&C::Out) -> B + Clone + Send + 'static,
{
    type Out = C::Out;
    type Chain = InOrder<C::Chain, B, F>;
    type Time = Timed;
    type Late = Late<C::Out>;
    type Error = C::Error;
    type Overflow = C::Overflow;
    type Unmatched = Infallible;
    type LateInput = Infallible;
    type UnmatchedInput = Infallible;
    type OverflowInput = Infallible;

    fn lower(self, to: NodeId, lowering: &mut Lowering) -> Result<Vec<Self::Chain>> {
        let late = lowering.sides(Endpoint { port: Port::Late, ..self.late }, true);
        let node = self.late.node;
        let chains = self.chain.lower(self.node.unwrap_or(to), lowering)?;
        let sorted = |(instance, (chain, late))| {
            InOrder::new(chain, self.tie.clone(), late, lowering.counters(node, instance))
        };
        Ok(chains.into_iter().zip(late).enumerate().map(sorted).collect())
    }
}
