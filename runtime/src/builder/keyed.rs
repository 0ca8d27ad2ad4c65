//! Streams with a key.

use super::attach::{AttachKeyed, Site};
use super::bounds::{Fitting, HasKey, TimeFor, Upstream};
use super::outputs::{OfEdge, SideOutputs};
use super::stream::{Ends, Stream};
use super::then::Downstream;
use super::time::TimeState;
use super::windowed::WindowedStream;
use crate::channel::Overflow;
use crate::event::WithKey;
use crate::grouping::Fields;
use crate::key::{Key, KeyGroups};
use crate::lowering::{ChainSpec, Fusing, KeyBySpec, LinkedSpec};
use crate::operator::Operator;
use crate::topology::{EdgeGrouping, Endpoint, Instances, Naming};
use crate::window::Windows;
use std::fmt;
use std::marker::PhantomData;

/// A stream whose events have a key of type `K`; `F` is the key function, and the other types are
/// those of the [`Stream`].
pub struct KeyedStream<K, F, T, M, S, C> {
    pub(super) stream: Stream<T, M, S, C>,
    pub(super) key: F,
    keys: PhantomData<fn() -> K>,
}

impl<K, F, T, M, S, C> fmt::Debug for KeyedStream<K, F, T, M, S, C> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("KeyedStream").field("stream", &self.stream).finish_non_exhaustive()
    }
}

impl<K, F, T, M, S, C> KeyedStream<K, F, T, M, S, C> {
    fn new(stream: Stream<T, M, S, C>, key: F) -> Self {
        Self { stream, key, keys: PhantomData }
    }
}

impl<T, M, S, C> Stream<T, M, S, C>
where
    T: Send + 'static,
    M: TimeState,
    S: SideOutputs,
    C: Fusing<Out = T>,
{
    /// Sends every event to the instance that owns its key.
    #[must_use]
    pub fn by<K, F>(
        self,
        key: F,
    ) -> KeyedStream<
        K,
        impl Fn(&T) -> K + Clone + Send + 'static,
        T,
        M,
        OfEdge<S::Dropped>,
        C::Between<impl ChainSpec<Out = T>>,
    >
    where
        K: Key,
        F: Fn(&T) -> K + Clone + Send + 'static,
    {
        let grouping = Fields::new(key.clone(), KeyGroups::default());
        KeyedStream::new(self.redistribute(grouping, EdgeGrouping::Fields, None), key)
    }

    /// One state in each instance, whatever the key: the explicit way to keep state without one.
    #[must_use]
    pub fn per_instance(
        self,
    ) -> KeyedStream<
        (),
        impl Fn(&T) + Clone + Send + 'static,
        T,
        M,
        OfEdge<S::Dropped>,
        C::Between<impl ChainSpec<Out = T>>,
    > {
        KeyedStream::new(self.repartition(), |_: &T| ())
    }
}

impl<K, F, T, M, S, C> KeyedStream<K, F, T, M, S, C>
where
    K: Key,
    F: Fn(&T) -> K + Clone + Send + 'static,
    T: Send + 'static,
    M: TimeState,
    S: SideOutputs,
    C: Fusing<Out = T>,
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
    pub fn overflow(mut self, policy: Overflow) -> KeyedStream<K, F, T, M, OfEdge<T>, C> {
        self.stream.next.overflow = Some(policy);
        KeyedStream::new(self.stream.with(|chain| chain), self.key)
    }

    /// Adds an operator, which may keep state per key.
    #[track_caller]
    #[must_use]
    pub fn then<O>(
        self,
        operator: O,
    ) -> Stream<O::Out, M, Downstream<S, O::Error>, C::With<impl ChainSpec<Out = O::Out>>>
    where
        O: Operator<T>,
        (O::Keying, O::Mode): AttachKeyed<T, C, K, F, O>,
    {
        let kind = <(O::Keying, O::Mode)>::KIND;
        let node = self.stream.add_node(O::NAME, Naming::Operator, kind);
        let Self { stream: Stream { draft, chain, .. }, key, .. } = self;
        let mut to = draft.borrow_mut();
        to.declaration.add_errors::<T, O>(node);
        let site = Site { node, times: M::TIMES, layouts: &mut to.layouts };
        let chain = <(O::Keying, O::Mode)>::attach(chain, key, operator, site);
        let chain = C::with(chain, node, M::TIMES, &mut to.layouts);
        drop(to);
        let ends = Ends::of(&chain);
        Stream::new(draft, chain, vec![Endpoint::main(node)], ends)
    }

    /// Turns every event into another; the key is dropped.
    #[track_caller]
    #[must_use]
    pub fn map<U, G>(
        self,
        function: G,
    ) -> Stream<U, M, Downstream<S>, C::With<impl ChainSpec<Out = U>>>
    where
        U: Send + 'static,
        G: Fn(T) -> U + Clone + Send + 'static,
    {
        self.stream.map(function)
    }

    /// Keeps the events for which a condition holds; the key is dropped.
    #[track_caller]
    #[must_use]
    pub fn filter<G>(
        self,
        condition: G,
    ) -> Stream<T, M, Downstream<S>, C::With<impl ChainSpec<Out = T>>>
    where
        G: Fn(&T) -> bool + Clone + Send + 'static,
    {
        self.stream.filter(condition)
    }

    /// Turns every event into any number of others; the key is dropped.
    ///
    /// # Examples
    /// ```
    /// use millstream::prelude::*;
    ///
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> millstream::Result<()> {
    /// let halves = Collected::new();
    ///
    /// let job = Builder::new("halves");
    /// let numbers = job.source(from_iter([4_u64, 7])).by(|number| *number);
    /// numbers.flat_map(|number| [number / 2, number - number / 2]).sink(halves.sink());
    /// job.build().run(Config::default()).await?;
    ///
    /// assert_eq!(halves.take(), [2, 2, 3, 4]);
    /// # Ok(())
    /// # }
    /// ```
    #[track_caller]
    #[must_use]
    pub fn flat_map<I, G>(
        self,
        function: G,
    ) -> Stream<I::Item, M, Downstream<S>, C::With<impl ChainSpec<Out = I::Item>>>
    where
        I: IntoIterator<Item: Send> + 'static,
        G: Fn(T) -> I + Clone + Send + 'static,
    {
        self.stream.flat_map(function)
    }

    /// Looks at every event; the key is dropped.
    #[track_caller]
    #[must_use]
    pub fn inspect<G>(
        self,
        look: G,
    ) -> Stream<T, M, Downstream<S>, C::With<impl ChainSpec<Out = T>>>
    where
        G: Fn(&T) + Clone + Send + 'static,
    {
        self.stream.inspect(look)
    }

    /// Gathers the events of each key into windows.
    #[must_use]
    pub fn window<W: Windows>(
        self,
        windows: W,
    ) -> WindowedStream<K, T, W, M, S, C::Between<impl ChainSpec<Out = WithKey<K, T>>>>
    where
        M: TimeFor<W>,
    {
        WindowedStream::new(self.with_key(), windows)
    }

    /// The stream of events with their keys.
    pub(super) fn with_key(
        self,
    ) -> Stream<WithKey<K, T>, M, S, C::Between<LinkedSpec<C, KeyBySpec<K, F>>>> {
        let Self { stream, key, .. } = self;
        stream.with(|chain| C::between(LinkedSpec::new(chain, KeyBySpec::new(key))))
    }
}

impl<K, F, T, M, S, C> Upstream for KeyedStream<K, F, T, M, S, C> {
    type Event = T;
    type Key = HasKey<K>;
    type Time = M;
    type Fitting<A> = Fitting<Self, A>;

    fn fitting<A>(self, argument: A) -> Fitting<Self, A> {
        Fitting::new(self, argument)
    }
}
