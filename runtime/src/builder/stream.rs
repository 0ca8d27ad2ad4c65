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

/// A stream of events of type `T`, as declared.
///
/// In a signature of your own write `Stream<T>`, or [`TimedStream<T>`](TimedStream) if its events
/// have event time, and pass the function to [`through`](Stream::through). The other types are for
/// the compiler: `M` says whether there is event time, `S` which side outputs its node has, and `C`
/// is the chain of everything upstream. What a verb returns shows of the chain only that it is one:
/// it is looked into when the loop is compiled, and not before.
pub struct Stream<T, M = Untimed, S = OfEdge, C = OutputRef<T>> {
    pub(super) draft: SharedDraft,
    pub(super) chain: C,
    pub(super) from: Vec<Endpoint>,
    pub(super) ends: Ends,
    pub(super) next: NextEdge,
    of: PhantomData<fn() -> (T, M, S)>,
}

/// A stream of events with event time, in the signature of a function for
/// [`through`](Stream::through).
pub type TimedStream<T> = Stream<T, Timed>;

/// What a stream ends in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Ends {
    /// A node of its own, whose operator is the end of the chain.
    AtNode,
    /// A node of its own whose output is laid out already: it awaits, or its chain was long.
    AtOutput,
    /// Nothing of its own: it uses other streams, and begins with the next node.
    Loose,
}

impl Ends {
    /// What a stream ends in whose chain ends at a node.
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
    /// A reference to outputs that are laid out on their own.
    pub(super) fn of(draft: SharedDraft, outputs: Vec<Endpoint>) -> Self {
        let chain = OutputRef::new(outputs.clone(), M::TIMES);
        Self::new(draft, chain, outputs, Ends::Loose)
    }
}

impl<T, M, S, C> Stream<T, M, S, C> {
    pub(super) fn new(draft: SharedDraft, chain: C, from: Vec<Endpoint>, ends: Ends) -> Self {
        Self { draft, chain, from, ends, next: NextEdge::default(), of: PhantomData }
    }

    /// The same stream with another chain, or other events.
    pub(super) fn with<U, N, R, D>(self, chain: impl FnOnce(C) -> D) -> Stream<U, N, R, D> {
        let Self { draft, from, ends, next, .. } = self;
        Stream { draft, chain: chain(self.chain), from, ends, next, of: PhantomData }
    }

    pub(super) fn draft(&self) -> RefMut<'_, Draft> {
        self.draft.borrow_mut()
    }

    /// Adds a node that receives events like `carried`.
    #[track_caller]
    pub(super) fn node_of(&self, name: (&str, Naming), kind: NodeKind, carried: Carried) -> NodeId {
        add_node(&mut self.draft(), (&self.from, self.next), name, kind, carried)
    }

    pub(super) fn endpoint(&self) -> Endpoint {
        self.from.first().copied().unwrap_or(Endpoint::main(NodeId(0)))
    }

    /// The name of what it comes from, for a node that is called after it.
    pub(super) fn source_name(&self) -> String {
        name_of(&self.draft(), self.endpoint())
    }

    /// Names the node that this stream comes from.
    #[must_use]
    pub fn named(self, name: &str) -> Self {
        if self.ends != Ends::Loose {
            set_name(&mut self.draft(), &self.from, name);
        }
        self
    }
}

// What follows knows no types, so that it is compiled once and not for every stream.

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

/// Names the node of an output, if it is the only one.
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

    /// The same stream with a longer chain, which ends at `node`.
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

    /// The same stream with a node to do something at: its own, or a new one.
    ///
    /// Without one it would be done where the events come from: upstream of a `to_one` instead of
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
