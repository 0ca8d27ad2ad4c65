//! Equal keys to the same instance.

use super::{Grouping, Way};
use crate::event::Meta;
use crate::key::{Key, KeyGroups};
use std::fmt;
use std::marker::PhantomData;

/// Events with equal keys to the same instance, by key groups.
pub struct Fields<K, F> {
    key: F,
    groups: KeyGroups,
    keys: PhantomData<fn() -> K>,
}

impl<K, F: Clone> Clone for Fields<K, F> {
    fn clone(&self) -> Self {
        Self { key: self.key.clone(), groups: self.groups, keys: PhantomData }
    }
}

impl<K, F> fmt::Debug for Fields<K, F> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Fields").field("groups", &self.groups).finish_non_exhaustive()
    }
}

impl<K, F> Fields<K, F> {
    /// Groups events by what `key` returns.
    pub fn new(key: F, groups: KeyGroups) -> Self {
        Self { key, groups, keys: PhantomData }
    }
}

impl<T, K: Key, F: Fn(&T) -> K + Clone + Send + 'static> Grouping<T> for Fields<K, F> {
    const HASHES: bool = true;

    #[inline]
    fn route(&mut self, event: &T, meta: &mut Meta, instances: usize) -> Way {
        meta.hash = (self.key)(event).key_hash();
        Way::To(self.groups.owner(self.groups.of(meta.hash), instances))
    }
}
