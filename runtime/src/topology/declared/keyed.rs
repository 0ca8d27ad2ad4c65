//! Declared keys, windows, and operators with state.

use super::Declared;
use super::then::cores;
use crate::error::Result;
use crate::event::WithKey;
use crate::key::Key;
use crate::operator::Step;
use crate::stage::{KeyBy, Losses, ThenKeyed, Unkey, Windowed};
use crate::topology::{Endpoint, Lowering, NodeId, Port};
use crate::window::{Late, Store, Stored};
use std::convert::Infallible;
use std::fmt;
use std::marker::PhantomData;

/// A declared key, after whatever moves events to the instance that owns theirs.
pub struct KeyAt<D, K, F> {
    pub(crate) chain: D,
    pub(crate) key: F,
    pub(crate) keys: PhantomData<fn() -> K>,
}

impl<D, K, F> fmt::Debug for KeyAt<D, K, F> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("KeyAt").finish_non_exhaustive()
    }
}

impl<D, K, F> Declared for KeyAt<D, K, F>
where
    D: Declared,
    K: Key,
    F: Fn(&D::Out) -> K + Clone + Send + 'static,
{
    type Out = WithKey<K, D::Out>;
    type Chain = KeyBy<D::Chain, K, F>;
    type Time = D::Time;
    type Late = Infallible;
    type Error = Infallible;
    type Overflow = Infallible;
    type Unmatched = Infallible;
    type LateInput = Infallible;
    type UnmatchedInput = Infallible;
    type OverflowInput = D::OverflowInput;

    fn lower(self, to: NodeId, lowering: &mut Lowering) -> Result<Vec<Self::Chain>> {
        let chains = self.chain.lower(to, lowering)?;
        Ok(chains.into_iter().map(|chain| KeyBy::new(chain, self.key.clone())).collect())
    }
}

/// A declared operator with state per key.
#[derive(Debug)]
pub struct ThenKeyedAt<C, O> {
    pub(crate) chain: C,
    pub(crate) operator: O,
    pub(crate) node: NodeId,
}

impl<C, K, T, O> Declared for ThenKeyedAt<C, O>
where
    C: Declared<Out = WithKey<K, T>>,
    K: Key,
    T: Send + 'static,
    O: Step<T>,
{
    type Out = O::Out;
    type Chain = ThenKeyed<C::Chain, K, T, O>;
    type Time = C::Time;
    type Late = C::LateInput;
    type Error = O::Error;
    type Overflow = C::OverflowInput;
    type Unmatched = C::UnmatchedInput;
    type LateInput = Infallible;
    type UnmatchedInput = Infallible;
    type OverflowInput = Infallible;

    fn lower(self, _: NodeId, lowering: &mut Lowering) -> Result<Vec<Self::Chain>> {
        let cores = cores(self.operator, self.node, lowering);
        let chains = self.chain.lower(self.node, lowering)?;
        let both = chains.into_iter().zip(cores);
        let env = &lowering.env;
        Ok(both.map(|(chain, core)| ThenKeyed::new(chain, core, env.clone())).collect())
    }
}

/// A declared store: of windows, or of a join.
#[derive(Debug)]
pub struct WindowAt<C, S> {
    pub(crate) chain: C,
    pub(crate) stored: S,
}

impl<C, K, T, S> Declared for WindowAt<C, S>
where
    C: Declared<Out = WithKey<K, T>>,
    K: Key,
    T: Send + 'static,
    S: Stored<K, T>,
{
    type Out = <S::Store as Store<K, T>>::Out;
    type Chain = Windowed<C::Chain, K, T, S::Store>;
    type Time = C::Time;
    type Late = Infallible;
    type Error = Infallible;
    type Overflow = Infallible;
    type Unmatched = Infallible;
    type LateInput = Late<T>;
    type UnmatchedInput = <S::Store as Store<K, T>>::Unmatched;
    type OverflowInput = C::OverflowInput;

    fn lower(self, to: NodeId, lowering: &mut Lowering) -> Result<Vec<Self::Chain>> {
        let late = lowering.sides(Endpoint { node: to, port: Port::Late }, true);
        let unmatched = lowering.sides(Endpoint { node: to, port: Port::Unmatched }, true);
        let chains = self.chain.lower(to, lowering)?;
        let losses = late.into_iter().zip(unmatched);
        let windowed = |(instance, (chain, (late, unmatched)))| {
            let losses = Losses { late, unmatched };
            Windowed::new(chain, self.stored.store(), losses, lowering.counters(to, instance))
        };
        Ok(chains.into_iter().zip(losses).enumerate().map(windowed).collect())
    }
}

/// The keys are dropped again: for an operator on windows that keeps no state.
#[derive(Debug)]
pub struct UnkeyAt<C>(pub(crate) C);

impl<C, K, T> Declared for UnkeyAt<C>
where
    C: Declared<Out = WithKey<K, T>>,
    T: Send + 'static,
{
    type Out = T;
    type Chain = Unkey<C::Chain>;
    type Time = C::Time;
    type Late = Infallible;
    type Error = Infallible;
    type Overflow = Infallible;
    type Unmatched = Infallible;
    type LateInput = C::LateInput;
    type UnmatchedInput = C::UnmatchedInput;
    type OverflowInput = C::OverflowInput;

    fn lower(self, to: NodeId, lowering: &mut Lowering) -> Result<Vec<Self::Chain>> {
        Ok(self.0.lower(to, lowering)?.into_iter().map(Unkey).collect())
    }
}
