//! A declared throttle.

use super::ChainSpec;
use crate::control::RateLimit;
use crate::error::Result;
use crate::event::Times;
use crate::exchange::Tee;
use crate::lowering::Lowering;
use crate::stage::ThrottleSegment;
use crate::topology::{Endpoint, NodeId};
use std::sync::Arc;

/// Declares a node that holds a stream to a rate. It ends its segment: a chain cannot wait in its
/// middle.
#[derive(Debug)]
pub struct ThrottleSpec<C> {
    chain: C,
    limit: Arc<RateLimit>,
    node: NodeId,
    times: Times,
}

impl<C: ChainSpec> ThrottleSpec<C> {
    /// Holds the events of `chain` to `limit` at `node`.
    pub fn new(chain: C, limit: Arc<RateLimit>, node: NodeId, times: Times) -> Self {
        Self { chain, limit, node, times }
    }

    /// Lowers the node and the chain upstream of it, and places their segments.
    pub(crate) fn lay_out(&mut self, lowering: &mut Lowering) -> Result<()> {
        let (node, times) = (self.node, self.times);
        let mut targets = lowering.take_targets(Endpoint::main(node)).into_iter();
        // Before the edge upstream is made, which would take them for its own.
        let mut shed = match self.limit.sheds() {
            true => lowering.take_targets(Endpoint::overflow(node)),
            false => Vec::new(),
        }
        .into_iter();
        lowering.each_instance(node, &mut |at| {
            let chain = self.chain.lower(at)?;
            let target = targets.next().and_then(|mut targets| targets.pop());
            let overflow = shed.next().and_then(|mut targets| targets.pop());
            let (batch, counters) = (at.lowering.sizes.batch(), at.counters());
            let output = Tee::one(target, batch, times, Arc::clone(&counters));
            let overflow = overflow.map(|overflow| {
                Tee::one(Some(overflow), batch, Times::Absent, Arc::clone(&counters))
            });
            let (limit, outputs) = (Arc::clone(&self.limit), (output, overflow));
            let counted = (batch, counters);
            let segment = ThrottleSegment::new(chain, limit, outputs, counted, at.env());
            at.lowering.place(node, at.instance, Box::new(segment));
            Ok(())
        })
    }
}
