//! Declared chains: types composed exactly like the running chains they become.
//!
//! Each file here declares what the file of the same name in [`stage`](crate::stage) runs. A
//! [`LinkSpec`] builds a running [`Link`](crate::stage::Link) for each instance; [`LinkedSpec`]
//! extends a declared chain by one.

mod awaiting;
mod diamond;
mod drop_key;
mod event_time;
mod feedback;
mod fixed_edge;
mod fork_mark;
mod in_order;
mod key_by;
mod length;
mod operator;
mod output_ref;
mod path;
mod received;
mod routed;
mod sides;
mod source;
mod store;
mod throttled;

pub use awaiting::AwaitingSpec;
pub use diamond::{DiamondSpec, PathSpecs, PathTo};
pub use drop_key::DropKeySpec;
pub use event_time::EventTimeSpec;
pub use feedback::FeedbackSpec;
pub use fixed_edge::{AsCall, AsChannel};
pub use fork_mark::ForkMark;
pub use in_order::InOrderSpec;
pub use key_by::KeyBySpec;
pub use length::{Fused, Fusing, Links};
pub use operator::OperatorSpec;
pub use output_ref::OutputRef;
pub use path::PathSpec;
pub use received::ReceivedSpec;
pub use routed::Routed;
pub use sides::SidesSpec;
pub use source::SourceSpec;
pub use store::StoreSpec;
pub use throttled::ThrottleSpec;

use super::{Layouts, Lowering, Route, RowBytes, Wiring};
use crate::checkpoint::PartKind;
use crate::control::DriftSplit;
use crate::error::{Result, Role};
use crate::event::{ArrivalPlace, Carrying, SplitsReceived, Times};
use crate::exchange::Tee;
use crate::grouping::Grouping;
use crate::metrics::InstanceCounters;
use crate::operator::OperatorPlace;
use crate::stage::{Chain, Edge, GateRoot, Link, Linked, Saver, Segment, Tail};
use crate::state::WrittenShapes;
use crate::time::EventTime;
use crate::topology::{Endpoint, NodeId, OutputKind};
use std::fmt;
use std::sync::Arc;

/// A lowered chain and an edge whose kind the plan decides.
type Either<C> = Edge<<C as ChainSpec>::Chain, <C as ChainSpec>::Out>;

/// A declared chain, to be lowered to a running one when the job starts.
pub trait ChainSpec: Send + Sized + 'static {
    /// The events it emits.
    type Out: Send + 'static;
    /// Its running form.
    type Chain: Chain<Out = Self::Out>;
    /// Its running form with the edge downstream of it.
    type Connected: Chain<Out = Self::Out>;

    /// Lowers the chain for one instance of the node that receives its events, whose task runs it.
    /// Called for the instances in order, from the first.
    ///
    /// # Errors
    /// If a source cannot be opened.
    fn lower(&mut self, at: &mut At<'_>) -> Result<Self::Chain>;

    /// Lowers the chain and the edge downstream of it, as a call or as channels: by `either`,
    /// unless the kind is known at compile time.
    ///
    /// # Errors
    /// If a source cannot be opened.
    fn connect<G: Grouping<Self::Out>>(
        &mut self,
        wiring: &mut Wiring<Self::Out, G>,
        at: &mut At<'_>,
    ) -> Result<Self::Connected>;

    /// Lowers the chain and the edge downstream of it as a call: the task of the consumer runs the
    /// chain.
    ///
    /// # Errors
    /// If a source cannot be opened, or the plan has decided on a channel.
    fn call<G: Grouping<Self::Out>>(
        &mut self,
        wiring: &mut Wiring<Self::Out, G>,
        at: &mut At<'_>,
    ) -> Result<Self::Chain> {
        at.lowering.must_be(Route::Call, &wiring.from, at.node)?;
        self.lower(at)
    }

    /// Lowers the chain and the edge downstream of it as channels: the chain becomes segments of
    /// its own, all of them at the first call, and what is returned only receives.
    ///
    /// # Errors
    /// If a source cannot be opened, or the plan has decided on a call.
    fn channel<G: Grouping<Self::Out>>(
        &mut self,
        wiring: &mut Wiring<Self::Out, G>,
        at: &mut At<'_>,
    ) -> Result<GateRoot<Self::Out>> {
        if at.instance == 0 {
            let from = at.lowering.must_be(Route::Channel, &wiring.from, at.node)?;
            let (senders, inputs) = at.lowering.senders((from, at.node), wiring.carried());
            let mut upstream = At { lowering: at.lowering, node: from.node, instance: 0 };
            for senders in senders {
                let producer = (from.node, upstream.instance);
                let router = wiring.router(producer, (at.node, senders), upstream.lowering);
                upstream.add_segment(self, router)?;
                upstream.instance += 1;
            }
            wiring.roots.make(inputs, (at.node, at.lowering));
        }
        wiring.roots.take_next()
    }

    /// Cuts the chain at `node`: it gets a layout of its own, and the stream continues from a
    /// reference to its output.
    fn end(mut self, node: NodeId, times: Times, layouts: &Layouts) -> OutputRef<Self::Out> {
        let output = Endpoint::main(node);
        layouts.push(node, Box::new(move |lowering| end(&mut self, output, times, lowering)));
        OutputRef::new(vec![output], times)
    }

    /// The outputs that this refers to, if it is a reference and nothing more.
    fn references(&self) -> Option<&[Endpoint]> {
        None
    }

    /// The fork that this is a path of.
    fn fork(&self) -> Option<&ForkMark> {
        None
    }
}

/// Lowers a chain and the edge downstream of it, as the plan decides.
fn either<C: ChainSpec, G: Grouping<C::Out>>(
    chain: &mut C,
    wiring: &mut Wiring<C::Out, G>,
    at: &mut At<'_>,
) -> Result<Either<C>> {
    if at.lowering.is_call(&wiring.from, at.node) {
        return chain.call(wiring, at).map(Edge::Call);
    }
    chain.channel(wiring, at).map(Edge::Channel)
}

/// Lowers a chain that ends in an output with one consumer, and places its segments.
fn end<C: ChainSpec>(
    chain: &mut C,
    output: Endpoint,
    times: Times,
    lowering: &mut Lowering,
) -> Result<()> {
    let mut targets = lowering.take_targets(output).into_iter();
    lowering.each_instance(output.node, &mut |at| {
        let target = targets.next().and_then(|mut targets| targets.pop());
        let tail = Tee::one(target, at.lowering.sizes.batch(), times, at.counters());
        at.add_segment(chain, tail)
    })
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

    /// Whether the link shows its watermark to the user: it then begins with that of the
    /// checkpoint.
    fn shows_watermark(&self) -> bool {
        false
    }
}

/// The instance of a node that something is built for, and what it needs of the job. Instances are
/// built in order, from the first.
pub struct At<'a> {
    pub(crate) lowering: &'a mut Lowering,
    /// The node.
    pub(crate) node: NodeId,
    /// The instance, from 0.
    pub(crate) instance: usize,
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

    /// Which events carry what their split had passed.
    #[must_use]
    pub fn carrying(&self) -> Carrying {
        self.lowering.carrying
    }

    /// From how many splits the instance receives events.
    #[must_use]
    pub fn splits(&self) -> SplitsReceived {
        self.lowering.splits(self.node)
    }

    /// The first place among late events of the split that the instance reads.
    #[must_use]
    pub fn first_place(&self) -> ArrivalPlace {
        ArrivalPlace::first_of(self.lowering.number_of(self.node, self.instance))
    }

    /// Reports the event time of the instance of a clock, if sources may be held.
    #[must_use]
    pub fn drift(&self, clock: usize) -> Option<DriftSplit> {
        self.lowering.control.drift.split(clock, self.instance)
    }

    /// The counters of the instance.
    #[must_use]
    pub fn counters(&self) -> Arc<InstanceCounters> {
        self.lowering.counters(self.node, self.instance)
    }

    /// The instance, from 0, and how many the node has.
    #[must_use]
    pub fn share(&self) -> (usize, usize) {
        (self.instance, self.lowering.instances(self.node))
    }

    /// Names the instance in errors.
    #[must_use]
    pub fn place(&self) -> OperatorPlace {
        self.lowering.place_of(self.node, self.instance)
    }

    /// Lowers `chain`, ends it in `tail`, and adds the segment to the task of the instance.
    ///
    /// # Errors
    /// If a source cannot be opened.
    pub(crate) fn add_segment<C: ChainSpec, T: Tail<C::Out>>(
        &mut self,
        chain: &mut C,
        tail: T,
    ) -> Result<()> {
        match chain.lower(self) {
            Ok(chain) => {
                let segment = Box::new(Segment::new(chain, tail));
                self.lowering.place(self.node, self.instance, segment);
                Ok(())
            }
            Err(error) => Err(error),
        }
    }

    /// Adds a place of the instance that keeps something of this `kind`, if any, and calls `take`
    /// with each row of the checkpoint that the job begins with, and with the shapes of types that
    /// are others now.
    ///
    /// # Errors
    /// If the checkpoint cannot be read.
    pub(crate) fn keeps(
        &mut self,
        kind: Option<PartKind>,
        mut take: impl FnMut(RowBytes<'_>, &WrittenShapes) -> Result<()>,
    ) -> Result<Option<Saver>> {
        let Some(kind) = kind else { return Ok(None) };
        let place = (self.node, self.instance);
        self.lowering.restore(place, kind, &mut take)?;
        self.lowering.saver(place, kind)
    }

    /// The watermark that the instance begins with, if it shows that to the user.
    ///
    /// # Errors
    /// If the checkpoint cannot be read.
    pub(crate) fn watermark(&self, shown: bool) -> Result<EventTime> {
        if shown { self.lowering.restored_watermark(self.node) } else { Ok(EventTime::MIN) }
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
#[derive(Debug)]
pub struct LinkedSpec<C, L> {
    chain: C,
    link: L,
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

    fn lower(&mut self, at: &mut At<'_>) -> Result<Self::Chain> {
        let node = self.link.node().unwrap_or(at.node);
        let at = &mut At { lowering: at.lowering, node, instance: at.instance };
        // Not `?`: that would be compiled for each chain.
        match self.chain.lower(at) {
            Ok(chain) if const { L::Link::KEEPS.is_none() } => {
                let watermark = at.watermark(self.link.shows_watermark())?;
                Ok(Linked::resumed(chain, self.link.build(at), (None, watermark)))
            }
            Ok(chain) => {
                let mut link = self.link.build(at);
                let take = |(key, value): RowBytes<'_>, written: &WrittenShapes| {
                    link.restore(key, value, written)
                };
                let saver = at.keeps(L::Link::KEEPS, take)?;
                let kept = if saver.is_some() { link.resume() } else { EventTime::MIN };
                let watermark = at.watermark(self.link.shows_watermark())?.max(kept);
                Ok(Linked::resumed(chain, link, (saver, watermark)))
            }
            Err(error) => Err(error),
        }
    }

    fn connect<G: Grouping<Self::Out>>(
        &mut self,
        wiring: &mut Wiring<Self::Out, G>,
        at: &mut At<'_>,
    ) -> Result<Self::Connected> {
        either(self, wiring, at)
    }

    fn fork(&self) -> Option<&ForkMark> {
        self.chain.fork()
    }
}
