//! Streams with a key.

use super::attach::FuseKeyed;
use super::contract::{Continue, HasKey, Plain, TimeFor, Upstream};
use super::declared::{Declared, KeyAt, LossyAt, Redistributed, ThenAt};
use super::draft::Naming;
use super::stream::{Standing, standing_of};
use super::{EdgeGrouping, Endpoint, Instances, Stream, WindowedStream};
use crate::channel::Overflow;
use crate::event::WithKey;
use crate::grouping::{Fields, Forward};
use crate::key::{Key, KeyGroups};
use crate::operator::{Filter, Inspect, Map, Operator};
use crate::window::Windows;
use std::fmt;
use std::marker::PhantomData;

/// A chain whose events are sent to the instance that owns their key.
pub type ByKey<C, K, F> = Redistributed<C, Fields<K, F>>;

/// A stream with one state in each instance.
pub type PerInstance<T, C> = KeyedStream<(), Redistributed<C, Forward>, fn(&T)>;

/// A chain with an operator after a key.
pub type Fused<D, K, F, O> = <(
    <O as Operator<<D as Declared>::Out>>::Keying,
    <O as Operator<<D as Declared>::Out>>::Mode,
) as FuseKeyed<D, K, F, O>>::Chain;

/// A stream whose events have a key of type `K`; `D` is the chain before it, `F` the key function.
pub struct KeyedStream<K, D: Declared, F> {
    stream: Stream<D::Out, D>,
    key: F,
    keys: PhantomData<fn() -> K>,
}

impl<K, D: Declared, F> fmt::Debug for KeyedStream<K, D, F> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("KeyedStream").field("stream", &self.stream).finish_non_exhaustive()
    }
}

/// Sends every event to the instance that owns its key.
pub(super) fn by<T, C, K, F>(stream: Stream<T, C>, key: F) -> KeyedStream<K, ByKey<C, K, F>, F>
where
    T: Send + 'static,
    C: Declared<Out = T>,
    K: Key,
    F: Fn(&T) -> K + Clone + Send + 'static,
{
    let from = stream.from.clone();
    let grouping = Fields::new(key.clone(), KeyGroups::default());
    let chain = |chain| Redistributed { chain, from, grouping, clone: None };
    let mut stream = stream.with(chain);
    stream.standing = Standing::Loose;
    stream.next.grouping = EdgeGrouping::Fields;
    stream.next.instances = Instances::Default;
    KeyedStream { stream, key, keys: PhantomData }
}

/// One state in each instance.
pub(super) fn per_instance<T, C>(stream: Stream<T, C>) -> PerInstance<T, C>
where
    T: Send + 'static,
    C: Declared<Out = T>,
{
    KeyedStream { stream: stream.repartition(), key: |_| (), keys: PhantomData }
}

impl<K, D, F> KeyedStream<K, D, F>
where
    K: Key,
    D: Declared,
    F: Fn(&D::Out) -> K + Clone + Send + 'static,
{
    /// The number of instances of the next node.
    #[must_use]
    pub fn instances(mut self, instances: impl Into<Instances>) -> Self {
        self.stream.next.instances = instances.into();
        self
    }

    /// The next node has as many instances as the job says.
    #[must_use]
    pub fn default_instances(self) -> Self {
        self.instances(Instances::Default)
    }

    /// The edge to the next node is a channel for `events` events between each pair of instances.
    #[must_use]
    pub fn buffer(mut self, events: usize) -> Self {
        self.stream.next.buffer = Some(events);
        self
    }

    /// What the edge to the next node does when it is full: see [`Stream::overflow`].
    #[must_use]
    pub fn overflow(mut self, policy: Overflow) -> KeyedStream<K, LossyAt<D>, F> {
        self.stream.next.overflow = Some(policy);
        let Self { stream, key, .. } = self;
        KeyedStream { stream: stream.with(LossyAt), key, keys: PhantomData }
    }

    /// Adds an operator, which may keep state per key.
    #[track_caller]
    #[must_use]
    pub fn then<O>(self, operator: O) -> <Self as Continue<O>>::Next
    where
        O: Operator<D::Out>,
        Self: Continue<O>,
    {
        self.continue_with(operator)
    }

    /// Turns every event into another; the key is dropped.
    #[track_caller]
    #[must_use]
    pub fn map<U, G>(self, function: G) -> Stream<U, ThenAt<D, Map<G>>>
    where
        U: Send + 'static,
        G: Fn(D::Out) -> U + Clone + Send + 'static,
    {
        self.stream.map(function)
    }

    /// Keeps the events for which a condition holds; the key is dropped.
    #[track_caller]
    #[must_use]
    pub fn filter<G>(self, condition: G) -> Stream<D::Out, ThenAt<D, Filter<G>>>
    where
        G: Fn(&D::Out) -> bool + Clone + Send + 'static,
    {
        self.stream.filter(condition)
    }

    /// Looks at every event; the key is dropped.
    #[track_caller]
    #[must_use]
    pub fn inspect<G>(self, look: G) -> Stream<D::Out, ThenAt<D, Inspect<G>>>
    where
        G: Fn(&D::Out) + Clone + Send + 'static,
    {
        self.stream.inspect(look)
    }

    /// Gathers the events of each key into windows.
    #[must_use]
    pub fn window<W: Windows>(self, windows: W) -> WindowedStream<KeyAt<D, K, F>, W>
    where
        D::Time: TimeFor<W>,
    {
        WindowedStream::of(self.with_key(), windows)
    }

    /// The stream of events with their keys.
    pub(super) fn with_key(self) -> Stream<WithKey<K, D::Out>, KeyAt<D, K, F>> {
        let Self { stream, key, .. } = self;
        stream.with(|chain| KeyAt { chain, key, keys: PhantomData })
    }
}

impl<K, D, F> Upstream for KeyedStream<K, D, F>
where
    K: Key,
    D: Declared,
    F: Fn(&D::Out) -> K + Clone + Send + 'static,
{
    type Event = D::Out;
    type Key = HasKey<K>;
    type Time = D::Time;
}

impl<K, D, F> Plain for KeyedStream<K, D, F>
where
    K: Key,
    D: Declared,
    F: Fn(&D::Out) -> K + Clone + Send + 'static,
{
    type Chain = D;

    fn plain(self) -> Stream<D::Out, D> {
        self.stream
    }
}

impl<K, D, F, O> Continue<O> for KeyedStream<K, D, F>
where
    K: Key,
    D: Declared,
    F: Fn(&D::Out) -> K + Clone + Send + 'static,
    O: Operator<D::Out>,
    (O::Keying, O::Mode): FuseKeyed<D, K, F, O, Chain: Declared<Out = O::Out>>,
{
    type Next = Stream<O::Out, Fused<D, K, F, O>>;

    #[track_caller]
    fn continue_with(self, operator: O) -> Self::Next {
        let kind = <(O::Keying, O::Mode) as FuseKeyed<D, K, F, O>>::KIND;
        let node = self.stream.add_node(O::NAME, Naming::Operator, kind);
        let draft = self.stream.draft.clone();
        draft.borrow_mut().operator::<D::Out, O>(node);
        let at = (node, &mut *draft.borrow_mut());
        let chain = <(O::Keying, O::Mode)>::fuse(self.stream.chain, self.key, operator, at);
        Stream::new(draft.clone(), chain, vec![Endpoint::main(node)], standing_of(kind))
    }
}
