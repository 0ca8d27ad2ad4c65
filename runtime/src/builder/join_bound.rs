//! The bound of the rows that a join buffers.

use super::bounds::{MayDrop, Possible};
use super::join::Joining;
use super::join_sides::JoinSides;
use super::time::Timed;
use super::weaken::Weakened;
use crate::join::{AtMost, FailsWhenFull, JoinKind, JoinSpec, ShedsWhenFull};

impl<J, S: JoinSides, W> Joining<J, S, W> {
    /// The same join by another specification.
    fn respecified<V>(self, respecify: impl FnOnce(W) -> V) -> Joining<J, S, V> {
        let Self { sides, spec, instances, weakened, location, kind } = self;
        Joining { sides, spec: respecify(spec), instances, weakened, location, kind }
    }
}

impl<J, S, W> Joining<J, S, W>
where
    S: JoinSides,
    J: JoinKind<S::Events>,
    W: JoinSpec<S::Key, S::Events, J>,
{
    /// Bounds the rows that each instance buffers: for a join that must not fill the memory while
    /// one side is silent or far behind. In [`topology!`](macro@crate::topology),
    /// `join(…).at_most(n)`.
    ///
    /// A row is an event of any side that may still match, counted once, however many windows it
    /// is in; the bound is the number of rows in one instance, so `n` instances buffer `n` times
    /// as many. An event that would exceed it ends the job, with an error of the kind
    /// [`Full`](crate::ErrorKind::Full) that names the node, the instance, and the rows of each
    /// side; [`shed`](Self::shed) drops it instead. 0 is refused at start.
    ///
    /// Before that, sources whose event time is ahead of the others are not read, as
    /// [`Config::drift`](crate::Config::drift) says; the bound is for what is left: a side that is
    /// idle or has no drift, and more events in a time than expected. The watermark, which frees
    /// rows, advances at the end of a batch: choose a bound well above the batches of all sides
    /// (1,024 events each, unless [`Config::batch`](crate::Config::batch) says otherwise).
    ///
    /// It is not part of a checkpoint. Rows that are restored are kept, even if there are more of
    /// them than a new bound, or a smaller number of instances, allows.
    ///
    /// # Examples
    /// ```
    /// use millstream::prelude::*;
    ///
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> millstream::Result<()> {
    /// let at = |order: &u32| EventTime::from_secs(i64::from(*order));
    /// let topology = topology!(
    ///     orders = source(from_iter(0..5_000_u32)) >> event_time(at, lateness(0.secs())),
    ///     payments = source(from_iter(5_000..5_001_u32)) >> event_time(at, lateness(0.secs())),
    ///     paid = (orders >> by(|order| *order), payments >> by(|payment| *payment))
    ///         >> join(within(0.secs(), 1.days())).at_most(2_000),
    ///     paid >> ignore,
    ///     [paid.unmatched >> map(|_| ()), paid.late >> map(|_| ())] >> ignore,
    /// );
    /// let error = topology.run(Config::default()).await.unwrap_err();
    /// assert_eq!((error.kind(), error.node()), (millstream::ErrorKind::Full, Some("paid")));
    /// assert!(error.to_string().contains("2000 rows, and `at_most(2000)` allows no more"));
    /// # Ok(())
    /// # }
    /// ```
    #[must_use]
    pub fn at_most(self, rows: u64) -> Joining<J, S, AtMost<W>> {
        self.respecified(|spec| AtMost::new(spec, rows))
    }
}

impl<J, S: JoinSides, W> Joining<J, S, AtMost<W, FailsWhenFull>> {
    fn shedding(self) -> Joining<J, S, AtMost<W, ShedsWhenFull>> {
        self.respecified(AtMost::shedding)
    }

    /// Drops an event for which the join has no room, instead of ending the job: for results that
    /// may be incomplete.
    ///
    /// The event matches nothing. It is counted as
    /// [`overflow`](crate::metrics::InstanceMetrics::overflow), and sent to the output of that
    /// name, which must be connected or end in `ignore`; events have no event time there. Which
    /// events are shed depends on how the sides are interleaved, and so on the batches and the
    /// clock. A job that keeps every event needs a reason: [`weaken`](Self::weaken). An edge with
    /// `overflow(…)` into the join is refused at start.
    ///
    /// # Examples
    /// ```
    /// use millstream::prelude::*;
    ///
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> millstream::Result<()> {
    /// let shed = Collected::new();
    /// let at = |order: &u32| EventTime::from_secs(i64::from(*order));
    /// let topology = topology!(
    ///     orders = source(from_iter(0..5_000_u32)) >> event_time(at, lateness(0.secs())),
    ///     payments = source(from_iter(5_000..5_001_u32)) >> event_time(at, lateness(0.secs())),
    ///     paid = (orders >> by(|order| *order), payments >> by(|payment| *payment))
    ///         >> join(within(0.secs(), 1.days())).at_most(2_000).shed(),
    ///     paid >> ignore,
    ///     paid.overflow >> sink(shed.sink()),
    ///     [paid.unmatched >> map(|_| ()), paid.late >> map(|_| ())] >> ignore,
    /// );
    /// topology.run(Config::default()).await?;
    /// assert_eq!(shed.take().len(), 3_001);
    /// # Ok(())
    /// # }
    /// ```
    #[must_use]
    pub fn shed(self) -> Joining<J, S, AtMost<W, ShedsWhenFull>>
    where
        Timed<S::Memory>: MayDrop<Possible>,
    {
        self.shedding()
    }

    /// Declares why the join may [`shed`](Self::shed) events, although the job keeps every event.
    /// The reason is part of the plan; an empty one is refused at start.
    ///
    /// # Examples
    /// ```
    /// use millstream::prelude::*;
    ///
    /// let job = Builder::new("ticks").delivery(at_least_once);
    /// let prices = |name: &str| {
    ///     let path = std::env::temp_dir().join(name);
    ///     let prices = job.source(csv_file::<(i64, f64)>(path).headerless()).named(name);
    ///     prices.event_time(|price| EventTime::from_secs(price.0), lateness(1.secs())).by(|_| ())
    /// };
    /// let both = full_join((prices("here"), prices("there")), within(1.secs(), 1.secs()));
    /// let both = both.at_most(10_000).weaken("a page for people").shed().stream().outputs();
    /// both.overflow.ignore();
    /// both.late.ignore();
    /// both.stream.ignore();
    /// assert_eq!(job.build().edges()[0].weakened, Some("a page for people"));
    /// ```
    pub fn weaken(self, reason: &'static str) -> Weakened<Self> {
        Weakened { stream: self, reason }
    }
}

impl<J, S: JoinSides, W> Weakened<Joining<J, S, AtMost<W, FailsWhenFull>>> {
    /// Drops an event for which the join has no room, for the reason given: see
    /// [`Joining::shed`].
    ///
    /// # Examples
    /// ```
    /// use millstream::prelude::*;
    ///
    /// let job = Builder::new("ticks");
    /// let ticks = |name: &str| {
    ///     let ticks = job.source(from_iter([1_i64, 2])).named(name);
    ///     ticks.event_time(|tick| EventTime::from_secs(*tick), lateness(1.secs())).by(|_| ())
    /// };
    /// let both = full_join((ticks("here"), ticks("there")), within(1.secs(), 1.secs()));
    /// let both = both.at_most(10_000).weaken("a page").shed().stream().outputs();
    /// both.overflow.ignore();
    /// both.late.ignore();
    /// both.stream.ignore();
    /// assert_eq!(job.build().edges()[1].weakened, Some("a page"));
    /// ```
    #[must_use]
    pub fn shed(self) -> Joining<J, S, AtMost<W, ShedsWhenFull>> {
        Joining { weakened: Some(self.reason), ..self.stream.shedding() }
    }
}
