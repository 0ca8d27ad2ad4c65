//! Operators on a stream without a key, as named operators or as closures.

use super::attach::{AttachUnkeyed, Site};
use super::bounds::{Fitting, KeyFor, NoKey, Upstream};
use super::outputs::{OfNode, SideOutputs};
use super::stream::Stream;
use super::time::TimeState;
use crate::lowering::{ChainSpec, Fusing};
use crate::operator::{Filter, FlatMap, Inspect, Map, Operator, Reported, Step, Stepping, Unkeyed};
use crate::topology::Naming;
use std::convert::Infallible;

/// The side outputs of an operator downstream of a stream with the side outputs `S`: `E` are its
/// errors, `L` its late events.
pub type Downstream<S, E = Infallible, L = Infallible> = OfNode<L, E, <S as SideOutputs>::Dropped>;

impl<T, M, S, C> Upstream for Stream<T, M, S, C> {
    type Event = T;
    type Key = NoKey;
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

impl<T, M, S, C> Stream<T, M, S, C>
where
    T: Send + 'static,
    M: TimeState,
    S: SideOutputs,
    C: Fusing<Out = T>,
{
    /// Sends the events to an operator and returns the stream of what it emits.
    ///
    /// The operator is a function with `#[operator]`, or any type that implements
    /// [`Operator`](crate::operator::Operator). One that never awaits is fused with its neighbours
    /// into one loop; one that awaits runs in a task of its own. An operator with state needs a
    /// key: [`by`](Stream::by) or [`per_instance`](Stream::per_instance) first. Errors and other
    /// side outputs are connected with [`outputs`](Stream::outputs).
    ///
    /// # Examples
    /// ```
    /// use millstream::prelude::*;
    ///
    /// #[operator]
    /// async fn in_cents(euros: f64) -> i64 {
    ///     (euros * 100.0).round() as i64
    /// }
    ///
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> millstream::Result<()> {
    /// let cents = Collected::new();
    /// let job = Builder::new("prices");
    /// let prices = job.source(from_iter([0.5, 12.0]));
    /// prices.then(in_cents {}).sink(cents.sink()); // in topology!: prices >> in_cents >> sink(…)
    /// job.build().run(Config::default()).await?;
    /// assert_eq!(cents.take(), [50, 1_200]);
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
        NoKey: KeyFor<O::Keying>,
        (O::Keying, O::Mode): AttachUnkeyed<T, C, O>,
    {
        self.attach(operator, Naming::Stateless)
    }

    #[track_caller]
    pub(super) fn attach<O>(
        self,
        operator: O,
        naming: Naming,
    ) -> Stream<O::Out, M, Downstream<S, Reported<O, T>>, C::With<impl ChainSpec<Out = O::Out>>>
    where
        O: Operator<T>,
        (O::Keying, O::Mode): AttachUnkeyed<T, C, O>,
    {
        let kind = <(O::Keying, O::Mode)>::KIND;
        let node = self.add_node(O::NAME, naming, kind);
        let from = self.declared.endpoint().node;
        let Stream { declared, chain, .. } = self;
        declared.add_operator::<Reported<O, T>, O::Keying>(node, M::TIMES, O::CALLS.order);
        declared.show::<T, O>();
        let site = Site { node, from, times: M::TIMES, draft: &declared.draft };
        let chain = <(O::Keying, O::Mode)>::attach(chain, operator, site);
        Self::extended(declared, chain, node)
    }

    /// Emits one event for each event received.
    ///
    /// The closure is cloned for every instance. For work that awaits, fails or keeps state, write
    /// an operator and use [`then`](Stream::then).
    ///
    /// # Examples
    /// ```
    /// use millstream::prelude::*;
    ///
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> millstream::Result<()> {
    /// let fahrenheit = Collected::new();
    /// let job = Builder::new("sensors");
    /// let celsius = job.source(from_iter([0.0, 100.0]));
    /// celsius.map(|c| c * 1.8 + 32.0).sink(fahrenheit.sink()); // in topology!: celsius >> map(…)
    /// job.build().run(Config::default()).await?;
    /// assert_eq!(fahrenheit.take(), [32.0, 212.0]);
    /// # Ok(())
    /// # }
    /// ```
    #[track_caller]
    #[must_use]
    pub fn map<U, F>(
        self,
        function: F,
    ) -> Stream<U, M, Downstream<S>, C::With<impl ChainSpec<Out = U>>>
    where
        U: Send + 'static,
        F: Fn(T) -> U + Clone + Send + 'static,
    {
        self.stock(Map(function))
    }

    /// Keeps the events for which a condition holds and drops the others.
    ///
    /// Dropped events are not counted as such; compare `events_in` and `events_out` of the node.
    ///
    /// # Examples
    /// ```
    /// use millstream::prelude::*;
    ///
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> millstream::Result<()> {
    /// let errors = Collected::new();
    /// let job = Builder::new("logs");
    /// let lines = job.source(from_iter(["INFO up", "ERROR disk full"]));
    /// // in topology!: lines >> filter(|line| line.starts_with("ERROR")) >> …
    /// lines.filter(|line| line.starts_with("ERROR")).sink(errors.sink());
    /// job.build().run(Config::default()).await?;
    /// assert_eq!(errors.take(), ["ERROR disk full"]);
    /// # Ok(())
    /// # }
    /// ```
    #[track_caller]
    #[must_use]
    pub fn filter<F>(
        self,
        condition: F,
    ) -> Stream<T, M, Downstream<S>, C::With<impl ChainSpec<Out = T>>>
    where
        F: Fn(&T) -> bool + Clone + Send + 'static,
    {
        self.stock(Filter(condition))
    }

    /// Emits any number of events for each event received: the items of what the closure returns,
    /// in their order.
    ///
    /// Return an `Option` for at most one, a `Vec` or an iterator for more. Items are emitted one
    /// by one, so a lazy iterator is never collected.
    ///
    /// # Examples
    /// ```
    /// use millstream::prelude::*;
    ///
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> millstream::Result<()> {
    /// let words = Collected::new();
    /// let job = Builder::new("words");
    /// let lines = job.source(from_iter(["to be or", "not to be"]));
    /// // in topology!: lines >> flat_map(|line| line.split(' ')) >> sink(…)
    /// lines.flat_map(|line| line.split(' ')).sink(words.sink());
    /// job.build().run(Config::default()).await?;
    /// assert_eq!(words.take(), ["to", "be", "or", "not", "to", "be"]);
    /// # Ok(())
    /// # }
    /// ```
    #[track_caller]
    #[must_use]
    pub fn flat_map<I, F>(
        self,
        function: F,
    ) -> Stream<I::Item, M, Downstream<S>, C::With<impl ChainSpec<Out = I::Item>>>
    where
        I: IntoIterator<Item: Send> + 'static,
        F: Fn(T) -> I + Clone + Send + 'static,
    {
        self.stock(FlatMap(function))
    }

    /// Calls a closure with a reference to every event and emits the event unchanged: for logging,
    /// and for counters of your own.
    ///
    /// # Examples
    /// ```
    /// use millstream::prelude::*;
    /// use std::sync::Arc;
    /// use std::sync::atomic::{AtomicU64, Ordering};
    ///
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> millstream::Result<()> {
    /// let (volume, trades) = (Arc::new(AtomicU64::new(0)), Collected::new());
    /// let seen = volume.clone();
    /// let job = Builder::new("trades");
    /// let shares = job.source(from_iter([100, 250_u64]));
    /// // in topology!: shares >> inspect(…) >> sink(…)
    /// shares.inspect(move |n| { seen.fetch_add(*n, Ordering::Relaxed); }).sink(trades.sink());
    /// job.build().run(Config::default()).await?;
    /// assert_eq!((volume.load(Ordering::Relaxed), trades.take()), (350, vec![100, 250]));
    /// # Ok(())
    /// # }
    /// ```
    #[track_caller]
    #[must_use]
    pub fn inspect<F>(
        self,
        look: F,
    ) -> Stream<T, M, Downstream<S>, C::With<impl ChainSpec<Out = T>>>
    where
        F: Fn(&T) + Clone + Send + 'static,
    {
        self.stock(Inspect(look))
    }

    #[track_caller]
    fn stock<O>(
        self,
        operator: O,
    ) -> Stream<O::Out, M, Downstream<S, Reported<O, T>>, C::With<impl ChainSpec<Out = O::Out>>>
    where
        O: Step<T, State = (), Keying = Unkeyed, Mode = Stepping>,
    {
        self.attach(operator, Naming::Engine)
    }
}
