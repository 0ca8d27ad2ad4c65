//! A stream of events, as declared.

use super::attach::FuseUnkeyed;
use super::contract::{Continue, HasEventTime, IsKeyed, KeyFor, NoKey, Plain, Possible, Upstream};
use super::declared::{Declared, EventTimeAt, InOrderAt, Tap, TimeState, Timed, Untimed};
use super::draft::{Carried, Naming, SharedDraft};
use super::{ByKey, EdgeGrouping, Endpoint, Instances, KeyedStream, NodeId, NodeKind, Port};
use crate::channel::Overflow;
use crate::operator::Operator;
use crate::time::{EventTime, Watermarks};
use crate::window::Windows;
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
    pub(super) overflow: Option<Overflow>,
}

impl Default for Next {
    fn default() -> Self {
        let (instances, grouping) = (Instances::Inherited, EdgeGrouping::Forward);
        Self { instances, grouping, buffer: None, overflow: None }
    }
}

impl<T, C> fmt::Debug for Stream<T, C> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Stream").field("from", &self.from).finish_non_exhaustive()
    }
}

impl<T, M> Stream<T, Tap<T, M>> {
    /// A use of an output that is laid out on its own.
    pub(super) fn of(draft: SharedDraft, output: Endpoint) -> Self {
        let chain = Tap { outputs: vec![output], events: PhantomData };
        let (standing, next) = (Standing::Loose, Next::default());
        Self { draft, chain, from: vec![output], standing, next, events: PhantomData }
    }
}

impl<T: Send + 'static, C: Declared<Out = T>> Stream<T, C> {
    pub(super) fn new(
        draft: SharedDraft,
        chain: C,
        from: Vec<Endpoint>,
        standing: Standing,
    ) -> Self {
        Self { draft, chain, from, standing, next: Next::default(), events: PhantomData }
    }

    /// The same stream with another chain.
    pub(super) fn with<U: Send + 'static, D: Declared<Out = U>>(
        self,
        chain: impl FnOnce(C) -> D,
    ) -> Stream<U, D> {
        let Self { draft, from, standing, next, .. } = self;
        Stream { draft, chain: chain(self.chain), from, standing, next, events: PhantomData }
    }

    /// Adds a node after this stream.
    #[track_caller]
    pub(super) fn add_node(&self, name: &str, naming: Naming, kind: NodeKind) -> NodeId {
        let location = Location::caller();
        let mut draft = self.draft.borrow_mut();
        let node = draft.node((name, naming), kind, self.next.instances, location);
        let keyed = self.next.grouping == EdgeGrouping::Fields;
        let events = Carried::of::<T>().beside(<C::Time as TimeState>::TIMED, keyed);
        draft.connect(&self.from, node, self.next, events);
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

    /// Says when each event happened, and how the watermark follows: `lateness(…)` says how late an
    /// event may arrive, `punctuated(…)` that some events tell.
    #[track_caller]
    #[must_use]
    pub fn event_time<F, W>(self, time: F, strategy: W) -> Stream<T, EventTimeAt<C, F, W>>
    where
        F: Fn(&T) -> EventTime + Clone + Send + 'static,
        W: Watermarks<T>,
    {
        let (stream, node) = self.grounded();
        stream.with(|chain| EventTimeAt { chain, time, strategy, node })
    }

    /// Sends every event to the instance that owns its key.
    #[track_caller]
    pub fn by<K, F>(self, key: F) -> KeyedStream<K, ByKey<C, K, F>, F>
    where
        K: crate::key::Key,
        F: Fn(&T) -> K + Clone + Send + 'static,
    {
        super::keyed::by(self, key)
    }

    /// One state in each instance, whatever the key: the explicit way to keep state without one.
    #[must_use]
    pub fn per_instance(self) -> super::PerInstance<T, C> {
        super::keyed::per_instance(self)
    }

    /// Adds an operator.
    #[track_caller]
    #[must_use]
    pub fn then<O>(self, operator: O) -> <Self as Continue<O>>::Next
    where
        O: Operator<T>,
        NoKey: KeyFor<O::Keying>,
        Self: Continue<O>,
    {
        self.continue_with(operator)
    }

    #[track_caller]
    pub(super) fn attach<O>(self, operator: O, naming: Naming) -> Stream<O::Out, Unkeyed<T, C, O>>
    where
        O: Operator<T>,
        (O::Keying, O::Mode): FuseUnkeyed<C, O, Chain: Declared<Out = O::Out>>,
    {
        let kind = <(O::Keying, O::Mode) as FuseUnkeyed<C, O>>::KIND;
        let node = self.add_node(O::NAME, naming, kind);
        let draft = self.draft.clone();
        draft.borrow_mut().operator::<T, O>(node);
        let chain =
            <(O::Keying, O::Mode)>::fuse(self.chain, operator, node, &mut draft.borrow_mut());
        Stream::new(draft, chain, vec![Endpoint::main(node)], standing_of(kind))
    }

    /// Puts the events in order of time, those of equal time in order of `tie`.
    ///
    /// Each is held until the watermark has passed it. What comes after its watermark is late.
    #[track_caller]
    #[must_use]
    pub fn in_order<B, F>(self, tie: F) -> Stream<T, InOrderAt<C, F>>
    where
        C::Time: HasEventTime<Possible>,
        B: Ord + Send + 'static,
        F: Fn(&T) -> B + Clone + Send + 'static,
    {
        let (stream, node) = self.grounded();
        let late = Endpoint { port: Port::Late, ..stream.endpoint() };
        stream.draft.borrow_mut().side(late, Carried::of::<T>());
        stream.with(|chain| InOrderAt { chain, tie, late, node })
    }

    /// A window needs a key: this is only here to say so.
    #[doc(hidden)]
    #[must_use]
    pub fn window<Q>(self, _: impl Windows) -> Self
    where
        Self: Upstream<Key = Q>,
        Q: IsKeyed<Possible>,
    {
        self
    }

    /// The same stream with a node to do something at: its own, or a new one.
    ///
    /// Without one it would be done where the events come from: before a `to_one` instead of behind
    /// it, or in the task of an operator that awaits, which cannot wait for itself.
    #[track_caller]
    fn grounded(mut self) -> (Self, Option<NodeId>) {
        if self.standing == Standing::Node {
            return (self, None);
        }
        let node = self.add_node("pass", Naming::Engine, NodeKind::Operator);
        self.from = vec![Endpoint::main(node)];
        self.standing = Standing::Node;
        self.next = Next::default();
        (self, Some(node))
    }

    pub(super) fn endpoint(&self) -> Endpoint {
        self.from.first().copied().unwrap_or(Endpoint::main(NodeId(0)))
    }

    pub(super) fn source_name(&self) -> String {
        let draft = self.draft.borrow();
        let endpoint = self.endpoint();
        let node = draft.nodes.get(endpoint.node.0).map_or("", |node| node.name.as_str());
        match endpoint.port {
            Port::Main => node.to_owned(),
            port => format!("{node}_{port}"),
        }
    }
}

impl<T: Send + 'static, C: Declared<Out = T>> Upstream for Stream<T, C> {
    type Event = T;
    type Key = NoKey;
    type Time = C::Time;
}

impl<T: Send + 'static, C: Declared<Out = T>> Plain for Stream<T, C> {
    type Chain = C;

    fn plain(self) -> Self {
        self
    }
}

impl<T, C, O> Continue<O> for Stream<T, C>
where
    T: Send + 'static,
    C: Declared<Out = T>,
    O: Operator<T>,
    (O::Keying, O::Mode): FuseUnkeyed<C, O, Chain: Declared<Out = O::Out>>,
{
    type Next = Stream<O::Out, Unkeyed<T, C, O>>;

    #[track_caller]
    fn continue_with(self, operator: O) -> Self::Next {
        self.attach(operator, Naming::Operator)
    }
}

/// The chain behind an operator on a stream without a key.
type Unkeyed<T, C, O> =
    <(<O as Operator<T>>::Keying, <O as Operator<T>>::Mode) as FuseUnkeyed<C, O>>::Chain;

/// What a stream ends in after a node of this kind.
pub(super) fn standing_of(kind: NodeKind) -> Standing {
    match kind {
        NodeKind::AwaitingOperator => Standing::Awaiting,
        NodeKind::Source | NodeKind::Operator | NodeKind::Sink | NodeKind::Feedback => {
            Standing::Node
        }
    }
}
