//! A checkpoint that was found in a directory.

use super::file::{BlockReader, CheckpointFile};
use super::manifest::Manifest;
use super::merge::RowMerge;
use super::part::PartKind;
use crate::error::{Error, Result};
use crate::key::KeyGroup;
use std::collections::BTreeMap;
use std::collections::btree_map::Entry;
use std::sync::Arc;

/// Receives the key and the value of a row.
pub type EachRow<'a> = dyn FnMut(KeyGroup, &[u8], &[u8]) -> Result<()> + 'a;

/// A checkpoint to restore from: its file, and those on which it builds.
///
/// The files stay open, so that they can be read while the directory deletes them. Clones are
/// cheap, and all of them can be read at the same time.
#[derive(Debug, Clone)]
pub struct RestoredCheckpoint {
    newest: Arc<CheckpointFile>,
    /// Those on which it builds, the newest first.
    older: Arc<[Arc<CheckpointFile>]>,
    skipped: Arc<[Error]>,
}

impl RestoredCheckpoint {
    /// The checkpoint in these files, the newest first; none if there are none.
    pub(super) fn new(
        mut files: impl Iterator<Item = Arc<CheckpointFile>>,
        skipped: Vec<Error>,
    ) -> Option<Self> {
        let newest = files.next()?;
        Some(Self { newest, older: files.collect(), skipped: skipped.into() })
    }

    /// What the checkpoint is of.
    #[must_use]
    pub fn manifest(&self) -> &Manifest {
        &self.newest.manifest
    }

    /// The number of the checkpoint.
    #[must_use]
    pub fn epoch(&self) -> u64 {
        self.newest.header.epoch
    }

    /// Why newer checkpoints were not used; empty if this is the newest.
    #[must_use]
    pub fn skipped(&self) -> &[Error] {
        &self.skipped
    }

    /// Files from the newest to the oldest.
    pub(super) fn files(&self) -> impl DoubleEndedIterator<Item = &CheckpointFile> {
        std::iter::once(&self.newest).chain(&*self.older).map(|file| &**file)
    }

    /// The files that count for a node, from the newest to the oldest: what was saved before the
    /// node was removed from the job is none of the new one's.
    fn files_of(&self, node: &str) -> Vec<&CheckpointFile> {
        self.files().take_while(|file| file.manifest.node(node).is_some()).collect()
    }

    /// The wholes of a node: the newest of each instance, with the number of the instance.
    ///
    /// If the number of instances was changed, those of the newest number count: all instances save
    /// theirs in the first checkpoint after a change.
    ///
    /// # Errors
    /// If a file has been damaged since it was opened.
    pub fn whole(&self, node: &str, kind: PartKind) -> Result<Vec<(u32, Vec<u8>)>> {
        let (_, wholes) = self.wholes(node, kind)?;
        Ok(wholes.into_iter().collect())
    }

    /// The wholes of a node by instance, and how many instances the node had.
    pub(super) fn wholes(
        &self,
        node: &str,
        kind: PartKind,
    ) -> Result<(u32, BTreeMap<u32, Vec<u8>>)> {
        let (mut instances, mut wholes) = (None, BTreeMap::new());
        'files: for file in self.files_of(node) {
            let parts = file.index.iter().filter(|part| part.is(node, kind.number()));
            for part in parts {
                let whole = part.sections.iter().find(|section| section.group.is_none());
                let Some(section) = whole else { continue };
                if *instances.get_or_insert(part.instances) != part.instances {
                    break 'files;
                }
                if let Entry::Vacant(missing) = wholes.entry(part.instance) {
                    let bytes = BlockReader::new(file).read(section.offset, section.length)?;
                    missing.insert(bytes);
                }
            }
        }
        Ok((instances.unwrap_or_default(), wholes))
    }

    /// Calls a function with each row of a node in the wanted key groups, by group: the key and the
    /// value that was saved last. Rows that were removed do not appear.
    ///
    /// # Errors
    /// If a file has been damaged since it was opened, and the first error of the function.
    pub fn rows(
        &self,
        node: &str,
        kind: PartKind,
        wanted: &dyn Fn(KeyGroup) -> bool,
        each: &mut EachRow<'_>,
    ) -> Result<()> {
        self.merge(node, kind, wanted)?.for_each_group(&mut |group, rows| {
            rows.iter().try_for_each(|row| match row.value {
                Some(value) => each(group, row.key, value),
                None => Ok(()),
            })
        })
    }

    pub(super) fn merge(
        &self,
        node: &str,
        kind: PartKind,
        wanted: &dyn Fn(KeyGroup) -> bool,
    ) -> Result<RowMerge<'_>> {
        RowMerge::new(self.files_of(node).into_iter().rev(), (node, kind), wanted)
    }
}
