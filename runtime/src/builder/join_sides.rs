//! The sides of a join: tuples of keyed streams, and the chain that all of them enter.

use super::bounds::{HasEventTime, Possible};
use super::declared::Declared;
use super::draft::SharedDraft;
use super::keyed::KeyedStream;
use super::outputs::SideOutputs;
use super::stream::Stream;
use super::time::TimeState;
use crate::event::{Times, WithKey};
use crate::join::{OneOf2, OneOf3, OneOf4, ReadFirst, Sides};
use crate::key::Key;
use crate::lowering::{ChainSpec, Fusing, KeyBySpec, LinkedSpec, SidesSpec};
use crate::state::Memory;
use crate::topology::{Carried, Declaration, EdgeGrouping, Endpoint, NextEdge};
use std::fmt;
use std::marker::PhantomData;

/// The sides of a join: a tuple of two to four [keyed streams](KeyedStream) with one key type, all
/// with event time.
#[diagnostic::on_unimplemented(
    message = "these streams cannot be joined [M0318]",
    label = "the sides of a join have keys of one type, and event time",
    note = "help: end every side in `.by(|event| …)` with a key of the same type, and assign event \
            time after the sources: `.event_time(|event| …, lateness(…))`; see \
            https://github.com/millstream-rs/millstream/blob/main/docs/errors/M0318.md"
)]
pub trait JoinSides {
    /// Whether the job keeps its state in checkpoints.
    type Memory: Memory;
    /// The key.
    type Key: Key;
    /// The events of the sides.
    type Events: Sides;
    /// The chain that all sides enter.
    type Chain: ChainSpec<Out = WithKey<Self::Key, <Self::Events as Sides>::OneOf>>;

    /// The draft they belong to, their chain, and the edges of the sides.
    fn into_parts(self, reads_first: ReadFirst) -> JoinParts<Self::Chain>;
}

/// The parts of the sides of a join.
pub struct JoinParts<C> {
    pub(super) draft: SharedDraft,
    pub(super) chain: C,
    pub(super) sides: Vec<SideOf>,
}

impl<C> fmt::Debug for JoinParts<C> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("JoinParts").field("sides", &self.sides).finish_non_exhaustive()
    }
}

/// The outputs of one side, and the edge declared for it.
#[derive(Debug)]
pub(super) struct SideOf {
    pub(super) from: Vec<Endpoint>,
    pub(super) next: NextEdge,
    pub(super) events: Carried,
}

impl SideOf {
    /// The names of the nodes that its events come from.
    pub(super) fn name(&self, declaration: &Declaration) -> String {
        let names: Vec<_> = self.from.iter().map(|from| declaration.name_of(from.node)).collect();
        names.join("` and `")
    }
}

/// A chain of events with their keys.
type SideChain<C, K, F> = <C as Fusing>::Between<LinkedSpec<C, KeyBySpec<K, F>>>;

/// One side, as a chain of events with their keys.
fn side<K, F, T, M, S, C>(
    stream: KeyedStream<K, F, T, M, S, C>,
) -> (SharedDraft, SideChain<C, K, F>, SideOf)
where
    K: Key,
    F: Fn(&T) -> K + Clone + Send + 'static,
    T: Send + 'static,
    M: TimeState,
    S: SideOutputs,
    C: Fusing<Out = T>,
{
    let Stream { declared: Declared { draft, from, next, .. }, chain, .. } = stream.with_key();
    // Matches are found by time and key, so both travel with every event.
    let events = Carried::of::<T>().with_times(Times::Beside).grouped(EdgeGrouping::Fields);
    (draft, chain, SideOf { from, next, events })
}

macro_rules! one_chain {
    ($reads_first:ident; $only:ident) => {
        $only
    };
    ($reads_first:ident; $first:ident, $($rest:ident),+) => {
        SidesSpec {
            first: $first,
            other: one_chain!($reads_first; $($rest),+),
            reads_first: $reads_first,
            events: PhantomData,
        }
    };
}

macro_rules! join_sides {
    (
        $first:ident:
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
            type Memory = $first::Memory;
            type Key = K;
            type Events = ($($event,)+);
            type Chain = $paired;

            fn into_parts(self, reads_first: ReadFirst) -> JoinParts<Self::Chain> {
                let ($($stream,)+) = self;
                let mut sides = Vec::new();
                let mut of = None;
                $(
                    let (draft, $stream, from) = side($stream);
                    sides.push(from);
                    of = of.or(Some(draft));
                )+
                let chain = one_chain!(reads_first; $($stream),+);
                JoinParts { draft: of.unwrap_or_default(), chain, sides }
            }
        }
    };
}
join_sides!(
    M1: A F M1 S1 C1 a, B G M2 S2 C2 b;
    SidesSpec<SideChain<C1, K, F>, SideChain<C2, K, G>, OneOf2<A, B>>
);
join_sides!(
    M1: A F M1 S1 C1 a, B G M2 S2 C2 b, C H M3 S3 C3 c;
    SidesSpec<
        SideChain<C1, K, F>,
        SidesSpec<SideChain<C2, K, G>, SideChain<C3, K, H>, OneOf2<B, C>>,
        OneOf3<A, B, C>,
    >
);
join_sides!(
    M1: A F M1 S1 C1 a, B G M2 S2 C2 b, C H M3 S3 C3 c, D I M4 S4 C4 d;
    SidesSpec<
        SideChain<C1, K, F>,
        SidesSpec<
            SideChain<C2, K, G>,
            SidesSpec<SideChain<C3, K, H>, SideChain<C4, K, I>, OneOf2<C, D>>,
            OneOf3<B, C, D>,
        >,
        OneOf4<A, B, C, D>,
    >
);
