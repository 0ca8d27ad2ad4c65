//! Makes the edges between chains: calls, channels, and queues within a task.

use super::Lowering;
use crate::channel::{Capacity, OverflowSwitch, link, local, lossy};
use crate::error::{Error, ErrorKind, Result, Role};
use crate::event::{Origin, Times};
use crate::exchange::{EdgeReceiver, EdgeSender, InputGate, LocalTarget, Router, Senders, Target};
use crate::grouping::Grouping;
use crate::metrics::{EdgeCounters, InletShown};
use crate::stage::GateRoot;
use crate::topology::{EdgeGrouping, Endpoint, NodeId, OutputKind};
use std::sync::Arc;
use std::vec;

/// How an edge runs, as the plan has decided.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Route {
    /// Both ends are in one task: an inlined call.
    Call,
    /// The ends are in different tasks: one channel or more.
    Channel,
}

/// Copies an event that is sent to all instances.
pub type Copying<T> = fn(&T) -> T;

/// An edge to be made, from one output or several to one node.
#[derive(Debug)]
pub struct Wiring<T, G> {
    /// The outputs upstream.
    pub(crate) from: Vec<Endpoint>,
    /// Picks the instance for each event.
    grouping: G,
    /// Copies events, if the grouping sends them to all instances.
    clone: Option<Copying<T>>,
    /// Whether the events carry event time.
    times: Times,
    /// The roots of the node downstream.
    pub(super) roots: Roots<T>,
}

/// The roots of the node downstream of an edge, one per instance: made together for the first
/// instance, then taken in order.
#[derive(Debug)]
pub(super) struct Roots<T>(vec::IntoIter<GateRoot<T>>);

/// The inputs of each instance of a node, with the instances that send on them.
type Inputs<T> = Vec<Vec<CountedInput<T>>>;

/// An input, by whom it is sent, and what counts it.
type CountedInput<T> = ((Origin, EdgeReceiver<T>), Arc<EdgeCounters>);

impl<T, G> Wiring<T, G> {
    /// An edge from these outputs.
    pub fn new(from: Vec<Endpoint>, grouping: G, clone: Option<Copying<T>>, times: Times) -> Self {
        Self { from, grouping, clone, times, roots: Roots(Vec::new().into_iter()) }
    }

    /// How the events are copied, and whether they carry event time.
    pub(super) fn carried(&self) -> (Option<Copying<T>>, Times) {
        (self.clone, self.times)
    }

    /// A router for an instance upstream, in front of these channels to `to`.
    pub(super) fn router(
        &self,
        (from, instance): (NodeId, usize),
        (to, senders): (NodeId, Senders<T>),
        lowering: &Lowering,
    ) -> Router<T, G>
    where
        G: Grouping<T>,
    {
        let role = if G::HASHES { Role::KeyFunction } else { Role::Grouping };
        let place = lowering.place_between((from, instance), to, role);
        let mut grouping = self.grouping.clone();
        grouping.begin((from.0 + instance) % senders.instances().max(1));
        let senders = match G::HASHES {
            true => {
                let keys = grouping.clone();
                senders.counting_keys(move |event| keys.key_text(event))
            }
            false => senders,
        };
        Router::new(grouping, senders, place)
    }
}

impl<T> Roots<T> {
    /// Makes a root for each instance of a node from its inputs.
    pub(super) fn make(&mut self, inputs: Inputs<T>, (to, lowering): (NodeId, &Lowering)) {
        let mut roots = Vec::with_capacity(inputs.len());
        for (instance, receivers) in inputs.into_iter().enumerate() {
            let (receivers, edges): (Vec<_>, _) = receivers.into_iter().unzip();
            let origins = receivers.iter().map(|(origin, _): &(Origin, _)| origin);
            let origins = origins.map(|origin| (origin.node.clone(), origin.instance));
            let shown = Arc::new(InletShown::from(origins));
            lowering.counters(to, instance).shown.add_inlet(Arc::clone(&shown));
            let gate = InputGate::new(receivers).counted(edges).shown_by(shown);
            roots.push(GateRoot::new(gate));
        }
        self.0 = roots.into_iter();
    }

    /// The root of the next instance.
    ///
    /// # Errors
    /// If every instance has its root.
    pub(super) fn take_next(&mut self) -> Result<GateRoot<T>> {
        self.0.next().ok_or_else(too_many)
    }
}

/// The error for an edge with fewer inputs than its node has instances.
fn too_many() -> Error {
    Error::new(ErrorKind::Topology, "a node has more instances than the edge into it")
}

impl Lowering {
    /// Whether an edge is a call.
    pub(super) fn is_call(&self, from: &[Endpoint], to: NodeId) -> bool {
        from.first().is_some_and(|from| self.route(*from, to) == Route::Call)
    }

    /// Checks that the plan has decided on the kind that an edge was compiled as; returns the
    /// output it comes from.
    ///
    /// # Errors
    /// If the plan has decided on the other kind.
    pub(super) fn must_be(&self, route: Route, from: &[Endpoint], to: NodeId) -> Result<Endpoint> {
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

    /// Makes the channels of an edge between tasks: the sending side of each instance upstream, and
    /// the inputs of each instance downstream.
    pub(super) fn senders<T: Send + 'static>(
        &mut self,
        (from, to): (Endpoint, NodeId),
        (clone, times): (Option<Copying<T>>, Times),
    ) -> (Vec<Senders<T>>, Inputs<T>) {
        let declared = self.edges.iter().position(|edge| edge.from == from && edge.to == to);
        let edge = declared.and_then(|at| self.edges.get(at));
        let policy = declared.and_then(|at| self.overflow_of(at));
        let bytes = edge.map_or(size_of::<T>(), |edge| edge.events.size);
        let capacity = self.sizes.channel(edge.and_then(|edge| edge.buffer), bytes);
        let (producers, consumers) = (self.producers(from), self.instances(to));
        let forward = edge.is_none_or(|edge| edge.grouping == EdgeGrouping::Forward);
        let pairwise = forward && producers == consumers;
        let counted = self.edge_counters((from, to));
        let overflowed = self.take_first_targets(Endpoint::overflow(to), producers);
        let mut inputs: Inputs<T> = (0..consumers).map(|_| Vec::new()).collect();
        let mut all = Vec::with_capacity(producers);
        for (producer, mut overflowed) in overflowed.into_iter().enumerate() {
            let mut senders: Vec<EdgeSender<T>> = Vec::new();
            for (consumer, receivers) in inputs.iter_mut().enumerate() {
                if pairwise && consumer != producer {
                    continue;
                }
                let (sender, receiver) = self.channel(capacity, policy.as_ref(), (to, consumer));
                counted.gauges.add(consumer, sender.gauge());
                senders.push(sender);
                let origin = Origin { node: self.name(from.node), instance: producer };
                receivers.push(((origin, receiver), Arc::clone(&counted)));
            }
            let mut senders =
                Senders::new(senders, capacity, times).counted(&counted).tapped(&counted);
            if let Some((phases, edge)) = self.phases_of(from, producer).zip(declared) {
                senders = senders.in_task(phases, edge);
            }
            if let Some(clone) = clone {
                senders = senders.cloning(clone);
            }
            all.push(match overflowed.pop() {
                Some(target) => senders.spilling(target),
                None => senders,
            });
        }
        (all, inputs)
    }

    /// Makes a channel to an instance of a node, by overflow policy; without one, it waits.
    fn channel<T>(
        &self,
        capacity: Capacity,
        policy: Option<&OverflowSwitch>,
        (node, instance): (NodeId, usize),
    ) -> (EdgeSender<T>, EdgeReceiver<T>) {
        let Some(policy) = policy else {
            let (sender, receiver) = link(capacity);
            return (EdgeSender::Channel(sender), EdgeReceiver::Channel(receiver));
        };
        let (sender, receiver) = lossy(capacity, policy.clone());
        (EdgeSender::Lossy(sender, self.counters(node, instance)), EdgeReceiver::Lossy(receiver))
    }

    /// The number of instances that emit into an output. Into an overflow output, these are the
    /// instances upstream of the node: their routers drop the events. If no edge drops any, the
    /// node itself sheds them.
    pub(super) fn producers(&self, output: Endpoint) -> usize {
        if output.port != OutputKind::Overflow || !self.drops_into(output.node) {
            return self.instances(output.node);
        }
        let into = self.edges.iter().filter(|edge| edge.to == output.node);
        into.map(|edge| self.producers(edge.from)).sum()
    }

    /// Makes an edge of either kind from an output that sends whole batches: a target for each
    /// instance upstream, and the inputs of each instance downstream.
    fn edge<T: Send + 'static, G: Grouping<T>>(
        &mut self,
        (from, to): (Endpoint, NodeId),
        wiring: &Wiring<T, G>,
    ) -> (Vec<Box<dyn Target<T>>>, Inputs<T>) {
        if self.route(from, to) == Route::Channel {
            let (senders, inputs) = self.senders((from, to), wiring.carried());
            let mut targets: Vec<Box<dyn Target<T>>> = Vec::with_capacity(senders.len());
            for senders in senders {
                let producer = (from.node, targets.len());
                targets.push(Box::new(wiring.router(producer, (to, senders), self)));
            }
            return (targets, inputs);
        }
        self.queues(from, to)
    }

    /// Makes the edge from an output to a node in the same tasks.
    fn queues<T: Send + 'static>(
        &self,
        from: Endpoint,
        to: NodeId,
    ) -> (Vec<Box<dyn Target<T>>>, Inputs<T>) {
        let counted = self.edge_counters((from, to));
        let local = |instance| {
            let (sender, receiver) = local();
            let origin = Origin { node: self.name(from.node), instance };
            let target = LocalTarget::new(sender, Arc::clone(&counted)).tapped();
            let target: Box<dyn Target<T>> = Box::new(target);
            (target, vec![((origin, EdgeReceiver::Local(receiver)), Arc::clone(&counted))])
        };
        (0..self.instances(from.node)).map(local).unzip()
    }

    /// Adds a consumer to outputs that are laid out later; returns the root of an instance. Called
    /// for the instances in order, from the first.
    ///
    /// # Errors
    /// If every instance has its root.
    pub(super) fn consume<T: Send + 'static, G: Grouping<T>>(
        &mut self,
        wiring: &mut Wiring<T, G>,
        (to, instance): (NodeId, usize),
    ) -> Result<GateRoot<T>> {
        if instance == 0 {
            let mut all: Inputs<T> = Vec::new();
            for from in &wiring.from {
                let (targets, inputs) = self.edge((*from, to), wiring);
                self.add_targets(*from, targets);
                join(&mut all, inputs);
            }
            wiring.roots.make(all, (to, self));
        }
        wiring.roots.take_next()
    }
}

/// Appends the inputs of each instance to those it has.
fn join<T>(all: &mut Inputs<T>, more: Inputs<T>) {
    all.resize_with(more.len().max(all.len()), Vec::new);
    for (inputs, more) in all.iter_mut().zip(more) {
        inputs.extend(more);
    }
}
