//! Streams joined with each other.

use super::bounds::{HasEventTime, Possible};
use super::draft::SharedDraft;
use super::keyed::KeyedStream;
use super::outputs::{OfNode, SideOutputs};
use super::stream::{Ends, Stream};
use super::time::{TimeState, Timed};
use crate::event::{Times, WithKey};
use crate::join::{Full, Inner, JoinKind, JoinSpec, Left, OneOf2, OneOf3, OneOf4, Right, Sides};
use crate::key::Key;
use crate::lowering::{
    ChainSpec, Fused, Fusing, KeyBySpec, LinkedSpec, Links, OperatorSpec, SidesSpec, StoreSpec,
};
use crate::operator::PassOn;
use crate::stage::NoStates;
use crate::topology::{
    Carried, EdgeGrouping, Endpoint, Instances, Naming, NextEdge, NodeKind, OutputKind,
};
use crate::window::Late;
use std::convert::Infallible;
use std::fmt;
use std::marker::PhantomData;
use std::panic::Location;

/// The sides of a join: a tuple of two to four streams with the same key, all with event time.
#[diagnostic::on_unimplemented(
    message = "these streams cannot be joined [M0318]",
    label = "the sides of a join have keys of one type, and event time",
    note = "help: end every side in `.by(|event| …)` with a key of the same type, and assign event \
            time after the sources: `.event_time(|event| …, lateness(…))`; see \
            https://github.com/millstream-rs/millstream/blob/main/docs/errors/M0318.md"
)]
pub trait JoinSides {
    /// The key.
    type Key: Key;
    /// The events of the sides.
    type Events: Sides;
    /// The chain of all of them.
    type Chain: ChainSpec<Out = WithKey<Self::Key, <Self::Events as Sides>::OneOf>>;

    /// The draft they belong to, their chain, and where it comes from.
    fn into_parts(self) -> JoinParts<Self::Chain>;
}

/// The parts of the sides of a join.
pub struct JoinParts<C> {
    draft: SharedDraft,
    chain: C,
    sides: Vec<SideOf>,
}

impl<C> fmt::Debug for JoinParts<C> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("JoinParts").field("sides", &self.sides).finish_non_exhaustive()
    }
}

/// Where a side comes from, and what was declared of its edge.
#[derive(Debug)]
struct SideOf {
    from: Vec<Endpoint>,
    next: NextEdge,
    events: Carried,
}

/// A join about to become a node.
pub struct Joining<J, S: JoinSides, W> {
    sides: S,
    spec: W,
    instances: Option<Instances>,
    location: &'static Location<'static>,
    kind: PhantomData<fn() -> J>,
}

impl<J, S: JoinSides, W: fmt::Debug> fmt::Debug for Joining<J, S, W> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Joining").field("spec", &self.spec).finish_non_exhaustive()
    }
}

/// What comes out of a join.
pub type Row<J, S> = <J as JoinKind<<S as JoinSides>::Events>>::Row;

/// The chain of a join: its sides count as half of what is longest.
pub type JoinChain<C> = Fused<C, Links<8>>;

/// The stream of a join of the sides `S`.
pub type JoinStream<J, S, C> =
    Stream<Row<J, S>, Timed, JoinOutputs<<S as JoinSides>::Events>, JoinChain<C>>;

/// The side outputs of a join of events `E`, each of one of the sides.
pub type JoinOutputs<E> =
    OfNode<Late<<E as Sides>::OneOf>, Infallible, Infallible, <E as Sides>::OneOf>;

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
    /// Joins streams: what comes out are tuples of partners. See [`join`](mod@crate::join).
    join Inner;
    /// Joins streams and keeps every event of the first, with `None` where it has no partner.
    left_join Left;
    /// Joins two streams and keeps every event of the second, with `None` where it has no partner.
    right_join Right;
    /// Joins streams and keeps every event, with `None` where it has no partner.
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
        Self { sides, spec, instances: None, location, kind: PhantomData }
    }

    /// The number of instances of the join.
    #[must_use]
    pub fn instances(mut self, instances: impl Into<Instances>) -> Self {
        self.instances = Some(instances.into());
        self
    }

    /// The join has as many instances as the job says.
    #[must_use]
    pub fn default_instances(self) -> Self {
        self.instances(Instances::Default)
    }

    /// What comes out.
    #[must_use]
    pub fn stream(self) -> JoinStream<J, S, impl ChainSpec<Out = Row<J, S>>> {
        let JoinParts { draft, chain, sides } = self.sides.into_parts();
        let mut declared = sides.iter().map(|side| side.next.instances);
        let declared = declared.find(|declared| *declared != Instances::Default);
        let instances = self.instances.or(declared).unwrap_or(Instances::Default);
        let node = {
            let declaration = &mut draft.borrow_mut().declaration;
            let (name, kind) = (("join", Naming::Engine), NodeKind::Operator);
            let node = declaration.add_node(name, kind, instances, self.location);
            for side in sides {
                declaration.connect(&side.from, node, side.next, side.events);
            }
            declaration.set_work(node, J::NAME);
            declaration.set_partners(node, &self.spec);
            let event = Carried::of::<<S::Events as Sides>::OneOf>();
            declaration.add_output(Endpoint { node, port: OutputKind::Late }, event);
            if W::LOSES {
                declaration.add_output(Endpoint { node, port: OutputKind::Unmatched }, event);
            }
            node
        };
        let chain = LinkedSpec::new(chain, StoreSpec(self.spec.factory()));
        let given = OperatorSpec::<_, NoStates, Row<J, S>>::new(PassOn, node);
        let chain = Fused::new(LinkedSpec::new(chain, given));
        Stream::new(draft, chain, vec![Endpoint::main(node)], Ends::AtNode)
    }
}

/// A chain of events with their keys.
type Side<C, K, F> = <C as Fusing>::Between<LinkedSpec<C, KeyBySpec<K, F>>>;

/// A side as a chain of events with their keys.
fn side<K, F, T, M, S, C>(
    stream: KeyedStream<K, F, T, M, S, C>,
) -> (SharedDraft, Side<C, K, F>, SideOf)
where
    K: Key,
    F: Fn(&T) -> K + Clone + Send + 'static,
    T: Send + 'static,
    M: TimeState,
    S: SideOutputs,
    C: Fusing<Out = T>,
{
    let Stream { draft, chain, from, next, .. } = stream.with_key();
    // Partners are found by time and key, so both travel with every event.
    let events = Carried::of::<T>().with_times(Times::Beside).grouped(EdgeGrouping::Fields);
    (draft, chain, SideOf { from, next, events })
}

macro_rules! one_chain {
    ($only:ident) => {
        $only
    };
    ($first:ident, $($rest:ident),+) => {
        SidesSpec { first: $first, other: one_chain!($($rest),+), events: PhantomData }
    };
}

macro_rules! join_sides {
    (
        $($event:ident $key:ident $time:ident $outputs:ident $chain:ident $stream:ident),+;
        $paired:ty
    ) => {
        impl<K, $($event, $key, $time, $outputs, $chain),+> JoinSides
            for ($(KeyedStream<K, $key, $event, $time, $outputs, $chain>,)+)
        where
            K: Key,
            $(
                $event: Clone + Send + 'static,
                $key: Fn(&$event) -> K + Clone + Send + 'static,
                $time: TimeState + HasEventTime<Possible>,
                $outputs: SideOutputs,
                $chain: Fusing<Out = $event>,
            )+
        {
            type Key = K;
            type Events = ($($event,)+);
            type Chain = $paired;

            fn into_parts(self) -> JoinParts<Self::Chain> {
                let ($($stream,)+) = self;
                let mut sides = Vec::new();
                let mut of = None;
                $(
                    let (draft, $stream, from) = side($stream);
                    sides.push(from);
                    of = of.or(Some(draft));
                )+
                let chain = one_chain!($($stream),+);
                JoinParts { draft: of.unwrap_or_default(), chain, sides }
            }
        }
    };
}
join_sides!(
    A F M1 S1 C1 a, B G M2 S2 C2 b;
    SidesSpec<Side<C1, K, F>, Side<C2, K, G>, OneOf2<A, B>>
);
join_sides!(
    A F M1 S1 C1 a, B G M2 S2 C2 b, C H M3 S3 C3 c;
    SidesSpec<
        Side<C1, K, F>,
        SidesSpec<Side<C2, K, G>, Side<C3, K, H>, OneOf2<B, C>>,
        OneOf3<A, B, C>,
    >
);
join_sides!(
    A F M1 S1 C1 a, B G M2 S2 C2 b, C H M3 S3 C3 c, D I M4 S4 C4 d;
    SidesSpec<
        Side<C1, K, F>,
        SidesSpec<
            Side<C2, K, G>,
            SidesSpec<Side<C3, K, H>, Side<C4, K, I>, OneOf2<C, D>>,
            OneOf3<B, C, D>,
        >,
        OneOf4<A, B, C, D>,
    >
);
