//! Joins, as functions on keyed streams.

use super::declared::{Declared, Ends};
use super::join_sides::{JoinParts, JoinSides, SideOf};
use super::outputs::OfNode;
use super::stream::Stream;
use super::time::Timed;
use super::windowed::StoreOf;
use crate::checkpoint::PartKind;
use crate::event::Times;
use crate::join::{Full, Inner, JoinKind, JoinSpec, Left, Right, Sides};
use crate::lowering::{ChainSpec, Fused, LinkedSpec, Links, OperatorSpec, StoreSpec};
use crate::operator::PassOn;
use crate::stage::{NoStates, StoreLink};
use crate::state::Kept;
use crate::topology::{Carried, Endpoint, Instances, JoinDeclared, Naming, NodeKind, OutputKind};
use crate::window::{KeptStore, Late};
use millstream_graph::sentence::shape;
use std::convert::Infallible;
use std::fmt;
use std::marker::PhantomData;
use std::panic::Location;

/// A declared join: set its instances, then call [`stream`](Joining::stream).
///
/// Returned by [`join`], [`left_join`], [`right_join`] and [`full_join`].
///
/// # Examples
/// ```
/// use millstream::prelude::*;
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> millstream::Result<()> {
/// let rows = Collected::new();
/// let job = Builder::new("rates");
/// let start = |name, events: Vec<(&'static str, i64)>| {
///     let events = job.source(from_iter(events)).named(name);
///     let time = |event: &(&'static str, i64)| EventTime::from_secs(event.1);
///     events.event_time(time, lateness(0.secs())).by(|event| event.0)
/// };
/// let orders = start("orders", vec![("EUR", 5)]);
/// let rates = start("rates", vec![("EUR", 1), ("EUR", 4), ("EUR", 9)]);
/// let priced = left_join((orders, rates), latest(1.hours())).stream().outputs();
/// priced.late.ignore();
/// priced.stream.sink(rows.sink());
/// job.build().run(Config::default()).await?;
/// assert_eq!(rows.take(), [(("EUR", 5), Some(("EUR", 4)))]);
/// # Ok(())
/// # }
/// ```
pub struct Joining<J, S: JoinSides, W> {
    pub(super) sides: S,
    pub(super) spec: W,
    pub(super) instances: Option<Instances>,
    /// Why it may shed events although the job keeps every event.
    pub(super) weakened: Option<&'static str>,
    pub(super) location: &'static Location<'static>,
    pub(super) kind: PhantomData<fn() -> J>,
}

impl<J, S: JoinSides, W: fmt::Debug> fmt::Debug for Joining<J, S, W> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Joining").field("spec", &self.spec).finish_non_exhaustive()
    }
}

/// The event type that a join emits.
pub type JoinRow<J, S> = <J as JoinKind<<S as JoinSides>::Events>>::Row;

/// An event of any side of a join.
pub type OneOfSides<S> = <<S as JoinSides>::Events as Sides>::OneOf;

/// The chain of a join. Its sides count as half of the longest chain that is fused.
pub type JoinChain<C> = Fused<C, Links<8>>;

/// The stream of a join of the sides `S`; `V` is what it sheds.
pub type JoinStream<J, S, C, V = Infallible> = Stream<
    JoinRow<J, S>,
    Timed<<S as JoinSides>::Memory>,
    JoinOutputs<<S as JoinSides>::Events, V>,
    JoinChain<C>,
>;

/// The side outputs of a join over the events `E`: one enum for the events of all sides.
pub type JoinOutputs<E, V = Infallible> =
    OfNode<Late<<E as Sides>::OneOf>, Infallible, V, <E as Sides>::OneOf>;

macro_rules! joins {
    ($($(#[$doc:meta])* $name:ident $kind:ident;)+) => {$(
        $(#[$doc])*
        #[track_caller]
        pub fn $name<S, W>(sides: S, spec: W) -> Joining<$kind, S, W>
        where
            S: JoinSides,
            $kind: JoinKind<S::Events>,
            W: JoinSpec<S::Key, S::Events, $kind>,
        {
            Joining::of(sides, spec)
        }
    )+};
}
joins! {
    /// Joins streams by key and emits a tuple for each match of one event from every side.
    ///
    /// The second argument defines a match, and how long events are kept for it: `within(before,
    /// after)`, `latest(keep)` or a window; see [`join`](mod@crate::join). Events without a match
    /// go to the `unmatched` output.
    ///
    /// # Examples
    /// ```
    /// use millstream::prelude::*;
    ///
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> millstream::Result<()> {
    /// let rows = Collected::new();
    /// let job = Builder::new("orders");
    /// let time = |event: &(i64, &str)| EventTime::from_secs(event.0);
    /// let orders = job.source(from_iter([(1, "book"), (9, "pen")])).named("orders");
    /// let payments = job.source(from_iter([(4, "book"), (20, "ink")])).named("payments");
    /// let orders = orders.event_time(time, lateness(0.secs())).by(|order| order.1);
    /// let payments = payments.event_time(time, lateness(0.secs())).by(|payment| payment.1);
    ///
    /// let joined = join((orders, payments), within(0.secs(), 5.secs())).stream().outputs();
    /// joined.late.ignore();
    /// joined.unmatched.ignore();
    /// joined.stream.sink(rows.sink());
    /// job.build().run(Config::default()).await?;
    ///
    /// let mut rows = rows.take();
    /// rows.sort();
    /// assert_eq!(rows, [((1, "book"), (4, "book"))]);
    /// # Ok(())
    /// # }
    /// ```
    join Inner;
    /// Like [`join`], and also emits each event of the first stream without a match, with `None`
    /// for the other sides.
    ///
    /// # Examples
    /// ```
    /// use millstream::prelude::*;
    ///
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> millstream::Result<()> {
    /// let rows = Collected::new();
    /// let job = Builder::new("orders");
    /// let time = |event: &(i64, &str)| EventTime::from_secs(event.0);
    /// let orders = job.source(from_iter([(1, "book"), (9, "pen")])).named("orders");
    /// let payments = job.source(from_iter([(4, "book"), (20, "ink")])).named("payments");
    /// let orders = orders.event_time(time, lateness(0.secs())).by(|order| order.1);
    /// let payments = payments.event_time(time, lateness(0.secs())).by(|payment| payment.1);
    ///
    /// let joined = left_join((orders, payments), within(0.secs(), 5.secs())).stream().outputs();
    /// joined.late.ignore();
    /// joined.unmatched.ignore();
    /// joined.stream.sink(rows.sink());
    /// job.build().run(Config::default()).await?;
    ///
    /// let mut rows = rows.take();
    /// rows.sort();
    /// assert_eq!(rows, [((1, "book"), Some((4, "book"))), ((9, "pen"), None)]);
    /// # Ok(())
    /// # }
    /// ```
    left_join Left;
    /// Like [`join`] of two streams, and also emits each event of the second without a match, with
    /// `None` for the first.
    ///
    /// # Examples
    /// ```
    /// use millstream::prelude::*;
    ///
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> millstream::Result<()> {
    /// let rows = Collected::new();
    /// let job = Builder::new("orders");
    /// let time = |event: &(i64, &str)| EventTime::from_secs(event.0);
    /// let orders = job.source(from_iter([(1, "book"), (9, "pen")])).named("orders");
    /// let payments = job.source(from_iter([(4, "book"), (20, "ink")])).named("payments");
    /// let orders = orders.event_time(time, lateness(0.secs())).by(|order| order.1);
    /// let payments = payments.event_time(time, lateness(0.secs())).by(|payment| payment.1);
    ///
    /// let joined = right_join((orders, payments), within(0.secs(), 5.secs())).stream().outputs();
    /// joined.late.ignore();
    /// joined.unmatched.ignore();
    /// joined.stream.sink(rows.sink());
    /// job.build().run(Config::default()).await?;
    ///
    /// let mut rows = rows.take();
    /// rows.sort();
    /// assert_eq!(rows, [(None, (20, "ink")), (Some((1, "book")), (4, "book"))]);
    /// # Ok(())
    /// # }
    /// ```
    right_join Right;
    /// Like [`join`], and also emits each event of any stream without a match, with `None` for the
    /// other sides. Nothing is unmatched.
    ///
    /// # Examples
    /// ```
    /// use millstream::prelude::*;
    ///
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> millstream::Result<()> {
    /// let rows = Collected::new();
    /// let job = Builder::new("orders");
    /// let time = |event: &(i64, &str)| EventTime::from_secs(event.0);
    /// let orders = job.source(from_iter([(1, "book"), (9, "pen")])).named("orders");
    /// let payments = job.source(from_iter([(4, "book"), (20, "ink")])).named("payments");
    /// let orders = orders.event_time(time, lateness(0.secs())).by(|order| order.1);
    /// let payments = payments.event_time(time, lateness(0.secs())).by(|payment| payment.1);
    ///
    /// let joined = full_join((orders, payments), within(0.secs(), 5.secs())).stream().outputs();
    /// joined.late.ignore();
    /// joined.stream.sink(rows.sink());
    /// job.build().run(Config::default()).await?;
    ///
    /// let mut rows = rows.take();
    /// rows.sort();
    /// assert_eq!(rows, [
    ///     (None, Some((20, "ink"))),
    ///     (Some((1, "book")), Some((4, "book"))),
    ///     (Some((9, "pen")), None),
    /// ]);
    /// # Ok(())
    /// # }
    /// ```
    full_join Full;
}

impl<J, S, W> Joining<J, S, W>
where
    S: JoinSides,
    J: JoinKind<S::Events>,
    W: JoinSpec<S::Key, S::Events, J>,
{
    #[track_caller]
    pub(super) fn of(sides: S, spec: W) -> Self {
        let location = Location::caller();
        Self { sides, spec, instances: None, weakened: None, location, kind: PhantomData }
    }

    /// Sets the number of instances of the join, among which the keys are divided; `join(…) * n` in
    /// [`topology!`](macro@crate::topology).
    ///
    /// Without it, the number set on a side applies, and otherwise the job's default. 0 is refused
    /// at start.
    ///
    /// # Examples
    /// ```
    /// use millstream::prelude::*;
    ///
    /// let job = Builder::new("orders");
    /// let timed = |name| {
    ///     let ids = job.source(from_iter([1_i64, 2])).named(name);
    ///     ids.event_time(|id| EventTime::from_secs(*id), lateness(0.secs())).by(|id| *id)
    /// };
    /// let sides = (timed("orders"), timed("payments"));
    /// let joined = full_join(sides, tumbling(1.mins())).instances(4);
    /// let joined = joined.stream().named("joined").outputs();
    /// joined.late.ignore();
    /// joined.stream.ignore();
    ///
    /// let plan = job.build().plan(&Config::default())?;
    /// assert_eq!(plan.nodes()[2].instances, 4);
    /// # Ok::<(), millstream::Error>(())
    /// ```
    #[must_use]
    pub fn instances(mut self, instances: impl Into<Instances>) -> Self {
        self.instances = Some(instances.into());
        self
    }

    /// Gives the join the job's default number of instances, whatever was set on its sides.
    ///
    /// # Examples
    /// ```
    /// use millstream::prelude::*;
    ///
    /// let job = Builder::new("orders").instances(2);
    /// let timed = |name| {
    ///     let ids = job.source(from_iter([1_i64, 2])).named(name);
    ///     ids.event_time(|id| EventTime::from_secs(*id), lateness(0.secs())).by(|id| *id)
    /// };
    /// let sides = (timed("orders").instances(8), timed("payments"));
    /// let joined = full_join(sides, tumbling(1.mins())).default_instances().stream().outputs();
    /// joined.late.ignore();
    /// joined.stream.ignore();
    ///
    /// let plan = job.build().plan(&Config::default())?;
    /// assert_eq!(plan.nodes()[2].instances, 2);
    /// # Ok::<(), millstream::Error>(())
    /// ```
    #[must_use]
    pub fn default_instances(self) -> Self {
        self.instances(Instances::Default)
    }

    /// The stream of matches. The side outputs of the join are reached by
    /// [`outputs`](Stream::outputs).
    #[must_use]
    pub fn stream(mut self) -> JoinStream<J, S, impl ChainSpec<Out = JoinRow<J, S>>, W::Overflow>
    where
        S::Key: Kept<S::Memory>,
        OneOfSides<S>: Kept<S::Memory>,
        StoreOf<W::Factory, S::Key, OneOfSides<S>>: KeptStore<S::Key, OneOfSides<S>, S::Memory>,
    {
        let reads_first = self.spec.reads_first();
        let JoinParts { draft, chain, mut sides } = self.sides.into_parts(reads_first);
        sides.iter_mut().for_each(|side| side.next.weakened = self.weakened.or(side.next.weakened));
        let mut declared = sides.iter().map(|side| side.next.instances);
        let declared = declared.find(|declared| *declared != Instances::Default);
        let instances = self.instances.or(declared).unwrap_or(Instances::Default);
        let node = {
            let mut declaration = draft.declaration();
            let (name, kind) = (("join", Naming::Engine), NodeKind::Operator);
            let node = declaration.add_node(name, kind, instances, self.location);
            let nodes = |side: &SideOf| side.from.iter().map(|from| from.node).collect();
            let names: Vec<_> = sides.iter().map(|side| side.name(&declaration)).collect();
            self.spec.name_sides(&names);
            let joined = JoinDeclared { sides: sides.iter().map(nodes).collect() };
            declaration.joins.push(joined);
            for side in sides {
                declaration.connect(&side.from, node, side.next, side.events);
            }
            declaration.keep(
                node,
                PartKind::Store,
                StoreLink::<
                    S::Key,
                    OneOfSides<S>,
                    StoreOf<W::Factory, S::Key, OneOfSides<S>>,
                    S::Memory,
                >::types,
            );
            declaration.broken.extend(self.spec.refused());
            declaration.gaps.extend(self.spec.between().map(|gap| (node, gap)));
            if self.weakened.is_some_and(|reason| reason.trim().is_empty()) {
                declaration.broken.push(shape::no_reason());
            }
            declaration.set_work(node, &self.spec.work(J::NAME));
            declaration.set_partners(node, &self.spec);
            let event = Carried::of::<<S::Events as Sides>::OneOf>();
            declaration.add_output(Endpoint { node, port: OutputKind::Late }, event);
            if W::SHEDS {
                declaration.set_sheds_rows(node);
            }
            if W::LOSES {
                declaration.add_output(Endpoint { node, port: OutputKind::Unmatched }, event);
            }
            node
        };
        let chain = LinkedSpec::new(chain, StoreSpec::<_, S::Memory>::new(self.spec.factory()));
        let pass_on = OperatorSpec::<_, NoStates, JoinRow<J, S>>::new(PassOn, node, Times::Beside);
        let chain = Fused::new(LinkedSpec::new(chain, pass_on));
        Stream::new(Declared::at(draft, node, Ends::AtNode), chain)
    }
}
