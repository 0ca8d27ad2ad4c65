//! Appends blocks to a journal, beside the task, and removes segments that are not needed.

use super::folder::{JournalFolder, JournalPlace, OpenedJournal};
use super::format::SegmentHeader;
use super::segment::JournalSegment;
use crate::env::FileLock;
use crate::error::Result;
use std::fmt;
use std::future::Future;
use std::io::{self, Write};
use std::path::PathBuf;
use std::pin::Pin;
use std::sync::{Arc, Mutex, PoisonError};
use std::task::{Context, Poll};
use tokio::sync::oneshot;

/// Writes a journal: one block at a time, each durable before the next is begun.
pub(super) struct JournalWriter {
    pub(super) folder: JournalFolder,
    journal: u64,
    /// From the oldest to the newest; the last one is never removed.
    segments: Vec<JournalSegment>,
    /// The number of the next event.
    end: u64,
    /// The length at which a segment is full.
    full: u64,
    /// The last segment, if this process began it.
    file: Option<OpenSegment>,
    /// Whether the last block failed: what is in the file behind the last whole one is unknown.
    failed: bool,
    gate: Arc<Gate>,
    _lock: FileLock,
}

impl fmt::Debug for JournalWriter {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("JournalWriter").field("end", &self.end).finish_non_exhaustive()
    }
}

/// Whether the directory may be written: a thread may come after the journal was closed.
#[derive(Debug, Default)]
struct Gate(Mutex<GateState>);

#[derive(Debug, Default, Clone, Copy, PartialEq, Eq)]
enum GateState {
    #[default]
    Open,
    Closed,
}

impl Gate {
    /// Works on the directory, unless the journal is closed; then `None`.
    fn pass<R>(&self, work: impl FnOnce() -> R) -> Option<R> {
        let state = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        (*state == GateState::Open).then(work)
    }
}

impl Drop for JournalWriter {
    /// Waits for a thread that is writing: with the lock, the directory is another's.
    fn drop(&mut self) {
        *self.gate.0.lock().unwrap_or_else(PoisonError::into_inner) = GateState::Closed;
    }
}

impl JournalWriter {
    pub(super) fn new(folder: JournalFolder, opened: OpenedJournal, full: u64) -> Self {
        let OpenedJournal { lock, start, segments, .. } = opened;
        let end = segments.last().map_or(start.event, |segment| segment.end);
        let (file, failed, gate) = (None, false, Arc::default());
        let journal = start.journal;
        Self { folder, journal, segments, end, full, file, failed, gate, _lock: lock }
    }

    pub(super) fn place(&self, event: u64) -> JournalPlace {
        JournalPlace { journal: self.journal, event }
    }

    /// The segments with the events from a number on, unless some of them were removed.
    ///
    /// # Errors
    /// If they are not all there.
    pub(super) fn segments_from(&self, at: Option<JournalPlace>) -> Result<Vec<JournalSegment>> {
        let begin = at.map_or(0, |place| place.event);
        let is_other = at.is_some_and(|place| place.journal != self.journal);
        let first = self.segments.first().map_or(self.end, |segment| segment.base);
        if is_other || !(first..=self.end).contains(&begin) {
            let cause = format!("it has the events {first} to {}, not from {begin} on", self.end);
            return Err(self.folder.refused(cause));
        }
        let needed = self.segments.iter().filter(|segment| segment.end > begin);
        Ok(needed.copied().collect())
    }

    /// Begins to write a block, on a thread of its own.
    pub(super) fn begin(&mut self, mut block: Vec<u8>, events: u64) -> Commit {
        let last = self.segments.last().copied();
        let cut = std::mem::take(&mut self.failed).then_some(last).flatten();
        let file = self.file.take().filter(|_| last.is_none_or(|last| last.length < self.full));
        let begins_segment = file.is_none();
        if begins_segment {
            let header = SegmentHeader { journal: self.journal, base: self.end };
            block.splice(..0, header.encode());
        }
        let bytes = block.len() as u64;
        let (folder, base, gate) = (self.folder.clone(), self.end, Arc::clone(&self.gate));
        let (sender, done) = oneshot::channel();
        self.folder.env().spawn_blocking(Box::new(move || {
            let written = gate.pass(|| {
                if let Some(last) = cut {
                    folder.cut_at(&folder.at(last.base), last.length)?;
                }
                match file {
                    Some(file) => file.append(&folder, &block),
                    None => OpenSegment::begin(&folder, base, &block),
                }
            });
            if let Some(written) = written {
                sender.send(written.map(|file| (file, block))).ok();
            }
        }));
        Commit { events, bytes, begins_segment, done }
    }

    /// Notes how writing a block ended; returns the memory of the block.
    ///
    /// # Errors
    /// If it is not durable.
    pub(super) fn finish(&mut self, commit: &Commit, written: WrittenBlock) -> Result<Vec<u8>> {
        let (file, block) = written.map_err(|error| {
            self.failed = true;
            self.folder.failed("write", error)
        })?;
        self.file = Some(file);
        if commit.begins_segment {
            self.segments.push(JournalSegment { base: self.end, end: self.end, length: 0 });
        }
        self.end += commit.events;
        if let Some(last) = self.segments.last_mut() {
            (last.end, last.length) = (self.end, last.length + commit.bytes);
        }
        Ok(block)
    }

    /// Removes the segments whose events all come before a number, beside the task.
    pub(super) fn trim(&mut self, begin: u64) {
        let last = self.segments.len().saturating_sub(1);
        let gone = self.segments.iter().take(last).take_while(|old| old.end <= begin).count();
        let gone: Vec<_> = self.segments.drain(..gone).collect();
        if gone.is_empty() {
            return;
        }
        let (folder, gate) = (self.folder.clone(), Arc::clone(&self.gate));
        self.folder.env().spawn_blocking(Box::new(move || {
            gate.pass(|| gone.iter().for_each(|segment| folder.remove(segment.base)));
        }));
    }
}

/// What has become of a block.
pub(super) type WrittenBlock = io::Result<(OpenSegment, Vec<u8>)>;

/// A block while it is being written.
pub(super) struct Commit {
    pub(super) events: u64,
    bytes: u64,
    begins_segment: bool,
    done: oneshot::Receiver<WrittenBlock>,
}

impl Commit {
    /// Waits until the block is durable, or has failed.
    ///
    /// # Cancel safety
    /// Cancel safe.
    pub(super) fn poll(&mut self, cx: &mut Context<'_>) -> Poll<WrittenBlock> {
        Pin::new(&mut self.done)
            .poll(cx)
            .map(|done| done.unwrap_or_else(|gone| Err(io::Error::other(gone))))
    }
}

/// A segment to which blocks are appended.
pub(super) struct OpenSegment {
    path: PathBuf,
    file: Box<dyn Write + Send>,
}

impl OpenSegment {
    /// Begins a segment, in place of one that failed.
    fn begin(folder: &JournalFolder, base: u64, bytes: &[u8]) -> io::Result<Self> {
        let (files, path) = (folder.files(), folder.at(base));
        if files.status(&path).is_ok() {
            files.remove(&path)?;
        }
        let file = files.create_new(&path)?;
        let segment = Self { path, file }.append(folder, bytes)?;
        files.sync_directory(&folder.path)?;
        Ok(segment)
    }

    fn append(mut self, folder: &JournalFolder, bytes: &[u8]) -> io::Result<Self> {
        self.file.write_all(bytes)?;
        self.file.flush()?;
        folder.files().sync(&self.path)?;
        Ok(self)
    }
}
