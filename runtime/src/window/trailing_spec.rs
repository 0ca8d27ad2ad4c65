//! Trailing windows combined with an aggregate.

use super::TrailingResult;
use super::aggregate::Aggregate;
use super::declared::{AggregateWindows, StoreFactory};
use super::kind::{Spans, Trailing};
use super::store::TrailingStore;
use crate::key::Key;
use std::fmt;
use std::marker::PhantomData;

/// Trailing windows combined with an aggregate.
pub struct TrailingSpec<H, F, A, V> {
    kind: Trailing<H>,
    select: F,
    aggregate: A,
    value: PhantomData<fn() -> V>,
}

impl<H, F, A, V> fmt::Debug for TrailingSpec<H, F, A, V> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("TrailingSpec").finish_non_exhaustive()
    }
}

impl<H: Copy, F: Clone, A: Clone, V> Clone for TrailingSpec<H, F, A, V> {
    fn clone(&self) -> Self {
        let (select, aggregate) = (self.select.clone(), self.aggregate.clone());
        Self { kind: self.kind, select, aggregate, value: PhantomData }
    }
}

impl<K, T, V, F, A, H> StoreFactory<K, T> for TrailingSpec<H, F, A, V>
where
    K: Key,
    T: Send + 'static,
    V: 'static,
    F: Fn(&T) -> V + Clone + Send + 'static,
    A: Aggregate<V>,
    H: Spans,
{
    type Store = TrailingStore<K, T, F, A, V, H>;

    fn store(&self) -> Self::Store {
        TrailingStore::new(&self.kind, self.select.clone(), self.aggregate.clone())
    }
}

impl<K, T, V, F, A, H> AggregateWindows<K, T, V, F, A> for Trailing<H>
where
    K: Key,
    T: Send + 'static,
    V: 'static,
    F: Fn(&T) -> V + Clone + Send + 'static,
    A: Aggregate<V>,
    H: Spans,
{
    type Out = TrailingResult<K, T, H::Results<A::Out>>;
    type Factory = TrailingSpec<H, F, A, V>;

    fn aggregated(self, select: F, aggregate: A) -> Self::Factory {
        TrailingSpec { kind: self, select, aggregate, value: PhantomData }
    }
}
