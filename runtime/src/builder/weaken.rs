//! Edges that may drop events in a job that keeps every event, and sinks that may write one twice
//! in a job that does not.

use super::bounds::{Excused, Fitting, HasKey, NoKey, Upstream};
use super::keyed::KeyedStream;
use super::outputs::{OfEdge, SideOutputs};
use super::stream::Stream;
use super::time::TimeState;
use crate::channel::Overflow;
use crate::key::Key;
use crate::lowering::{ChainSpec, Fusing};
use crate::sink::Sink;
use crate::topology::Naming;
use millstream_graph::sentence::shape;
use std::fmt;

/// A stream that keeps less than its job promises, for a reason: what `weaken` returns, for
/// [`overflow`](Weakened::overflow), [`throttle`](Weakened::throttle) or [`sink`](Weakened::sink).
///
/// # Examples
/// ```
/// use millstream::builder::Weakened;
/// use millstream::prelude::*;
///
/// fn reasoned<S>(stream: Weakened<S>) -> Weakened<S> {
///     stream
/// }
///
/// let job = Builder::new("ticks");
/// let ticks = reasoned(job.source(from_iter(0..10_u64)).weaken("a page"));
/// ticks.overflow(Overflow::DropNewest).sink_named(for_each(|_: u64| {}), "page");
/// assert_eq!(job.build().edges()[0].weakened, Some("a page"));
/// ```
#[must_use]
pub struct Weakened<S> {
    pub(super) stream: S,
    pub(super) reason: &'static str,
}

impl<S> fmt::Debug for Weakened<S> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Weakened").field("reason", &self.reason).finish_non_exhaustive()
    }
}

impl<T, M, S, C> Stream<T, M, S, C>
where
    T: Send + 'static,
    M: TimeState,
    S: SideOutputs,
    C: Fusing<Out = T>,
{
    /// Declares why less is kept here than the job promises: by the next edge, which may drop
    /// events ([`overflow`](Weakened::overflow)), by a [`throttle`](Weakened::throttle) that sheds
    /// some, or by a [`sink`](Weakened::sink) that may write
    /// events twice although the job is `exactly_once`.
    ///
    /// The promise holds everywhere else, and for the state of the operators: each event is
    /// received or counted as overflow, once, whatever dies. The reason is part of the plan. An
    /// empty one is refused at start. In a job that does not promise as much it is not needed.
    ///
    /// # Examples
    /// ```
    /// use millstream::prelude::*;
    ///
    /// let path = std::env::temp_dir().join("ticks.csv");
    /// let job = Builder::new("ticks").delivery(at_least_once);
    /// let ticks = job.source(csv_file::<(u64, f64)>(path).headerless());
    /// // in topology!: ticks >> weaken("…") >> overflow(drop_oldest) >> buffer(100) >> sink(…)
    /// let shown = ticks.weaken("the page shows the last price").overflow(Overflow::DropOldest);
    /// shown.buffer(100).sink_named(for_each(|_| {}), "page");
    ///
    /// let plan = job.build().plan(&Config::default())?;
    /// assert_eq!(plan.edges()[0].weakened, Some("the page shows the last price"));
    /// assert!(plan.to_string().contains("weakened: the page shows the last price"));
    /// # Ok::<(), millstream::Error>(())
    /// ```
    pub fn weaken(self, reason: &'static str) -> Weakened<Self> {
        if reason.trim().is_empty() {
            self.declared.declaration().broken.push(shape::no_reason());
        }
        Weakened { stream: self, reason }
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
    /// Declares why the next edge may drop events, although the job keeps every event: see
    /// [`Stream::weaken`].
    ///
    /// # Examples
    /// ```
    /// use millstream::prelude::*;
    ///
    /// let path = std::env::temp_dir().join("ticks.csv");
    /// let job = Builder::new("ticks").delivery(at_least_once);
    /// let ticks = job.source(csv_file::<(u64, f64)>(path).headerless()).by(|tick| tick.0);
    /// let shown = ticks.weaken("a dashboard").overflow(Overflow::DropNewest);
    /// let shown = shown.map(|tick| tick.1).outputs();
    /// shown.stream.ignore();
    /// shown.overflow.ignore();
    /// assert_eq!(job.build().edges()[0].weakened, Some("a dashboard"));
    /// ```
    pub fn weaken(self, reason: &'static str) -> Weakened<Self> {
        let Self { stream, key, .. } = self;
        let Weakened { stream, reason } = stream.weaken(reason);
        Weakened { stream: KeyedStream::new(stream, key), reason }
    }

    pub(super) fn overflowing(
        mut self,
        policy: Overflow,
        weakened: Option<&'static str>,
    ) -> KeyedStream<K, F, T, M, OfEdge<T>, C> {
        let next = &mut self.stream.declared.next;
        (next.overflow, next.weakened) = (Some(policy), weakened);
        KeyedStream::new(self.stream.with(|chain| chain), self.key)
    }
}

impl<T, M, S, C> Weakened<Stream<T, M, S, C>>
where
    T: Send + 'static,
    M: TimeState,
    S: SideOutputs,
    C: Fusing<Out = T>,
{
    /// Ends the stream in a sink that may write events twice: see [`Stream::sink`]. In
    /// [`topology!`](macro@crate::topology), `weaken("…") >> sink(…)`.
    ///
    /// Without it, an `exactly_once` job refuses a sink that neither commits, nor is cut back, nor
    /// is idempotent; and one that is idempotent and depends on the clock.
    ///
    /// # Examples
    /// ```
    /// use millstream::prelude::*;
    ///
    /// let path = std::env::temp_dir().join("payments.csv");
    /// let job = Builder::new("payments").delivery(exactly_once);
    /// let payments = job.source(csv_file::<(u64, f64)>(path).headerless());
    /// // in topology!: payments >> weaken("…") >> sink(stdout_lines())
    /// payments.map(|payment| payment.0).weaken("for people to watch").sink(stdout_lines());
    ///
    /// let plan = job.build().plan(&Config::default())?;
    /// assert_eq!(plan.paths()[0].guarantee.to_string(), "at least once");
    /// # Ok::<(), millstream::Error>(())
    /// ```
    #[track_caller]
    pub fn sink<K: Sink<T>>(self, sink: K) {
        let name = format!("{}_sink", self.stream.declared.source_name());
        self.end(sink, &name, Naming::Engine);
    }

    /// Ends the stream in a sink with a name of its own that may write events twice: see
    /// [`sink`](Weakened::sink).
    ///
    /// # Examples
    /// ```
    /// use millstream::prelude::*;
    ///
    /// let path = std::env::temp_dir().join("payments.csv");
    /// let job = Builder::new("payments").delivery(exactly_once);
    /// let payments = job.source(csv_file::<(u64, f64)>(path).headerless());
    /// payments.map(|payment| payment.0).weaken("to watch").sink_named(stdout_lines(), "screen");
    /// assert_eq!(job.build().nodes()[2].weakened, Some("to watch"));
    /// ```
    #[track_caller]
    pub fn sink_named<K: Sink<T>>(self, sink: K, name: &str) {
        self.end(sink, name, Naming::Given);
    }

    #[track_caller]
    fn end<K: Sink<T>>(self, sink: K, name: &str, naming: Naming) {
        let draft = self.stream.declared.draft.clone();
        let node = self.stream.end(sink, name, naming);
        draft.declaration().set_weakened(node, self.reason);
    }

    /// Drops events when the next edge is full: see [`Stream::overflow`].
    ///
    /// # Examples
    /// ```
    /// use millstream::prelude::*;
    ///
    /// let job = Builder::new("ticks");
    /// let ticks = job.source(from_iter(0..10_u64)).weaken("a page");
    /// ticks.overflow(Overflow::DropNewest).sink_named(for_each(|_: u64| {}), "page");
    /// assert_eq!(job.build().edges()[0].overflow, Some(Overflow::DropNewest));
    /// ```
    #[must_use]
    pub fn overflow(
        self,
        policy: impl Into<Overflow>,
    ) -> Stream<T, M, OfEdge<T>, C::Between<impl ChainSpec<Out = T>>> {
        self.stream.overflowing(policy.into(), Some(self.reason))
    }
}

impl<K, F, T, M, S, C> Weakened<KeyedStream<K, F, T, M, S, C>>
where
    K: Key,
    F: Fn(&T) -> K + Clone + Send + 'static,
    T: Send + 'static,
    M: TimeState,
    S: SideOutputs,
    C: Fusing<Out = T>,
{
    /// Drops events when the next edge is full: see [`Stream::overflow`].
    ///
    /// # Examples
    /// ```
    /// use millstream::prelude::*;
    ///
    /// let job = Builder::new("ticks");
    /// let ticks = job.source(from_iter(0..10_u64)).by(|tick| *tick).weaken("a page");
    /// let shown = ticks.overflow(Overflow::DropOldest).map(|tick| tick).outputs();
    /// shown.stream.ignore();
    /// shown.overflow.ignore();
    /// assert_eq!(job.build().edges()[0].overflow, Some(Overflow::DropOldest));
    /// ```
    #[must_use]
    pub fn overflow(self, policy: impl Into<Overflow>) -> KeyedStream<K, F, T, M, OfEdge<T>, C> {
        self.stream.overflowing(policy.into(), Some(self.reason))
    }
}

impl<T, M, S, C> Upstream for Weakened<Stream<T, M, S, C>> {
    type Event = T;
    type Key = NoKey;
    type Time = Excused;
    type Fitting<A> = Fitting<Self, A>;
    type FittingEvents<A> = Fitting<Self, A>;

    fn fitting<A>(self, argument: A) -> Fitting<Self, A> {
        Fitting::new(self, argument)
    }

    fn fitting_events<A>(self, argument: A) -> Fitting<Self, A> {
        Fitting::new(self, argument)
    }
}

impl<K, F, T, M, S, C> Upstream for Weakened<KeyedStream<K, F, T, M, S, C>> {
    type Event = T;
    type Key = HasKey<K>;
    type Time = Excused;
    type Fitting<A> = Fitting<Self, A>;
    type FittingEvents<A> = Fitting<Self, A>;

    fn fitting<A>(self, argument: A) -> Fitting<Self, A> {
        Fitting::new(self, argument)
    }

    fn fitting_events<A>(self, argument: A) -> Fitting<Self, A> {
        Fitting::new(self, argument)
    }
}
