//! The windows of a keyed stream, and their verbs.

use super::attach::{AttachToWindows, Site};
use super::bounds::{Fitting, HasKey, Upstream};
use super::outputs::SideOutputs;
use super::stream::Stream;
use super::then::Downstream;
use super::time::TimeState;
use crate::event::WithKey;
use crate::key::Key;
use crate::lowering::{ChainSpec, Fusing, LinkedSpec, OperatorSpec, StoreSpec};
use crate::operator::{Operator, PassOn, Reported};
use crate::stage::NoStates;
use crate::state::Kept;
use crate::topology::{
    Carried, Chance, Delivery, Endpoint, Instances, Naming, NodeId, NodeKind, OutputKind,
};
use crate::window::{
    Aggregate, AggregateWindows, FullWindows, KeptStore, Late, StoreFactory, Window, Windows,
};
use millstream_graph::sentence::{outcome, shape};
use std::convert::Infallible;
use std::fmt;
use std::marker::PhantomData;

/// A chain of full windows, made by the stores of `W`.
pub type FullWindowsOf<C, W, M> = LinkedSpec<C, StoreSpec<W, <M as TimeState>::Memory>>;

/// The store that the factory `W` creates.
pub type StoreOf<W, K, T> = <W as StoreFactory<K, T>>::Store;

/// The side outputs of an aggregate over windows of `T` events.
pub type OfAggregate<S, T> = Downstream<S, Infallible, Late<T>>;

/// The events of a keyed stream, grouped into windows: what [`KeyedStream::window`] returns, for
/// [`aggregate`](WindowedStream::aggregate) or [`then`](WindowedStream::then).
///
/// `K` is the key, `T` the event, `W` the kind of window; the other parameters are those of
/// [`Stream`]. Late events go to the `late` output of the next node, which must be connected or end
/// in `ignore`.
///
/// [`KeyedStream::window`]: super::KeyedStream::window
///
/// # Examples
/// ```
/// use millstream::prelude::*;
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> millstream::Result<()> {
/// let visits = Collected::new();
/// let job = Builder::new("visits");
/// let clicks = job.source(from_iter([("ann", 0), ("ann", 20), ("ann", 90)]));
/// let clicks = clicks.event_time(|click| EventTime::from_secs(click.1), lateness(0.secs()));
/// let sessions = clicks.by(|click| click.0).window(session(30.secs()));
/// let clicks = sessions.aggregate(|_| (), count()).outputs();
/// clicks.late.ignore();
/// clicks.stream.map(|visit| (visit.key, visit.value)).sink(visits.sink());
/// job.build().run(Config::default()).await?;
/// assert_eq!(visits.take(), [("ann", 2), ("ann", 1)]);
/// # Ok(())
/// # }
/// ```
pub struct WindowedStream<K, T, W, M, S, C> {
    stream: Stream<WithKey<K, T>, M, S, C>,
    windows: W,
    events: PhantomData<fn() -> T>,
}

impl<K, T, W: fmt::Debug, M, S, C> fmt::Debug for WindowedStream<K, T, W, M, S, C> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("WindowedStream").field("windows", &self.windows).finish_non_exhaustive()
    }
}

impl<T, M, S, C> Stream<T, M, S, C> {
    /// Notes windows that can contain no event or never fire; the job is refused at start.
    pub(super) fn refuse_invalid(&self, windows: &impl Windows) {
        self.declared.declaration().broken.extend(windows.refused());
    }

    /// Notes what has a length of 0, if so.
    pub(super) fn refuse_no_length(&self, windows: &impl fmt::Display, is_empty: bool) {
        if is_empty {
            let sentence = shape::empty_windows(&windows.to_string());
            self.declared.declaration().broken.push(sentence);
        }
    }
}

impl<K, T, W: Windows, M: TimeState, S, C> WindowedStream<K, T, W, M, S, C> {
    /// Notes windows with a store that keeps nothing in checkpoints.
    fn refuse_unkept(&self, kept: bool) {
        let mut declaration = self.stream.declared.declaration();
        if !kept && declaration.delivery != Delivery::AtMostOnce {
            let delivery = declaration.delivery.to_string();
            let sentence = outcome::store_not_kept(&delivery, &self.windows.to_string());
            declaration.broken.push(sentence);
        }
    }
}

impl<K, T, W, M, S, C> WindowedStream<K, T, W, M, S, C> {
    pub(super) fn new(stream: Stream<WithKey<K, T>, M, S, C>, windows: W) -> Self {
        Self { stream, windows, events: PhantomData }
    }
}

impl<K, T, W, M, S, C> WindowedStream<K, T, W, M, S, C>
where
    K: Key,
    T: Send + 'static,
    W: Windows,
    M: TimeState,
    S: SideOutputs,
    C: Fusing<Out = WithKey<K, T>>,
{
    /// Sets the number of instances of the next node, among which the keys are divided; `* n` in
    /// [`topology!`](macro@crate::topology). 0 is refused at start.
    ///
    /// # Examples
    /// ```
    /// use millstream::prelude::*;
    ///
    /// let job = Builder::new("pairs");
    /// let pairs = job.source(from_iter([1_u64, 2])).by(|n| *n).window(counted(2));
    /// let sums = pairs.instances(4).aggregate(|n| *n, sum()).outputs();
    /// sums.late.ignore();
    /// sums.stream.ignore();
    ///
    /// let plan = job.build().plan(&Config::default())?;
    /// assert_eq!(plan.nodes()[1].instances, 4);
    /// # Ok::<(), millstream::Error>(())
    /// ```
    #[must_use]
    pub fn instances(mut self, instances: impl Into<Instances>) -> Self {
        self.stream.declared.next.instances = instances.into();
        self
    }

    /// Gives the next node the job's default number of instances, as it has downstream of
    /// [`by`](Stream::by): undoes an earlier [`instances`](WindowedStream::instances).
    ///
    /// # Examples
    /// ```
    /// use millstream::prelude::*;
    ///
    /// let job = Builder::new("pairs").instances(2);
    /// let pairs = job.source(from_iter([1_u64, 2])).by(|n| *n).window(counted(2));
    /// let sums = pairs.default_instances().aggregate(|n| *n, sum()).outputs();
    /// sums.late.ignore();
    /// sums.stream.ignore();
    ///
    /// let plan = job.build().plan(&Config::default())?;
    /// assert_eq!(plan.nodes()[1].instances, 2);
    /// # Ok::<(), millstream::Error>(())
    /// ```
    #[must_use]
    pub fn default_instances(self) -> Self {
        self.instances(Instances::Default)
    }

    /// Sends each window, with all of its events, to an operator that receives a [`Window<K,
    /// T>`](crate::window::Window) and may keep state per key.
    ///
    /// Memory: every event until all windows that contain it have fired; overlapping windows share
    /// their events. Where one value per window is enough, [`aggregate`](WindowedStream::aggregate)
    /// keeps only that value.
    ///
    /// # Examples
    /// ```
    /// use millstream::prelude::*;
    ///
    /// #[operator]
    /// async fn spread(window: Window<&'static str, (&'static str, i64)>) -> (&'static str, i64) {
    ///     let prices = || window.events().iter().map(|trade| trade.1);
    ///     (*window.key(), prices().max().unwrap_or(0) - prices().min().unwrap_or(0))
    /// }
    ///
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> millstream::Result<()> {
    /// let spreads = Collected::new();
    /// let topology = topology!(
    ///     trades = source(from_iter([("ACME", 10), ("ACME", 14), ("ACME", 9)])),
    ///     spread = trades >> by(|trade| trade.0) >> window(counted(3)) >> spread,
    ///     spread >> sink(spreads.sink()),
    ///     spread.late >> ignore,
    /// );
    /// topology.run(Config::default()).await?;
    /// assert_eq!(spreads.take(), [("ACME", 5)]);
    /// # Ok(())
    /// # }
    /// ```
    #[track_caller]
    #[must_use]
    pub fn then<O>(
        self,
        operator: O,
    ) -> Stream<
        O::Out,
        M,
        Downstream<S, Reported<O, Window<K, T>>, Late<T>>,
        C::With<impl ChainSpec<Out = O::Out>>,
    >
    where
        T: Clone + Sync,
        W: FullWindows<K, T>,
        O: Operator<Window<K, T>>,
        (O::Keying, O::Mode):
            AttachToWindows<K, Window<K, T>, FullWindowsOf<C, W::Full, M>, O, M::Memory>,
        K: Kept<M::Memory>,
        T: Kept<M::Memory>,
        StoreOf<W::Full, K, T>: KeptStore<K, T, M::Memory>,
    {
        self.refuse_unkept(StoreOf::<W::Full, K, T>::KEPT);
        let kind = <(O::Keying, O::Mode)>::KIND;
        let node = self.add_node(O::NAME, Naming::Operator, kind);
        let from = self.stream.declared.endpoint().node;
        let Self { stream: Stream { declared, chain, .. }, windows, .. } = self;
        declared.add_operator::<Reported<O, Window<K, T>>, O::Keying>(
            node,
            M::TIMES,
            O::CALLS.order,
        );
        declared.show::<Window<K, T>, O>();
        declared.keep_store::<K, T, StoreOf<W::Full, K, T>, M::Memory>(node);
        let chain = LinkedSpec::new(chain, StoreSpec::new(windows.full()));
        let site = Site { node, from, times: M::TIMES, draft: &declared.draft };
        let chain = <(O::Keying, O::Mode)>::attach(chain, operator, site);
        Stream::<WithKey<K, T>, M, S, C>::extended(declared, chain, node)
    }

    /// Reduces each window to one value, event by event.
    ///
    /// `select` extracts from an event the value that the [`Aggregate`] folds in. The result is a
    /// [`WindowResult`](crate::window::WindowResult), for trailing windows a
    /// [`TrailingResult`](crate::window::TrailingResult); the stream has no key. Memory: one
    /// accumulator per open window and key, for sliding windows one per pane.
    ///
    /// # Examples
    /// ```
    /// use millstream::prelude::*;
    ///
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> millstream::Result<()> {
    /// let sums = Collected::new();
    /// let job = Builder::new("sums");
    /// let paid = job.source(from_iter([(1, 10.0), (5, 20.0), (61, 40.0)])).named("paid");
    /// let paid = paid.event_time(|paid| EventTime::from_secs(paid.0), lateness(2.secs()));
    /// let minutes = paid.by(|_| ()).window(tumbling(1.mins()));
    /// let minutes = minutes.aggregate(|paid| paid.1, sum()).outputs();
    /// minutes.late.ignore();
    /// minutes.stream.map(|minute| minute.value).sink(sums.sink());
    /// job.build().run(Config::default()).await?;
    /// assert_eq!(sums.take(), [30.0, 40.0]);
    /// # Ok(())
    /// # }
    /// ```
    #[track_caller]
    #[must_use]
    pub fn aggregate<V, F, A>(
        self,
        select: F,
        aggregate: A,
    ) -> Stream<W::Out, M, OfAggregate<S, T>, C::With<impl ChainSpec<Out = W::Out>>>
    where
        V: 'static,
        F: Fn(&T) -> V + Clone + Send + 'static,
        A: Aggregate<V>,
        W: AggregateWindows<K, T, V, F, A>,
        K: Kept<M::Memory>,
        T: Kept<M::Memory>,
        StoreOf<W::Factory, K, T>: KeptStore<K, T, M::Memory>,
    {
        if aggregate.keeps_nothing() {
            let sentence = shape::invalid_zero("`top(0)` or `most_frequent(0)`");
            self.stream.declared.declaration().broken.push(sentence);
        }
        self.refuse_unkept(StoreOf::<W::Factory, K, T>::KEPT);
        let node = self.add_node("aggregate", Naming::Engine, NodeKind::Operator);
        let Self { stream: Stream { declared, chain, .. }, windows, .. } = self;
        declared.keep_store::<K, T, StoreOf<W::Factory, K, T>, M::Memory>(node);
        let chain = LinkedSpec::new(
            chain,
            StoreSpec::<_, M::Memory>::new(windows.aggregated(select, aggregate)),
        );
        let pass_on = OperatorSpec::<_, NoStates, W::Out>::new(PassOn, node, M::TIMES);
        let chain = LinkedSpec::new(chain, pass_on);
        Stream::<WithKey<K, T>, M, S, C>::extended(declared, chain, node)
    }

    /// Adds a node that receives windows.
    #[track_caller]
    fn add_node(&self, name: &str, naming: Naming, kind: NodeKind) -> NodeId {
        let carried = Carried::of::<T>().with_times(M::TIMES);
        let node = self.stream.declared.add_node((name, naming), kind, carried);
        let mut declaration = self.stream.declared.declaration();
        declaration.add_output(Endpoint { node, port: OutputKind::Late }, Carried::of::<T>());
        declaration.set_windows(node, &self.windows, Carried::of::<T>());
        declaration.gaps.extend(self.windows.between().map(|gap| (node, gap)));
        if W::BY_CLOCK {
            declaration.set_chance(node, Chance::Windows);
        }
        node
    }
}

impl<K, T, W, M, S, C> Upstream for WindowedStream<K, T, W, M, S, C> {
    type Event = Window<K, T>;
    type Key = HasKey<K>;
    type Time = M;
    type Fitting<A> = Fitting<Self, A>;
    type FittingEvents<A> = Fitting<Self, A>;

    fn fitting<A>(self, argument: A) -> Fitting<Self, A> {
        Fitting::new(self, argument)
    }

    fn fitting_events<A>(self, argument: A) -> Fitting<Self, A> {
        Fitting::new(self, argument)
    }
}
