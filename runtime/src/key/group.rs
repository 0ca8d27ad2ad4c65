//! Key groups: the unit in which keys and their state move between instances.

use super::KeyHash;

/// One of a job's [`KeyGroups`]: all its keys are owned by the same instance.
///
/// # Examples
/// ```
/// use millstream::key::{Key, KeyGroups};
///
/// let group = KeyGroups::default().of("north".key_hash());
/// assert!(group.index() < 256);
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct KeyGroup(u16);

impl KeyGroup {
    /// The position of this group, from 0.
    #[must_use]
    pub const fn index(self) -> usize {
        self.0 as usize
    }
}

/// Divides the keys of a job into groups, and the groups among instances.
///
/// A job has 256 groups unless [`Builder::key_groups`](crate::builder::Builder::key_groups) sets
/// another number. At most that many instances of a node receive events by key.
///
/// # Examples
/// ```
/// use millstream::key::{Key, KeyGroups};
///
/// let groups = KeyGroups::default();
/// let group = groups.of(42_u64.key_hash());
/// assert_eq!(groups.count(), 256);
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
    /// The greatest number of groups.
    pub const MOST: usize = 32_768;

    /// Divides keys into this many groups; `None` unless it is between 1 and [`MOST`](Self::MOST).
    ///
    /// # Examples
    /// ```
    /// use millstream::key::KeyGroups;
    ///
    /// assert_eq!(KeyGroups::new(1_024).map(KeyGroups::count), Some(1_024));
    /// assert_eq!(KeyGroups::new(0), None);
    /// ```
    #[must_use]
    pub fn new(count: usize) -> Option<Self> {
        if count == 0 || count > Self::MOST {
            return None;
        }
        u16::try_from(count).ok().map(Self)
    }

    /// The number of groups.
    #[must_use]
    pub const fn count(self) -> usize {
        self.0 as usize
    }

    /// Iterates over all groups in order.
    ///
    /// # Examples
    /// Two instances own half of the groups each:
    /// ```
    /// use millstream::key::KeyGroups;
    ///
    /// let groups = KeyGroups::default();
    /// let first = groups.all().filter(|group| groups.owner(*group, 2) == 0);
    /// assert_eq!(first.count(), 128);
    /// ```
    pub fn all(self) -> impl Iterator<Item = KeyGroup> {
        (0..self.0).map(KeyGroup)
    }

    /// The group at a position, if there are that many.
    pub(crate) fn at(self, index: u16) -> Option<KeyGroup> {
        (index < self.0).then_some(KeyGroup(index))
    }

    /// Returns the group of a hash.
    ///
    /// It depends on bits 32 to 47 of the hash only: state tables use the lowest and highest bits,
    /// and would degrade if all keys of an instance had those in common.
    #[inline]
    #[must_use]
    pub const fn of(self, hash: KeyHash) -> KeyGroup {
        let middle = ((hash.get() >> 32) & 0xffff) as u32;
        KeyGroup(((middle * self.0 as u32) >> 16) as u16)
    }

    /// Returns which of `instances` instances owns a group, from 0.
    ///
    /// Each instance owns a contiguous range; the ranges differ in size by at most one group.
    #[inline]
    #[must_use]
    pub const fn owner(self, group: KeyGroup, instances: usize) -> usize {
        group.index() * instances / self.count()
    }
}
