//! A declared store of windows or of a join.

use super::{At, LinkSpec};
use crate::event::{Times, WithKey};
use crate::key::Key;
use crate::stage::{StoreLink, StoreOutputs};
use crate::topology::OutputKind;
use crate::window::{Store, StoreFactory};

/// Declares a [`StoreLink`]: windows, or a join. Each instance gets a store of its own.
#[derive(Debug)]
pub struct StoreSpec<S>(pub S);

impl<K, T, S> LinkSpec<WithKey<K, T>> for StoreSpec<S>
where
    K: Key,
    T: Send + 'static,
    S: StoreFactory<K, T>,
{
    type Out = <S::Store as Store<K, T>>::Out;
    type Link = StoreLink<K, T, S::Store>;

    fn build(&self, at: &mut At<'_>) -> Self::Link {
        let late = at.side(OutputKind::Late, Times::Beside);
        let unmatched = at.side(OutputKind::Unmatched, Times::Beside);
        let outputs = StoreOutputs { late, unmatched };
        let place = at.place();
        let store = (self.0.store_at(&place), at.carrying(), at.env());
        StoreLink::new(store, place, outputs, at.counters())
    }
}
