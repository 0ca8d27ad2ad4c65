//! A declared store of windows or of a join.

use super::{At, LinkSpec};
use crate::event::{Times, WithKey};
use crate::key::Key;
use crate::stage::{StoreLink, StoreOutputs};
use crate::state::{Kept, Memory};
use crate::topology::OutputKind;
use crate::window::{KeptStore, Store, StoreFactory};
use std::marker::PhantomData;

/// Declares a [`StoreLink`]: windows, or a join. Each instance gets a store of its own.
#[derive(Debug)]
pub struct StoreSpec<S, D> {
    stores: S,
    memory: PhantomData<fn() -> D>,
}

impl<S, D> StoreSpec<S, D> {
    /// Declares the stores that `stores` creates.
    pub fn new(stores: S) -> Self {
        Self { stores, memory: PhantomData }
    }
}

impl<K, T, S, D> LinkSpec<WithKey<K, T>> for StoreSpec<S, D>
where
    K: Key + Kept<D>,
    T: Kept<D> + Send + 'static,
    S: StoreFactory<K, T, Store: KeptStore<K, T, D>>,
    D: Memory,
{
    type Out = <S::Store as Store<K, T>>::Out;
    type Link = StoreLink<K, T, S::Store, D>;

    fn build(&self, at: &mut At<'_>) -> Self::Link {
        let late = at.side(OutputKind::Late, Times::Beside);
        let unmatched = at.side(OutputKind::Unmatched, Times::Beside);
        let overflow = match const { <S::Store as Store<K, T>>::BOUNDED } {
            true => at.side(OutputKind::Overflow, Times::Absent),
            false => None,
        };
        let outputs = StoreOutputs { late, unmatched, overflow };
        let place = at.place();
        let passing = (at.carrying(), at.splits());
        let store = (self.stores.store_at(&place), passing, at.env());
        StoreLink::new(store, place, outputs, at.counters())
    }
}
