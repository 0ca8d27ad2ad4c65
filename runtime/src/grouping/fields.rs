//! Equal keys to the same instance.

use super::{Destination, Grouping};
use crate::event::Meta;
use crate::key::{Key, KeyGroups};
use std::fmt;
use std::marker::PhantomData;

/// Events with equal keys to the same instance, by key groups.
pub struct Fields<K, F> {
    key: F,
    groups: KeyGroups,
    /// Which instance owns each group: to look it up is cheaper than to divide.
    owners: Vec<usize>,
    /// Among how many instances the groups are divided; 0 before the first event.
    instances: usize,
    keys: PhantomData<fn() -> K>,
}

impl<K, F: Clone> Clone for Fields<K, F> {
    fn clone(&self) -> Self {
        Self::new(self.key.clone(), self.groups)
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
        Self { key, groups, owners: Vec::new(), instances: 0, keys: PhantomData }
    }

    #[cold]
    fn divide(&mut self, instances: usize) {
        self.owners = self.groups.all().map(|group| self.groups.owner(group, instances)).collect();
        self.instances = instances;
    }
}

impl<T, K: Key, F: Fn(&T) -> K + Clone + Send + 'static> Grouping<T> for Fields<K, F> {
    const HASHES: bool = true;

    #[inline(always)]
    fn route(&mut self, event: &T, meta: &mut Meta, instances: usize) -> Destination {
        if self.instances != instances {
            self.divide(instances);
        }
        meta.hash = (self.key)(event).key_hash();
        let group = self.groups.of(meta.hash);
        Destination::To(self.owners.get(group.index()).copied().unwrap_or_default())
    }
}
