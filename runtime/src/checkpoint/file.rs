//! Reads the file of a checkpoint, and finds whatever is wrong with it.

use super::format::{
    BLOCK, BLOCK_HEAD, FOOTER, Footer, HEADER, HeadFields, Header, PartIndex, Section,
};
use super::manifest::Manifest;
use crate::env::{Files, ReadAt};
use crate::error::{Error, ErrorKind, Result};
use crc32fast::Hasher;
use std::fmt::Display;
use std::path::{Path, PathBuf};

/// A file of a checkpoint, all of which was good when it was opened.
#[derive(Debug)]
pub(super) struct CheckpointFile {
    path: PathBuf,
    source: Box<dyn ReadAt>,
    footer: Footer,
    pub(super) header: Header,
    pub(super) index: Vec<PartIndex>,
    pub(super) manifest: Manifest,
    /// The length of the file.
    pub(super) bytes: u64,
}

impl CheckpointFile {
    /// Opens a file and checks every byte of it.
    ///
    /// The number of the checkpoint must be that of the file's name.
    pub(super) fn open(files: &dyn Files, path: &Path, epoch: u64) -> Result<Self> {
        let fault = |what: String| damaged(path, what);
        let failed = |error: std::io::Error| unreadable(path, error);
        let source = files.open_at_random(path).map_err(failed)?;
        let bytes = source.length().map_err(failed)?;
        let Some(end) = bytes.checked_sub(FOOTER as u64).filter(|end| *end >= HEADER as u64) else {
            return Err(fault(format!("it is cut off: it has {bytes} bytes")));
        };
        let (mut head, mut foot) = ([0; HEADER], [0; FOOTER]);
        source.read_at(0, &mut head).map_err(failed)?;
        source.read_at(end, &mut foot).map_err(failed)?;
        let header = Header::decode(&head).map_err(fault)?;
        if header.epoch != epoch {
            let what = format!("it holds checkpoint {}, not that of its name", header.epoch);
            return Err(fault(what));
        }
        let (footer, crc) = Footer::decode(&foot).map_err(fault)?;
        match footer.file_length() {
            Some(expected) if expected == bytes => {}
            Some(expected) => {
                return Err(fault(format!("it has {bytes} bytes, expected {expected}")));
            }
            None => return Err(fault("its footer is damaged".into())),
        }
        let (index, manifest) = (Vec::new(), Manifest::default());
        let path = path.to_owned();
        let mut file = Self { path, source, footer, header, index, manifest, bytes };
        file.check(&head, &foot, crc)?;
        file.load()?;
        Ok(file)
    }

    /// Checks all blocks, and the checksum of their checksums.
    fn check(&self, head: &[u8], foot: &[u8], expected: u32) -> Result<()> {
        let mut crc = Hasher::new();
        crc.update(head);
        let mut reader = BlockReader::new(self);
        for block in 0..self.footer.length.div_ceil(BLOCK as u64) {
            reader.load(block)?;
            crc.update(reader.head());
        }
        crc.update(foot.get(..FOOTER - 8).unwrap_or_default());
        match crc.finalize() {
            came if came == expected => Ok(()),
            came => Err(self.fault(format!(
                "its blocks together have CRC {came:08x}, expected {expected:08x}"
            ))),
        }
    }

    /// Reads index and manifest.
    fn load(&mut self) -> Result<()> {
        let Footer { index, manifest, length } = self.footer;
        let mut reader = BlockReader::new(self);
        let index = reader.read(index, manifest - index)?;
        let manifest = reader.read(manifest, length - manifest)?;
        let index: Vec<PartIndex> = match postcard::take_from_bytes(&index) {
            Ok((index, [])) => index,
            _ => return Err(self.fault("its index is malformed")),
        };
        let ends = |section: &Section| section.offset.checked_add(section.length);
        let inside = |section| ends(section).is_some_and(|end| end <= self.footer.index);
        if !index.iter().flat_map(|part| &part.sections).all(inside) {
            return Err(self.fault("its index names bytes that it does not have"));
        }
        let Some(manifest) = Manifest::decode(&manifest) else {
            return Err(self.fault("its manifest is malformed"));
        };
        if (manifest.epoch, manifest.generation) != (self.header.epoch, self.header.generation) {
            return Err(self.fault("its manifest is that of another checkpoint"));
        }
        (self.index, self.manifest) = (index, manifest);
        Ok(())
    }

    /// The error that this file is damaged.
    pub(super) fn fault(&self, what: impl Display) -> Error {
        damaged(&self.path, what)
    }
}

fn damaged(path: &Path, what: impl Display) -> Error {
    let message = format!("the checkpoint {} is damaged: {what}", path.display());
    Error::new(ErrorKind::Checkpoint, message)
}

fn unreadable(path: &Path, error: std::io::Error) -> Error {
    let message = format!("the checkpoint {} cannot be read", path.display());
    Error::new(ErrorKind::Checkpoint, message).caused_by(error)
}

/// Reads ranges of the contents; every block that it reads is checked again.
#[derive(Debug)]
pub(super) struct BlockReader<'a> {
    file: &'a CheckpointFile,
    /// The block in the buffer.
    loaded: Option<u64>,
    /// Length and CRC of a block, and its bytes.
    buffer: Vec<u8>,
}

impl<'a> BlockReader<'a> {
    pub(super) fn new(file: &'a CheckpointFile) -> Self {
        Self { file, loaded: None, buffer: Vec::new() }
    }

    pub(super) fn file(&self) -> &'a CheckpointFile {
        self.file
    }

    pub(super) fn read(&mut self, mut offset: u64, length: u64) -> Result<Vec<u8>> {
        let outside = || self.file.fault("a range is outside of it");
        let end = offset.checked_add(length).filter(|end| *end <= self.file.footer.length);
        let end = end.ok_or_else(outside)?;
        let mut bytes = Vec::with_capacity(usize::try_from(length).unwrap_or_default());
        while offset < end {
            let (block, within) = (offset / BLOCK as u64, offset % BLOCK as u64);
            self.load(block)?;
            let until = (within + (end - offset)).min(BLOCK as u64);
            let place = |at: u64| usize::try_from(at).unwrap_or(usize::MAX);
            let held = self.buffer.get(BLOCK_HEAD..).unwrap_or_default();
            let piece = held.get(place(within)..place(until));
            let piece = piece.ok_or_else(|| self.file.fault("a block is too short"))?;
            bytes.extend_from_slice(piece);
            offset += piece.len() as u64;
        }
        Ok(bytes)
    }

    /// Length and CRC of the block that was read last.
    fn head(&self) -> &[u8] {
        self.buffer.get(..BLOCK_HEAD).unwrap_or_default()
    }

    /// Reads a block and checks it.
    fn load(&mut self, block: u64) -> Result<()> {
        if self.loaded == Some(block) {
            return Ok(());
        }
        self.loaded = None;
        let CheckpointFile { path, source, footer, .. } = self.file;
        let length = footer.length.saturating_sub(block * BLOCK as u64).min(BLOCK as u64);
        let start = HEADER as u64 + block * (BLOCK + BLOCK_HEAD) as u64;
        self.buffer.resize(BLOCK_HEAD + usize::try_from(length).unwrap_or_default(), 0);
        source.read_at(start, &mut self.buffer).map_err(|error| unreadable(path, error))?;
        let mut fields = HeadFields(&self.buffer);
        let head = (fields.array().map(u32::from_le_bytes), fields.array().map(u32::from_le_bytes));
        let (Some(said), Some(expected)) = head else {
            return Err(self.file.fault(format!("block {block} is too short")));
        };
        if u64::from(said) != length {
            let what = format!("block {block} has length {said}, expected {length}");
            return Err(self.file.fault(what));
        }
        let came = crc32fast::hash(fields.0);
        if came != expected {
            let what = format!("block {block} has CRC {came:08x}, expected {expected:08x}");
            return Err(self.file.fault(what));
        }
        self.loaded = Some(block);
        Ok(())
    }
}
