//! Windows of a stream with a key.

use super::attach::FuseWindows;
use super::contract::{Continue, HasKey, Upstream};
use super::declared::{Declared, ThenAt, WindowAt};
use super::draft::{Carried, Naming};
use super::stream::{Standing, standing_of};
use super::{Endpoint, Instances, NodeKind, Port, Stream};
use crate::event::WithKey;
use crate::key::Key;
use crate::operator::{Given, Operator};
use crate::window::{Aggregate, AggregateWindows, WholeWindows, Window, Windows};
use std::fmt;

/// A chain with an operator on whole windows.
pub type FusedWindows<C, W, K, T, O> =
    <(<O as Operator<Window<K, T>>>::Keying, <O as Operator<Window<K, T>>>::Mode) as FuseWindows<
        C,
        <W as WholeWindows<K, T>>::Whole,
        O,
    >>::Chain;

/// A chain with an aggregate of windows.
pub type Aggregated<C, W> = ThenAt<WindowAt<C, W>, Given>;

/// The windows of a stream with a key; `C` is the chain before it, `W` the kind of window.
pub struct WindowedStream<C: Declared, W> {
    stream: Stream<C::Out, C>,
    windows: W,
}

impl<C: Declared, W: fmt::Debug> fmt::Debug for WindowedStream<C, W> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("WindowedStream").field("windows", &self.windows).finish_non_exhaustive()
    }
}

impl<C, K, T, W> WindowedStream<C, W>
where
    C: Declared<Out = WithKey<K, T>>,
    K: Key,
    T: Send + 'static,
    W: Windows,
{
    pub(super) fn of(stream: Stream<C::Out, C>, windows: W) -> Self {
        Self { stream, windows }
    }

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
    pub fn then<O>(self, operator: O) -> <Self as Continue<O>>::Next
    where
        O: Operator<Window<K, T>>,
        Self: Continue<O>,
    {
        self.continue_with(operator)
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
    ) -> Stream<W::Out, Aggregated<C, W::Aggregated>>
    where
        V: 'static,
        F: Fn(&T) -> V + Clone + Send + 'static,
        A: Aggregate<V>,
        W: AggregateWindows<K, T, V, F, A>,
    {
        let node = self.stream.add_node("aggregate", Naming::Engine, NodeKind::Operator);
        let draft = self.stream.draft.clone();
        draft.borrow_mut().side(Endpoint { node, port: Port::Late }, Carried::of::<T>());
        draft.borrow_mut().windows(node, &self.windows, Carried::of::<T>());
        let stored = self.windows.aggregated(select, aggregate);
        let chain = WindowAt { chain: self.stream.chain, stored };
        let chain = ThenAt { chain, operator: Given, node };
        Stream::new(draft, chain, vec![Endpoint::main(node)], Standing::Node)
    }
}

impl<C, K, T, W> Upstream for WindowedStream<C, W>
where
    C: Declared<Out = WithKey<K, T>>,
    K: Key,
{
    type Event = Window<K, T>;
    type Key = HasKey<K>;
    type Time = C::Time;
}

impl<C, K, T, W, O> Continue<O> for WindowedStream<C, W>
where
    C: Declared<Out = WithKey<K, T>>,
    K: Key,
    T: Clone + Send + Sync + 'static,
    W: WholeWindows<K, T>,
    O: Operator<Window<K, T>>,
    (O::Keying, O::Mode): FuseWindows<C, W::Whole, O, Chain: Declared<Out = O::Out>>,
{
    type Next = Stream<O::Out, FusedWindows<C, W, K, T, O>>;

    #[track_caller]
    fn continue_with(self, operator: O) -> Self::Next {
        let kind = <(O::Keying, O::Mode) as FuseWindows<C, W::Whole, O>>::KIND;
        let node = self.stream.add_node(O::NAME, Naming::Operator, kind);
        let draft = self.stream.draft.clone();
        draft.borrow_mut().side(Endpoint { node, port: Port::Late }, Carried::of::<T>());
        draft.borrow_mut().operator::<Window<K, T>, O>(node);
        draft.borrow_mut().windows(node, &self.windows, Carried::of::<T>());
        let chain = WindowAt { chain: self.stream.chain, stored: self.windows.whole() };
        let chain = <(O::Keying, O::Mode)>::fuse(chain, operator, node, &mut draft.borrow_mut());
        Stream::new(draft, chain, vec![Endpoint::main(node)], standing_of(kind))
    }
}
