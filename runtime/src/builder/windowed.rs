//! Windows of a stream with a key.

use super::attach::{AttachToWindows, Site};
use super::bounds::{Fitting, HasKey, Upstream};
use super::outputs::SideOutputs;
use super::stream::{Ends, Stream};
use super::then::Downstream;
use super::time::TimeState;
use crate::event::WithKey;
use crate::key::Key;
use crate::lowering::{ChainSpec, Fusing, LinkedSpec, OperatorSpec, StoreSpec};
use crate::operator::{Operator, PassOn};
use crate::stage::NoStates;
use crate::topology::{Carried, Endpoint, Instances, Naming, NodeId, NodeKind, OutputKind};
use crate::window::{Aggregate, AggregateWindows, FullWindows, Late, Window, Windows};
use std::convert::Infallible;
use std::fmt;
use std::marker::PhantomData;

/// The outputs of an aggregate of windows of `T` events.
pub type OfAggregate<S, T> = Downstream<S, Infallible, Late<T>>;

/// The windows of a stream with a key `K` and events `T`; `W` is the kind of window, and the other
/// types are those of the [`Stream`].
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

    /// Adds an operator on whole windows, which may keep state per key.
    #[track_caller]
    #[must_use]
    pub fn then<O>(
        self,
        operator: O,
    ) -> Stream<O::Out, M, Downstream<S, O::Error, Late<T>>, C::With<impl ChainSpec<Out = O::Out>>>
    where
        T: Clone + Sync,
        W: FullWindows<K, T>,
        O: Operator<Window<K, T>>,
        (O::Keying, O::Mode):
            AttachToWindows<K, Window<K, T>, LinkedSpec<C, StoreSpec<W::Full>>, O>,
    {
        let kind = <(O::Keying, O::Mode)>::KIND;
        let node = self.add_node(O::NAME, Naming::Operator, kind);
        let Self { stream: Stream { draft, chain, .. }, windows, .. } = self;
        let mut to = draft.borrow_mut();
        to.declaration.add_errors::<Window<K, T>, O>(node);
        let chain = LinkedSpec::new(chain, StoreSpec(windows.full()));
        let site = Site { node, times: M::TIMES, layouts: &mut to.layouts };
        let chain = <(O::Keying, O::Mode)>::attach(chain, operator, site);
        let chain = C::with(chain, node, M::TIMES, &mut to.layouts);
        drop(to);
        let ends = Ends::of(&chain);
        Stream::new(draft, chain, vec![Endpoint::main(node)], ends)
    }

    /// Makes one value of the events of each window, while they come in.
    ///
    /// `select` says what of an event goes into the [`Aggregate`]. What comes out is a
    /// [`WindowResult`](crate::window::WindowResult), behind trailing windows a
    /// [`TrailingResult`](crate::window::TrailingResult), without a key.
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
    {
        let node = self.add_node("aggregate", Naming::Engine, NodeKind::Operator);
        let Self { stream: Stream { draft, chain, .. }, windows, .. } = self;
        let chain = LinkedSpec::new(chain, StoreSpec(windows.aggregated(select, aggregate)));
        let given = OperatorSpec::<_, NoStates, W::Out>::new(PassOn, node);
        let chain = LinkedSpec::new(chain, given);
        let chain = C::with(chain, node, M::TIMES, &mut draft.borrow_mut().layouts);
        let ends = Ends::of(&chain);
        Stream::new(draft, chain, vec![Endpoint::main(node)], ends)
    }

    /// Adds a node that receives windows.
    #[track_caller]
    fn add_node(&self, name: &str, naming: Naming, kind: NodeKind) -> NodeId {
        let carried = Carried::of::<T>().with_times(M::TIMES);
        let node = self.stream.node_of((name, naming), kind, carried);
        let declaration = &mut self.stream.draft().declaration;
        declaration.add_output(Endpoint { node, port: OutputKind::Late }, Carried::of::<T>());
        declaration.set_windows(node, &self.windows, Carried::of::<T>());
        node
    }
}

impl<K, T, W, M, S, C> Upstream for WindowedStream<K, T, W, M, S, C> {
    type Event = Window<K, T>;
    type Key = HasKey<K>;
    type Time = M;
    type Fitting<A> = Fitting<Self, A>;

    fn fitting<A>(self, argument: A) -> Fitting<Self, A> {
        Fitting::new(self, argument)
    }
}
