//! Reading the segments of a journal.

use super::format::{self, BlockHead, FOOT, HEAD, HEADER, SegmentHeader};
use crate::env::Files;
use std::io::{BufReader, Read, Result};
use std::path::Path;

/// A file of a journal.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct JournalSegment {
    /// The number of its first event, and of the first behind it.
    pub(super) base: u64,
    pub(super) end: u64,
    /// Its length in bytes, up to the end of its last whole block.
    pub(super) length: u64,
}

/// What follows in a segment.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum FoundBlock<T> {
    /// The next one, whole.
    Whole(T),
    /// Nothing more.
    End,
    /// One that was never written to its end.
    Torn,
    /// One that was changed after it was written.
    Damaged(&'static str),
}

/// Reads the blocks of a segment.
pub(super) struct SegmentReader {
    file: BufReader<Box<dyn Read + Send>>,
    /// Where the next block starts.
    pub(super) offset: u64,
    /// The bytes of the last block.
    pub(super) block: Vec<u8>,
}

impl SegmentReader {
    /// Reads from a block on, or from the header, with offset 0.
    pub(super) fn open(files: &dyn Files, path: &Path, offset: u64) -> Result<Self> {
        let file = if offset == 0 { files.open(path) } else { files.open_at(path, offset) };
        Ok(Self { file: BufReader::new(file?), offset, block: Vec::new() })
    }

    pub(super) fn header(&mut self) -> Result<FoundBlock<SegmentHeader>> {
        self.block.clear();
        let read = self.read(HEADER)?;
        self.offset += read as u64;
        match self.block.first_chunk().map(SegmentHeader::decode) {
            None => Ok(FoundBlock::Torn),
            Some(Ok(header)) => Ok(FoundBlock::Whole(header)),
            Some(Err(_)) if self.is_zero_from_here()? => Ok(FoundBlock::Torn),
            Some(Err(reason)) => Ok(FoundBlock::Damaged(reason)),
        }
    }

    /// The head of the next block, whose bytes are then there.
    pub(super) fn next(&mut self) -> Result<FoundBlock<BlockHead>> {
        self.block.clear();
        let read = self.read(HEAD)?;
        let head = match self.block.first_chunk() {
            None if read == 0 => return Ok(FoundBlock::End),
            None => return Ok(FoundBlock::Torn),
            Some(head) => BlockHead::decode(*head),
        };
        let Some(head) = head else {
            let is_torn = self.is_zero_from_here()?;
            return Ok(if is_torn { FoundBlock::Torn } else { FoundBlock::Damaged(CHECKSUM) });
        };
        let length = head.length as usize + FOOT;
        if self.read(length)? < length {
            return Ok(FoundBlock::Torn);
        }
        if !format::is_whole(&self.block) {
            let is_torn = format::is_torn(&self.block, self.offset) && self.is_zero_from_here()?;
            return Ok(if is_torn { FoundBlock::Torn } else { FoundBlock::Damaged(CHECKSUM) });
        }
        self.offset += self.block.len() as u64;
        Ok(FoundBlock::Whole(head))
    }

    fn read(&mut self, length: usize) -> Result<usize> {
        self.file.by_ref().take(length as u64).read_to_end(&mut self.block)
    }

    /// Whether nothing but zeros follows.
    fn is_zero_from_here(&mut self) -> Result<bool> {
        for byte in self.file.by_ref().bytes() {
            if byte? != 0 {
                return Ok(false);
            }
        }
        Ok(true)
    }
}

const CHECKSUM: &str = "its checksum does not match";

/// What is in a segment.
#[derive(Debug)]
pub(super) struct ScannedSegment {
    /// None if the header is not whole.
    pub(super) journal: Option<u64>,
    pub(super) segment: JournalSegment,
    /// How it ends.
    pub(super) ends: FoundBlock<()>,
    /// Where the source continues behind its last event.
    pub(super) source_at: Option<Vec<u8>>,
}

/// Reads a segment to its end; its name says that it begins with the event `base`.
pub(super) fn scan(files: &dyn Files, path: &Path, base: u64) -> Result<ScannedSegment> {
    let mut blocks = SegmentReader::open(files, path, 0)?;
    let mut segment = JournalSegment { base, end: base, length: 0 };
    let empty = |ends| ScannedSegment { journal: None, segment, ends, source_at: None };
    let journal = match blocks.header()? {
        FoundBlock::Whole(header) if header.base == base => header.journal,
        FoundBlock::Whole(_) => {
            return Ok(empty(FoundBlock::Damaged("it has the name of another segment")));
        }
        FoundBlock::Damaged(reason) => return Ok(empty(FoundBlock::Damaged(reason))),
        FoundBlock::Torn | FoundBlock::End => return Ok(empty(FoundBlock::Torn)),
    };
    segment.length = blocks.offset;
    let mut last = None;
    let ends = loop {
        match blocks.next()? {
            FoundBlock::Whole(head) => {
                segment.end += u64::from(head.events);
                segment.length = blocks.offset;
                last = Some((std::mem::take(&mut blocks.block), head));
            }
            FoundBlock::End => break FoundBlock::End,
            FoundBlock::Torn => break FoundBlock::Torn,
            FoundBlock::Damaged(reason) => break FoundBlock::Damaged(reason),
        }
    };
    let source_at =
        last.and_then(|(block, head): (Vec<u8>, BlockHead)| format::source_at(&block, head));
    Ok(ScannedSegment { journal: Some(journal), segment, ends, source_at })
}
