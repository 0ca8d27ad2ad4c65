//! How an operator is attached to a chain, by its need of a key and by its mode.
//!
//! An operator that never awaits becomes a link of the chain. One that awaits ends the chain, and a
//! new chain begins at its output. Both the mode and the need of a key are types of the
//! [`Operator`](crate::operator::Operator), so the choice is made at compile time.

use super::draft::Draft;
use crate::checkpoint::PartKind;
use crate::event::{Times, WithKey};
use crate::key::Key;
use crate::lowering::{
    AwaitingSpec, ChainSpec, DropKeySpec, KeyBySpec, LinkedSpec, OperatorSpec, OutputRef,
};
use crate::operator::{
    AwaitStep, Awaits, HeldBy, Keyed, Operator, Step, Stepping, Ttl, TtlClock, Unkeyed,
};
use crate::stage::{ExpiringStates, KeyedStates, NoStates, States};
use crate::state::Memory;
use crate::topology::{Endpoint, NodeId, NodeKind};
use std::fmt;

/// Where an operator is attached: its node, and the draft with the list of layouts.
pub struct Site<'a> {
    pub(super) node: NodeId,
    /// The node upstream.
    pub(super) from: NodeId,
    pub(super) times: Times,
    pub(super) draft: &'a Draft,
}

impl fmt::Debug for Site<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Site").field("node", &self.node).finish_non_exhaustive()
    }
}

/// How an operator is attached to a chain. `Self` is its mode; `X` finds the state of an event.
pub trait Attach<T, C: ChainSpec, O: Operator<T>, X> {
    /// The chain with the operator.
    type Chain: ChainSpec<Out = O::Out>;
    /// The kind of the operator's node.
    const KIND: NodeKind;

    /// Attaches the operator.
    fn attach(chain: C, operator: O, site: Site<'_>) -> Self::Chain;
}

impl<T, C, O, X> Attach<T, C, O, X> for Stepping
where
    T: Send + 'static,
    C: ChainSpec,
    O: Step<T>,
    X: States<C::Out, T, State = O::State>,
{
    type Chain = LinkedSpec<C, OperatorSpec<O, X, T>>;
    const KIND: NodeKind = NodeKind::Operator;

    fn attach(chain: C, operator: O, site: Site<'_>) -> Self::Chain {
        site.draft.declaration().keep(site.node, PartKind::Rows, X::types);
        LinkedSpec::new(chain, OperatorSpec::new(operator, site.node, site.times))
    }
}

impl<T, C, O, X> Attach<T, C, O, X> for Awaits
where
    T: Send + 'static,
    C: ChainSpec,
    O: AwaitStep<T>,
    X: States<C::Out, T, State = O::State>,
{
    type Chain = OutputRef<O::Out>;
    const KIND: NodeKind = NodeKind::AwaitingOperator;

    fn attach(chain: C, operator: O, site: Site<'_>) -> Self::Chain {
        let Site { node, times, draft, .. } = site;
        draft.declaration().keep(node, PartKind::Rows, X::types);
        draft.declaration().set_in_flight(node, operator.calls_in_flight());
        let mut awaiting = AwaitingSpec::<C, O, X, T>::new(chain, operator, node, times);
        draft.layouts.push(node, Box::new(move |lowering| awaiting.lay_out(lowering)));
        OutputRef::new(vec![Endpoint::main(node)], times)
    }
}

/// How an operator is attached to a chain without a key. `Self` is its need of a key, and its mode.
pub trait AttachUnkeyed<T, C: ChainSpec, O: Operator<T>> {
    /// The chain with the operator.
    type Chain: ChainSpec<Out = O::Out>;
    /// The kind of the operator's node.
    const KIND: NodeKind;

    /// Attaches the operator.
    fn attach(chain: C, operator: O, site: Site<'_>) -> Self::Chain;
}

impl<T, C, O, M> AttachUnkeyed<T, C, O> for (Unkeyed, M)
where
    C: ChainSpec<Out = T>,
    O: Operator<T>,
    M: Attach<T, C, O, NoStates>,
{
    type Chain = M::Chain;
    const KIND: NodeKind = M::KIND;

    fn attach(chain: C, operator: O, site: Site<'_>) -> Self::Chain {
        M::attach(chain, operator, site)
    }
}

/// State without a key does not compile: [`KeyFor`](super::checks::KeyFor) reports it. This
/// implementation exists so that nothing else is reported.
impl<T, C: ChainSpec, O: Operator<T>, M, Y, L> AttachUnkeyed<T, C, O> for (Keyed<Y, L>, M) {
    type Chain = OutputRef<O::Out>;
    const KIND: NodeKind = NodeKind::Operator;

    fn attach(_: C, _: O, site: Site<'_>) -> Self::Chain {
        OutputRef::new(Vec::new(), site.times)
    }
}

/// How an operator is attached to a chain with a key. `Self` is its need of a key, and its mode;
/// `D` is whether its state is kept in checkpoints.
pub trait AttachKeyed<T, C: ChainSpec, K, F, O: Operator<T>, D> {
    /// The chain with the operator.
    type Chain: ChainSpec<Out = O::Out>;
    /// The kind of the operator's node.
    const KIND: NodeKind;

    /// Attaches the operator.
    fn attach(chain: C, key: F, operator: O, site: Site<'_>) -> Self::Chain;
}

impl<T, C, K, F, O, M, D> AttachKeyed<T, C, K, F, O, D> for (Unkeyed, M)
where
    C: ChainSpec<Out = T>,
    O: Operator<T>,
    M: Attach<T, C, O, NoStates>,
{
    type Chain = M::Chain;
    const KIND: NodeKind = M::KIND;

    fn attach(chain: C, _: F, operator: O, site: Site<'_>) -> Self::Chain {
        M::attach(chain, operator, site)
    }
}

impl<T, C, K, F, O, M, D, Y> AttachKeyed<T, C, K, F, O, D> for (Keyed<Y>, M)
where
    T: HeldBy<Y, D> + Send + 'static,
    C: ChainSpec<Out = T>,
    K: Key,
    F: Fn(&T) -> K + Clone + Send + 'static,
    O: Operator<T>,
    D: Memory,
    M: Attach<T, LinkedSpec<C, KeyBySpec<K, F>>, O, KeyedStates<K, O::State, D, Y>>,
{
    type Chain = M::Chain;
    const KIND: NodeKind = M::KIND;

    fn attach(chain: C, key: F, operator: O, site: Site<'_>) -> Self::Chain {
        M::attach(LinkedSpec::new(chain, KeyBySpec::new(key, site.from)), operator, site)
    }
}

impl<T, C, K, F, O, M, D, Y, const TTL: u64, L> AttachKeyed<T, C, K, F, O, D>
    for (Keyed<Y, Ttl<TTL, L>>, M)
where
    T: HeldBy<Y, D> + Send + 'static,
    C: ChainSpec<Out = T>,
    K: Key,
    F: Fn(&T) -> K + Clone + Send + 'static,
    O: Operator<T>,
    D: Memory,
    L: TtlClock,
    M: Attach<T, LinkedSpec<C, KeyBySpec<K, F>>, O, ExpiringStates<K, O::State, D, Y, Ttl<TTL, L>>>,
{
    type Chain = M::Chain;
    const KIND: NodeKind = M::KIND;

    fn attach(chain: C, key: F, operator: O, site: Site<'_>) -> Self::Chain {
        M::attach(LinkedSpec::new(chain, KeyBySpec::new(key, site.from)), operator, site)
    }
}

/// How an operator is attached to full windows `V` with a key `K`. `Self` is its need of a key, and
/// its mode; `D` is whether its state is kept in checkpoints.
pub trait AttachToWindows<K, V, C: ChainSpec, O: Operator<V>, D> {
    /// The chain with the operator.
    type Chain: ChainSpec<Out = O::Out>;
    /// The kind of the operator's node.
    const KIND: NodeKind;

    /// Attaches the operator.
    fn attach(chain: C, operator: O, site: Site<'_>) -> Self::Chain;
}

impl<K, V, C, O, M, D> AttachToWindows<K, V, C, O, D> for (Unkeyed, M)
where
    K: Key,
    V: Send + 'static,
    C: ChainSpec<Out = WithKey<K, V>>,
    O: Operator<V>,
    M: Attach<V, LinkedSpec<C, DropKeySpec>, O, NoStates>,
{
    type Chain = M::Chain;
    const KIND: NodeKind = M::KIND;

    fn attach(chain: C, operator: O, site: Site<'_>) -> Self::Chain {
        M::attach(LinkedSpec::new(chain, DropKeySpec), operator, site)
    }
}

impl<K, V, C, O, M, D, Y> AttachToWindows<K, V, C, O, D> for (Keyed<Y>, M)
where
    V: HeldBy<Y, D>,
    K: Key,
    C: ChainSpec<Out = WithKey<K, V>>,
    O: Operator<V>,
    D: Memory,
    M: Attach<V, C, O, KeyedStates<K, O::State, D, Y>>,
{
    type Chain = M::Chain;
    const KIND: NodeKind = M::KIND;

    fn attach(chain: C, operator: O, site: Site<'_>) -> Self::Chain {
        M::attach(chain, operator, site)
    }
}

impl<K, V, C, O, M, D, Y, const TTL: u64, L> AttachToWindows<K, V, C, O, D>
    for (Keyed<Y, Ttl<TTL, L>>, M)
where
    V: HeldBy<Y, D>,
    K: Key,
    C: ChainSpec<Out = WithKey<K, V>>,
    O: Operator<V>,
    D: Memory,
    L: TtlClock,
    M: Attach<V, C, O, ExpiringStates<K, O::State, D, Y, Ttl<TTL, L>>>,
{
    type Chain = M::Chain;
    const KIND: NodeKind = M::KIND;

    fn attach(chain: C, operator: O, site: Site<'_>) -> Self::Chain {
        M::attach(chain, operator, site)
    }
}
