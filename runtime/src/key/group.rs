//! Key groups: the unit in which keys, and their state, move between instances.

use super::KeyHash;

/// One of the job's [`KeyGroups`]: all keys whose hash falls into it live in the same instance.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct KeyGroup(u16);

impl KeyGroup {
    /// The position of this group among the job's groups, from 0.
    #[must_use]
    pub const fn index(self) -> usize {
        self.0 as usize
    }
}

/// How many key groups a job has; at most this many instances can share the keys of an operator.
///
/// # Examples
/// ```
/// use millstream::key::{Key, KeyGroups};
///
/// let groups = KeyGroups::default();
/// let group = groups.of(42_u64.key_hash());
/// assert!(group.index() < 256);
/// assert_eq!(groups.owner(group, 1), 0);
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct KeyGroups(u16);

impl Default for KeyGroups {
    fn default() -> Self {
        Self(256)
    }
}

impl KeyGroups {
    /// The number of groups.
    #[must_use]
    pub const fn count(self) -> usize {
        self.0 as usize
    }

    /// All groups, in order.
    pub fn all(self) -> impl Iterator<Item = KeyGroup> {
        (0..self.0).map(KeyGroup)
    }

    /// The group that a hash falls into.
    ///
    /// Taken from the middle bits of the hash: state tables use its lowest and highest bits, and
    /// would degrade if all keys of an instance agreed in those.
    #[inline]
    #[must_use]
    pub const fn of(self, hash: KeyHash) -> KeyGroup {
        let middle = ((hash.get() >> 32) & 0xffff) as u32;
        KeyGroup(((middle * self.0 as u32) >> 16) as u16)
    }

    /// The instance, of `instances`, that owns a group: each owns a contiguous range.
    #[inline]
    #[must_use]
    pub const fn owner(self, group: KeyGroup, instances: usize) -> usize {
        group.index() * instances / self.count()
    }
}
