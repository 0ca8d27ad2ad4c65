//! The verb that holds a stream to a rate.

use super::bounds::{Excused, MayDrop, Possible};
use super::outputs::{OfNode, SideOutputs};
use super::stream::Stream;
use super::time::TimeState;
use super::weaken::Weakened;
use crate::control::RateLimit;
use crate::lowering::{ChainSpec, Fusing, OutputRef, ThrottleSpec};
use crate::time::Rate;
use crate::topology::{Endpoint, Naming, NodeKind};
use millstream_graph::sentence::shape;
use std::convert::Infallible;
use std::marker::PhantomData;
use std::sync::Arc;

/// The side outputs of a throttle: `V` is what the edge into it drops. `W` is [`Excused`] if a
/// reason was given why it may shed events.
#[derive(Debug)]
pub struct OfThrottle<V = Infallible, W = ()>(PhantomData<fn() -> (V, W)>);

impl<V: Send + 'static, W: 'static> SideOutputs for OfThrottle<V, W> {
    type Late = Infallible;
    type Error = Infallible;
    type Overflow = V;
    type Unmatched = Infallible;
    type Dropped = Infallible;
    type AtNode = Self;
}

impl<T, M, S, C> Stream<T, M, S, C>
where
    T: Send + 'static,
    M: TimeState,
    S: SideOutputs,
    C: Fusing<Out = T>,
{
    /// Limits how many events pass in a time: for services with a quota, and consumers that must
    /// not be flooded.
    ///
    /// The rate, `1_000.per_sec()`, is that of the node: all its instances share it. An event that
    /// would exceed it waits, which backpressures the stream up to the source, and with it every
    /// other consumer of the source. [`shed`](Stream::shed) drops it instead. At least one event a
    /// day passes, and at most 1,000,000,000 a second; another rate is refused at start.
    ///
    /// Events pass in groups of what the rate allows in 10 ms, at least one event:
    /// [`burst`](Stream::burst) sets how many may pass at once after a pause. In any time `t`, by
    /// the job's clock, at most `burst + rate · t` events pass. Order is kept; watermarks and
    /// barriers wait for the events ahead of them, so at a low rate a checkpoint takes what the
    /// edges upstream buffer divided by the rate. A drain lets what is buffered pass at the rate.
    ///
    /// The node is a task of its own, with channels at both ends. The one before it holds what
    /// passes in 100 ms, but at least 2 and at most 1,024 events, unless
    /// [`buffer`](Stream::buffer) says otherwise. How long events waited is counted as
    /// [`held`](crate::metrics::InstanceMetrics::held).
    ///
    /// # Examples
    /// ```
    /// use millstream::prelude::*;
    /// use std::time::Instant;
    ///
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> millstream::Result<()> {
    /// let sent = Collected::new();
    /// let topology = topology!(
    ///     mails = source(from_iter(0..50_u64)),
    ///     mails >> throttle(1_000.per_sec()) >> sink(sent.sink()),
    /// );
    /// let start = Instant::now();
    /// topology.run(Config::default()).await?;
    /// assert_eq!(sent.take().len(), 50);
    /// assert!(start.elapsed() >= 40.millis()); // 10 at once, then 10 in each 10 ms
    /// # Ok(())
    /// # }
    /// ```
    #[track_caller]
    #[must_use]
    pub fn throttle(
        self,
        rate: Rate,
    ) -> Stream<T, M, OfThrottle<S::Dropped>, C::With<impl ChainSpec<Out = T>>> {
        self.throttled(rate, None)
    }

    #[track_caller]
    fn throttled<W: 'static>(
        self,
        rate: Rate,
        weakened: Option<&'static str>,
    ) -> Stream<T, M, OfThrottle<S::Dropped, W>, C::With<OutputRef<T>>> {
        let mut stream = self.repartition();
        let next = &mut stream.declared.next;
        next.buffer = next.buffer.or(Some(buffered(rate)));
        next.weakened = weakened.or(next.weakened);
        let node = stream.add_node("throttle", Naming::Engine, NodeKind::Throttle);
        let limit = Arc::new(RateLimit::new(rate));
        let mut declaration = stream.declared.declaration();
        declaration.broken.extend(rate.refused());
        declaration.set_work(node, &format!("throttle {rate}"));
        declaration.set_limit(node, Arc::clone(&limit));
        drop(declaration);
        let Stream { declared, chain, .. } = stream;
        let mut throttle = ThrottleSpec::new(chain, limit, node, M::TIMES);
        declared.draft.layouts.push(node, Box::new(move |lowering| throttle.lay_out(lowering)));
        let output = OutputRef::new(vec![Endpoint::main(node)], M::TIMES);
        Self::extended(declared, output, node)
    }
}

/// How many events the edge into a throttle holds: those of 100 ms.
fn buffered(rate: Rate) -> usize {
    let events = u128::from(rate.events()) * 100_000_000 / rate.per().as_nanos().max(1);
    usize::try_from(events).unwrap_or(usize::MAX).clamp(2, 1_024)
}

impl<T, M, V, W, C> Stream<T, M, OfThrottle<V, W>, C>
where
    T: Send + 'static,
    M: TimeState,
    V: Send + 'static,
    W: 'static,
    C: Fusing<Out = T>,
{
    /// Sets how many events may pass at once after a pause: for a service whose quota has such a
    /// burst.
    /// Without it, as many as the rate allows in 10 ms, at least one.
    ///
    /// A burst of less than the rate allows in 2 ms slows the stream down, since the timers of the
    /// job are that coarse. 0 is refused at start.
    ///
    /// # Examples
    /// ```
    /// use millstream::prelude::*;
    /// use std::time::Instant;
    ///
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> millstream::Result<()> {
    /// let sent = Collected::new();
    /// let topology = topology!(
    ///     mails = source(from_iter(0..50_u64)),
    ///     mails >> throttle(10.per_min()).burst(100) >> sink(sent.sink()),
    /// );
    /// let start = Instant::now();
    /// topology.run(Config::default()).await?;
    /// assert_eq!(sent.take().len(), 50);
    /// assert!(start.elapsed() < 6.secs(), "they pass at once");
    /// # Ok(())
    /// # }
    /// ```
    #[must_use]
    pub fn burst(self, events: u64) -> Self {
        let mut declaration = self.declared.declaration();
        if events == 0 {
            declaration.broken.push(shape::invalid_zero("`.burst(…)`"));
        }
        declaration.update_limit(self.declared.endpoint().node, |limit, work| {
            limit.set_burst(events);
            work.push_str(&format!(", burst {events}"));
        });
        drop(declaration);
        self
    }

    fn shedding(self) -> Stream<T, M, OfNode<Infallible, Infallible, T>, C> {
        let node = self.declared.endpoint().node;
        let mut declaration = self.declared.declaration();
        declaration.update_limit(node, |limit, work| {
            limit.shed();
            work.push_str(", sheds");
        });
        drop(declaration);
        self.with(|chain| chain)
    }
}

impl<T, M, V, C> Stream<T, M, OfThrottle<V>, C>
where
    T: Send + 'static,
    M: TimeState,
    V: Send + 'static,
    C: Fusing<Out = T>,
{
    /// Drops the events that exceed the rate, instead of letting them wait: for consumers that need
    /// the newest events rather than all of them.
    ///
    /// What is shed is counted as [`overflow`](crate::metrics::InstanceMetrics::overflow), and sent
    /// to the output of that name, which must be connected or end in `ignore`; events have no event
    /// time there. A job that keeps every event needs a reason: [`weaken`](Stream::weaken). An edge
    /// with `overflow(…)` before it is refused at start.
    ///
    /// Events come in batches, so set a [`burst`](Stream::burst) that a batch fits into: without
    /// one, those of 10 ms pass and the rest of a batch is shed. Choose a rate that the consumer
    /// can take: a slower one backpressures the throttle, which sheds nothing while it waits.
    ///
    /// # Examples
    /// ```
    /// use millstream::prelude::*;
    ///
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> millstream::Result<()> {
    /// let (seen, shed) = (Collected::new(), Collected::new());
    /// let topology = topology!(
    ///     clicks = source(from_iter(0..1_000_u64)),
    ///     shown = clicks >> throttle(1.per_hour()).burst(100).shed(),
    ///     shown >> sink(seen.sink()),
    ///     shown.overflow >> sink(shed.sink()),
    /// );
    /// topology.run(Config::default()).await?;
    /// assert_eq!((seen.take().len(), shed.take().len()), (100, 900));
    /// # Ok(())
    /// # }
    /// ```
    #[must_use]
    pub fn shed(self) -> Stream<T, M, OfNode<Infallible, Infallible, T>, C>
    where
        M: MayDrop<Possible>,
    {
        self.shedding()
    }
}

impl<T, M, V, C> Stream<T, M, OfThrottle<V, Excused>, C>
where
    T: Send + 'static,
    M: TimeState,
    V: Send + 'static,
    C: Fusing<Out = T>,
{
    /// Drops the events that exceed the rate, for the reason given: see [`shed`](Stream::shed).
    ///
    /// # Examples
    /// ```
    /// use millstream::prelude::*;
    ///
    /// let path = std::env::temp_dir().join("ticks.csv");
    /// let job = Builder::new("ticks").delivery(at_least_once);
    /// let ticks = job.source(csv_file::<(u64, f64)>(path).headerless());
    /// let shown = ticks.weaken("the page shows the last price").throttle(25.per_sec()).shed();
    /// let shown = shown.outputs();
    /// shown.stream.ignore();
    /// shown.overflow.ignore();
    /// assert_eq!(job.build().edges()[0].weakened, Some("the page shows the last price"));
    /// ```
    #[must_use]
    pub fn shed(self) -> Stream<T, M, OfNode<Infallible, Infallible, T>, C> {
        self.shedding()
    }
}

impl<T, M, S, C> Weakened<Stream<T, M, S, C>>
where
    T: Send + 'static,
    M: TimeState,
    S: SideOutputs,
    C: Fusing<Out = T>,
{
    /// Limits how many events pass in a time, and may shed the others: see [`Stream::throttle`].
    ///
    /// # Examples
    /// ```
    /// use millstream::prelude::*;
    ///
    /// let job = Builder::new("ticks");
    /// let ticks = job.source(from_iter(0..10_u64)).weaken("a page");
    /// let shown = ticks.throttle(25.per_sec()).shed().outputs();
    /// shown.stream.ignore();
    /// shown.overflow.ignore();
    /// assert_eq!(job.build().edges()[0].weakened, Some("a page"));
    /// ```
    #[track_caller]
    #[must_use]
    pub fn throttle(
        self,
        rate: Rate,
    ) -> Stream<T, M, OfThrottle<S::Dropped, Excused>, C::With<impl ChainSpec<Out = T>>> {
        let Self { stream, reason } = self;
        stream.throttled(rate, Some(reason))
    }
}
