//! Chains as declared, composed like the running ones they become.
//!
//! A [`LinkSpec`] is a link as declared, beside the running [`Link`](crate::stage::Link) of the
//! same file name in [`stage::link`](crate::stage); [`LinkedSpec`] puts it downstream of a chain.

mod awaiting;
mod drop_key;
mod event_time;
mod feedback;
mod in_order;
mod key_by;
mod length;
mod operator;
mod output_ref;
mod routed;
mod sides;
mod source;
mod store;

pub use awaiting::AwaitingSpec;
pub use drop_key::DropKeySpec;
pub use event_time::EventTimeSpec;
pub use feedback::FeedbackSpec;
pub use in_order::InOrderSpec;
pub use key_by::KeyBySpec;
pub use length::{Fused, Fusing, Links};
pub use operator::OperatorSpec;
pub use output_ref::OutputRef;
pub use routed::Routed;
pub use sides::SidesSpec;
pub(crate) use source::Open;
pub use source::SourceSpec;
pub use store::StoreSpec;

use super::{Layout, Lowering, Route, Wiring};
use crate::error::Result;
use crate::event::Times;
use crate::exchange::Tee;
use crate::grouping::Grouping;
use crate::metrics::InstanceCounters;
use crate::operator::OperatorPlace;
use crate::stage::{Chain, Edge, Link, Linked, Segment};
use crate::topology::{Endpoint, NodeId, OutputKind};
use std::fmt;
use std::sync::Arc;

/// The running form of a chain behind an edge of either kind, in every instance.
pub type Edges<C> = Vec<Edge<<C as ChainSpec>::Chain, <C as ChainSpec>::Out>>;

/// The layouts of a topology, each with the node that it ends in.
pub type Layouts = Vec<(NodeId, Layout)>;

/// A chain as declared, which can be turned into a running one.
pub trait ChainSpec: Send + Sized + 'static {
    /// The events it emits.
    type Out: Send + 'static;
    /// Its running form.
    type Chain: Chain<Out = Self::Out>;

    /// Its running form in every instance of `to`, the node that receives its events.
    ///
    /// # Errors
    /// If a source cannot be opened.
    fn lower(self, to: NodeId, lowering: &mut Lowering) -> Result<Vec<Self::Chain>>;

    /// Its running form behind an edge of either kind.
    ///
    /// # Errors
    /// If a source cannot be opened.
    fn connect<G: Grouping<Self::Out>>(
        self,
        wiring: Wiring<Self::Out, G>,
        lowering: &mut Lowering,
    ) -> Result<Edges<Self>> {
        let Some(from) = wiring.from.first().copied() else {
            return Ok(Vec::new());
        };
        if lowering.route(from, wiring.to) == Route::Call {
            let chains = self.lower(wiring.to, lowering)?;
            return Ok(each(chains, |_, chain| Edge::Call(chain)));
        }
        let (routers, inputs) = lowering.routers(from, &wiring);
        let chains = self.lower(from.node, lowering)?;
        let mut routers = routers.into_iter();
        each(chains, |instance, chain| {
            if let Some(router) = routers.next() {
                lowering.place(from.node, instance, Box::new(Segment::new(chain, router)));
            }
        });
        Ok(each(super::roots(inputs), |_, root| Edge::Channel(root)))
    }

    /// Ends it at `node`, in an output with one consumer, which is laid out on its own.
    fn end(self, node: NodeId, times: Times, layouts: &mut Layouts) -> OutputRef<Self::Out> {
        let output = Endpoint::main(node);
        layouts.push((node, Box::new(move |lowering| end(self, output, times, lowering))));
        OutputRef::new(vec![output], times)
    }

    /// The outputs this is nothing but a reference to, if so.
    fn references(&self) -> Option<&[Endpoint]> {
        None
    }
}

/// Makes something of the chain of every instance.
///
/// A plain loop: iterator adaptors would be compiled anew for every chain, which is most of what a
/// compiler has to do for a topology.
pub(crate) fn each<C, D>(chains: Vec<C>, mut make: impl FnMut(usize, C) -> D) -> Vec<D> {
    let mut made = Vec::with_capacity(chains.len());
    for chain in chains {
        made.push(make(made.len(), chain));
    }
    made
}

/// Ends a chain in an output with one consumer.
fn end<C: ChainSpec>(
    chain: C,
    output: Endpoint,
    times: Times,
    lowering: &mut Lowering,
) -> Result<()> {
    let mut targets = lowering.take_targets(output).into_iter();
    let chains = chain.lower(output.node, lowering)?;
    each(chains, |instance, chain| {
        let target = targets.next().and_then(|mut targets| targets.pop());
        let counters = lowering.counters(output.node, instance);
        let tail = Tee::one(target, lowering.batch, times, counters);
        lowering.place(output.node, instance, Box::new(Segment::new(chain, tail)));
    });
    Ok(())
}

/// A link as declared.
pub trait LinkSpec<In>: Send + 'static {
    /// The events it emits.
    type Out: Send + 'static;
    /// Its running form.
    type Link: Link<In, Out = Self::Out>;

    /// The node it belongs to; `None` if that is the next one downstream.
    fn node(&self) -> Option<NodeId> {
        None
    }

    /// Its running form in one instance.
    fn build(&self, at: &mut At<'_>) -> Self::Link;
}

/// Where a link is built: an instance of a node. Instances come one after the other, from the
/// first.
pub struct At<'a> {
    lowering: &'a mut Lowering,
    node: NodeId,
    instance: usize,
}

impl fmt::Debug for At<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:?}#{}", self.node, self.instance)
    }
}

impl At<'_> {
    /// What the job takes from the world.
    #[must_use]
    pub fn env(&self) -> crate::env::Env {
        self.lowering.env.clone()
    }

    /// What the instance counts.
    #[must_use]
    pub fn counters(&self) -> Arc<InstanceCounters> {
        self.lowering.counters(self.node, self.instance)
    }

    /// The instance, for errors.
    #[must_use]
    pub fn place(&self) -> OperatorPlace {
        self.lowering.place_of(self.node, self.instance)
    }

    /// A side output of the instance, where it is connected.
    pub fn side<T: Send + 'static>(&mut self, port: OutputKind, times: Times) -> Option<Tee<T>> {
        let output = Endpoint { node: self.node, port };
        self.lowering.side(output, self.instance, times)
    }
}

/// A declared chain and a declared link downstream of it.
pub struct LinkedSpec<C, L> {
    chain: C,
    link: L,
}

impl<C, L> fmt::Debug for LinkedSpec<C, L> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("LinkedSpec").finish_non_exhaustive()
    }
}

impl<C, L> LinkedSpec<C, L> {
    /// A link downstream of a chain.
    pub fn new(chain: C, link: L) -> Self {
        Self { chain, link }
    }
}

impl<C: ChainSpec, L: LinkSpec<C::Out>> ChainSpec for LinkedSpec<C, L> {
    type Out = L::Out;
    type Chain = Linked<C::Chain, L::Link>;

    fn lower(self, to: NodeId, lowering: &mut Lowering) -> Result<Vec<Self::Chain>> {
        let node = self.link.node().unwrap_or(to);
        let chains = self.chain.lower(node, lowering)?;
        Ok(each(chains, |instance, chain| {
            let link = self.link.build(&mut At { lowering, node, instance });
            Linked::new(chain, link)
        }))
    }
}
