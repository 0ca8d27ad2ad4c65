//! Reads again what is in a journal, beside the task.

use super::folder::JournalFolder;
use super::format;
use super::segment::{FoundBlock, JournalSegment, SegmentReader};
use crate::connector::text::Record;
use crate::error::{Error, ErrorKind, Result};
use serde::de::DeserializeOwned;
use std::collections::VecDeque;
use std::fmt;
use std::future::Future;
use std::pin::Pin;
use std::task::{Context, Poll, ready};
use tokio::sync::oneshot;

/// Bytes of blocks to read at a time.
const CHUNK: u64 = 1 << 20;

/// The events of a journal from a number on.
pub(super) struct JournalReplay<T> {
    folder: JournalFolder,
    segments: VecDeque<JournalSegment>,
    /// Where the next block starts in the first of these, and the number of its first event.
    at: (u64, u64),
    /// The first event that is wanted.
    begin: u64,
    reading: Option<oneshot::Receiver<Result<ReplayChunk<T>>>>,
}

struct ReplayChunk<T> {
    records: Vec<Record<T>>,
    /// As in [`JournalReplay::at`].
    at: (u64, u64),
}

impl<T> fmt::Debug for JournalReplay<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("JournalReplay").field("at", &self.at).finish_non_exhaustive()
    }
}

impl<T: DeserializeOwned + Send + 'static> JournalReplay<T> {
    pub(super) fn new(folder: &JournalFolder, segments: Vec<JournalSegment>, begin: u64) -> Self {
        let at = (0, segments.first().map_or(begin, |segment| segment.base));
        Self { folder: folder.clone(), segments: segments.into(), at, begin, reading: None }
    }

    /// Waits for the next events; `None` behind the last.
    ///
    /// # Cancel safety
    /// Cancel safe.
    pub(super) fn poll(&mut self, cx: &mut Context<'_>) -> Poll<Result<Option<Vec<Record<T>>>>> {
        loop {
            if let Some(reading) = &mut self.reading {
                let read = ready!(Pin::new(reading).poll(cx));
                self.reading = None;
                let chunk = read.unwrap_or_else(|gone| {
                    let message = "what reads the journal has stopped";
                    Err(Error::new(ErrorKind::Source, message).caused_by(gone))
                })?;
                self.at = chunk.at;
                if !chunk.records.is_empty() {
                    return Poll::Ready(Ok(Some(chunk.records)));
                }
            }
            let Some(segment) = self.segments.front().copied() else {
                return Poll::Ready(Ok(None));
            };
            if self.at.0 >= segment.length {
                self.segments.pop_front();
                self.at.0 = 0;
                continue;
            }
            self.read(segment);
        }
    }

    fn read(&mut self, segment: JournalSegment) {
        let (folder, at, begin) = (self.folder.clone(), self.at, self.begin);
        let (sender, reading) = oneshot::channel();
        self.reading = Some(reading);
        self.folder.env().spawn_blocking(Box::new(move || {
            sender.send(read(&folder, segment, at, begin)).ok();
        }));
    }
}

/// Reads some blocks of a segment; leaves out the events before `begin`.
fn read<T: DeserializeOwned>(
    folder: &JournalFolder,
    segment: JournalSegment,
    (offset, mut number): (u64, u64),
    begin: u64,
) -> Result<ReplayChunk<T>> {
    let unread = |error| folder.failed("read", error);
    let path = folder.at(segment.base);
    let mut blocks = SegmentReader::open(folder.files(), &path, offset).map_err(unread)?;
    let damaged = |offset| folder.damaged(segment.base, offset, "it was changed meanwhile");
    if offset == 0 && !matches!(blocks.header().map_err(unread)?, FoundBlock::Whole(_)) {
        return Err(damaged(0));
    }
    let mut records = Vec::new();
    while blocks.offset < segment.length && blocks.offset < offset + CHUNK {
        let FoundBlock::Whole(head) = blocks.next().map_err(unread)? else {
            return Err(damaged(blocks.offset));
        };
        let next = number + u64::from(head.events);
        if next > begin {
            let block = format::records(&blocks.block, head).map_err(|error| {
                let name = std::any::type_name::<T>();
                folder.refused(format!("event {number} is not a `{name}`: {error}"))
            })?;
            let read = usize::try_from(begin.saturating_sub(number)).unwrap_or(usize::MAX);
            records.extend(block.into_iter().skip(read));
        }
        number = next;
    }
    Ok(ReplayChunk { records, at: (blocks.offset, number) })
}
