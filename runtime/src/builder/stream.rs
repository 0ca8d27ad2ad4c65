//! A stream of events, as declared.

use super::declared::{Declared, Ends};
use super::outputs::{OfEdge, SideOutputs};
use super::time::{TimeState, Timed, Untimed};
use crate::lowering::{ChainSpec, Fusing, OutputRef};
use crate::state::Volatile;
use crate::topology::{Carried, Endpoint, Naming, NodeId, NodeKind};
use std::fmt;
use std::marker::PhantomData;

/// A stream of `T` events, as declared. Its methods are the verbs of a topology.
///
/// A stream is not data. Verbs such as [`map`](Stream::map) consume it and return the stream
/// downstream; nothing runs before [`Topology::run`](super::Topology::run). To use a stream more
/// than once, call [`fan_out`](Stream::fan_out).
///
/// - **Transform:** [`then`](Stream::then), [`map`](Stream::map), [`filter`](Stream::filter),
///   [`flat_map`](Stream::flat_map), [`inspect`](Stream::inspect), [`through`](Stream::through).
/// - **Route:** [`by`](Stream::by), [`shuffle`](Stream::shuffle), [`to_one`](Stream::to_one),
///   [`to_all`](Stream::to_all), [`instances`](Stream::instances).
/// - **Handle time:** [`event_time`](Stream::event_time), [`in_order`](Stream::in_order).
/// - **Bound:** [`buffer`](Stream::buffer), [`overflow`](Stream::overflow),
///   [`throttle`](Stream::throttle), [`in_batches_of`](Stream::in_batches_of).
/// - **Branch:** [`fan_out`](Stream::fan_out), [`split`](Stream::split),
///   [`outputs`](Stream::outputs).
/// - **Name and end:** [`named`](Stream::named), [`sink`](Stream::sink),
///   [`ignore`](Stream::ignore), [`fail`](Stream::fail).
///
/// In a signature of your own write `Stream<T>`, or [`TimedStream<T>`](TimedStream) if its events
/// have event time, and pass the function to [`through`](Stream::through). The other parameters are
/// for the compiler: `M` is whether events have event time, `S` the side outputs of the node, and
/// `C` the chain of operators upstream. Verbs return the chain as an opaque type, so that it is
/// resolved only when the fused loop is compiled.
///
/// # Examples
/// ```
/// use millstream::prelude::*;
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> millstream::Result<()> {
/// let large = Collected::new();
/// let job = Builder::new("orders");
/// let orders = job.source(from_iter([("book", 12), ("desk", 250)])).named("orders");
/// orders.filter(|order| order.1 > 100).map(|order| order.0).sink(large.sink());
/// job.build().run(Config::default()).await?;
/// assert_eq!(large.take(), ["desk"]);
/// # Ok(())
/// # }
/// ```
pub struct Stream<T, M = Untimed, S = OfEdge, C = OutputRef<T>> {
    pub(super) declared: Declared,
    pub(super) chain: C,
    of: PhantomData<fn() -> (T, M, S)>,
}

/// A stream whose events have event time, for the signature of a function that is passed to
/// [`through`](Stream::through).
///
/// # Examples
/// ```
/// use millstream::prelude::*;
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> millstream::Result<()> {
/// fn per_minute(prices: TimedStream<i64>) -> TimedStream<u64> {
///     let minutes = prices.by(|_| ()).window(tumbling(1.mins())).aggregate(|_| (), count());
///     let minutes = minutes.outputs();
///     minutes.late.ignore();
///     minutes.stream.map(|minute| minute.value).detached()
/// }
///
/// let counts = Collected::new();
/// let topology = topology!(
///     prices = source(from_iter([3, 9, 70]))
///         >> event_time(|at| EventTime::from_secs(*at), lateness(1.secs())),
///     prices >> through(per_minute) >> sink(counts.sink()),
/// );
/// topology.run(Config::default()).await?;
/// assert_eq!(counts.take(), [2, 1]);
/// # Ok(())
/// # }
/// ```
pub type TimedStream<T, D = Volatile> = Stream<T, Timed<D>>;

impl<T, M, S, C> fmt::Debug for Stream<T, M, S, C> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Stream").field("from", &self.declared.from).finish_non_exhaustive()
    }
}

impl<T, M: TimeState> Stream<T, M> {
    /// A stream that refers to outputs laid out on their own.
    pub(super) fn of(declared: Declared) -> Self {
        let chain = OutputRef::new(declared.from.clone(), M::TIMES);
        Self::new(declared, chain)
    }
}

impl<T, M, S, C> Stream<T, M, S, C> {
    pub(super) fn new(declared: Declared, chain: C) -> Self {
        Self { declared, chain, of: PhantomData }
    }

    /// The same stream with another chain, or with other events.
    pub(super) fn with<U, N, R, D>(self, chain: impl FnOnce(C) -> D) -> Stream<U, N, R, D> {
        Stream::new(self.declared, chain(self.chain))
    }

    /// Names the node that emits this stream: in metrics, in errors and in drawings.
    ///
    /// In [`topology!`](macro@crate::topology) this is `name = …`. Without a name, a node is called
    /// after its operator, or `source`, `map`, `filter` and so on, with a number where there are
    /// several. An operator with state is found by its name, so two nodes with one are refused at
    /// start. A stream that no single node emits, such as a merged one, stays as it is.
    ///
    /// # Examples
    /// ```
    /// use millstream::prelude::*;
    ///
    /// let job = Builder::new("clicks");
    /// let clicks = job.source(from_iter(["/", "/cart"])).named("clicks");
    /// clicks.map(str::len).named("lengths").ignore();
    ///
    /// let topology = job.build();
    /// let names: Vec<&str> = topology.nodes().iter().map(|node| node.name.as_str()).collect();
    /// assert_eq!(names, ["clicks", "lengths", "lengths_ignored"]);
    /// ```
    #[must_use]
    #[cfg(not(rust_analyzer))]
    pub fn named(self, name: &str) -> Self {
        self.declared.set_name(name);
        self
    }

    /// Names the node and its stream, whose type shows no chain in an editor: `Stream<Order>`. With
    /// each line the type begins anew, so a long topology is analysed as fast as a short one.
    #[cfg(rust_analyzer)]
    pub fn named(self, name: &str) -> Stream<T, M, S> {
        self.named(name)
    }
}

impl<T, M, S, C> Stream<T, M, S, C>
where
    T: Send + 'static,
    M: TimeState,
    S: SideOutputs,
    C: Fusing<Out = T>,
{
    /// Adds a node that receives the events.
    #[track_caller]
    pub(super) fn add_node(&self, name: &str, naming: Naming, kind: NodeKind) -> NodeId {
        self.declared.add_node((name, naming), kind, Carried::of::<T>().with_times(M::TIMES))
    }

    /// Extends the chain up to `node`.
    pub(super) fn extended<U, N: TimeState, R, D: ChainSpec<Out = U>>(
        declared: Declared,
        chain: D,
        node: NodeId,
    ) -> Stream<U, N, R, C::With<D>> {
        let chain = C::with(chain, node, N::TIMES, &declared.draft.layouts);
        let laid_out = chain.references().is_some();
        Stream::new(declared.moved_to(node, laid_out), chain)
    }

    /// A stream that ends at the output of one node: its own, or a new one.
    #[track_caller]
    pub(super) fn at_output(mut self) -> (Self, Endpoint) {
        if self.declared.ends == Ends::Loose {
            let node = self.add_node("pass", Naming::Engine, NodeKind::Operator);
            self.declared = self.declared.moved_to(node, false);
        }
        let output = self.declared.endpoint();
        (self, output)
    }

    /// A stream that ends at a node of its own, where a link can be added: the node it has, or a
    /// new one.
    ///
    /// Without it, the link would run where the events come from: upstream of a `to_one` instead of
    /// downstream, or in the task of an operator that awaits, which cannot wait for itself.
    #[track_caller]
    pub(super) fn at_own_node(mut self) -> (Self, NodeId) {
        if self.declared.ends == Ends::AtNode {
            let node = self.declared.endpoint().node;
            return (self, node);
        }
        let node = self.add_node("pass", Naming::Engine, NodeKind::Operator);
        self.declared = self.declared.moved_to(node, false);
        (self, node)
    }
}
