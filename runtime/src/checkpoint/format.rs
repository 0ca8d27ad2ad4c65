//! The file of a checkpoint: its fixed parts, and where everything is.
//!
//! ```text
//! header   "MLLSTRM1", u16 version, u64 epoch, u64 generation, u64 identity,
//!          u64 base epoch, u64 base identity, u32 CRC-32 of these
//! blocks   u32 length, u32 CRC-32 of the bytes, bytes: 65,536 of them, less in the last block
//! footer   u64 start of the index, u64 start of the manifest, u64 length of the contents,
//!          u32 CRC-32 of header, lengths and CRCs of all blocks, and these; "END1"
//! ```
//! Numbers are little endian. The blocks, one after the other, are the *contents*: sections, then
//! the index, then the manifest. Offsets are offsets in the contents; since all blocks but the last
//! are full, an offset determines its block.
//!
//! A checkpoint with a base holds what has changed since that checkpoint; the base epoch is 0 if
//! there is none. The identity is random, so that a checkpoint of another run with the same number
//! is not taken for the base.

use crc32fast::Hasher;
use serde::{Deserialize, Serialize};

pub(super) const MAGIC: [u8; 8] = *b"MLLSTRM1";
pub(super) const VERSION: u16 = 1;
pub(super) const END: [u8; 4] = *b"END1";
/// The most bytes of contents in a block.
pub(super) const BLOCK: usize = 64 * 1_024;
/// The bytes of length and CRC in front of a block.
pub(super) const BLOCK_HEAD: usize = 8;
pub(super) const HEADER: usize = 54;
pub(super) const FOOTER: usize = 32;

/// Which checkpoint a file holds, and on which it builds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Header {
    pub(super) epoch: u64,
    pub(super) generation: u64,
    pub(super) identity: u64,
    pub(super) base: Option<Base>,
}

/// The checkpoint on which another builds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Base {
    pub(super) epoch: u64,
    pub(super) identity: u64,
}

impl Header {
    pub(super) fn encode(&self) -> Vec<u8> {
        let base = self.base.map_or([0, 0], |base| [base.epoch, base.identity]);
        let mut bytes = Vec::with_capacity(HEADER);
        bytes.extend(MAGIC);
        bytes.extend(VERSION.to_le_bytes());
        for number in [self.epoch, self.generation, self.identity].into_iter().chain(base) {
            bytes.extend(number.to_le_bytes());
        }
        bytes.extend(crc32fast::hash(&bytes).to_le_bytes());
        bytes
    }

    /// Reads a header, or says what is wrong with it.
    pub(super) fn decode(bytes: &[u8]) -> Result<Self, String> {
        let mut fields = HeadFields(bytes);
        let malformed = || "its header is too short".to_owned();
        if fields.array::<8>() != Some(MAGIC) {
            return Err("it does not begin with \"MLLSTRM1\"".into());
        }
        let version = u16::from_le_bytes(fields.array().ok_or_else(malformed)?);
        let numbers: [u64; 5] = fields.numbers().ok_or_else(malformed)?;
        let [epoch, generation, identity, base_epoch, base_identity] = numbers;
        let expected = u32::from_le_bytes(fields.array().ok_or_else(malformed)?);
        let came = crc32fast::hash(bytes.get(..HEADER - 4).unwrap_or_default());
        if expected != came {
            return Err(format!("its header has CRC {came:08x}, expected {expected:08x}"));
        }
        if version != VERSION {
            return Err(format!("it has version {version} of the format, not {VERSION}"));
        }
        let base = Base { epoch: base_epoch, identity: base_identity };
        if base_epoch >= epoch {
            return Err(format!("it is checkpoint {epoch} and builds on checkpoint {base_epoch}"));
        }
        let base = (base_epoch > 0).then_some(base);
        Ok(Self { epoch, generation, identity, base })
    }
}

/// Where index and manifest are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Footer {
    pub(super) index: u64,
    pub(super) manifest: u64,
    pub(super) length: u64,
}

impl Footer {
    /// Encodes it, given the checksum of all that stands in front of it.
    pub(super) fn encode(&self, mut before: Hasher) -> Vec<u8> {
        let mut bytes = Vec::with_capacity(FOOTER);
        for number in [self.index, self.manifest, self.length] {
            bytes.extend(number.to_le_bytes());
        }
        before.update(&bytes);
        bytes.extend(before.finalize().to_le_bytes());
        bytes.extend(END);
        bytes
    }

    /// Reads a footer and the checksum in it, or says what is wrong.
    pub(super) fn decode(bytes: &[u8]) -> Result<(Self, u32), String> {
        let mut fields = HeadFields(bytes);
        let numbers: Option<[u64; 3]> = fields.numbers();
        let (Some([index, manifest, length]), Some(crc)) = (numbers, fields.array()) else {
            return Err("its footer is too short".into());
        };
        if fields.array() != Some(END) {
            return Err("it does not end with \"END1\": it is cut off, or damaged".into());
        }
        if index > manifest || manifest > length {
            return Err("its footer is damaged".into());
        }
        Ok((Self { index, manifest, length }, u32::from_le_bytes(crc)))
    }

    /// The length of the whole file; none if there is no such file.
    pub(super) fn file_length(&self) -> Option<u64> {
        let heads = self.length.div_ceil(BLOCK as u64).checked_mul(BLOCK_HEAD as u64)?;
        self.length.checked_add(heads)?.checked_add((HEADER + FOOTER) as u64)
    }
}

/// Numbers at the start of bytes.
#[derive(Debug)]
pub(super) struct HeadFields<'a>(pub(super) &'a [u8]);

impl HeadFields<'_> {
    pub(super) fn array<const N: usize>(&mut self) -> Option<[u8; N]> {
        let (array, rest) = self.0.split_first_chunk()?;
        self.0 = rest;
        Some(*array)
    }

    fn numbers<const N: usize>(&mut self) -> Option<[u64; N]> {
        let mut numbers = [0; N];
        for number in &mut numbers {
            *number = u64::from_le_bytes(self.array()?);
        }
        Some(numbers)
    }
}

/// What a file holds of one instance of a node, of one kind.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct PartIndex {
    pub(super) node: String,
    pub(super) instance: u32,
    /// How many instances the node had.
    pub(super) instances: u32,
    pub(super) kind: u8,
    pub(super) sections: Vec<Section>,
}

/// A run of bytes in the contents.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Section {
    /// The key group of rows; none for a part that is a whole.
    pub(super) group: Option<u16>,
    /// Whether these are all rows of the group.
    pub(super) replaces: bool,
    /// Whether each key has one row, which is there.
    pub(super) unique: bool,
    pub(super) records: u64,
    pub(super) offset: u64,
    pub(super) length: u64,
}

impl PartIndex {
    pub(super) fn is(&self, node: &str, kind: u8) -> bool {
        self.kind == kind && self.node == node
    }
}
