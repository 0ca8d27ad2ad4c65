//! Streams joined with each other.

use super::contract::{HasEventTime, Possible};
use super::declared::{Declared, KeyAt, PairedAt, ThenAt, WindowAt};
use super::draft::{Carried, Naming, SharedDraft};
use super::stream::{Next, Standing};
use super::{Endpoint, Instances, KeyedStream, NodeKind, Port, Stream};
use crate::event::WithKey;
use crate::join::{Full, Inner, JoinKind, JoinSpec, Left, OneOf2, OneOf3, OneOf4, Right, Sides};
use crate::key::Key;
use crate::operator::Given;
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
    type Chain: Declared<Out = WithKey<Self::Key, <Self::Events as Sides>::OneOf>>;

    /// The draft they belong to, their chain, and where it comes from.
    fn into_parts(self) -> (SharedDraft, Self::Chain, Vec<SideOf>);
}

/// Where a side comes from, and what was said about its edge.
#[derive(Debug)]
pub struct SideOf {
    from: Vec<Endpoint>,
    next: Next,
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

/// The chain behind a join.
pub type Joined<J, S, W> = ThenAt<
    WindowAt<
        <S as JoinSides>::Chain,
        <W as JoinSpec<<S as JoinSides>::Key, <S as JoinSides>::Events, J>>::Stored,
    >,
    Given,
>;

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
    pub fn stream(self) -> Stream<Row<J, S>, Joined<J, S, W>> {
        let (draft, chain, sides) = self.sides.into_parts();
        let mut said = sides.iter().map(|side| side.next.instances);
        let said = said.find(|said| *said != Instances::Default);
        let instances = self.instances.or(said).unwrap_or(Instances::Default);
        let node = {
            let mut draft = draft.borrow_mut();
            let name = ("join", Naming::Engine);
            let node = draft.node(name, NodeKind::Operator, instances, self.location);
            for side in sides {
                draft.connect(&side.from, node, side.next, side.events.beside(true, true));
            }
            draft.work(node, J::NAME);
            draft.partners(node, &self.spec);
            let event = Carried::of::<<S::Events as Sides>::OneOf>();
            draft.side(Endpoint { node, port: Port::Late }, event);
            if W::LOSES {
                draft.side(Endpoint { node, port: Port::Unmatched }, event);
            }
            node
        };
        let chain = WindowAt { chain, stored: self.spec.stored() };
        let chain = ThenAt { chain, operator: Given, node };
        Stream::new(draft, chain, vec![Endpoint::main(node)], Standing::Node)
    }
}

/// A side as a chain of events with their keys.
fn side<K, D, F>(stream: KeyedStream<K, D, F>) -> (SharedDraft, KeyAt<D, K, F>, SideOf)
where
    K: Key,
    D: Declared,
    F: Fn(&D::Out) -> K + Clone + Send + 'static,
{
    let Stream { draft, chain, from, next, .. } = stream.with_key();
    (draft, chain, SideOf { from, next, events: Carried::of::<D::Out>() })
}

macro_rules! one_chain {
    ($only:ident) => {
        $only
    };
    ($first:ident, $($rest:ident),+) => {
        PairedAt { first: $first, other: one_chain!($($rest),+), events: PhantomData }
    };
}

macro_rules! join_sides {
    ($($chain:ident $key:ident $stream:ident),+; $paired:ty) => {
        impl<K, $($chain, $key),+> JoinSides for ($(KeyedStream<K, $chain, $key>,)+)
        where
            K: Key,
            $(
                $chain: Declared<Out: Clone, Time: HasEventTime<Possible>>,
                $key: Fn(&$chain::Out) -> K + Clone + Send + 'static,
            )+
        {
            type Key = K;
            type Events = ($($chain::Out,)+);
            type Chain = $paired;

            fn into_parts(self) -> (SharedDraft, Self::Chain, Vec<SideOf>) {
                let ($($stream,)+) = self;
                let mut sides = Vec::new();
                let mut of = None;
                $(
                    let (draft, $stream, from) = side($stream);
                    sides.push(from);
                    of = of.or(Some(draft));
                )+
                let chain = one_chain!($($stream),+);
                (of.unwrap_or_default(), chain, sides)
            }
        }
    };
}
join_sides!(
    A F a, B G b;
    PairedAt<KeyAt<A, K, F>, KeyAt<B, K, G>, OneOf2<A::Out, B::Out>>
);
join_sides!(
    A F a, B G b, C H c;
    PairedAt<
        KeyAt<A, K, F>,
        PairedAt<KeyAt<B, K, G>, KeyAt<C, K, H>, OneOf2<B::Out, C::Out>>,
        OneOf3<A::Out, B::Out, C::Out>,
    >
);
join_sides!(
    A F a, B G b, C H c, D I d;
    PairedAt<
        KeyAt<A, K, F>,
        PairedAt<
            KeyAt<B, K, G>,
            PairedAt<KeyAt<C, K, H>, KeyAt<D, K, I>, OneOf2<C::Out, D::Out>>,
            OneOf3<B::Out, C::Out, D::Out>,
        >,
        OneOf4<A::Out, B::Out, C::Out, D::Out>,
    >
);
