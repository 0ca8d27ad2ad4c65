//! Turns declared chains into running ones.
//!
//! The plan has decided which edges are calls and which are channels. Lowering follows the
//! declaration upstream, from sinks to sources: each consumer asks the chain upstream of it for its
//! running form, one per instance. An output with several consumers is lowered after all of them,
//! once they have added their targets to it.
//!
//! The words: a [`ChainSpec`] is a chain as declared; its running form is a
//! [`Chain`](crate::stage::Chain). A [`Layout`] lowers one chain and places the segments that end
//! in it. [`Lowering`] has what all of them need and collects what they make.

mod chain;
mod names;
mod order;
mod tasks;

pub use chain::{
    AsCall, AsChannel, At, AwaitingSpec, ChainSpec, DropKeySpec, Edges, EventTimeSpec,
    FeedbackSpec, Fused, Fusing, InOrderSpec, KeyBySpec, Layouts, LinkSpec, LinkedSpec, Links,
    OperatorSpec, OutputRef, Routed, SidesSpec, SourceSpec, StoreSpec,
};
pub(crate) use chain::{Open, each};
pub(crate) use tasks::lay_out;
pub use tasks::{PlannedTask, Tasks};

use crate::channel::{Capacity, Overflow, link, local, lossy};
use crate::control::JobControl;
use crate::env::Env;
use crate::error::{Error, ErrorKind, Result, Role};
use crate::event::{Origin, Times};
use crate::exchange::{EdgeReceiver, EdgeSender, InputGate, LocalTarget, Router, Target, Tee};
use crate::grouping::Grouping;
use crate::metrics::NodeCounters;
use crate::plan::{Plan, Sizes};
use crate::stage::{GateRoot, Run};
use crate::topology::{EdgeDeclared, EdgeGrouping, Endpoint, NodeId, OutputKind};
use std::any::Any;
use std::collections::HashMap;
use std::fmt;

/// Lowers one declared chain and places its segments, after the layouts of all its consumers.
pub type Layout = Box<dyn FnOnce(&mut Lowering) -> Result<()> + Send>;

/// How an edge runs, as the plan has decided.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Route {
    /// Both ends are in one task: an inlined call.
    Call,
    /// The ends are in different tasks: one channel or more.
    Channel,
}

/// A finished segment, and the instance whose task runs it.
pub struct Placed {
    /// The last node of the segment; its stage is the task's.
    pub node: NodeId,
    /// The instance of the node, from 0.
    pub instance: usize,
    /// The segment.
    pub segment: Box<dyn Run>,
}

impl fmt::Debug for Placed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:?}#{}", self.node, self.instance)
    }
}

/// Copies an event that is sent to all instances.
pub type Copying<T> = fn(&T) -> T;

/// An edge to be made, from one output or several to one node.
#[derive(Debug)]
pub struct Wiring<T, G> {
    /// The outputs upstream.
    pub from: Vec<Endpoint>,
    /// The node downstream.
    pub to: NodeId,
    /// Picks the instance for each event.
    pub grouping: G,
    /// Copies events, if the grouping sends them to all instances.
    pub clone: Option<Copying<T>>,
    /// Whether the events carry event time.
    pub times: Times,
}

/// The inputs of each instance of a node, with the instances that send on them.
pub(crate) type Inputs<T> = Vec<Vec<(Origin, EdgeReceiver<T>)>>;

/// The consumers of each instance of an output.
type Targets<T> = Vec<Vec<Box<dyn Target<T>>>>;

/// The state of lowering: the decisions of the plan, what tasks share, and the segments made so
/// far.
pub struct Lowering {
    /// How each edge runs.
    routes: HashMap<(Endpoint, NodeId), Route>,
    /// The edges as declared.
    edges: Vec<EdgeDeclared>,
    /// The sources whose errors are declared to fail the job.
    failing: Vec<NodeId>,
    /// The counters of each node, one set per instance.
    counters: Vec<NodeCounters>,
    /// The greatest number of events in a batch.
    pub(crate) batch: usize,
    /// The capacity in events of an edge that declares none.
    pub(crate) buffer: usize,
    /// Clock, files and task spawning, for sources, sinks and timers.
    pub(crate) env: Env,
    /// Shared by all tasks of the job.
    pub(crate) control: JobControl,
    /// The segments made so far.
    placed: Vec<Placed>,
    /// Consumers that are laid out, waiting for their output to be. Each is a `Vec<Box<dyn
    /// Target<T>>>`, one target per instance of the output.
    targets: HashMap<Endpoint, Vec<Box<dyn Any + Send>>>,
    /// Runs after all other layouts: sinks. Opening one may truncate a file, which must not happen
    /// if a source fails to open.
    last: Vec<Layout>,
}

impl fmt::Debug for Lowering {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Lowering").field("placed", &self.placed).finish_non_exhaustive()
    }
}

impl Lowering {
    /// Begins lowering a planned topology.
    pub(crate) fn new(
        plan: &Plan,
        (edges, failing): (Vec<EdgeDeclared>, Vec<NodeId>),
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
            failing,
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

    /// Opens the sinks, and returns all segments.
    ///
    /// # Errors
    /// If a sink cannot be opened, or an output is used that its node does not have.
    pub(crate) fn finish(mut self) -> Result<Vec<Placed>> {
        // Its consumer would wait forever.
        if let Some(Endpoint { node, port }) = self.targets.keys().next() {
            let message = format!("nothing comes from `{}.{port}`; leave it out", self.name(*node));
            return Err(Error::new(ErrorKind::Topology, message));
        }
        let last = std::mem::take(&mut self.last);
        last.into_iter().try_for_each(|layout| layout(&mut self))?;
        Ok(self.placed)
    }

    /// Defers a layout until all others have run.
    pub(crate) fn lay_out_last(&mut self, layout: Layout) {
        self.last.push(layout);
    }

    /// Adds a segment to the task of an instance.
    pub(crate) fn place(&mut self, node: NodeId, instance: usize, segment: Box<dyn Run>) {
        self.placed.push(Placed { node, instance, segment });
    }

    /// How an edge runs.
    pub(crate) fn route(&self, from: Endpoint, to: NodeId) -> Route {
        self.routes.get(&(from, to)).copied().unwrap_or(Route::Channel)
    }

    /// Whether an edge is a call.
    fn is_call(&self, from: &[Endpoint], to: NodeId) -> bool {
        from.first().is_some_and(|from| self.route(*from, to) == Route::Call)
    }

    /// Checks that the plan has decided on the kind that an edge was compiled as; returns the
    /// output it comes from.
    ///
    /// # Errors
    /// If the plan has decided on the other kind.
    fn must_be(&self, route: Route, from: &[Endpoint], to: NodeId) -> Result<Endpoint> {
        let from = from.first().copied().unwrap_or(Endpoint::main(to));
        if self.route(from, to) == route {
            return Ok(from);
        }
        let (from, to) = (self.name(from.node), self.name(to));
        let (compiled, planned) = match route {
            Route::Call => ("call", "channel"),
            Route::Channel => ("channel", "call"),
        };
        let message = format!(
            "the edge from `{from}` to `{to}` is compiled as a {compiled}, but planned as a \
             {planned}"
        );
        Err(Error::new(ErrorKind::Topology, message))
    }

    /// Makes the channels of an edge between tasks: a router for each instance upstream, and the
    /// inputs of each instance downstream.
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
            let role = if G::HASHES { Role::KeyFunction } else { Role::Grouping };
            let place = self.place_between((from.node, producer), wiring.to, role);
            let mut router = Router::new(grouping, senders, capacity, wiring.times, place);
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

    /// Makes a channel to an instance of a node, by overflow policy.
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

    /// The number of instances that emit into an output. Into an overflow output, these are the
    /// instances upstream of the node: their routers drop the events.
    fn producers(&self, output: Endpoint) -> usize {
        if output.port != OutputKind::Overflow {
            return self.instances(output.node);
        }
        let into = self.edges.iter().filter(|edge| edge.to == output.node);
        into.map(|edge| self.producers(edge.from)).sum()
    }

    /// Makes an edge of either kind from an output that sends whole batches: a target for each
    /// instance upstream, and the inputs of each instance downstream.
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

    /// Adds a consumer to an output that is laid out later.
    pub(crate) fn add_targets<T: Send + 'static>(
        &mut self,
        output: Endpoint,
        targets: Vec<Box<dyn Target<T>>>,
    ) {
        self.targets.entry(output).or_default().push(Box::new(targets));
    }

    /// Adds a consumer to outputs that are laid out later; returns a root for each instance of it.
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

    /// Removes the consumers of an output, for each of its instances.
    pub(crate) fn take_targets<T: Send + 'static>(&mut self, output: Endpoint) -> Targets<T> {
        self.take_first_targets(output, self.instances(output.node))
    }

    /// Removes the consumers of the first `instances` instances of an output that still has them.
    /// Those of an overflow output belong to the edges into its node, one edge after the other.
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

    /// The side output of an instance of a node, if it is connected. Call it for the instances in
    /// order: each call removes the targets of one.
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

/// Appends the inputs of each instance to those it has.
pub(crate) fn join<T>(all: &mut Inputs<T>, more: Inputs<T>) {
    all.resize_with(more.len().max(all.len()), Vec::new);
    for (inputs, more) in all.iter_mut().zip(more) {
        inputs.extend(more);
    }
}

/// Makes a root for each instance from its inputs.
pub(crate) fn roots<T>(inputs: Inputs<T>) -> Vec<GateRoot<T>> {
    inputs.into_iter().map(|receivers| GateRoot::new(InputGate::new(receivers))).collect()
}
