//! What a stream is apart from its types.

use super::draft::{Draft, SharedDraft};
use crate::checkpoint::PartKind;
use crate::env::FileUse;
use crate::event::Times;
use crate::key::Key;
use crate::operator::{Keying, Operator, Order, TimeToLive, TimerUse, TimersBy, TtlTime};
use crate::stage::StoreLink;
use crate::state::Kept;
use crate::topology::{
    Carried, Chance, Declaration, Endpoint, Naming, NextEdge, NodeId, NodeKind, OutputKind,
};
use crate::window::KeptStore;
use millstream_graph::sentence::{self, attribute};
use std::cell::RefMut;
use std::panic::Location;

/// The outputs a stream comes from, and its next edge.
///
/// It has no type parameters, so its methods are compiled once and not for every stream.
pub(crate) struct Declared {
    pub(super) draft: SharedDraft,
    pub(super) from: Vec<Endpoint>,
    pub(super) ends: Ends,
    pub(super) next: NextEdge,
}

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

impl Declared {
    /// The stream from these outputs.
    pub(super) fn new(draft: SharedDraft, from: Vec<Endpoint>, ends: Ends) -> Self {
        Self { draft, from, ends, next: NextEdge::default() }
    }

    /// The stream from the main output of a node.
    pub(super) fn at(draft: SharedDraft, node: NodeId, ends: Ends) -> Self {
        Self::new(draft, vec![Endpoint::main(node)], ends)
    }

    /// Moves downstream to a new node, whose output is laid out already if `laid_out`.
    pub(super) fn moved_to(self, node: NodeId, laid_out: bool) -> Self {
        Self::at(self.draft, node, if laid_out { Ends::AtOutput } else { Ends::AtNode })
    }

    /// Another output of the same node.
    pub(super) fn other(&self, port: OutputKind) -> Self {
        let output = Endpoint { port, ..self.endpoint() };
        Self::new(self.draft.clone(), vec![output], Ends::Loose)
    }

    pub(super) fn declaration(&self) -> RefMut<'_, Declaration> {
        self.draft.declaration()
    }

    pub(super) fn endpoint(&self) -> Endpoint {
        self.from.first().copied().unwrap_or(Endpoint::main(NodeId(0)))
    }

    /// The name of the output it comes from, for a node named after it.
    pub(super) fn source_name(&self) -> String {
        name_of(&self.draft, self.endpoint())
    }

    /// Adds a node that receives events of the type `carried`.
    #[track_caller]
    pub(super) fn add_node(
        &self,
        name: (&str, Naming),
        kind: NodeKind,
        carried: Carried,
    ) -> NodeId {
        let (next, mut declaration) = (self.next, self.declaration());
        let node = declaration.add_node(name, kind, next.instances, Location::caller());
        declaration.connect(&self.from, node, next, carried.grouped(next.grouping));
        node
    }

    /// Records what an operator with errors `E` has beyond other nodes; `Q` is what it keeps per
    /// key, `times` whether its input has event time, and `order` that of its results.
    pub(super) fn add_operator<E: 'static, Q: Keying>(
        &self,
        node: NodeId,
        times: Times,
        order: Order,
    ) {
        let mut declaration = self.declaration();
        declaration.add_operator::<E>(node, Q::TIMERS);
        if let Some(chance) = chance_of::<Q>(times, order) {
            declaration.set_chance(node, chance);
        }
        if Q::TTL.is_some_and(|ttl| ttl.length.is_zero()) {
            declaration.broken.push(attribute::no_ttl());
        }
    }

    /// Shows events of the types of an operator.
    pub(super) fn show<T, O: Operator<T>>(&self) {
        O::peekers(&mut self.declaration().peekers);
    }

    /// Records the types that a store keeps in checkpoints.
    pub(super) fn keep_store<K, T, S, D>(&self, node: NodeId)
    where
        K: Key + Kept<D>,
        T: Kept<D> + Send + 'static,
        S: KeptStore<K, T, D>,
    {
        self.declaration().keep(node, PartKind::Store, StoreLink::<K, T, S, D>::types);
    }

    /// Records what a sink is, and the files it writes.
    pub(super) fn describe_sink(&self, node: NodeId, work: &str, files: Vec<FileUse>) {
        let mut declaration = self.declaration();
        declaration.set_work(node, work);
        declaration.set_files(node, files);
    }

    /// The node that the stream comes from, if that is just one.
    fn only_node(&self) -> Option<NodeId> {
        match (self.ends, self.from.as_slice()) {
            (Ends::AtNode | Ends::AtOutput, [from]) => Some(from.node),
            _ => None,
        }
    }

    /// Sets how many calls of the operator that it comes from are in flight at once.
    pub(super) fn set_in_flight(&self, calls: usize) {
        let mut declaration = self.declaration();
        let makes_calls = |node: &NodeId| {
            declaration.nodes.get(node.0).is_some_and(|node| node.in_flight.is_some())
        };
        match self.only_node().filter(makes_calls) {
            Some(node) => declaration.set_in_flight(node, calls),
            None => {
                let name = declaration.name_of(self.endpoint().node).to_owned();
                declaration.broken.push(sentence::calls::makes_no_calls(&name));
            }
        }
    }

    /// Names the node, if the stream comes from just one.
    pub(super) fn set_name(&self, name: &str) {
        if let Some(node) = self.only_node()
            && let Some(node) = self.declaration().nodes.get_mut(node.0)
        {
            name.clone_into(&mut node.name);
            node.naming = Naming::Given;
        }
    }
}

/// What of an operator may turn out otherwise when its events are read again.
fn chance_of<Q: Keying>(times: Times, order: Order) -> Option<Chance> {
    if (Q::TIMERS, Q::TIMERS_BY) == (TimerUse::Some, TimersBy::AnyTime) {
        return Some(Chance::Timers);
    }
    let by_clock = |ttl: TimeToLive| ttl.by == TtlTime::Clock || times == Times::Absent;
    if Q::TTL.is_some_and(by_clock) {
        return Some(Chance::Expiry);
    }
    (order == Order::None).then_some(Chance::Order)
}

/// The name of an output.
fn name_of(draft: &Draft, Endpoint { node, port }: Endpoint) -> String {
    let declaration = draft.declaration();
    let node = declaration.name_of(node);
    match port {
        OutputKind::Main => node.to_owned(),
        port => format!("{node}_{port}"),
    }
}
