//! Merges the rows of a node over the files of a checkpoint, one key group at a time.

use super::file::{BlockReader, CheckpointFile};
use super::format::Section;
use super::part::PartKind;
use super::record::{EncodedRow, rows};
use crate::error::{Error, Result};
use crate::key::{KeyGroup, KeyGroups, KeyHash};
use hashbrown::HashTable;
use hashbrown::hash_table::Entry;

/// The rows of a node of a kind, in the files of a checkpoint.
pub(super) struct RowMerge<'a> {
    readers: Vec<BlockReader<'a>>,
    /// By group, the oldest first.
    pieces: Vec<Piece<'a>>,
}

/// The rows of a group in one part of a file.
struct Piece<'a> {
    group: KeyGroup,
    /// The position of the file and of its reader, the oldest first.
    file: usize,
    section: &'a Section,
}

impl<'a> RowMerge<'a> {
    /// Finds the rows of the wanted groups; the files come oldest first.
    pub(super) fn new(
        files: impl Iterator<Item = &'a CheckpointFile>,
        (node, kind): (&str, PartKind),
        wanted: &dyn Fn(KeyGroup) -> bool,
    ) -> Result<Self> {
        let (mut readers, mut pieces) = (Vec::new(), Vec::new());
        for (at, file) in files.enumerate() {
            let groups = KeyGroups::new(file.manifest.key_groups.into());
            let parts = file.index.iter().filter(|part| part.is(node, kind.number()));
            for section in parts.flat_map(|part| &part.sections) {
                let Some(index) = section.group else { continue };
                let Some(group) = groups.and_then(|groups| groups.at(index)) else {
                    return Err(file.fault("it has rows of a key group that does not exist"));
                };
                if wanted(group) {
                    pieces.push(Piece { group, file: at, section });
                }
            }
            readers.push(BlockReader::new(file));
        }
        pieces.sort_by_key(|piece| (piece.group, piece.file));
        Ok(Self { readers, pieces })
    }

    /// Visits each group that has rows, in order.
    ///
    /// Each key is there once, at the place where it was first written; one that is gone may be
    /// there without a value.
    pub(super) fn for_each_group(
        mut self,
        visit: &mut dyn FnMut(KeyGroup, &[EncodedRow<'_>]) -> Result<()>,
    ) -> Result<()> {
        for pieces in self.pieces.chunk_by(|one, other| one.group == other.group) {
            let Some(group) = pieces.first().map(|piece| piece.group) else { continue };
            let complete = pieces.iter().rev().find(|piece| piece.section.replaces);
            let oldest = complete.map_or(0, |piece| piece.file);
            let pieces = pieces.iter().filter(|piece| piece.file >= oldest);
            let mut texts = Vec::new();
            for Piece { file: at, section, .. } in pieces {
                let Some(reader) = self.readers.get_mut(*at) else { continue };
                let text = reader.read(section.offset, section.length)?;
                texts.push((*at, section.unique, text));
            }
            let mut merged = GroupRows::default();
            let alone = texts.len() == 1;
            for (at, unique, text) in &texts {
                for row in rows(text) {
                    match row {
                        Some(row) if alone && *unique => merged.rows.push(row),
                        Some(row) => merged.add(row),
                        None => return Err(self.malformed(*at)),
                    }
                }
            }
            visit(group, &merged.rows)?;
        }
        Ok(())
    }

    #[cold]
    fn malformed(&self, reader: usize) -> Error {
        let file = self.readers.get(reader).map(BlockReader::file);
        let what = "it has a malformed row";
        file.map_or_else(|| super::fault(what), |file| file.fault(what))
    }
}

/// The rows of a group: the last of each key.
#[derive(Default)]
struct GroupRows<'a> {
    rows: Vec<EncodedRow<'a>>,
    /// Where the row of a key is.
    places: HashTable<usize>,
}

impl<'a> GroupRows<'a> {
    fn add(&mut self, row: EncodedRow<'a>) {
        let Self { rows, places } = self;
        let key_of = |at: &usize| rows.get(*at).map(|row: &EncodedRow<'a>| row.key);
        let hash = |key: &[u8]| KeyHash::of_bytes(key).get();
        let entry = places.entry(
            hash(row.key),
            |at| key_of(at) == Some(row.key),
            |at| key_of(at).map_or(0, hash),
        );
        match entry {
            Entry::Occupied(found) => {
                if let Some(place) = rows.get_mut(*found.get()) {
                    *place = row;
                }
            }
            Entry::Vacant(free) => {
                free.insert(rows.len());
                rows.push(row);
            }
        }
    }
}
