//! From declared chains to running ones.
//!
//! The plan has decided which edge is a call and which a channel. Lowering follows the declaration
//! from its ends to its sources: each consumer asks the chain before it for its running form, and
//! what several consumers share collects their targets first.

use super::draft::Layout;
use super::{EdgeDeclared, EdgeGrouping, Endpoint, NodeId, Port};
use crate::channel::{Capacity, Overflow, link, local, lossy};
use crate::control::JobControl;
use crate::env::Env;
use crate::error::{Error, ErrorKind, Result};
use crate::event::Origin;
use crate::exchange::{Gather, Inlet, Line, LocalTarget, Outgoing, Router, Target};
use crate::grouping::Grouping;
use crate::metrics::{InstanceCounters, NodeCounters};
use crate::operator::{Instance, Place};
use crate::stage::{InletRoot, Run};
use std::any::Any;
use std::collections::HashMap;
use std::fmt;
use std::sync::Arc;

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
}

/// The inputs of every instance of a node.
pub(super) type Inputs<T> = Vec<Vec<(Origin, Line<T>)>>;

/// The targets of every instance of an output.
type Targets<T> = Vec<Vec<Box<dyn Target<T>>>>;

/// What lowering knows and what it has made so far.
#[derive(Debug)]
pub struct Lowering {
    /// What every edge is to become.
    pub routes: HashMap<(Endpoint, NodeId), Route>,
    /// The edges as declared.
    pub edges: Vec<EdgeDeclared>,
    /// The counters of every node; their number is that of its instances.
    pub counters: Vec<NodeCounters>,
    /// How many events travel together at most.
    pub batch: usize,
    /// How many events an edge holds unless it says otherwise.
    pub buffer: usize,
    /// What sources take from the world.
    pub env: Env,
    /// What all tasks of the job share.
    pub control: JobControl,
    /// The segments made so far.
    pub placed: Vec<Placed>,
    /// The targets of outputs whose consumers have been laid out already.
    pub targets: HashMap<Endpoint, Vec<Box<dyn Any + Send>>>,
    /// What is to be laid out once everything else is.
    pub last: Last,
}

/// What is laid out once everything else is: sinks, which may empty a file when they are opened, so
/// that nothing is lost if a source cannot be.
#[derive(Default)]
pub struct Last(pub(super) Vec<Layout>);

impl fmt::Debug for Last {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Last").field(&self.0.len()).finish()
    }
}

impl Lowering {
    /// Lays out what was left for the end.
    ///
    /// # Errors
    /// If a sink cannot be opened, or an output is used that its node does not have.
    pub(crate) fn finish(&mut self) -> Result<()> {
        // Whoever takes them would wait for ever.
        if let Some(Endpoint { node, port }) = self.targets.keys().next() {
            let message = format!("nothing comes from `{}.{port}`; leave it out", self.name(*node));
            return Err(Error::new(ErrorKind::Topology, message));
        }
        std::mem::take(&mut self.last.0).into_iter().try_for_each(|layout| layout(self))
    }

    /// The number of instances of a node.
    pub(super) fn instances(&self, node: NodeId) -> usize {
        self.counters.get(node.0).map_or(1, |node| node.instances.len())
    }

    /// The name of a node.
    pub(super) fn name(&self, node: NodeId) -> Arc<str> {
        self.counters.get(node.0).map_or_else(|| "?".into(), |node| Arc::clone(&node.name))
    }

    /// What an instance of a node counts.
    pub(super) fn counters(&self, node: NodeId, instance: usize) -> Arc<InstanceCounters> {
        let counters = self.counters.get(node.0).and_then(|node| node.instances.get(instance));
        counters.cloned().unwrap_or_default()
    }

    /// An instance of a node, for errors.
    pub(super) fn place_of(&self, node: NodeId, instance: usize) -> Place {
        Place::new(self.name(node), Instance::new(instance, self.instances(node)))
    }

    /// Puts a segment into the task of an instance.
    pub(super) fn place(&mut self, node: NodeId, instance: usize, segment: impl Run) {
        self.placed.push(Placed { node, instance, segment: Box::new(segment) });
    }

    pub(super) fn route(&self, from: Endpoint, to: NodeId) -> Route {
        self.routes.get(&(from, to)).copied().unwrap_or(Route::Channel)
    }

    /// The tails and inputs of an edge between tasks.
    pub(super) fn routers<T: Send + 'static, G: Grouping<T>>(
        &mut self,
        from: Endpoint,
        wiring: &Wiring<T, G>,
        timed: bool,
    ) -> (Vec<Router<T, G>>, Inputs<T>) {
        let edge = self.edges.iter().find(|edge| edge.from == from && edge.to == wiring.to);
        let buffer = edge.and_then(|edge| edge.buffer).unwrap_or(self.buffer);
        let policy = edge.and_then(|edge| edge.overflow).unwrap_or_default();
        let capacity = Capacity::of(buffer, self.batch);
        let (producers, consumers) = (self.producers(from), self.instances(wiring.to));
        let forward = edge.is_none_or(|edge| edge.grouping == EdgeGrouping::Forward);
        let pairwise = forward && producers == consumers;
        let spills = self.take_first_targets(Endpoint::overflow(wiring.to), producers);
        let mut inputs: Inputs<T> = (0..consumers).map(|_| Vec::new()).collect();
        let mut routers = Vec::with_capacity(producers);
        for (producer, mut spill) in spills.into_iter().enumerate() {
            let mut ways: Vec<Outgoing<T>> = Vec::new();
            for (consumer, lines) in inputs.iter_mut().enumerate() {
                if pairwise && consumer != producer {
                    continue;
                }
                let (way, line) = self.channel(capacity, policy, (wiring.to, consumer));
                ways.push(way);
                let origin = Origin { node: self.name(from.node), instance: producer };
                lines.push((origin, line));
            }
            let mut grouping = wiring.grouping.clone();
            grouping.begin((from.node.0 + producer) % consumers.max(1));
            let mut router = Router::new(grouping, ways, capacity, timed);
            if let Some(clone) = wiring.clone {
                router = router.cloning(clone);
            }
            routers.push(match spill.pop() {
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
    ) -> (Outgoing<T>, Line<T>) {
        if policy == Overflow::Block {
            let (sender, receiver) = link(capacity);
            return (Outgoing::Link(sender), Line::Link(receiver));
        }
        let (sender, receiver) = lossy(capacity, policy);
        (Outgoing::Lossy(sender, self.counters(node, instance)), Line::Lossy(receiver))
    }

    /// How many instances put events into an output. What is dropped before a node comes from those
    /// that would have sent it there.
    fn producers(&self, output: Endpoint) -> usize {
        if output.port != Port::Overflow {
            return self.instances(output.node);
        }
        let into = self.edges.iter().filter(|edge| edge.to == output.node);
        into.map(|edge| self.producers(edge.from)).sum()
    }

    /// The targets and inputs of an edge of either kind, from an output that hands over batches.
    pub(super) fn edge<T: Send + 'static, G: Grouping<T>>(
        &mut self,
        from: Endpoint,
        wiring: &Wiring<T, G>,
        timed: bool,
    ) -> (Vec<Box<dyn Target<T>>>, Inputs<T>) {
        if self.route(from, wiring.to) == Route::Channel {
            let (routers, inputs) = self.routers(from, wiring, timed);
            let boxed = |router| Box::new(router) as Box<dyn Target<T>>;
            return (routers.into_iter().map(boxed).collect(), inputs);
        }
        let instances = 0..self.instances(from.node);
        let local = |instance| {
            let (feeder, queue) = local();
            let origin = Origin { node: self.name(from.node), instance };
            let target: Box<dyn Target<T>> = Box::new(LocalTarget(feeder));
            (target, vec![(origin, Line::Queue(queue))])
        };
        instances.map(local).unzip()
    }

    /// Adds a consumer to an output whose own layout follows.
    pub(super) fn add_targets<T: Send + 'static>(
        &mut self,
        output: Endpoint,
        targets: Vec<Box<dyn Target<T>>>,
    ) {
        self.targets.entry(output).or_default().push(Box::new(targets));
    }

    /// Adds a consumer to outputs whose own layouts follow; the inputs of every instance of it.
    pub(super) fn consume<T: Send + 'static, G: Grouping<T>>(
        &mut self,
        wiring: &Wiring<T, G>,
        timed: bool,
    ) -> Vec<InletRoot<T>> {
        let mut all: Inputs<T> = Vec::new();
        for from in &wiring.from {
            let (targets, inputs) = self.edge(*from, wiring, timed);
            self.add_targets(*from, targets);
            join(&mut all, inputs);
        }
        roots(all)
    }

    /// The consumers of an output, instance by instance.
    pub(super) fn take_targets<T: Send + 'static>(&mut self, output: Endpoint) -> Targets<T> {
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

    /// A side output of every instance of a node, where it is connected.
    pub(super) fn sides<T: Send + 'static>(
        &mut self,
        output: Endpoint,
        timed: bool,
    ) -> Vec<Option<Gather<T>>> {
        let all = self.take_targets(output);
        let gather = |(instance, mut targets): (usize, Vec<Box<dyn Target<T>>>)| {
            let target = targets.pop()?;
            let counters = self.counters(output.node, instance);
            Some(Gather::one(Some(target), self.batch, timed, counters))
        };
        all.into_iter().enumerate().map(gather).collect()
    }
}

/// Adds the inputs of each instance to those it has.
pub(super) fn join<T>(all: &mut Inputs<T>, more: Inputs<T>) {
    all.resize_with(more.len().max(all.len()), Vec::new);
    for (inputs, more) in all.iter_mut().zip(more) {
        inputs.extend(more);
    }
}

/// The root of every instance.
pub(super) fn roots<T>(inputs: Inputs<T>) -> Vec<InletRoot<T>> {
    inputs.into_iter().map(|lines| InletRoot::new(Inlet::new(lines))).collect()
}
