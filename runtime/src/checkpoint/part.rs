//! What an instance of a node saves at a barrier.

use super::record::{PUT, REMOVED, append_key, append_value};
use crate::error::Result;
use crate::key::{KeyGroup, KeyGroups};
use std::fmt;
use std::sync::Arc;

/// Which of the things that a node keeps a part holds.
///
/// The number of a kind stands in files, and is never given to another kind.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[repr(u8)]
pub enum PartKind {
    /// The position of a source.
    Source = 1,
    /// Watermark, idleness and strategy of a node that assigns event time.
    EventTime = 2,
    /// State and timers per key.
    Rows = 3,
    /// The contents of windows or of a join.
    Store = 4,
    /// Events that wait for their order.
    Sorter = 5,
    /// Events in flight in a loop.
    Loop = 6,
    /// What a sink has prepared.
    Sink = 7,
}

impl PartKind {
    /// All kinds, in the order of their numbers.
    pub const ALL: [Self; 7] = [
        Self::Source,
        Self::EventTime,
        Self::Rows,
        Self::Store,
        Self::Sorter,
        Self::Loop,
        Self::Sink,
    ];

    /// The kind with a number, if there is one.
    #[must_use]
    pub fn of(number: u8) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.number() == number)
    }

    /// Its number in files.
    #[must_use]
    pub const fn number(self) -> u8 {
        self as u8
    }
}

impl fmt::Display for PartKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Self::Source => "source",
            Self::EventTime => "event time",
            Self::Rows => "rows",
            Self::Store => "store",
            Self::Sorter => "sorter",
            Self::Loop => "loop",
            Self::Sink => "sink",
        })
    }
}

/// What one instance of a node saves of one kind.
#[derive(Debug, Clone)]
pub struct SavedPart {
    /// The name of the node.
    pub node: Arc<str>,
    /// The instance, from 0.
    pub instance: u32,
    /// What it is.
    pub kind: PartKind,
    /// The bytes.
    pub content: PartContent,
}

/// The bytes of a part.
#[derive(Debug, Clone)]
pub enum PartContent {
    /// Replaces what the instance saved before.
    Whole(Vec<u8>),
    /// Changes what was saved before, row by row.
    Rows(SavedRows),
}

/// Rows that have changed, by key group.
#[derive(Debug, Clone, Default)]
pub struct SavedRows {
    pub(super) groups: Vec<SavedGroup>,
}

/// The rows of one key group.
#[derive(Debug, Clone)]
pub(super) struct SavedGroup {
    pub(super) group: KeyGroup,
    /// Whether these are all rows of the group.
    pub(super) replaces: bool,
    pub(super) records: u64,
    pub(super) bytes: Vec<u8>,
}

impl SavedRows {
    /// The number of rows put and removed.
    #[must_use]
    pub fn records(&self) -> u64 {
        self.groups.iter().map(|group| group.records).sum()
    }

    /// The number of bytes.
    #[must_use]
    pub fn bytes(&self) -> usize {
        self.groups.iter().map(|group| group.bytes.len()).sum()
    }
}

/// Collects the rows of an instance that have changed since the last checkpoint.
///
/// The later of two records of a key wins. Keys and values are encoded in place, into one buffer
/// per key group.
#[derive(Debug)]
pub struct RowsWriter {
    groups: KeyGroups,
    /// The beginning of every key: separates the instances of a node whose rows belong to no key.
    prefix: Vec<u8>,
    /// The instance that writes, and how many there are: it owns some of the groups.
    owner: (usize, usize),
    /// By the index of the group.
    buffers: Vec<GroupBuffer>,
}

#[derive(Debug, Clone, Default)]
struct GroupBuffer {
    replaces: bool,
    records: u64,
    bytes: Vec<u8>,
}

impl RowsWriter {
    /// Creates a writer without rows.
    #[must_use]
    pub fn new(groups: KeyGroups) -> Self {
        let buffers = vec![GroupBuffer::default(); groups.count()];
        Self { groups, prefix: Vec::new(), owner: (0, 1), buffers }
    }

    /// The same for one of several instances, each of which owns some of the groups.
    #[must_use]
    pub fn owned_by(self, instance: usize, instances: usize) -> Self {
        Self { owner: (instance, instances), ..self }
    }

    /// The same for an instance whose rows are its own, whatever their key: every key begins with
    /// the number of the instance, in four bytes.
    #[must_use]
    pub fn of_instance(groups: KeyGroups, instance: u32) -> Self {
        Self { prefix: instance.to_le_bytes().to_vec(), ..Self::new(groups) }
    }

    /// The key groups of the job.
    #[must_use]
    pub fn groups(&self) -> KeyGroups {
        self.groups
    }

    /// Declares that all rows of the owned groups are written, not only those that have changed:
    /// rows of these groups that earlier checkpoints hold are gone.
    pub fn everything(&mut self, owned: impl Fn(KeyGroup) -> bool) {
        for (group, buffer) in self.groups.all().zip(&mut self.buffers) {
            buffer.replaces |= owned(group);
        }
    }

    /// The same for the groups that the instance owns.
    pub fn everything_owned(&mut self) {
        let (groups, (instance, instances)) = (self.groups, self.owner);
        self.everything(|group| groups.owner(group, instances) == instance);
    }

    /// Saves a row in each group that the instance owns: whoever takes one over restores it.
    pub fn put_each_owned(&mut self, key: &[u8], value: &[u8]) {
        let (groups, (instance, instances)) = (self.groups, self.owner);
        for group in groups.all().filter(|group| groups.owner(*group, instances) == instance) {
            self.put(group, key, value);
        }
    }

    /// Saves a row.
    pub fn put(&mut self, group: KeyGroup, key: &[u8], value: &[u8]) {
        let append = |bytes: &[u8], out: &mut Vec<u8>| {
            out.extend_from_slice(bytes);
            Ok(())
        };
        // Appending bytes does not fail.
        self.put_with(group, |out| append(key, out), |out| append(value, out)).ok();
    }

    /// Saves a row whose key and value append themselves to the buffer.
    ///
    /// # Errors
    /// Those of the two functions; then the row is not saved.
    #[inline]
    pub fn put_with(
        &mut self,
        group: KeyGroup,
        key: impl FnOnce(&mut Vec<u8>) -> Result<()>,
        value: impl FnOnce(&mut Vec<u8>) -> Result<()>,
    ) -> Result<()> {
        let Self { prefix, buffers, .. } = self;
        let Some(buffer) = buffers.get_mut(group.index()) else { return Ok(()) };
        let start = buffer.bytes.len();
        let prefixed = |out: &mut Vec<u8>| {
            out.extend_from_slice(prefix);
            key(out)
        };
        let written = append_key(&mut buffer.bytes, PUT, prefixed)
            .and_then(|()| append_value(&mut buffer.bytes, value));
        match written {
            Ok(()) => buffer.records += 1,
            Err(_) => buffer.bytes.truncate(start),
        }
        written
    }

    /// Saves that a row is gone.
    pub fn remove(&mut self, group: KeyGroup, key: &[u8]) {
        let append = |out: &mut Vec<u8>| {
            out.extend_from_slice(key);
            Ok(())
        };
        // Appending bytes does not fail.
        self.remove_with(group, append).ok();
    }

    /// Saves that a row is gone whose key appends itself to the buffer.
    ///
    /// # Errors
    /// Those of the function; then nothing is saved.
    pub fn remove_with(
        &mut self,
        group: KeyGroup,
        key: impl FnOnce(&mut Vec<u8>) -> Result<()>,
    ) -> Result<()> {
        let Self { prefix, buffers, .. } = self;
        let Some(buffer) = buffers.get_mut(group.index()) else { return Ok(()) };
        let start = buffer.bytes.len();
        let written = append_key(&mut buffer.bytes, REMOVED, |out| {
            out.extend_from_slice(prefix);
            key(out)
        });
        match written {
            Ok(()) => buffer.records += 1,
            Err(_) => buffer.bytes.truncate(start),
        }
        written
    }

    /// The records: the group, the key, and the value unless the row is gone.
    #[cfg(test)]
    pub(crate) fn records(&self) -> Vec<(KeyGroup, Vec<u8>, Option<Vec<u8>>)> {
        let of_group = |(group, buffer): (KeyGroup, &GroupBuffer)| {
            let rows = super::record::rows(&buffer.bytes).map(Option::unwrap);
            let rows = rows.map(|row| (group, row.key.to_vec(), row.value.map(<[u8]>::to_vec)));
            rows.collect::<Vec<_>>()
        };
        self.groups.all().zip(&self.buffers).flat_map(of_group).collect()
    }

    /// The rows.
    #[must_use]
    pub fn finish(self) -> SavedRows {
        let all = self.groups.all().zip(self.buffers);
        let saved = all.filter(|(_, buffer)| buffer.replaces || buffer.records > 0);
        let groups = saved.map(|(group, GroupBuffer { replaces, records, bytes })| SavedGroup {
            group,
            replaces,
            records,
            bytes,
        });
        SavedRows { groups: groups.collect() }
    }
}
