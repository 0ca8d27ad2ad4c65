//! Streams with a key, and their verbs.

use super::attach::{AttachKeyed, Site};
use super::bounds::{EdgePolicy, Fitting, HasKey, TimeFor, Upstream};
use super::outputs::{OfEdge, SideOutputs};
use super::stream::Stream;
use super::then::Downstream;
use super::time::TimeState;
use super::windowed::WindowedStream;
use crate::event::WithKey;
use crate::key::Key;
use crate::lowering::{ChainSpec, Fusing, KeyBySpec, LinkedSpec};
use crate::operator::{Keying, Operator, Reported};
use crate::topology::{Instances, Naming};
use crate::window::Windows;
use std::fmt;
use std::marker::PhantomData;

/// A stream partitioned by a key of type `K`: what [`Stream::by`] returns, for operators with
/// state, windows and joins.
///
/// `F` is the key function; the other parameters are those of [`Stream`]. The next node ends the
/// partitioning: what it emits is a [`Stream`] again, and needs another `by` for further keyed
/// work.
///
/// # Examples
/// ```
/// use millstream::prelude::*;
///
/// #[operator]
/// async fn balance(transfer: (u32, i64), cents: &mut i64) -> (u32, i64) {
///     *cents += transfer.1;
///     (transfer.0, *cents)
/// }
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> millstream::Result<()> {
/// let balances = Collected::new();
/// let job = Builder::new("bank");
/// let transfers = job.source(from_iter([(7, 500), (8, 20), (7, -100)]));
/// let accounts = transfers.by(|transfer| transfer.0);
/// accounts.then(balance {}).sink(balances.sink());
/// job.build().run(Config::default()).await?;
/// assert_eq!(balances.take(), [(7, 500), (8, 20), (7, 400)]);
/// # Ok(())
/// # }
/// ```
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

// Without bounds: whether the key is `Clone` is open to the end of a function.
impl<K, F, T, M, S, C> KeyedStream<K, F, T, M, S, C> {
    pub(super) fn new(stream: Stream<T, M, S, C>, key: F) -> Self {
        Self { stream, key, keys: PhantomData }
    }

    /// Sets the number of instances of the next node, among which the keys are divided; `* n` in
    /// [`topology!`](macro@crate::topology).
    ///
    /// Results for one key do not depend on the number. 0 is refused at start.
    ///
    /// # Examples
    /// ```
    /// use millstream::prelude::*;
    ///
    /// let topology = topology!(
    ///     job("load"),
    ///     requests = source(from_iter([("eu", 12_u64), ("us", 30)])),
    ///     sizes = requests >> by(|request| request.0) >> map(|request| request.1) * 3,
    ///     sizes >> sink(for_each(|_: u64| {})),
    /// );
    /// let plan = topology.plan(&Config::default())?;
    /// assert_eq!(plan.nodes()[1].instances, 3);
    /// # Ok::<(), millstream::Error>(())
    /// ```
    #[must_use]
    pub fn instances(mut self, instances: impl Into<Instances>) -> Self {
        self.stream.declared.next.instances = instances.into();
        self
    }

    /// Gives the next node the job's default number of instances, as it has downstream of
    /// [`by`](Stream::by): undoes an earlier [`instances`](KeyedStream::instances).
    ///
    /// # Examples
    /// ```
    /// use millstream::prelude::*;
    /// use millstream::topology::Instances;
    ///
    /// let job = Builder::new("load").instances(2);
    /// let keyed = job.source(from_iter([1_u64, 2])).by(|n| *n).instances(8);
    /// keyed.default_instances().map(|n| n + 1).ignore();
    /// assert_eq!(job.build().nodes()[1].instances, Instances::Default);
    /// ```
    #[must_use]
    pub fn default_instances(self) -> Self {
        self.instances(Instances::Default)
    }

    /// Makes the edge to the next node a channel with room for `events` events between each pair of
    /// instances: see [`Stream::buffer`].
    ///
    /// # Examples
    /// ```
    /// use millstream::prelude::*;
    ///
    /// let job = Builder::new("load");
    /// let keyed = job.source(from_iter([1_u64, 2])).by(|n| *n);
    /// keyed.buffer(64).instances(2).map(|n| n + 1).ignore();
    ///
    /// let plan = job.build().plan(&Config::default())?;
    /// let buffer = plan.edges()[0].buffer.unwrap();
    /// assert_eq!((buffer.channels, buffer.events), (2, 64));
    /// # Ok::<(), millstream::Error>(())
    /// ```
    #[must_use]
    pub fn buffer(mut self, events: usize) -> Self {
        self.stream.declared.next.buffer = Some(events);
        self
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
    /// Drops events when the edge to the next node is full: see [`Stream::overflow`].
    ///
    /// # Examples
    /// ```
    /// use millstream::prelude::*;
    ///
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> millstream::Result<()> {
    /// let (kept, dropped) = (Collected::new(), Collected::new());
    /// let job = Builder::new("ticks");
    /// let ticks = job.source(from_iter(0..5_000_u64)).by(|tick| tick % 10);
    /// let shown = ticks.overflow(Overflow::DropNewest).buffer(100).map(|tick| tick).outputs();
    /// shown.stream.sink(kept.sink());
    /// shown.overflow.sink(dropped.sink());
    /// job.build().run(Config::default()).await?;
    /// assert_eq!(kept.take().len() + dropped.take().len(), 5_000);
    /// # Ok(())
    /// # }
    /// ```
    #[must_use]
    pub fn overflow(self, policy: impl EdgePolicy<M>) -> KeyedStream<K, F, T, M, OfEdge<T>, C> {
        self.overflowing(policy.into(), None)
    }

    /// Sends the events to an operator, which may keep state per key, and returns the stream of
    /// what it emits.
    ///
    /// The operator declares its state as a parameter, `state: &mut S`, which begins as
    /// `S::default()` for each key. Memory: one `S` per key until the operator forgets the key
    /// ([`Context::forget_key`](crate::operator::Context::forget_key)) or its time to live is over
    /// ([`Ttl`](crate::operator::Ttl)).
    ///
    /// # Examples
    /// ```
    /// use millstream::prelude::*;
    ///
    /// #[operator]
    /// async fn first_seen(login: (u32, &'static str), known: &mut bool) -> Option<&'static str> {
    ///     (!std::mem::replace(known, true)).then_some(login.1)
    /// }
    ///
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> millstream::Result<()> {
    /// let first = Collected::new();
    /// let job = Builder::new("logins");
    /// let logins = job.source(from_iter([(1, "ann"), (2, "bob"), (1, "ann")]));
    /// logins.by(|login| login.0).then(first_seen {}).sink(first.sink());
    /// job.build().run(Config::default()).await?;
    /// assert_eq!(first.take(), ["ann", "bob"]);
    /// # Ok(())
    /// # }
    /// ```
    #[track_caller]
    #[must_use]
    pub fn then<O>(
        self,
        operator: O,
    ) -> Stream<O::Out, M, Downstream<S, Reported<O, T>>, C::With<impl ChainSpec<Out = O::Out>>>
    where
        O: Operator<T>,
        (O::Keying, O::Mode): AttachKeyed<T, C, K, F, O, M::Memory>,
    {
        let kind = <(O::Keying, O::Mode)>::KIND;
        let node = self.stream.add_node(O::NAME, Naming::by(O::Keying::STATE), kind);
        let from = self.stream.declared.endpoint().node;
        let Self { stream: Stream { declared, chain, .. }, key, .. } = self;
        declared.add_operator::<Reported<O, T>, O::Keying>(node, M::TIMES, O::CALLS.order);
        declared.show::<T, O>();
        let site = Site { node, from, times: M::TIMES, draft: &declared.draft };
        let chain = <(O::Keying, O::Mode)>::attach(chain, key, operator, site);
        Stream::<T, M, S, C>::extended(declared, chain, node)
    }

    /// Emits one event for each event received, on the instance that owns its key; the key is
    /// dropped.
    ///
    /// # Examples
    /// ```
    /// use millstream::prelude::*;
    ///
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> millstream::Result<()> {
    /// let lengths = Collected::new();
    /// let job = Builder::new("words");
    /// let words = job.source(from_iter(["to", "be", "or"]));
    /// words.by(|word| *word).instances(2).map(str::len).sink(lengths.sink());
    /// job.build().run(Config::default()).await?;
    /// assert_eq!(lengths.take(), [2, 2, 2]);
    /// # Ok(())
    /// # }
    /// ```
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

    /// Keeps the events for which a condition holds, on the instance that owns their key; the key
    /// is dropped.
    ///
    /// # Examples
    /// ```
    /// use millstream::prelude::*;
    ///
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> millstream::Result<()> {
    /// let large = Collected::new();
    /// let job = Builder::new("orders");
    /// let orders = job.source(from_iter([("ann", 3), ("bob", 40)]));
    /// orders.by(|order| order.0).filter(|order| order.1 > 10).sink(large.sink());
    /// job.build().run(Config::default()).await?;
    /// assert_eq!(large.take(), [("bob", 40)]);
    /// # Ok(())
    /// # }
    /// ```
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

    /// Emits any number of events for each event received, on the instance that owns its key; the
    /// key is dropped.
    ///
    /// # Examples
    /// ```
    /// use millstream::prelude::*;
    ///
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> millstream::Result<()> {
    /// let items = Collected::new();
    /// let job = Builder::new("orders");
    /// let orders = job.source(from_iter([("ann", vec!["pen", "ink"]), ("bob", vec![])]));
    /// orders.by(|order| order.0).flat_map(|order| order.1).sink(items.sink());
    /// job.build().run(Config::default()).await?;
    /// assert_eq!(items.take(), ["pen", "ink"]);
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

    /// Calls a closure with a reference to every event, on the instance that owns its key, and
    /// emits the event unchanged; the key is dropped.
    ///
    /// # Examples
    /// ```
    /// use millstream::prelude::*;
    ///
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> millstream::Result<()> {
    /// let seen = Collected::new();
    /// let job = Builder::new("sensors");
    /// let readings = job.source(from_iter([("north", 2.5)]));
    /// let logged = readings.by(|reading| reading.0).inspect(|reading| println!("{reading:?}"));
    /// logged.sink(seen.sink());
    /// job.build().run(Config::default()).await?;
    /// assert_eq!(seen.take(), [("north", 2.5)]);
    /// # Ok(())
    /// # }
    /// ```
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

    /// Groups the events of each key into windows, for an operator or an aggregate.
    ///
    /// The [kind](crate::window) is one of `tumbling`, `sliding`, `session`, `counted`, `global`
    /// and `trailing`. All but `counted` and `global` need event time,
    /// or go [`by_clock`](crate::window::Tumbling::by_clock). Memory: what the next node
    /// keeps of each open window of each key.
    ///
    /// # Examples
    /// ```
    /// use millstream::prelude::*;
    ///
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> millstream::Result<()> {
    /// let highest = Collected::new();
    /// let topology = topology!(
    ///     readings = source(from_iter([(1, 20.5), (30, 21.0), (70, 19.0)]))
    ///         >> event_time(|reading| EventTime::from_secs(reading.0), lateness(2.secs())),
    ///     minutes = readings >> by(|_| ()) >> window(tumbling(1.mins()))
    ///         >> aggregate(|reading| reading.1, max_f64()),
    ///     minutes >> map(|minute| minute.value) >> sink(highest.sink()),
    ///     minutes.late >> ignore,
    /// );
    /// topology.run(Config::default()).await?;
    /// assert_eq!(highest.take(), [Some(21.0), Some(19.0)]);
    /// # Ok(())
    /// # }
    /// ```
    #[must_use]
    pub fn window<W: Windows>(
        self,
        windows: W,
    ) -> WindowedStream<K, T, W, M, S, C::Between<impl ChainSpec<Out = WithKey<K, T>>>>
    where
        M: TimeFor<W>,
    {
        self.stream.refuse_invalid(&windows);
        WindowedStream::new(self.with_key(), windows)
    }

    /// The stream of events with their keys.
    pub(super) fn with_key(
        self,
    ) -> Stream<WithKey<K, T>, M, S, C::Between<LinkedSpec<C, KeyBySpec<K, F>>>> {
        let Self { stream, key, .. } = self;
        let spec = KeyBySpec::new(key, stream.declared.endpoint().node);
        stream.with(|chain| C::between(LinkedSpec::new(chain, spec)))
    }
}

impl<K, F, T, M, S, C> Upstream for KeyedStream<K, F, T, M, S, C> {
    type Event = T;
    type Key = HasKey<K>;
    type Time = M;
    type Fitting<A> = Fitting<Self, A>;
    type FittingEvents<A> = Fitting<Stream<T, M, S, C>, A>;

    fn fitting<A>(self, argument: A) -> Fitting<Self, A> {
        Fitting::new(self, argument)
    }

    fn fitting_events<A>(self, argument: A) -> Fitting<Stream<T, M, S, C>, A> {
        Fitting::new(self.stream, argument)
    }
}
