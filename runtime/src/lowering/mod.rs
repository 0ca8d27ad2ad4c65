//! From declared chains to running ones.
//!
//! The plan has decided which edge is a call and which a channel. Lowering follows the declaration
//! from its ends to its sources: each consumer asks the chain before it for its running form, and
//! what several consumers share collects their targets first.

mod chain;
mod order;
mod tasks;

pub use chain::{
    At, AwaitingSpec, ChainSpec, DropKeySpec, Edges, EventTimeSpec, FeedbackSpec, Fused, Fusing,
    InOrderSpec, KeyBySpec, Layouts, LinkSpec, LinkedSpec, Links, OperatorSpec, OutputRef, Routed,
    SidesSpec, SourceSpec, StoreSpec,
};
pub(crate) use chain::{Open, each};
pub(crate) use tasks::lay_out;
pub use tasks::{PlannedTask, Tasks};

use crate::channel::{Capacity, Overflow, link, local, lossy};
use crate::control::JobControl;
use crate::env::Env;
use crate::error::{Error, ErrorKind, Result};
use crate::event::{Origin, Times};
use crate::exchange::{EdgeReceiver, EdgeSender, InputGate, LocalTarget, Router, Target, Tee};
use crate::grouping::Grouping;
use crate::metrics::{InstanceCounters, NodeCounters};
use crate::operator::{Instance, OperatorPlace};
use crate::plan::{Plan, Sizes};
use crate::stage::{GateRoot, Run};
use crate::topology::{EdgeDeclared, EdgeGrouping, Endpoint, NodeId, OutputKind};
use std::any::Any;
use std::collections::HashMap;
use std::fmt;
use std::sync::Arc;

/// Lays out the segments that end in one place.
pub type Layout = Box<dyn FnOnce(&mut Lowering) -> Result<()> + Send>;

/// What becomes of an edge.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Route {
    /// Both ends are in one task.
    Call,
    /// The ends are in different tasks.
    Channel,
}

/// A segment and the task it belongs to.
pub struct Placed {
    /// The last node of the segment.
    pub node: NodeId,
    /// The instance of the node.
    pub instance: usize,
    /// The segment.
    pub segment: Box<dyn Run>,
}

impl fmt::Debug for Placed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:?}#{}", self.node, self.instance)
    }
}

/// How an event that goes to many is copied.
pub type Copying<T> = fn(&T) -> T;

/// An edge to be made: from which outputs, to which node, by which grouping.
#[derive(Debug)]
pub struct Wiring<T, G> {
    /// Where the events come from.
    pub from: Vec<Endpoint>,
    /// Where they go.
    pub to: NodeId,
    /// Which instance gets which.
    pub grouping: G,
    /// How an event that goes to many is copied.
    pub clone: Option<Copying<T>>,
    /// Whether the events have event time.
    pub times: Times,
}

/// The inputs of every instance of a node.
pub(crate) type Inputs<T> = Vec<Vec<(Origin, EdgeReceiver<T>)>>;

/// The targets of every instance of an output.
type Targets<T> = Vec<Vec<Box<dyn Target<T>>>>;

/// What lowering knows and what it has made so far.
pub struct Lowering {
    /// What every edge is to become.
    routes: HashMap<(Endpoint, NodeId), Route>,
    /// The edges as declared.
    edges: Vec<EdgeDeclared>,
    /// The counters of every node; their number is that of its instances.
    counters: Vec<NodeCounters>,
    /// How many events travel together at most.
    pub(crate) batch: usize,
    /// How many events an edge holds unless it says otherwise.
    pub(crate) buffer: usize,
    /// What sources take from the world.
    pub(crate) env: Env,
    /// What all tasks of the job share.
    pub(crate) control: JobControl,
    /// The segments made so far.
    placed: Vec<Placed>,
    /// The targets of outputs whose consumers have been laid out already.
    targets: HashMap<Endpoint, Vec<Box<dyn Any + Send>>>,
    /// What is to be laid out once everything else is: sinks, which may empty a file when they are
    /// opened, so that nothing is lost if a source cannot be.
    last: Vec<Layout>,
}

impl fmt::Debug for Lowering {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Lowering").field("placed", &self.placed).finish_non_exhaustive()
    }
}

impl Lowering {
    /// Nothing is made yet.
    pub(crate) fn new(
        plan: &Plan,
        edges: Vec<EdgeDeclared>,
        counters: Vec<NodeCounters>,
        Sizes { batch, buffer }: Sizes,
        (env, control): (Env, JobControl),
    ) -> Self {
        let route = |is_call| if is_call { Route::Call } else { Route::Channel };
        let routes = plan.edges().iter();
        let routes = routes.map(|edge| ((edge.from, edge.to), route(edge.reason.is_call())));
        Self {
            routes: routes.collect(),
            edges,
            counters,
            batch,
            buffer,
            env,
            control,
            placed: Vec::new(),
            targets: HashMap::new(),
            last: Vec::new(),
        }
    }

    /// Lays out what was left for the end; all segments.
    ///
    /// # Errors
    /// If a sink cannot be opened, or an output is used that its node does not have.
    pub(crate) fn finish(mut self) -> Result<Vec<Placed>> {
        // Whoever takes them would wait for ever.
        if let Some(Endpoint { node, port }) = self.targets.keys().next() {
            let message = format!("nothing comes from `{}.{port}`; leave it out", self.name(*node));
            return Err(Error::new(ErrorKind::Topology, message));
        }
        let last = std::mem::take(&mut self.last);
        last.into_iter().try_for_each(|layout| layout(&mut self))?;
        Ok(self.placed)
    }

    /// Lays something out once everything else is.
    pub(crate) fn lay_out_last(&mut self, layout: Layout) {
        self.last.push(layout);
    }

    /// The number of instances of a node.
    pub(crate) fn instances(&self, node: NodeId) -> usize {
        self.counters.get(node.0).map_or(1, |node| node.instances.len())
    }

    /// The name of a node.
    pub(crate) fn name(&self, node: NodeId) -> Arc<str> {
        self.counters.get(node.0).map_or_else(|| "?".into(), |node| Arc::clone(&node.name))
    }

    /// What an instance of a node counts.
    pub(crate) fn counters(&self, node: NodeId, instance: usize) -> Arc<InstanceCounters> {
        let counters = self.counters.get(node.0).and_then(|node| node.instances.get(instance));
        counters.cloned().unwrap_or_default()
    }

    /// An instance of a node, for errors.
    pub(crate) fn place_of(&self, node: NodeId, instance: usize) -> OperatorPlace {
        OperatorPlace::new(self.name(node), Instance::new(instance, self.instances(node)))
    }

    /// Puts a segment into the task of an instance.
    pub(crate) fn place(&mut self, node: NodeId, instance: usize, segment: Box<dyn Run>) {
        self.placed.push(Placed { node, instance, segment });
    }

    pub(crate) fn route(&self, from: Endpoint, to: NodeId) -> Route {
        self.routes.get(&(from, to)).copied().unwrap_or(Route::Channel)
    }

    /// The tails and inputs of an edge between tasks.
    pub(crate) fn routers<T: Send + 'static, G: Grouping<T>>(
        &mut self,
        from: Endpoint,
        wiring: &Wiring<T, G>,
    ) -> (Vec<Router<T, G>>, Inputs<T>) {
        let edge = self.edges.iter().find(|edge| edge.from == from && edge.to == wiring.to);
        let buffer = edge.and_then(|edge| edge.buffer).unwrap_or(self.buffer);
        let policy = edge.and_then(|edge| edge.overflow).unwrap_or_default();
        let capacity = Capacity::of(buffer, self.batch);
        let (producers, consumers) = (self.producers(from), self.instances(wiring.to));
        let forward = edge.is_none_or(|edge| edge.grouping == EdgeGrouping::Forward);
        let pairwise = forward && producers == consumers;
        let overflowed = self.take_first_targets(Endpoint::overflow(wiring.to), producers);
        let mut inputs: Inputs<T> = (0..consumers).map(|_| Vec::new()).collect();
        let mut routers = Vec::with_capacity(producers);
        for (producer, mut overflowed) in overflowed.into_iter().enumerate() {
            let mut senders: Vec<EdgeSender<T>> = Vec::new();
            for (consumer, receivers) in inputs.iter_mut().enumerate() {
                if pairwise && consumer != producer {
                    continue;
                }
                let (sender, receiver) = self.channel(capacity, policy, (wiring.to, consumer));
                senders.push(sender);
                let origin = Origin { node: self.name(from.node), instance: producer };
                receivers.push((origin, receiver));
            }
            let mut grouping = wiring.grouping.clone();
            grouping.begin((from.node.0 + producer) % consumers.max(1));
            let mut router = Router::new(grouping, senders, capacity, wiring.times);
            if let Some(clone) = wiring.clone {
                router = router.cloning(clone);
            }
            routers.push(match overflowed.pop() {
                Some(target) => router.spilling(target),
                None => router,
            });
        }
        (routers, inputs)
    }

    /// Both ends of a channel to an instance of a node.
    fn channel<T>(
        &self,
        capacity: Capacity,
        policy: Overflow,
        (node, instance): (NodeId, usize),
    ) -> (EdgeSender<T>, EdgeReceiver<T>) {
        if policy == Overflow::Block {
            let (sender, receiver) = link(capacity);
            return (EdgeSender::Channel(sender), EdgeReceiver::Channel(receiver));
        }
        let (sender, receiver) = lossy(capacity, policy);
        (EdgeSender::Lossy(sender, self.counters(node, instance)), EdgeReceiver::Lossy(receiver))
    }

    /// How many instances put events into an output. What is dropped before a node comes from those
    /// that would have sent it there.
    fn producers(&self, output: Endpoint) -> usize {
        if output.port != OutputKind::Overflow {
            return self.instances(output.node);
        }
        let into = self.edges.iter().filter(|edge| edge.to == output.node);
        into.map(|edge| self.producers(edge.from)).sum()
    }

    /// The targets and inputs of an edge of either kind, from an output that hands over batches.
    pub(crate) fn edge<T: Send + 'static, G: Grouping<T>>(
        &mut self,
        from: Endpoint,
        wiring: &Wiring<T, G>,
    ) -> (Vec<Box<dyn Target<T>>>, Inputs<T>) {
        if self.route(from, wiring.to) == Route::Channel {
            let (routers, inputs) = self.routers(from, wiring);
            let boxed = |router| Box::new(router) as Box<dyn Target<T>>;
            return (routers.into_iter().map(boxed).collect(), inputs);
        }
        let instances = 0..self.instances(from.node);
        let local = |instance| {
            let (sender, receiver) = local();
            let origin = Origin { node: self.name(from.node), instance };
            let target: Box<dyn Target<T>> = Box::new(LocalTarget(sender));
            (target, vec![(origin, EdgeReceiver::Local(receiver))])
        };
        instances.map(local).unzip()
    }

    /// Adds a consumer to an output whose own layout follows.
    pub(crate) fn add_targets<T: Send + 'static>(
        &mut self,
        output: Endpoint,
        targets: Vec<Box<dyn Target<T>>>,
    ) {
        self.targets.entry(output).or_default().push(Box::new(targets));
    }

    /// Adds a consumer to outputs whose own layouts follow; the inputs of every instance of it.
    pub(crate) fn consume<T: Send + 'static, G: Grouping<T>>(
        &mut self,
        wiring: &Wiring<T, G>,
    ) -> Vec<GateRoot<T>> {
        let mut all: Inputs<T> = Vec::new();
        for from in &wiring.from {
            let (targets, inputs) = self.edge(*from, wiring);
            self.add_targets(*from, targets);
            join(&mut all, inputs);
        }
        roots(all)
    }

    /// The consumers of an output, instance by instance.
    pub(crate) fn take_targets<T: Send + 'static>(&mut self, output: Endpoint) -> Targets<T> {
        self.take_first_targets(output, self.instances(output.node))
    }

    /// The consumers of an output that have not been taken yet, of as many instances as are asked
    /// for: those of an overflow belong to the edges into the node, one after the other.
    fn take_first_targets<T: Send + 'static>(
        &mut self,
        output: Endpoint,
        instances: usize,
    ) -> Targets<T> {
        let mut all: Targets<T> = (0..instances).map(|_| Vec::new()).collect();
        let Some(consumers) = self.targets.get_mut(&output) else {
            return all;
        };
        consumers.retain_mut(|consumer| {
            let Some(targets) = consumer.downcast_mut::<Vec<Box<dyn Target<T>>>>() else {
                return true;
            };
            let count = instances.min(targets.len());
            for (instance, target) in all.iter_mut().zip(targets.drain(..count)) {
                instance.push(target);
            }
            !targets.is_empty()
        });
        if consumers.is_empty() {
            self.targets.remove(&output);
        }
        all
    }

    /// A side output of an instance of a node, where it is connected; to be asked for from the
    /// first instance to the last.
    pub(crate) fn side<T: Send + 'static>(
        &mut self,
        output: Endpoint,
        instance: usize,
        times: Times,
    ) -> Option<Tee<T>> {
        let target = self.take_first_targets(output, 1).pop()?.pop()?;
        let counters = self.counters(output.node, instance);
        Some(Tee::one(Some(target), self.batch, times, counters))
    }
}

/// Adds the inputs of each instance to those it has.
pub(crate) fn join<T>(all: &mut Inputs<T>, more: Inputs<T>) {
    all.resize_with(more.len().max(all.len()), Vec::new);
    for (inputs, more) in all.iter_mut().zip(more) {
        inputs.extend(more);
    }
}

/// The root of every instance.
pub(crate) fn roots<T>(inputs: Inputs<T>) -> Vec<GateRoot<T>> {
    inputs.into_iter().map(|receivers| GateRoot::new(InputGate::new(receivers))).collect()
}
