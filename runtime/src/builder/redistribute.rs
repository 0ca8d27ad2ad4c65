//! How a stream is distributed over the instances of the next node, and what its edge holds.

use super::bounds::EdgePolicy;
use super::declared::Ends;
use super::outputs::{OfEdge, SideOutputs};
use super::stream::Stream;
use super::time::TimeState;
use crate::channel::Overflow;
use crate::grouping::{Forward, Grouping, Shuffle, ToAll, ToOne};
use crate::lowering::{AsCall, AsChannel, ChainSpec, Copying, Fusing, Routed, Wiring};
use crate::topology::{EdgeGrouping, Instances};
use millstream_graph::sentence::shape;

impl<T, M, S, C> Stream<T, M, S, C>
where
    T: Send + 'static,
    M: TimeState,
    S: SideOutputs,
    C: Fusing<Out = T>,
{
    pub(super) fn redistribute<G: Grouping<T>>(
        self,
        grouping: G,
        declared: EdgeGrouping,
        clone: Option<Copying<T>>,
    ) -> Stream<T, M, OfEdge<S::Dropped>, C::Between<Routed<C, G>>> {
        let wiring = Wiring::new(self.declared.from.clone(), grouping, clone, M::TIMES);
        self.loose(declared, |chain| Routed::new(chain, wiring))
    }

    /// The same, where no verb can declare another grouping for the edge.
    pub(super) fn grouped<G: Grouping<T>>(
        self,
        grouping: G,
        declared: EdgeGrouping,
    ) -> Stream<T, M, OfEdge<S::Dropped>, C::Between<C::Grouped<G>>> {
        let wiring = Wiring::new(self.declared.from.clone(), grouping, None, M::TIMES);
        self.loose(declared, |chain| chain.grouped(wiring))
    }

    /// A stream that ends between two nodes.
    fn loose<D: ChainSpec<Out = T>>(
        self,
        declared: EdgeGrouping,
        longer: impl FnOnce(C) -> D,
    ) -> Stream<T, M, OfEdge<S::Dropped>, C::Between<D>> {
        let mut stream = self.with(|chain| C::between(longer(chain)));
        stream.declared.ends = Ends::Loose;
        stream.declared.next.grouping = declared;
        stream.declared.next.instances = Instances::Default;
        stream
    }

    /// Distributes the events over the instances of the next node in turn, one batch at a time: for
    /// even load where no key matters.
    ///
    /// Events that go to different instances may overtake each other. The edge is a channel unless
    /// both ends have one instance.
    ///
    /// # Examples
    /// ```
    /// use millstream::prelude::*;
    ///
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> millstream::Result<()> {
    /// let squares = Collected::new();
    /// let job = Builder::new("squares");
    /// let numbers = job.source(from_iter(1..=4_u64)).named("numbers");
    /// // in topology!: numbers >> shuffle >> map(|n| n * n) * 2 >> sink(…)
    /// numbers.shuffle().instances(2).map(|n| n * n).sink(squares.sink());
    /// job.build().run(Config::default()).await?;
    ///
    /// let mut squares = squares.take();
    /// squares.sort();
    /// assert_eq!(squares, [1, 4, 9, 16]);
    /// # Ok(())
    /// # }
    /// ```
    #[must_use]
    pub fn shuffle(self) -> Stream<T, M, OfEdge<S::Dropped>, C::Between<impl ChainSpec<Out = T>>> {
        self.redistribute(Shuffle::default(), EdgeGrouping::Shuffle, None)
    }

    /// Broadcasts every event to all instances of the next node, as rules or a small table are.
    ///
    /// Each instance receives a clone, so an event costs as many clones and places in a buffer as
    /// there are instances.
    ///
    /// # Examples
    /// ```
    /// use millstream::prelude::*;
    ///
    /// #[operator]
    /// async fn count(_: &'static str, rules: &mut u64) -> u64 {
    ///     *rules += 1;
    ///     *rules
    /// }
    ///
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> millstream::Result<()> {
    /// let counts = Collected::new();
    /// let job = Builder::new("rules");
    /// let rules = job.source(from_iter(["block 10.0.0.1", "block 10.0.0.2"]));
    /// // in topology!: rules >> to_all >> per_instance >> count * 3 >> sink(…)
    /// rules.to_all().per_instance().instances(3).then(count {}).sink(counts.sink());
    /// job.build().run(Config::default()).await?;
    ///
    /// let mut counts = counts.take();
    /// counts.sort();
    /// assert_eq!(counts, [1, 1, 1, 2, 2, 2]); // each of 3 instances has received both rules
    /// # Ok(())
    /// # }
    /// ```
    #[must_use]
    pub fn to_all(self) -> Stream<T, M, OfEdge<S::Dropped>, C::Between<impl ChainSpec<Out = T>>>
    where
        T: Clone,
    {
        self.redistribute(ToAll, EdgeGrouping::All, Some(T::clone))
    }

    /// Sends every event to the single instance of the next node: for a total over all instances
    /// upstream.
    ///
    /// The next node cannot run in parallel, so it limits the throughput of the stream.
    ///
    /// # Examples
    /// ```
    /// use millstream::prelude::*;
    ///
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> millstream::Result<()> {
    /// let all = Collected::new();
    /// let job = Builder::new("gather");
    /// let numbers = job.source(from_iter(0..6_u64)).shuffle().instances(2).map(|n| n * 10);
    /// // in topology!: numbers >> to_one >> map(|n| n + 1) >> sink(…)
    /// numbers.to_one().map(|n| n + 1).named("last").sink(all.sink());
    /// let mut job = job.build().start(Config::default())?;
    /// job.wait().await?;
    ///
    /// assert_eq!(all.take().into_iter().sum::<u64>(), 156);
    /// assert_eq!(job.metrics().node("last").unwrap().instances.len(), 1);
    /// # Ok(())
    /// # }
    /// ```
    #[must_use]
    pub fn to_one(self) -> Stream<T, M, OfEdge<S::Dropped>, C::Between<impl ChainSpec<Out = T>>> {
        let mut stream = self.redistribute(ToOne, EdgeGrouping::Global, None);
        stream.declared.next.instances = Instances::Exactly(1);
        stream
    }

    /// The same stream, whose edge to the next node is compiled as a call only.
    ///
    /// `topology!` calls this if both nodes have one instance; it halves the code compiled for the
    /// edge. If the edge turns out to be a channel, the job is refused at start.
    ///
    /// # Examples
    /// ```
    /// use millstream::prelude::*;
    ///
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> millstream::Result<()> {
    /// let all = Collected::new();
    /// let job = Builder::new("one instance each");
    /// let numbers = job.source(from_iter(0..6_u64)).as_call();
    /// numbers.shuffle().map(|n| n * 10).sink(all.sink());
    /// job.build().start(Config::default())?.wait().await?;
    /// assert_eq!(all.take().into_iter().sum::<u64>(), 150);
    ///
    /// let job = Builder::new("two instances");
    /// let numbers = job.source(from_iter(0..6_u64)).as_call();
    /// numbers.shuffle().instances(2).map(|n| n * 10).named("scaled").ignore();
    /// let error = job.build().start(Config::default()).unwrap_err().to_string();
    /// assert!(error.contains("compiled as a call, but planned as a channel"), "{error}");
    /// # Ok(())
    /// # }
    /// ```
    #[must_use]
    pub fn as_call(self) -> Stream<T, M, S, C::Between<impl ChainSpec<Out = T>>> {
        self.with(|chain| C::between(AsCall(chain)))
    }

    /// The same stream, whose edge to the next node is compiled as a channel only.
    ///
    /// `topology!` calls this if the nodes have fixed instance counts, not both 1; it halves the
    /// code compiled for the edge. If the edge turns out to be a call, the job is refused at start.
    ///
    /// # Examples
    /// ```
    /// use millstream::prelude::*;
    ///
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> millstream::Result<()> {
    /// let all = Collected::new();
    /// let job = Builder::new("two instances");
    /// let numbers = job.source(from_iter(0..6_u64)).as_channel().shuffle().instances(2);
    /// numbers.map(|n| n * 10).as_channel().to_one().sink(all.sink());
    /// job.build().start(Config::default())?.wait().await?;
    ///
    /// assert_eq!(all.take().into_iter().sum::<u64>(), 150);
    /// # Ok(())
    /// # }
    /// ```
    #[must_use]
    pub fn as_channel(self) -> Stream<T, M, S, AsChannel<impl ChainSpec<Out = T>>> {
        self.with(AsChannel)
    }

    /// The same stream, whose next node may have another number of instances.
    pub(super) fn repartition(
        self,
    ) -> Stream<T, M, OfEdge<S::Dropped>, C::Between<C::Grouped<Forward>>> {
        let next = self.declared.next;
        let mut stream = self.grouped(Forward::default(), next.grouping);
        stream.declared.next = next;
        stream
    }

    /// Sets the number of instances of the next node: a number, or
    /// [`Instances::auto()`](Instances::auto) for one per core.
    ///
    /// In [`topology!`](macro@crate::topology) this is `* n` or `* auto` after the node. Without a
    /// grouping, instances of equal numbers are connected in pairs; where the numbers differ,
    /// batches are distributed in turn. 0 is refused at start. State, and the results for one key,
    /// do not depend on the number.
    ///
    /// # Examples
    /// ```
    /// use millstream::prelude::*;
    /// use millstream::topology::Instances;
    ///
    /// let job = Builder::new("hashes");
    /// let lines = job.source(from_iter(["a", "b"]));
    /// lines.instances(4).map(str::len).named("lengths").ignore(); // in topology!: map(…) * 4
    ///
    /// let topology = job.build();
    /// assert_eq!(topology.nodes()[1].instances, Instances::Exactly(4));
    /// ```
    #[must_use]
    pub fn instances(
        self,
        instances: impl Into<Instances>,
    ) -> Stream<T, M, OfEdge<S::Dropped>, C::Received<impl ChainSpec<Out = T>>> {
        let mut stream = self.repartition();
        stream.declared.next.instances = instances.into();
        stream.with(C::received)
    }

    /// Asserts that the next node has the same number of instances as this stream, `instances`, and
    /// keeps events where they are.
    ///
    /// A different number is reported by [`Topology::check`](super::Topology::check) and at start.
    /// Use it where a chain must stay fused; [`topology!`](macro@crate::topology) does so for a
    /// node that repeats `* n`.
    ///
    /// # Examples
    /// ```
    /// use millstream::prelude::*;
    ///
    /// let parsed = |count: usize| {
    ///     let job = Builder::new("parsing");
    ///     let lines = job.source(from_iter(["1", "2"])).instances(2).map(str::len);
    ///     lines.same_instances(count).map(|length| length + 1).ignore();
    ///     job.build()
    /// };
    /// assert!(parsed(2).check().is_ok());
    /// assert!(parsed(3).check().is_err());
    /// ```
    #[must_use]
    pub fn same_instances(self, instances: impl Into<Instances>) -> Self {
        let instances = instances.into();
        let mut declaration = self.declared.declaration();
        let upstream =
            declaration.nodes.get(self.declared.endpoint().node.0).map(|node| node.instances);
        if let (Some(Instances::Exactly(upstream)), Instances::Exactly(count)) =
            (upstream, instances)
            && upstream != count
        {
            declaration.broken.push(shape::other_instances(count, upstream));
        }
        drop(declaration);
        self
    }

    /// Gives the next node the job's default number of instances:
    /// [`Builder::instances`](super::Builder::instances), or 1.
    ///
    /// Without it, a node inherits the number of the node upstream.
    ///
    /// # Examples
    /// ```
    /// use millstream::prelude::*;
    ///
    /// let job = Builder::new("logs").instances(2);
    /// let lines = job.source(from_iter(["a", "bb"])); // a source has one instance
    /// lines.default_instances().map(str::len).ignore();
    ///
    /// let plan = job.build().plan(&Config::default())?;
    /// assert_eq!(plan.nodes()[1].instances, 2);
    /// # Ok::<(), millstream::Error>(())
    /// ```
    #[must_use]
    pub fn default_instances(
        self,
    ) -> Stream<T, M, OfEdge<S::Dropped>, C::Received<impl ChainSpec<Out = T>>> {
        self.instances(Instances::Default)
    }

    /// Makes the edge to the next node a channel with room for `events` events between each pair of
    /// instances.
    ///
    /// When it is full, the stream waits: backpressure reaches the source. Without this, an edge is
    /// a plain call where it can be, and otherwise holds [`Config::buffer`](crate::Config::buffer)
    /// events. Batches on the edge are at most half of the buffer. 0 is refused at start.
    ///
    /// # Examples
    /// ```
    /// use millstream::prelude::*;
    ///
    /// let job = Builder::new("frames");
    /// let frames = job.source(from_iter([[0_u8; 1_024]]));
    /// // in topology!: frames >> buffer(8) >> map(…)
    /// frames.buffer(8).map(|frame| frame.len()).ignore();
    ///
    /// let plan = job.build().plan(&Config::default())?;
    /// let buffer = plan.edges()[0].buffer.unwrap();
    /// assert_eq!((buffer.events, buffer.bytes), (8, 8.kib()));
    /// # Ok::<(), millstream::Error>(())
    /// ```
    #[must_use]
    pub fn buffer(
        self,
        events: usize,
    ) -> Stream<T, M, OfEdge<S::Dropped>, C::Received<impl ChainSpec<Out = T>>> {
        let mut stream = self.repartition();
        stream.declared.next.buffer = Some(events);
        stream.with(C::received)
    }

    /// Drops events when the edge to the next node is full, instead of backpressuring the stream
    /// and with it every other consumer: for consumers that need the newest events rather than all
    /// of them.
    ///
    /// The edge is a channel. Dropped events are counted at the next node, as
    /// [`overflow`](crate::metrics::InstanceMetrics::overflow), and sent to its [output of that
    /// name](super::NodeOutputs::overflow), which must be connected or end in `ignore`. A sink has
    /// no outputs; events dropped upstream of it are only counted.
    ///
    /// A job that keeps every event needs a reason, [`weaken`](Stream::weaken), except for
    /// [`block`](super::words::overflow::block), which drops nothing.
    ///
    /// # Examples
    /// ```
    /// use millstream::prelude::*;
    ///
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> millstream::Result<()> {
    /// let shown = Collected::new();
    /// let job = Builder::new("shown");
    /// let numbers = job.source(from_iter(0..10_000_u64));
    /// // in topology!: shown = numbers >> overflow(drop_oldest) >> buffer(100) >> sink(…)
    /// numbers.overflow(Overflow::DropOldest).buffer(100).sink_named(shown.sink(), "shown");
    /// let mut job = job.build().start(Config::default())?;
    /// job.wait().await?;
    ///
    /// let dropped = job.metrics().node("shown").unwrap().total().overflow;
    /// assert_eq!(shown.take().len() as u64 + dropped, 10_000);
    /// # Ok(())
    /// # }
    /// ```
    #[must_use]
    pub fn overflow(
        self,
        policy: impl EdgePolicy<M>,
    ) -> Stream<T, M, OfEdge<T>, C::Between<impl ChainSpec<Out = T>>> {
        self.overflowing(policy.into(), None)
    }

    pub(super) fn overflowing(
        self,
        policy: Overflow,
        weakened: Option<&'static str>,
    ) -> Stream<T, M, OfEdge<T>, C::Between<C::Grouped<Forward>>> {
        let mut stream = self.repartition();
        (stream.declared.next.overflow, stream.declared.next.weakened) = (Some(policy), weakened);
        stream.with(|chain| chain)
    }
}
