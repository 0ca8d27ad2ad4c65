//! Declared chains: types composed exactly like the running chains they become.
//!
//! Each file here declares what the file of the same name in [`stage`](crate::stage) runs. A
//! [`LinkSpec`] builds a running [`Link`](crate::stage::Link) for each instance; [`LinkedSpec`]
//! extends a declared chain by one.

mod awaiting;
mod drop_key;
mod event_time;
mod feedback;
mod fixed_edge;
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
pub use fixed_edge::{AsCall, AsChannel};
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
use crate::error::{Result, Role};
use crate::event::Times;
use crate::exchange::Tee;
use crate::grouping::Grouping;
use crate::metrics::InstanceCounters;
use crate::operator::OperatorPlace;
use crate::stage::{Chain, Edge, GateRoot, Link, Linked, Segment};
use crate::topology::{Endpoint, NodeId, OutputKind};
use std::fmt;
use std::sync::Arc;

/// A lowered chain and the edge downstream of it, for each instance that receives its events.
pub type Edges<C> = Vec<<C as ChainSpec>::Connected>;

/// A lowered chain and an edge whose kind the plan decides.
type Either<C> = Edge<<C as ChainSpec>::Chain, <C as ChainSpec>::Out>;

/// The layouts of a topology, each with the last node of its chain.
pub type Layouts = Vec<(NodeId, Layout)>;

/// A declared chain, to be lowered to a running one when the job starts.
pub trait ChainSpec: Send + Sized + 'static {
    /// The events it emits.
    type Out: Send + 'static;
    /// Its running form.
    type Chain: Chain<Out = Self::Out>;
    /// Its running form with the edge downstream of it.
    type Connected: Chain<Out = Self::Out>;

    /// Lowers the chain: one running chain for each instance of `to`, the node that receives its
    /// events, whose task runs it.
    ///
    /// # Errors
    /// If a source cannot be opened.
    fn lower(self, to: NodeId, lowering: &mut Lowering) -> Result<Vec<Self::Chain>>;

    /// Lowers the chain and the edge downstream of it, as a call or as channels: by `either`,
    /// unless the kind is known at compile time.
    ///
    /// # Errors
    /// If a source cannot be opened.
    fn connect<G: Grouping<Self::Out>>(
        self,
        wiring: Wiring<Self::Out, G>,
        lowering: &mut Lowering,
    ) -> Result<Edges<Self>>;

    /// Lowers the chain and the edge downstream of it as a call: the task of the consumer runs the
    /// chain.
    ///
    /// # Errors
    /// If a source cannot be opened, or the plan has decided on a channel.
    fn call<G: Grouping<Self::Out>>(
        self,
        wiring: Wiring<Self::Out, G>,
        lowering: &mut Lowering,
    ) -> Result<Vec<Self::Chain>> {
        lowering.must_be(Route::Call, &wiring.from, wiring.to)?;
        self.lower(wiring.to, lowering)
    }

    /// Lowers the chain and the edge downstream of it as channels: the chain becomes segments of
    /// its own, and what is returned only receives.
    ///
    /// # Errors
    /// If a source cannot be opened, or the plan has decided on a call.
    fn channel<G: Grouping<Self::Out>>(
        self,
        wiring: Wiring<Self::Out, G>,
        lowering: &mut Lowering,
    ) -> Result<Vec<GateRoot<Self::Out>>> {
        let from = lowering.must_be(Route::Channel, &wiring.from, wiring.to)?;
        let (routers, inputs) = lowering.routers(from, &wiring);
        let chains = self.lower(from.node, lowering)?;
        let mut routers = routers.into_iter();
        each(chains, |instance, chain| {
            if let Some(router) = routers.next() {
                lowering.place(from.node, instance, Box::new(Segment::new(chain, router)));
            }
        });
        Ok(super::roots(inputs))
    }

    /// Cuts the chain at `node`: it gets a layout of its own, and the stream continues from a
    /// reference to its output.
    fn end(self, node: NodeId, times: Times, layouts: &mut Layouts) -> OutputRef<Self::Out> {
        let output = Endpoint::main(node);
        layouts.push((node, Box::new(move |lowering| end(self, output, times, lowering))));
        OutputRef::new(vec![output], times)
    }

    /// The outputs that this refers to, if it is a reference and nothing more.
    fn references(&self) -> Option<&[Endpoint]> {
        None
    }
}

/// Maps the chain of each instance, with the index of the instance.
///
/// A plain loop: iterator adaptors would be instantiated for every chain, and that would be most of
/// the compile time of a topology.
pub(crate) fn each<C, D>(chains: Vec<C>, mut make: impl FnMut(usize, C) -> D) -> Vec<D> {
    let mut made = Vec::with_capacity(chains.len());
    for chain in chains {
        made.push(make(made.len(), chain));
    }
    made
}

/// Lowers a chain and the edge downstream of it, as the plan decides.
fn either<C: ChainSpec, G: Grouping<C::Out>>(
    chain: C,
    wiring: Wiring<C::Out, G>,
    lowering: &mut Lowering,
) -> Result<Vec<Either<C>>> {
    if lowering.is_call(&wiring.from, wiring.to) {
        let chains = chain.call(wiring, lowering)?;
        return Ok(each(chains, |_, chain| Edge::Call(chain)));
    }
    let roots = chain.channel(wiring, lowering)?;
    Ok(each(roots, |_, root| Edge::Channel(root)))
}

/// Lowers a chain that ends in an output with one consumer, and places its segments.
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

/// A declared link: builds a running one for each instance.
pub trait LinkSpec<In>: Send + 'static {
    /// The events it emits.
    type Out: Send + 'static;
    /// Its running form.
    type Link: Link<In, Out = Self::Out>;

    /// The node whose instances run the link; `None` for the next node downstream.
    fn node(&self) -> Option<NodeId> {
        None
    }

    /// Builds the link for one instance.
    fn build(&self, at: &mut At<'_>) -> Self::Link;
}

/// The instance a link is built for, and what it needs of the job. Instances are built in order,
/// from the first.
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
    /// The environment of the job: its clock, for timers.
    #[must_use]
    pub fn env(&self) -> crate::env::Env {
        self.lowering.env.clone()
    }

    /// The counters of the instance.
    #[must_use]
    pub fn counters(&self) -> Arc<InstanceCounters> {
        self.lowering.counters(self.node, self.instance)
    }

    /// Names the instance in errors.
    #[must_use]
    pub fn place(&self) -> OperatorPlace {
        self.lowering.place_of(self.node, self.instance)
    }

    /// Names the code that gives events of `from` their key, in the same instance.
    #[must_use]
    pub fn place_of_key(&self, from: NodeId) -> OperatorPlace {
        self.lowering.place_between((from, self.instance), self.node, Role::KeyFunction)
    }

    /// A side output of the instance, if it is connected. Call it once per output.
    pub fn side<T: Send + 'static>(&mut self, port: OutputKind, times: Times) -> Option<Tee<T>> {
        let output = Endpoint { node: self.node, port };
        self.lowering.side(output, self.instance, times)
    }
}

/// A declared chain extended by a declared link.
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
    /// Extends `chain` by `link`.
    pub fn new(chain: C, link: L) -> Self {
        Self { chain, link }
    }
}

impl<C: ChainSpec, L: LinkSpec<C::Out>> ChainSpec for LinkedSpec<C, L> {
    type Out = L::Out;
    type Chain = Linked<C::Chain, L::Link>;
    type Connected = Either<Self>;

    fn lower(self, to: NodeId, lowering: &mut Lowering) -> Result<Vec<Self::Chain>> {
        let node = self.link.node().unwrap_or(to);
        let chains = self.chain.lower(node, lowering)?;
        Ok(each(chains, |instance, chain| {
            let link = self.link.build(&mut At { lowering, node, instance });
            Linked::new(chain, link)
        }))
    }

    fn connect<G: Grouping<Self::Out>>(
        self,
        wiring: Wiring<Self::Out, G>,
        lowering: &mut Lowering,
    ) -> Result<Edges<Self>> {
        either(self, wiring, lowering)
    }
}
