//! How an operator is attached to a chain, by what it needs and how it works.
//!
//! An operator that steps becomes part of the chain's type. One that awaits ends the chain and
//! begins a new one behind a channel. Which of the two, and whether a key is needed, are types of
//! the [`Operator`](crate::operator::Operator), so the choice is made at compile time.

use super::declared::{AwaitedAt, Declared, KeyAt, Tap, ThenAt, ThenKeyedAt, UnkeyAt, WindowAt};
use super::draft::Draft;
use super::{Endpoint, NodeId, NodeKind};
use crate::event::WithKey;
use crate::key::Key;
use crate::operator::{AwaitStep, Awaits, Keyed, Operator, Step, Stepping, Unkeyed};
use crate::stage::{KeyedStates, NoStates, States};
use crate::window::{WholeStored, Window};
use std::marker::PhantomData;

/// How an operator is attached to a chain without a key; `Self` is its keying and mode.
pub trait FuseUnkeyed<C: Declared, O> {
    /// The chain with the operator.
    type Chain: Declared;
    /// What the operator's node is.
    const KIND: NodeKind;

    /// Attaches the operator, as `node`.
    fn fuse(chain: C, operator: O, node: NodeId, draft: &mut Draft) -> Self::Chain;
}

impl<C: Declared, O, M: Fuse<C, O>> FuseUnkeyed<C, O> for (Unkeyed, M) {
    type Chain = M::Chain;
    const KIND: NodeKind = M::KIND;

    fn fuse(chain: C, operator: O, node: NodeId, draft: &mut Draft) -> Self::Chain {
        M::fuse(chain, operator, node, draft)
    }
}

/// State without a key does not compile: [`KeyFor`](super::contract::KeyFor) says so. This is only
/// what follows from it, so that nothing else is said.
impl<C: Declared, O: Operator<C::Out>, M> FuseUnkeyed<C, O> for (Keyed, M) {
    type Chain = Tap<O::Out, C::Time>;
    const KIND: NodeKind = NodeKind::Operator;

    fn fuse(_: C, _: O, _: NodeId, _: &mut Draft) -> Self::Chain {
        Tap { outputs: Vec::new(), events: PhantomData }
    }
}

/// How an operator without state is attached to a chain.
pub trait Fuse<C: Declared, O> {
    /// The chain with the operator.
    type Chain: Declared;
    /// What the operator's node is.
    const KIND: NodeKind;

    /// Attaches the operator, as `node`.
    fn fuse(chain: C, operator: O, node: NodeId, draft: &mut Draft) -> Self::Chain;
}

impl<C: Declared, O: Step<C::Out, State = ()>> Fuse<C, O> for Stepping {
    type Chain = ThenAt<C, O>;
    const KIND: NodeKind = NodeKind::Operator;

    fn fuse(chain: C, operator: O, node: NodeId, _: &mut Draft) -> Self::Chain {
        ThenAt { chain, operator, node }
    }
}

impl<C: Declared, O: AwaitStep<C::Out, State = ()>> Fuse<C, O> for Awaits {
    type Chain = Behind<C, C::Out, O>;
    const KIND: NodeKind = NodeKind::AwaitingOperator;

    fn fuse(chain: C, operator: O, node: NodeId, draft: &mut Draft) -> Self::Chain {
        await_at::<C, O, NoStates, C::Out>(chain, operator, node, draft)
    }
}

/// What begins behind an operator that awaits.
type Behind<C, T, O> = Tap<
    <O as Operator<T>>::Out,
    <C as Declared>::Time,
    (<C as Declared>::LateInput, <O as Operator<T>>::Error, <C as Declared>::OverflowInput),
>;

/// Ends the chain with an operator that awaits; what follows begins behind it.
fn await_at<C, O, X, T>(chain: C, operator: O, node: NodeId, draft: &mut Draft) -> Behind<C, T, O>
where
    C: Declared,
    O: AwaitStep<T>,
    X: States<C::Out, T, State = O::State> + Default,
    T: Send + 'static,
{
    let awaited = AwaitedAt::<C, O, X, T> { chain, operator, node, states: PhantomData };
    draft.layouts.push((node, Box::new(move |lowering| awaited.lay_out(lowering))));
    Tap { outputs: vec![Endpoint::main(node)], events: PhantomData }
}

/// How an operator is attached to a chain with a key; `Self` is its keying and mode.
pub trait FuseKeyed<D: Declared, K, F, O> {
    /// The chain with the operator.
    type Chain: Declared;
    /// What the operator's node is.
    const KIND: NodeKind;

    /// Attaches the operator, as `node`.
    fn fuse(chain: D, key: F, operator: O, at: (NodeId, &mut Draft)) -> Self::Chain;
}

impl<D: Declared, K, F, O, M: Fuse<D, O>> FuseKeyed<D, K, F, O> for (Unkeyed, M) {
    type Chain = M::Chain;
    const KIND: NodeKind = M::KIND;

    fn fuse(chain: D, _: F, operator: O, (node, draft): (NodeId, &mut Draft)) -> Self::Chain {
        M::fuse(chain, operator, node, draft)
    }
}

impl<D, K, F, O> FuseKeyed<D, K, F, O> for (Keyed, Stepping)
where
    D: Declared,
    K: Key,
    F: Fn(&D::Out) -> K + Clone + Send + 'static,
    O: Step<D::Out>,
{
    type Chain = ThenKeyedAt<KeyAt<D, K, F>, O>;
    const KIND: NodeKind = NodeKind::Operator;

    fn fuse(chain: D, key: F, operator: O, (node, _): (NodeId, &mut Draft)) -> Self::Chain {
        ThenKeyedAt { chain: KeyAt { chain, key, keys: PhantomData }, operator, node }
    }
}

impl<D, K, F, O> FuseKeyed<D, K, F, O> for (Keyed, Awaits)
where
    D: Declared,
    K: Key,
    F: Fn(&D::Out) -> K + Clone + Send + 'static,
    O: AwaitStep<D::Out>,
{
    type Chain = Behind<KeyAt<D, K, F>, D::Out, O>;
    const KIND: NodeKind = NodeKind::AwaitingOperator;

    fn fuse(chain: D, key: F, operator: O, (node, draft): (NodeId, &mut Draft)) -> Self::Chain {
        let chain = KeyAt { chain, key, keys: PhantomData };
        await_at::<_, O, KeyedStates<K, O::State>, D::Out>(chain, operator, node, draft)
    }
}

/// How an operator is attached to whole windows; `Self` is its keying and mode.
pub trait FuseWindows<C: Declared, S, O> {
    /// The chain with the operator.
    type Chain: Declared;
    /// What the operator's node is.
    const KIND: NodeKind;

    /// Attaches the operator, as `node`.
    fn fuse(chain: WindowAt<C, S>, operator: O, node: NodeId, draft: &mut Draft) -> Self::Chain;
}

impl<C, K, T, S, O, M> FuseWindows<C, S, O> for (Unkeyed, M)
where
    C: Declared<Out = WithKey<K, T>>,
    K: Key,
    T: Clone + Send + Sync + 'static,
    S: WholeStored<K, T>,
    M: Fuse<UnkeyAt<WindowAt<C, S>>, O>,
{
    type Chain = M::Chain;
    const KIND: NodeKind = M::KIND;

    fn fuse(chain: WindowAt<C, S>, operator: O, node: NodeId, draft: &mut Draft) -> Self::Chain {
        M::fuse(UnkeyAt(chain), operator, node, draft)
    }
}

impl<C, K, T, S, O> FuseWindows<C, S, O> for (Keyed, Stepping)
where
    C: Declared<Out = WithKey<K, T>>,
    K: Key,
    T: Clone + Send + Sync + 'static,
    S: WholeStored<K, T>,
    O: Step<Window<K, T>>,
{
    type Chain = ThenKeyedAt<WindowAt<C, S>, O>;
    const KIND: NodeKind = NodeKind::Operator;

    fn fuse(chain: WindowAt<C, S>, operator: O, node: NodeId, _: &mut Draft) -> Self::Chain {
        ThenKeyedAt { chain, operator, node }
    }
}

impl<C, K, T, S, O> FuseWindows<C, S, O> for (Keyed, Awaits)
where
    C: Declared<Out = WithKey<K, T>>,
    K: Key,
    T: Clone + Send + Sync + 'static,
    S: WholeStored<K, T>,
    O: AwaitStep<Window<K, T>>,
{
    type Chain = Behind<WindowAt<C, S>, Window<K, T>, O>;
    const KIND: NodeKind = NodeKind::AwaitingOperator;

    fn fuse(chain: WindowAt<C, S>, operator: O, node: NodeId, draft: &mut Draft) -> Self::Chain {
        await_at::<_, O, KeyedStates<K, O::State>, Window<K, T>>(chain, operator, node, draft)
    }
}
