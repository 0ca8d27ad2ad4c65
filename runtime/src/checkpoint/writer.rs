//! Writes the file of a checkpoint, block by block.

use super::format::{BLOCK, BLOCK_HEAD, Footer, Header, PartIndex, Section};
use crc32fast::Hasher;
use std::io::{Error, Result, Write};

/// Writes one file.
pub(super) struct CheckpointWriter {
    out: Box<dyn Write + Send>,
    /// Room for length and CRC, then the contents of the open block.
    block: Vec<u8>,
    /// The length of the contents so far.
    length: u64,
    /// Of header, lengths and CRCs.
    crc: Hasher,
    index: Vec<PartIndex>,
}

impl CheckpointWriter {
    pub(super) fn new(mut out: Box<dyn Write + Send>, header: &Header) -> Result<Self> {
        let header = header.encode();
        let mut crc = Hasher::new();
        crc.update(&header);
        out.write_all(&header)?;
        let mut block = Vec::with_capacity(BLOCK_HEAD + BLOCK);
        block.resize(BLOCK_HEAD, 0);
        Ok(Self { out, block, length: 0, crc, index: Vec::new() })
    }

    /// Begins a part; the sections that follow belong to it.
    pub(super) fn part(&mut self, node: &str, instance: u32, instances: u32, kind: u8) {
        let (node, sections) = (node.to_owned(), Vec::new());
        self.index.push(PartIndex { node, instance, instances, kind, sections });
    }

    /// Writes a section, given as pieces in order.
    ///
    /// Its place is filled in.
    pub(super) fn section(&mut self, mut section: Section, pieces: &[&[u8]]) -> Result<()> {
        section.offset = self.length;
        for piece in pieces {
            self.append(piece)?;
        }
        section.length = self.length - section.offset;
        if let Some(part) = self.index.last_mut() {
            part.sections.push(section);
        }
        Ok(())
    }

    fn append(&mut self, mut bytes: &[u8]) -> Result<()> {
        while !bytes.is_empty() {
            let room = (BLOCK_HEAD + BLOCK).saturating_sub(self.block.len());
            let (now, later) = bytes.split_at(room.min(bytes.len()));
            self.block.extend_from_slice(now);
            self.length += now.len() as u64;
            bytes = later;
            if self.block.len() == BLOCK_HEAD + BLOCK {
                self.end_block()?;
            }
        }
        Ok(())
    }

    fn end_block(&mut self) -> Result<()> {
        let Some((head, bytes)) = self.block.split_first_chunk_mut::<BLOCK_HEAD>() else {
            return Ok(());
        };
        if bytes.is_empty() {
            return Ok(());
        }
        let length = u32::try_from(bytes.len()).map_err(Error::other)?;
        let numbers = [length.to_le_bytes(), crc32fast::hash(bytes).to_le_bytes()];
        head.copy_from_slice(numbers.as_flattened());
        self.crc.update(head);
        self.out.write_all(&self.block)?;
        self.block.truncate(BLOCK_HEAD);
        Ok(())
    }

    /// What was written so far.
    pub(super) fn index(&self) -> &[PartIndex] {
        &self.index
    }

    /// Writes what is left, and returns the length of the file.
    pub(super) fn finish(mut self, manifest: &[u8]) -> Result<u64> {
        let index = postcard::to_allocvec(&self.index).map_err(Error::other)?;
        let mut footer = Footer { index: self.length, manifest: 0, length: 0 };
        self.append(&index)?;
        footer.manifest = self.length;
        self.append(manifest)?;
        footer.length = self.length;
        self.end_block()?;
        self.out.write_all(&footer.encode(self.crc))?;
        self.out.flush()?;
        Ok(footer.file_length().unwrap_or_default())
    }
}
