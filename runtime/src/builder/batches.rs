//! The verbs that gather events by the job's clock: batches of many, and the last before a silence.

use super::bounds::{IsKeyed, Possible, Upstream};
use super::keyed::KeyedStream;
use super::outputs::SideOutputs;
use super::stream::Stream;
use super::then::Downstream;
use super::time::TimeState;
use super::windowed::StoreOf;
use crate::event::WithKey;
use crate::key::Key;
use crate::lowering::{ChainSpec, Fusing, KeyBySpec, LinkedSpec, OperatorSpec, StoreSpec};
use crate::operator::PassOn;
use crate::stage::NoStates;
use crate::state::Kept;
use crate::topology::{Carried, Chance, EdgeGrouping, Naming, NodeKind};
use crate::window::{BatchesOf, Debounce, InBatches, KeptStore, StoreFactory};
use millstream_graph::sentence::shape;
use std::fmt;
use std::time::Duration;

/// A stream whose events are gathered into batches: what
/// [`in_batches_of`](Stream::in_batches_of) returns, for [`or_after`](Batching::or_after).
///
/// # Examples
/// ```
/// use millstream::builder::Batching;
/// use millstream::prelude::*;
///
/// fn by_hundreds<S>(batches: Batching<S>) -> Batching<S> {
///     batches
/// }
///
/// let job = Builder::new("rows");
/// let rows = by_hundreds(job.source(from_iter(0..10_u64)).in_batches_of(100));
/// rows.or_after(1.secs()).ignore();
/// assert!(job.build().check().is_ok());
/// ```
#[must_use]
pub struct Batching<S> {
    stream: S,
    events: usize,
}

impl<S> fmt::Debug for Batching<S> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Batching").field("events", &self.events).finish_non_exhaustive()
    }
}

impl<T, M, S, C> Stream<T, M, S, C>
where
    T: Send + 'static,
    M: TimeState,
    S: SideOutputs,
    C: Fusing<Out = T>,
{
    /// Gathers the events into batches, each a `Vec<T>`: for services that take many at once, such
    /// as a database.
    ///
    /// A batch is emitted with its event number `events`, and
    /// [`or_after`](Batching::or_after) says how long it waits for that by the job's clock. What is
    /// left at the end of input, or when the job drains, is emitted too. The events of a batch are
    /// in the order in which they arrived. Each instance gathers batches of its own; behind
    /// [`by`](Stream::by), each key does.
    ///
    /// A batch has the event time of its last event; if the watermark has passed that meanwhile, it
    /// has the watermark's. So no batch is late. Batches that are not full are kept in checkpoints,
    /// with the time that they have left. 0 is refused at start.
    ///
    /// Memory: fewer than `events` events for each instance, or for each key that has any.
    ///
    /// # Examples
    /// A service that takes up to 100 rows a call, four calls at a time:
    /// ```
    /// use millstream::prelude::*;
    ///
    /// #[operator(in_flight = 4)]
    /// async fn write_rows(rows: Vec<u64>) -> usize {
    ///     tokio::task::yield_now().await; // a call of a database
    ///     rows.len()
    /// }
    ///
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> millstream::Result<()> {
    /// let written = Collected::new();
    /// let topology = topology!(
    ///     rows = source(from_iter(0..250_u64)),
    ///     rows >> in_batches_of(100).or_after(1.secs()) >> write_rows >> sink(written.sink()),
    /// );
    /// topology.run(Config::default()).await?;
    /// assert_eq!(written.take(), [100, 100, 50]);
    /// # Ok(())
    /// # }
    /// ```
    pub fn in_batches_of(self, events: usize) -> Batching<Self> {
        Batching { stream: self, events }
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
    /// Gathers the events of each key into batches: see [`Stream::in_batches_of`].
    ///
    /// # Examples
    /// ```
    /// use millstream::prelude::*;
    ///
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> millstream::Result<()> {
    /// let pairs = Collected::new();
    /// let topology = topology!(
    ///     words = source(from_iter(["ant", "bee", "asp", "bug", "ape"])),
    ///     words
    ///         >> by(|word| word.chars().next())
    ///         >> in_batches_of(2).or_after(1.secs())
    ///         >> sink(pairs.sink()),
    /// );
    /// topology.run(Config::default()).await?;
    /// assert_eq!(pairs.take(), [vec!["ant", "asp"], vec!["bee", "bug"], vec!["ape"]]);
    /// # Ok(())
    /// # }
    /// ```
    pub fn in_batches_of(self, events: usize) -> Batching<Self> {
        Batching { stream: self, events }
    }

    /// Emits the last event of a key once none has followed for `silence`: for what changes many
    /// times before it settles, such as a document being typed or a sensor that bounces.
    ///
    /// The silence is by the job's clock. A newer event of the key replaces the one that waits,
    /// whatever their event times, and begins the silence anew; those replaced are counted as
    /// [`duplicates`](crate::metrics::InstanceMetrics::duplicates). What waits at the end of input,
    /// or when the job drains, is emitted. The event keeps its event time, unless the watermark has
    /// passed that meanwhile: then it has the watermark's, and is not late. What waits is kept in
    /// checkpoints, with the silence that is left. A `silence` of 0 is refused at start.
    ///
    /// A key that is never silent emits nothing before the end. Memory: one event for each key that
    /// has not been silent for long enough.
    ///
    /// # Examples
    /// ```
    /// use millstream::prelude::*;
    ///
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> millstream::Result<()> {
    /// let saved = Collected::new();
    /// let edits = [("a.txt", "h"), ("b.txt", "x"), ("a.txt", "he"), ("a.txt", "hey")];
    /// let topology = topology!(
    ///     edits = source(from_iter(edits)),
    ///     settled = edits >> by(|edit| edit.0) >> debounce(1.secs()),
    ///     settled >> sink(saved.sink()),
    /// );
    /// topology.run(Config::default()).await?;
    /// assert_eq!(saved.take(), [("a.txt", "hey"), ("b.txt", "x")]);
    /// # Ok(())
    /// # }
    /// ```
    #[track_caller]
    #[must_use]
    pub fn debounce(
        self,
        silence: Duration,
    ) -> Stream<T, M, Downstream<S>, C::With<impl ChainSpec<Out = T>>>
    where
        K: Kept<M::Memory>,
        T: Kept<M::Memory>,
    {
        self.stream.refuse_zero(silence.is_zero().then_some("`debounce(…)`"));
        let debounce = Debounce::new(silence);
        let stream = self.with_key();
        gathered::<T, S, C, _, _, _, _, _, _>(stream, debounce, ("debounce", Chance::Silence))
    }
}

impl<T, M, S, C> Stream<T, M, S, C> {
    /// `debounce` needs a key: this method exists to report that.
    #[doc(hidden)]
    #[must_use]
    pub fn debounce<Q>(self, _: Duration) -> Self
    where
        Self: Upstream<Key = Q>,
        Q: IsKeyed<Possible>,
    {
        self
    }

    /// Notes what is 0, if anything.
    fn refuse_zero(&self, what: Option<&str>) {
        let broken = what.map(shape::invalid_zero);
        self.declared.declaration().broken.extend(broken);
    }
}

/// What of a batch is 0.
fn zero(events: usize, after: Duration) -> Option<&'static str> {
    let of_events = (events == 0).then_some("`in_batches_of(…)`");
    of_events.or(after.is_zero().then_some("`.or_after(…)`"))
}

impl<T, M, S, C> Batching<Stream<T, M, S, C>>
where
    T: Send + 'static,
    M: TimeState,
    S: SideOutputs,
    C: Fusing<Out = T>,
{
    /// Emits a batch once `time` has passed since its first event by the job's clock, even if it is
    /// not full; with [`Duration::MAX`], never. 0 is refused at start.
    ///
    /// # Examples
    /// ```
    /// use millstream::prelude::*;
    ///
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> millstream::Result<()> {
    /// let batches = Collected::new();
    /// let job = Builder::new("batches");
    /// let numbers = job.source(from_iter(1..=5_u64));
    /// // in topology!: numbers >> in_batches_of(2).or_after(50.millis()) >> sink(…)
    /// numbers.in_batches_of(2).or_after(50.millis()).sink(batches.sink());
    /// job.build().run(Config::default()).await?;
    /// assert_eq!(batches.take(), [vec![1, 2], vec![3, 4], vec![5]]);
    /// # Ok(())
    /// # }
    /// ```
    #[track_caller]
    #[must_use]
    pub fn or_after(
        self,
        time: Duration,
    ) -> Stream<Vec<T>, M, Downstream<S>, C::With<impl ChainSpec<Out = Vec<T>>>>
    where
        (): Kept<M::Memory>,
        T: Kept<M::Memory>,
    {
        let Self { stream, events } = self;
        stream.refuse_zero(zero(events, time));
        let batches = InBatches::new(events, time, BatchesOf::Instance);
        let spec = KeyBySpec::new(|_: &T| (), stream.declared.endpoint().node);
        let stream: Stream<_, M, S, _> = stream.with(|chain| LinkedSpec::new(chain, spec));
        let named = ("in_batches_of", Chance::Batches);
        gathered::<T, S, C, _, _, _, _, _, _>(stream, batches, named)
    }
}

impl<K, F, T, M, S, C> Batching<KeyedStream<K, F, T, M, S, C>>
where
    K: Key,
    F: Fn(&T) -> K + Clone + Send + 'static,
    T: Send + 'static,
    M: TimeState,
    S: SideOutputs,
    C: Fusing<Out = T>,
{
    /// Emits a batch once `time` has passed since its first event, even if it is not full: see
    /// [`or_after`](Batching::or_after).
    ///
    /// # Examples
    /// ```
    /// use millstream::prelude::*;
    ///
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> millstream::Result<()> {
    /// let batches = Collected::new();
    /// let job = Builder::new("batches");
    /// let numbers = job.source(from_iter(1..=5_u64)).by(|n| n % 2);
    /// numbers.in_batches_of(2).or_after(50.millis()).sink(batches.sink());
    /// job.build().run(Config::default()).await?;
    /// assert_eq!(batches.take(), [vec![1, 3], vec![2, 4], vec![5]]);
    /// # Ok(())
    /// # }
    /// ```
    #[track_caller]
    #[must_use]
    pub fn or_after(
        self,
        time: Duration,
    ) -> Stream<Vec<T>, M, Downstream<S>, C::With<impl ChainSpec<Out = Vec<T>>>>
    where
        K: Kept<M::Memory>,
        T: Kept<M::Memory>,
    {
        let Self { stream: keyed, events } = self;
        keyed.stream.refuse_zero(zero(events, time));
        let of = match keyed.stream.declared.next.grouping {
            EdgeGrouping::Fields => BatchesOf::Key,
            _ => BatchesOf::Instance,
        };
        let batches = InBatches::new(events, time, of);
        let named = ("in_batches_of", Chance::Batches);
        gathered::<T, S, C, _, _, _, _, _, _>(keyed.with_key(), batches, named)
    }
}

/// A node that gathers events by the job's clock.
#[track_caller]
fn gathered<T, S, C, K, U, M, R, D, G>(
    stream: Stream<WithKey<K, T>, M, R, D>,
    gathers: G,
    (name, chance): (&'static str, Chance),
) -> Stream<U, M, Downstream<S>, C::With<impl ChainSpec<Out = U>>>
where
    K: Key + Kept<M::Memory>,
    T: Kept<M::Memory> + Send + 'static,
    U: Send + 'static,
    M: TimeState,
    S: SideOutputs,
    C: Fusing<Out = T>,
    D: ChainSpec<Out = WithKey<K, T>>,
    G: StoreFactory<K, T> + fmt::Display,
    StoreOf<G, K, T>: KeptStore<K, T, M::Memory, Out = U>,
{
    let Stream { declared, chain, .. } = stream;
    let carried = Carried::of::<T>().with_times(M::TIMES);
    let node = declared.add_node((name, Naming::Engine), NodeKind::Operator, carried);
    let mut declaration = declared.declaration();
    declaration.set_work(node, &gathers.to_string());
    declaration.set_windows(node, &gathers, Carried::of::<T>());
    declaration.set_chance(node, chance);
    drop(declaration);
    declared.keep_store::<K, T, StoreOf<G, K, T>, M::Memory>(node);
    let chain = LinkedSpec::new(chain, StoreSpec::<_, M::Memory>::new(gathers));
    let pass_on = OperatorSpec::<_, NoStates, U>::new(PassOn, node, M::TIMES);
    Stream::<T, M, S, C>::extended(declared, LinkedSpec::new(chain, pass_on), node)
}
