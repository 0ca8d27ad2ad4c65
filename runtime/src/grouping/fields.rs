//! Grouping by key.

use super::{Destination, Grouping};
use crate::event::Meta;
use crate::key::{Key, KeyGroups};
use std::fmt;
use std::marker::PhantomData;

/// Sends events with equal keys to the same instance, by their [`KeyGroup`](crate::key::KeyGroup).
///
/// The load is as even as the keys: one key never uses more than one instance.
///
/// # Examples
/// ```
/// use millstream::grouping::{Fields, Grouping};
/// use millstream::key::{Key, KeyGroups};
/// use millstream::plumbing::marks::Meta;
///
/// let mut by_user = Fields::new(|order: &(u64, f64)| order.0, KeyGroups::default());
/// let mut meta = Meta::default();
/// let first = by_user.route(&(7, 9.5), &mut meta, 4);
/// assert_eq!(first, by_user.route(&(7, 3.0), &mut meta, 4));
/// assert_eq!(meta.hash, 7_u64.key_hash());
/// ```
pub struct Fields<K, F> {
    key: F,
    groups: KeyGroups,
    /// The owner of each group: a lookup is cheaper than a division.
    owners: Vec<usize>,
    /// The number of instances that `owners` is for; 0 before the first event.
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
    /// Groups events by the key that `key` returns.
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

    fn key_text(&self, event: &T) -> Option<String> {
        (self.key)(event).key_text()
    }

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
