//! Where the reader of a file continues.

use super::file;
use crate::error::{Error, ErrorKind};
use serde::{Deserialize, Serialize};
use std::io::{self, Read};
use std::path::Path;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// How many of the bytes that were read last a position verifies.
pub(super) const CHECKED: usize = 4 * 1_024;

/// The position in a file: behind a record. What checkpoints store of a source that reads a file.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct FilePosition {
    /// Bytes before it, decompressed, with a byte order mark.
    pub(super) offset: u64,
    /// Lines that end before it.
    pub(super) lines: u64,
    /// The byte before it, unless nothing was read.
    pub(super) last: Option<u8>,
    /// The bytes before it that the checksum covers.
    checked: u32,
    /// CRC-32 of these.
    checksum: u32,
    pub(super) columns: Columns,
}

/// What a position has to remember of the beginning of a CSV file.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Columns {
    /// The number of fields of the first record, if there is no header.
    pub(super) width: Option<u64>,
    /// CRC-32 of the header.
    pub(super) header: Option<u32>,
}

impl FilePosition {
    /// The position behind a part of a text, of which at least the last bytes are given.
    pub(super) fn behind(text: &[u8], offset: u64, lines: u64, columns: Columns) -> Self {
        let checked = text.get(text.len().saturating_sub(CHECKED)..).unwrap_or_default();
        let checksum = crc32fast::hash(checked);
        let last = text.last().copied();
        let checked = u32::try_from(checked.len()).unwrap_or_default();
        Self { offset, lines, last, checked, checksum, columns }
    }

    /// Where the bytes begin that the checksum covers.
    pub(super) fn check_start(&self) -> u64 {
        self.offset.saturating_sub(self.checked.into())
    }
}

/// A file that was changed, replaced or shortened before the position in it.
pub(super) fn differs(path: &Path, how: &str) -> Error {
    file::failed(ErrorKind::Source, "continue with", path, how)
        .help("restore the file as it was, or start the job without its checkpoints")
}

type OpenedText = Box<dyn Read + Send>;

/// The text behind a position. The first read verifies what is before it.
pub(super) struct Resumed {
    text: OpenedText,
    /// What has to be skipped and verified; absent once that is done.
    at: Option<FilePosition>,
    /// How much of the text is to be skipped before what is verified.
    skipped: u64,
    recent: RecentText,
}

impl Resumed {
    /// Continues with a text that begins `skipped` bytes before what is verified.
    pub(super) fn new(
        text: OpenedText,
        at: FilePosition,
        skipped: u64,
        recent: RecentText,
    ) -> Self {
        Self { text, at: Some(at), skipped, recent }
    }

    /// Verifies what is before the position, unless that is done.
    pub(super) fn verify(&mut self) -> io::Result<()> {
        let Some(at) = self.at.take() else { return Ok(()) };
        io::copy(&mut self.text.by_ref().take(self.skipped), &mut io::sink())?;
        let mut before = Vec::new();
        self.text.by_ref().take(at.checked.into()).read_to_end(&mut before)?;
        if before.len() as u64 != u64::from(at.checked) {
            return Err(io::Error::other(SHORTER));
        }
        if crc32fast::hash(&before) != at.checksum {
            return Err(io::Error::other(CHANGED));
        }
        let mut recent = self.recent.lock();
        recent.start = at.check_start();
        recent.bytes = before;
        Ok(())
    }
}

const SHORTER: &str = "it is shorter than what was read of it before";
pub(super) const CHANGED: &str = "it is not the file that was read before, or has changed";

impl Read for Resumed {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        self.verify()?;
        self.text.read(into)
    }
}

/// The text that was read last, as the thread that reads it and its parser share it.
#[derive(Clone, Default)]
pub(super) struct RecentText(Arc<Mutex<Recent>>);

/// The text that was read last.
#[derive(Default)]
pub(super) struct Recent {
    /// Where it begins in the text.
    pub(super) start: u64,
    pub(super) bytes: Vec<u8>,
    /// The length of a byte order mark before the text.
    pub(super) mark: u64,
}

impl RecentText {
    pub(super) fn lock(&self) -> MutexGuard<'_, Recent> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Recent {
    /// Moves the text before an offset to a batch, and keeps what its successor verifies.
    pub(super) fn hand_over(&mut self, end: u64, into: &mut Vec<u8>) -> u64 {
        let length = usize::try_from(end - self.start).unwrap_or(usize::MAX);
        into.extend_from_slice(self.bytes.get(..length).unwrap_or(&self.bytes));
        let start = self.start;
        let over = into.len().saturating_sub(CHECKED);
        self.bytes.drain(..over);
        self.start += over as u64;
        start
    }
}
