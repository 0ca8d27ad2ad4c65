//! The bytes of a journal.
//!
//! ```text
//! header: "MLLSTRJL" · u16 version · u64 journal · u64 number of the first event · u32 CRC-32
//! block:  u32 length of the body · u32 events · u32 length of the position · u32 CRC-32
//!         body: each event or malformed record · the position of the source behind them, if any
//!         u32 CRC-32 of all before it
//! ```
//!
//! Numbers are little-endian; the body is in the format of `postcard`. The CRC of the head makes
//! its length certain: a block that goes beyond the end of the file was never whole.

use super::super::text::Record;
use crate::source::Malformed;
use serde::Serialize;
use serde::de::DeserializeOwned;

const MAGIC: [u8; 8] = *b"MLLSTRJL";
const VERSION: u16 = 1;

/// The length of a header, and of the head and the foot of a block.
pub(super) const HEADER: usize = 30;
pub(super) const HEAD: usize = 16;
pub(super) const FOOT: usize = 4;

/// What a sector of the disk holds that was never written.
const SECTOR: usize = 512;

/// The beginning of a segment.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct SegmentHeader {
    /// Which journal it belongs to.
    pub(super) journal: u64,
    /// The number of its first event.
    pub(super) base: u64,
}

impl SegmentHeader {
    pub(super) fn encode(self) -> Vec<u8> {
        let mut bytes = MAGIC.to_vec();
        bytes.extend(VERSION.to_le_bytes());
        bytes.extend(self.journal.to_le_bytes());
        bytes.extend(self.base.to_le_bytes());
        bytes.extend(crc32fast::hash(&bytes).to_le_bytes());
        bytes
    }

    /// # Errors
    /// What is wrong with it.
    pub(super) fn decode(bytes: &[u8; HEADER]) -> Result<Self, &'static str> {
        let mut rest = bytes.as_slice();
        let start = (take(&mut rest), u16::from_le_bytes(take(&mut rest)));
        let [journal, base] = [take(&mut rest), take(&mut rest)].map(u64::from_le_bytes);
        let crc = u32::from_le_bytes(take(&mut rest));
        match start {
            (MAGIC, VERSION) if crc == crc_of(bytes, HEADER - FOOT) => Ok(Self { journal, base }),
            (MAGIC, newer) if newer > VERSION && crc == crc_of(bytes, HEADER - FOOT) => {
                Err("a later version of the library wrote it")
            }
            _ => Err("it has not the header of a journal"),
        }
    }
}

fn crc_of(bytes: &[u8], length: usize) -> u32 {
    crc32fast::hash(bytes.get(..length).unwrap_or_default())
}

/// The next bytes of a buffer; zeros beyond its end.
fn take<const N: usize>(rest: &mut &[u8]) -> [u8; N] {
    let (first, behind) = rest.split_first_chunk().map_or(([0; N], &[][..]), |(a, b)| (*a, b));
    *rest = behind;
    first
}

/// The head of a block.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct BlockHead {
    /// The bytes of its body.
    pub(super) length: u32,
    pub(super) events: u32,
    /// The bytes at the end of the body that are the position of the source.
    source_at: u32,
}

impl BlockHead {
    fn encode(self) -> [u8; HEAD] {
        let [length, events, source_at] =
            [self.length, self.events, self.source_at].map(u32::to_le_bytes);
        let crc = crc32fast::hash([length, events, source_at].as_flattened()).to_le_bytes();
        let mut bytes = [0; HEAD];
        bytes.copy_from_slice([length, events, source_at, crc].as_flattened());
        bytes
    }

    /// The head of a block; `None` if it is not whole.
    pub(super) fn decode(bytes: [u8; HEAD]) -> Option<Self> {
        let mut rest = bytes.as_slice();
        let [length, events, source_at, crc] =
            std::array::from_fn(|_| u32::from_le_bytes(take(&mut rest)));
        (crc == crc_of(&bytes, HEAD - FOOT)).then_some(Self { length, events, source_at })
    }
}

/// A block that is being made: its head is filled in at the end.
#[derive(Debug, Clone)]
pub(super) struct BlockMaker {
    bytes: Vec<u8>,
    events: u32,
}

impl Default for BlockMaker {
    fn default() -> Self {
        Self::reusing(Vec::new())
    }
}

impl BlockMaker {
    /// An empty block, in the memory of another.
    pub(super) fn reusing(mut bytes: Vec<u8>) -> Self {
        bytes.clear();
        bytes.resize(HEAD, 0);
        Self { bytes, events: 0 }
    }

    pub(super) fn length(&self) -> usize {
        self.bytes.len()
    }

    /// Adds an event or a malformed record.
    ///
    /// # Errors
    /// If it cannot be serialized; then it is not added.
    #[inline]
    pub(super) fn add<T: Serialize>(
        &mut self,
        record: &Result<&T, &Malformed>,
    ) -> postcard::Result<()> {
        let before = self.bytes.len();
        let added = crate::state::encode(record, &mut self.bytes);
        match added {
            Ok(()) => self.events += 1,
            Err(_) => self.bytes.truncate(before),
        }
        added
    }

    /// The bytes of the block.
    ///
    /// # Errors
    /// If it has more than 4 GiB.
    pub(super) fn finish(mut self, source_at: Option<&[u8]>) -> postcard::Result<Vec<u8>> {
        let before = self.bytes.len();
        crate::state::encode(&source_at, &mut self.bytes)?;
        let length = |from| {
            let length = u32::try_from(self.bytes.len() - from);
            length.map_err(|_too_long| postcard::Error::SerializeBufferFull)
        };
        let (length, source_at) = (length(HEAD)?, length(before)?);
        let head = BlockHead { length, events: self.events, source_at }.encode();
        if let Some(room) = self.bytes.first_chunk_mut() {
            *room = head;
        }
        self.bytes.extend(crc32fast::hash(&self.bytes).to_le_bytes());
        Ok(self.bytes)
    }
}

/// Whether the CRC of a block is that of its bytes.
pub(super) fn is_whole(block: &[u8]) -> bool {
    let Some((bytes, crc)) = block.split_last_chunk() else { return false };
    crc32fast::hash(bytes) == u32::from_le_bytes(*crc)
}

/// Whether a block that is not whole, and starts at an offset of its file, was never written to its
/// end: then its foot, or what it has of some sector, is still zeros. It is damaged otherwise.
pub(super) fn is_torn(block: &[u8], offset: u64) -> bool {
    let to_sector = (SECTOR as u64 - offset % SECTOR as u64) % SECTOR as u64;
    let sectors = usize::try_from(to_sector).ok().and_then(|start| block.get(start..));
    let mut sectors = sectors.unwrap_or_default().chunks(SECTOR);
    block.ends_with(&[0; FOOT]) || sectors.any(|sector| sector.iter().all(|byte| *byte == 0))
}

/// The body of a whole block: its records, and the position of the source behind them.
fn body(block: &[u8], head: BlockHead) -> (&[u8], &[u8]) {
    let body = block.get(HEAD..block.len().saturating_sub(FOOT)).unwrap_or_default();
    body.split_at(body.len().saturating_sub(head.source_at as usize))
}

/// The records of a whole block.
///
/// # Errors
/// If the events are of another type.
pub(super) fn records<T: DeserializeOwned>(
    block: &[u8],
    head: BlockHead,
) -> postcard::Result<Vec<Record<T>>> {
    let (mut rest, _) = body(block, head);
    let mut records = Vec::new();
    for _ in 0..head.events {
        let (record, behind) = postcard::take_from_bytes(rest)?;
        records.push(record);
        rest = behind;
    }
    if rest.is_empty() { Ok(records) } else { Err(postcard::Error::DeserializeBadEncoding) }
}

/// The position of the source behind a whole block, if it had one.
pub(super) fn source_at(block: &[u8], head: BlockHead) -> Option<Vec<u8>> {
    postcard::from_bytes::<Option<Vec<u8>>>(body(block, head).1).ok().flatten()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_bytes_of_version_1_stay_as_they_are() {
        let header = SegmentHeader { journal: 7, base: 258 }.encode();
        assert_eq!(header.first_chunk(), Some(b"MLLSTRJL\x01\0\x07\0\0\0\0\0\0\0\x02\x01"));
        let decoded = SegmentHeader::decode(header.first_chunk().unwrap());
        assert_eq!(decoded, Ok(SegmentHeader { journal: 7, base: 258 }));
        let mut block = BlockMaker::default();
        block.add(&Ok(&300_u32)).unwrap();
        block.add::<u32>(&Err(&Malformed::new("a", 2, "b", "c"))).unwrap();
        let block = block.finish(Some(&[9])).unwrap();
        let body = [0, 0xac, 2, 1, 1, b'a', 2, 1, b'b', 1, b'c', 1, 1, 9];
        assert_eq!(block[HEAD..block.len() - FOOT], body);
        let head = BlockHead::decode(*block.first_chunk().unwrap()).unwrap();
        assert_eq!(head, BlockHead { length: 14, events: 2, source_at: 3 });
        let records = records::<u32>(&block, head).unwrap();
        assert_eq!(records, [Ok(300), Err(Malformed::new("a", 2, "b", "c"))]);
        assert_eq!((source_at(&block, head), is_whole(&block)), (Some(vec![9]), true));
    }

    #[test]
    fn every_flipped_bit_is_seen_and_is_no_torn_block() {
        let header = SegmentHeader { journal: 7, base: 0 }.encode();
        for bit in 0..header.len() * 8 {
            let mut header: [u8; HEADER] = *header.first_chunk().unwrap();
            header[bit / 8] ^= 1 << (bit % 8);
            assert!(SegmentHeader::decode(&header).is_err(), "{bit}");
        }
        let mut block = BlockMaker::default();
        (0..100_u32).for_each(|number| block.add(&Ok(&number)).unwrap());
        let block = block.finish(None).unwrap();
        for bit in 0..block.len() * 8 {
            let mut block = block.clone();
            block[bit / 8] ^= 1 << (bit % 8);
            let head = BlockHead::decode(*block.first_chunk().unwrap());
            assert!(head.is_none() || !is_whole(&block), "{bit}");
            assert!(!is_torn(&block, 30), "{bit}");
        }
    }

    #[test]
    fn a_block_with_a_sector_that_was_never_written_is_torn() {
        let mut block = BlockMaker::default();
        (0..2_000_u32).for_each(|number| block.add(&Ok(&number)).unwrap());
        let block = block.finish(None).unwrap();
        for lost in 1..4 {
            let start = lost * SECTOR - HEADER;
            let mut block = block.clone();
            block[start..start + SECTOR].fill(0);
            assert!(!is_whole(&block) && is_torn(&block, HEADER as u64), "{lost}");
        }
        let mut cut = block.clone();
        let half = cut.len() / 2;
        cut[half..].fill(0);
        assert!(is_torn(&cut, HEADER as u64));
    }
}
