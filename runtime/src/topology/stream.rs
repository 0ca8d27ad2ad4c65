//! A stream of events, as declared.

use super::attach::{Fuse, NeedsNoKey};
use super::declared::{
    Declared, EventTimeAt, InOrderAt, Redistributed, Tap, ThenAt, TimeState, Timed, Untimed,
};
use super::draft::{Naming, SharedDraft};
use super::{EdgeGrouping, Endpoint, Instances, NodeId, NodeKind, Wiring};
use crate::error::Result;
use crate::exchange::Gather;
use crate::grouping::{All, Global, Grouping, Shuffle};
use crate::operator::{Filter, FlatMap, Inspect, Map, Operator, Step};
use crate::sink::Sink;
use crate::stage::{Segment, SinkTail};
use crate::time::{EventTime, Lateness};
use std::fmt;
use std::marker::PhantomData;
use std::panic::Location;

/// A stream of events of type `T`, as declared.
///
/// `C` is the chain of everything before it; leave it out in a signature of your own and pass the
/// function to [`through`](Stream::through).
pub struct Stream<T, C = Tap<T, Untimed>> {
    pub(super) draft: SharedDraft,
    pub(super) chain: C,
    pub(super) from: Vec<Endpoint>,
    pub(super) standing: Standing,
    pub(super) next: Next,
    events: PhantomData<fn() -> T>,
}

/// A stream of events with event time, in the signature of a function for
/// [`through`](Stream::through).
pub type TimedStream<T> = Stream<T, Tap<T, Timed>>;

/// What a stream ends in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Standing {
    /// A node of its own, whose operator is the end of the chain.
    Node,
    /// A node of its own that awaits.
    Awaiting,
    /// Nothing of its own: it uses other streams, and begins with the next node.
    Loose,
}

/// What has been said about the next node.
#[derive(Debug, Clone, Copy)]
pub(super) struct Next {
    pub(super) instances: Instances,
    pub(super) grouping: EdgeGrouping,
    pub(super) buffer: Option<usize>,
}

impl Default for Next {
    fn default() -> Self {
        let (instances, grouping) = (Instances::Inherited, EdgeGrouping::Forward);
        Self {
            instances,
            grouping,
            buffer: None,
        }
    }
}

impl<T, C> fmt::Debug for Stream<T, C> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Stream")
            .field("from", &self.from)
            .finish_non_exhaustive()
    }
}

impl<T: Send + 'static, C: Declared<Out = T>> Stream<T, C> {
    pub(super) fn new(
        draft: SharedDraft,
        chain: C,
        from: Vec<Endpoint>,
        standing: Standing,
    ) -> Self {
        Self {
            draft,
            chain,
            from,
            standing,
            next: Next::default(),
            events: PhantomData,
        }
    }

    /// The same stream with another chain.
    pub(super) fn with<U: Send + 'static, D: Declared<Out = U>>(
        self,
        chain: impl FnOnce(C) -> D,
    ) -> Stream<U, D> {
        let Self {
            draft,
            from,
            standing,
            next,
            ..
        } = self;
        Stream {
            draft,
            chain: chain(self.chain),
            from,
            standing,
            next,
            events: PhantomData,
        }
    }

    /// Adds a node after this stream.
    #[track_caller]
    pub(super) fn add_node(&self, name: &str, naming: Naming, kind: NodeKind) -> NodeId {
        let location = Location::caller();
        let mut draft = self.draft.borrow_mut();
        let instances = self.next.instances;
        let node = draft.node(name, naming, kind, instances, location);
        draft.connect(&self.from, node, self.next.grouping, self.next.buffer);
        node
    }

    /// Names the node that this stream comes from.
    #[must_use]
    pub fn named(self, name: &str) -> Self {
        if let (Standing::Node | Standing::Awaiting, [from]) = (self.standing, &self.from[..])
            && let Some(node) = self.draft.borrow_mut().nodes.get_mut(from.node.0)
        {
            node.name = name.to_owned();
            node.naming = Naming::Given;
        }
        self
    }

    /// Says when each event happened, and how late it may arrive.
    #[must_use]
    pub fn event_time<F>(self, time: F, lateness: Lateness) -> Stream<T, EventTimeAt<C, F>>
    where
        F: Fn(&T) -> EventTime + Clone + Send + 'static,
    {
        self.with(|chain| EventTimeAt {
            chain,
            time,
            lateness,
        })
    }

    /// Sends every event to the instance that owns its key.
    #[track_caller]
    pub fn by<K, F>(
        self,
        key: F,
    ) -> super::KeyedStream<K, Redistributed<C, super::keyed::ByKey<K, F>>, F>
    where
        K: crate::key::Key,
        F: Fn(&T) -> K + Clone + Send + 'static,
    {
        super::keyed::by(self, key)
    }

    /// One state in each instance, whatever the key: the explicit way to keep state without one.
    #[must_use]
    pub fn per_instance(self) -> super::KeyedStream<(), C, fn(&T)> {
        super::keyed::per_instance(self)
    }

    fn redistribute<G: Grouping<T>>(
        self,
        grouping: G,
        declared: EdgeGrouping,
        clone: Option<fn(&T) -> T>,
    ) -> Stream<T, Redistributed<C, G>> {
        let from = self.from.clone();
        let mut stream = self.with(|chain| Redistributed {
            chain,
            from,
            grouping,
            clone,
        });
        stream.standing = Standing::Loose;
        stream.next.grouping = declared;
        stream.next.instances = Instances::Default;
        stream
    }

    /// Gives the events to the instances of the next node in turn, batch by batch.
    #[must_use]
    pub fn shuffle(self) -> Stream<T, Redistributed<C, Shuffle>> {
        self.redistribute(Shuffle::default(), EdgeGrouping::Shuffle, None)
    }

    /// Gives every event to all instances of the next node.
    #[must_use]
    pub fn to_all(self) -> Stream<T, Redistributed<C, All>>
    where
        T: Clone,
    {
        self.redistribute(All, EdgeGrouping::All, Some(T::clone))
    }

    /// Gives every event to the one instance of the next node.
    #[must_use]
    pub fn to_one(self) -> Stream<T, Redistributed<C, Global>> {
        let mut stream = self.redistribute(Global, EdgeGrouping::Global, None);
        stream.next.instances = Instances::Exactly(1);
        stream
    }

    /// The number of instances of the next node.
    #[must_use]
    pub fn instances(
        self,
        instances: impl Into<Instances>,
    ) -> Stream<T, Redistributed<C, Shuffle>> {
        let grouping = self.next.grouping;
        let mut stream = self.redistribute(Shuffle::default(), grouping, None);
        stream.next.instances = instances.into();
        stream
    }

    /// The next node has as many instances as the job says.
    #[must_use]
    pub fn default_instances(self) -> Stream<T, Redistributed<C, Shuffle>> {
        self.instances(Instances::Default)
    }

    /// The edge to the next node is a channel for `events` events between each pair of instances.
    #[must_use]
    pub fn buffer(self, events: usize) -> Stream<T, Redistributed<C, Shuffle>> {
        let (instances, grouping) = (self.next.instances, self.next.grouping);
        let mut stream = self.redistribute(Shuffle::default(), grouping, None);
        stream.next.instances = instances;
        stream.next.buffer = Some(events);
        stream
    }

    /// Adds an operator.
    #[track_caller]
    #[must_use]
    pub fn then<O>(self, operator: O) -> Stream<O::Out, <O::Mode as Fuse<C, O>>::Chain>
    where
        O: Operator<T, Keying: NeedsNoKey, Mode: Fuse<C, O, Chain: Declared<Out = O::Out>>>,
    {
        self.attach(operator, Naming::Operator)
    }

    #[track_caller]
    fn attach<O>(
        self,
        operator: O,
        naming: Naming,
    ) -> Stream<O::Out, <O::Mode as Fuse<C, O>>::Chain>
    where
        O: Operator<T, Mode: Fuse<C, O, Chain: Declared<Out = O::Out>>>,
    {
        let kind = <O::Mode as Fuse<C, O>>::KIND;
        let node = self.add_node(O::NAME, naming, kind);
        let draft = self.draft.clone();
        let chain =
            <O::Mode as Fuse<C, O>>::fuse(self.chain, operator, node, &mut draft.borrow_mut());
        Stream::new(draft, chain, vec![Endpoint::main(node)], standing_of(kind))
    }

    /// Turns every event into another.
    #[track_caller]
    #[must_use]
    pub fn map<U, F>(self, function: F) -> Stream<U, ThenAt<C, Map<F>>>
    where
        U: Send + 'static,
        F: Fn(T) -> U + Clone + Send + 'static,
    {
        self.stock(Map(function))
    }

    /// Keeps the events for which a condition holds.
    #[track_caller]
    #[must_use]
    pub fn filter<F>(self, condition: F) -> Stream<T, ThenAt<C, Filter<F>>>
    where
        F: Fn(&T) -> bool + Clone + Send + 'static,
    {
        self.stock(Filter(condition))
    }

    /// Turns every event into any number of others.
    #[track_caller]
    #[must_use]
    pub fn flat_map<I, F>(self, function: F) -> Stream<I::Item, ThenAt<C, FlatMap<F>>>
    where
        I: IntoIterator<Item: Send> + 'static,
        F: Fn(T) -> I + Clone + Send + 'static,
    {
        self.stock(FlatMap(function))
    }

    /// Looks at every event.
    #[track_caller]
    #[must_use]
    pub fn inspect<F>(self, look: F) -> Stream<T, ThenAt<C, Inspect<F>>>
    where
        F: Fn(&T) + Clone + Send + 'static,
    {
        self.stock(Inspect(look))
    }

    #[track_caller]
    fn stock<O>(self, operator: O) -> Stream<O::Out, ThenAt<C, O>>
    where
        O: Step<T, State = (), Mode = crate::operator::Stepping>,
    {
        self.attach(operator, Naming::Engine)
    }

    /// Puts the events in order of time, those of equal time in order of `tie`.
    ///
    /// Each is held until the watermark has passed it. What comes after its watermark is late.
    #[must_use]
    pub fn in_order<B, F>(self, tie: F) -> Stream<T, InOrderAt<C, F>>
    where
        C::Time: super::HasEventTime,
        B: Ord + Send + 'static,
        F: Fn(&T) -> B + Clone + Send + 'static,
    {
        let late = Endpoint {
            port: super::Port::Late,
            ..self.endpoint()
        };
        self.with(|chain| InOrderAt { chain, tie, late })
    }

    /// Ends the stream in a sink, which has one instance.
    #[track_caller]
    pub fn sink<S: Sink<T>>(self, sink: S) {
        let name = format!("{}_sink", self.source_name());
        self.end(sink, &name, Naming::Engine);
    }

    /// Ends the stream in a sink of this name.
    #[track_caller]
    pub fn sink_named<S: Sink<T>>(self, sink: S, name: &str) {
        self.end(sink, name, Naming::Given);
    }

    /// Ends the stream in nothing: its events are dropped, and counted.
    #[track_caller]
    pub fn ignore(self) {
        let name = format!("{}_ignored", self.source_name());
        self.end(crate::connector::memory::ignore(), &name, Naming::Engine);
    }

    #[track_caller]
    fn end<S: Sink<T>>(mut self, sink: S, name: &str, naming: Naming) {
        self.next.instances = Instances::Exactly(1);
        let node = self.add_node(name, naming, NodeKind::Sink);
        let Self {
            draft, chain, from, ..
        } = self;
        let grouping = Shuffle::default();
        let wiring = Wiring {
            from,
            to: node,
            grouping,
            clone: None,
        };
        draft
            .borrow_mut()
            .layouts
            .push(Box::new(move |lowering| -> Result<()> {
                let writer = sink.open(&lowering.env).map_err(|error| {
                    let message = format!("sink `{}`: {error}", lowering.name(node));
                    crate::Error::new(error.kind(), message).caused_by(error)
                })?;
                let chains = chain.connect(wiring, lowering)?;
                if let Some(chain) = chains.into_iter().next() {
                    let counters = lowering.counters(node, 0);
                    let tail = SinkTail::new(writer, lowering.name(node), counters);
                    lowering.place(node, 0, Segment::new(chain, tail));
                }
                Ok(())
            }));
    }

    /// Lets the stream be used more than once: every use sees every event.
    #[must_use]
    pub fn fan_out(self) -> FanOut<T, C::Time>
    where
        T: Clone,
    {
        let (draft, output) = self.detach(|targets, (limit, timed), counters| {
            Gather::all(targets, limit, timed, counters)
        });
        FanOut {
            draft,
            output,
            events: PhantomData,
        }
    }

    /// Passes the stream through a function that takes and returns streams: a part of a topology
    /// with a name of its own.
    ///
    /// # Examples
    /// ```
    /// use millstream::prelude::*;
    ///
    /// fn even(numbers: Stream<u64>) -> Stream<u64> {
    ///     numbers.filter(|number| number % 2 == 0).detached()
    /// }
    ///
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> millstream::Result<()> {
    /// let kept = Collected::new();
    /// let topology = topology!(source(from_iter(1..=4)) >> through(even) >> sink(kept.sink()));
    /// topology.run(Config::default()).await?;
    /// assert_eq!(kept.take(), [2, 4]);
    /// # Ok(())
    /// # }
    /// ```
    pub fn through<R>(self, part: impl FnOnce(Stream<T, Tap<T, C::Time>>) -> R) -> R {
        part(self.detached())
    }

    /// The same stream with the chain before it out of its type, at the price of one dynamic call a
    /// batch.
    #[must_use]
    #[track_caller]
    pub fn detached(self) -> Stream<T, Tap<T, C::Time>> {
        if let Some(outputs) = self.chain.taps() {
            return tap_all(&self.draft, outputs.to_vec());
        }
        let (draft, output) = self.detach(|mut targets, (limit, timed), counters| {
            Gather::one(targets.pop(), limit, timed, counters)
        });
        tap_all(&draft, vec![output])
    }

    /// Lays out the chain on its own; its consumers are known by then.
    fn detach(
        self,
        gather: impl Fn(
            Vec<Box<dyn crate::exchange::Target<T>>>,
            (usize, bool),
            std::sync::Arc<crate::metrics::InstanceCounters>,
        ) -> Gather<T>
        + Send
        + 'static,
    ) -> (SharedDraft, Endpoint) {
        let settled = self.standing == Standing::Node;
        let output = if settled {
            self.endpoint()
        } else {
            Endpoint::main(self.add_node("pass", Naming::Engine, NodeKind::Operator))
        };
        let Self { draft, chain, .. } = self;
        draft
            .borrow_mut()
            .layouts
            .push(Box::new(move |lowering| -> Result<()> {
                let timed = <C::Time as TimeState>::TIMED;
                let targets = lowering.take_targets(output);
                let chains = chain.lower(output.node, lowering)?;
                for (instance, (chain, targets)) in chains.into_iter().zip(targets).enumerate() {
                    let counters = lowering.counters(output.node, instance);
                    let tail = gather(targets, (lowering.batch, timed), counters);
                    lowering.place(output.node, instance, Segment::new(chain, tail));
                }
                Ok(())
            }));
        (draft, output)
    }

    pub(super) fn endpoint(&self) -> Endpoint {
        self.from
            .first()
            .copied()
            .unwrap_or(Endpoint::main(NodeId(0)))
    }

    fn source_name(&self) -> String {
        let draft = self.draft.borrow();
        let endpoint = self.endpoint();
        let node = draft
            .nodes
            .get(endpoint.node.0)
            .map_or("", |node| node.name.as_str());
        match endpoint.port {
            super::Port::Main => node.to_owned(),
            port => format!("{node}_{port}"),
        }
    }
}

/// What a stream ends in after a node of this kind.
pub(super) fn standing_of(kind: NodeKind) -> Standing {
    match kind {
        NodeKind::AwaitingOperator => Standing::Awaiting,
        NodeKind::Source | NodeKind::Operator | NodeKind::Sink => Standing::Node,
    }
}

/// A use of outputs that are laid out on their own.
pub(super) fn tap_all<T: Send + 'static, M: TimeState>(
    draft: &SharedDraft,
    outputs: Vec<Endpoint>,
) -> Stream<T, Tap<T, M>> {
    let chain = Tap {
        outputs: outputs.clone(),
        events: PhantomData,
    };
    Stream::new(draft.clone(), chain, outputs, Standing::Loose)
}

/// A stream that is used more than once.
pub struct FanOut<T, M> {
    draft: SharedDraft,
    output: Endpoint,
    events: PhantomData<fn() -> (T, M)>,
}

impl<T, M> fmt::Debug for FanOut<T, M> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("FanOut")
            .field("output", &self.output)
            .finish_non_exhaustive()
    }
}

impl<T: Send + 'static, M: TimeState> FanOut<T, M> {
    /// One use of the stream.
    #[must_use]
    pub fn tap(&self) -> Stream<T, Tap<T, M>> {
        tap_all(&self.draft, vec![self.output])
    }
}
