//! A stream of events, as declared.

use super::draft::{Draft, SharedDraft};
use super::outputs::{OfEdge, SideOutputs};
use super::time::{TimeState, Timed, Untimed};
use crate::lowering::{ChainSpec, Fusing, OutputRef};
use crate::topology::{Carried, Endpoint, Naming, NextEdge, NodeId, NodeKind, OutputKind};
use std::cell::RefMut;
use std::fmt;
use std::marker::PhantomData;
use std::panic::Location;

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
/// - **Bound:** [`buffer`](Stream::buffer), [`overflow`](Stream::overflow).
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
    pub(super) draft: SharedDraft,
    pub(super) chain: C,
    pub(super) from: Vec<Endpoint>,
    pub(super) ends: Ends,
    pub(super) next: NextEdge,
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
pub type TimedStream<T> = Stream<T, Timed>;

/// Where the chain of a stream ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Ends {
    /// At a node of its own, whose operator is the last link of the chain.
    AtNode,
    /// At a node of its own whose output is laid out already: it awaits, or its chain was long.
    AtOutput,
    /// At no node: the stream refers to other outputs, and its next node begins a chain.
    Loose,
}

impl Ends {
    /// Where a chain ends that was just extended at a node.
    pub(super) fn of(chain: &impl ChainSpec) -> Self {
        if chain.references().is_some() { Self::AtOutput } else { Self::AtNode }
    }
}

impl<T, M, S, C> fmt::Debug for Stream<T, M, S, C> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Stream").field("from", &self.from).finish_non_exhaustive()
    }
}

impl<T, M: TimeState> Stream<T, M> {
    /// A stream that refers to outputs laid out on their own.
    pub(super) fn of(draft: SharedDraft, outputs: Vec<Endpoint>) -> Self {
        let chain = OutputRef::new(outputs.clone(), M::TIMES);
        Self::new(draft, chain, outputs, Ends::Loose)
    }
}

impl<T, M, S, C> Stream<T, M, S, C> {
    pub(super) fn new(draft: SharedDraft, chain: C, from: Vec<Endpoint>, ends: Ends) -> Self {
        Self { draft, chain, from, ends, next: NextEdge::default(), of: PhantomData }
    }

    /// The same stream with another chain, or with other events.
    pub(super) fn with<U, N, R, D>(self, chain: impl FnOnce(C) -> D) -> Stream<U, N, R, D> {
        let Self { draft, from, ends, next, .. } = self;
        Stream { draft, chain: chain(self.chain), from, ends, next, of: PhantomData }
    }

    pub(super) fn draft(&self) -> RefMut<'_, Draft> {
        self.draft.borrow_mut()
    }

    /// Adds a node that receives events of the type `carried`.
    #[track_caller]
    pub(super) fn node_of(&self, name: (&str, Naming), kind: NodeKind, carried: Carried) -> NodeId {
        add_node(&mut self.draft(), (&self.from, self.next), name, kind, carried)
    }

    pub(super) fn endpoint(&self) -> Endpoint {
        self.from.first().copied().unwrap_or(Endpoint::main(NodeId(0)))
    }

    /// The name of the output it comes from, for a node named after it.
    pub(super) fn source_name(&self) -> String {
        name_of(&self.draft(), self.endpoint())
    }

    /// Names the node that emits this stream: in metrics, in errors and in drawings.
    ///
    /// In [`topology!`](macro@crate::topology) this is `name = …`. Without a name, a node is called
    /// after its operator, or `source`, `map`, `filter` and so on with a number where there are
    /// several. Two nodes with one name are refused at start. A stream that no single node emits,
    /// such as a merged one, stays as it is.
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
    pub fn named(self, name: &str) -> Self {
        if self.ends != Ends::Loose {
            set_name(&mut self.draft(), &self.from, name);
        }
        self
    }
}

// Not generic, so that it is compiled once and not for every stream.

/// Adds a node downstream of outputs.
#[track_caller]
fn add_node(
    draft: &mut Draft,
    (from, next): (&[Endpoint], NextEdge),
    name: (&str, Naming),
    kind: NodeKind,
    carried: Carried,
) -> NodeId {
    let declaration = &mut draft.declaration;
    let node = declaration.add_node(name, kind, next.instances, Location::caller());
    declaration.connect(from, node, next, carried.grouped(next.grouping));
    node
}

/// The name of an output.
fn name_of(draft: &Draft, Endpoint { node, port }: Endpoint) -> String {
    let node = draft.declaration.name_of(node);
    match port {
        OutputKind::Main => node.to_owned(),
        port => format!("{node}_{port}"),
    }
}

/// Names the node of an output, if it is the only output.
fn set_name(draft: &mut Draft, from: &[Endpoint], name: &str) {
    if let [from] = from
        && let Some(node) = draft.declaration.nodes.get_mut(from.node.0)
    {
        name.clone_into(&mut node.name);
        node.naming = Naming::Given;
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
        self.node_of((name, naming), kind, Carried::of::<T>().with_times(M::TIMES))
    }

    /// Extends the chain up to `node`.
    pub(super) fn extended<U, N: TimeState, R, D: ChainSpec<Out = U>>(
        self,
        node: NodeId,
        longer: impl FnOnce(C) -> D,
    ) -> Stream<U, N, R, C::With<D>> {
        let draft = self.draft.clone();
        let layouts = &mut draft.borrow_mut().layouts;
        let mut stream = self.with(|chain| C::with(longer(chain), node, N::TIMES, layouts));
        stream.ends = Ends::of(&stream.chain);
        stream
    }

    /// A stream that ends at a node of its own, where a link can be added: the node it has, or a
    /// new one.
    ///
    /// Without it, the link would run where the events come from: upstream of a `to_one` instead of
    /// downstream, or in the task of an operator that awaits, which cannot wait for itself.
    #[track_caller]
    pub(super) fn at_own_node(mut self) -> (Self, NodeId) {
        if self.ends == Ends::AtNode {
            let node = self.endpoint().node;
            return (self, node);
        }
        let node = self.add_node("pass", Naming::Engine, NodeKind::Operator);
        self.from = vec![Endpoint::main(node)];
        self.ends = Ends::AtNode;
        self.next = NextEdge::default();
        (self, node)
    }
}
