//! Reads a source through its journal.

use super::folder::JournalPlace;
use super::format::BlockMaker;
use super::inner::InnerSource;
use super::replay::JournalReplay;
use super::writer::{Commit, JournalWriter, WrittenBlock};
use crate::connector::text::Record;
use crate::error::{Error, ErrorKind, Result};
use crate::source::{Intake, Malformed, Position, Reader, Readiness, Source};
use serde::Serialize;
use serde::de::DeserializeOwned;
use std::collections::VecDeque;
use std::fmt;
use std::sync::{Arc, Mutex, PoisonError};
use std::task::{Context, Poll, ready};

/// The most events of a block, and the bytes after which it is full.
const EVENTS: usize = 16 * 1_024;
const BYTES: usize = 4 << 20;

/// What outlives a reader, so that a job can restart within its process.
pub(super) struct Aside<S: Source<T>, T> {
    /// None once it is opened, unless there is another one like it.
    pub(super) source: Option<S>,
    /// None while a reader has it.
    pub(super) kept: Option<KeptSource<S::Reader, T>>,
}

/// A source and its journal, without the events that have become durable.
pub(super) struct KeptSource<R, T> {
    pub(super) writer: JournalWriter,
    pub(super) inner: InnerSource<R>,
    pub(super) gathered: Gathered<T>,
    writing: Option<BlockWriting<T>>,
}

/// Events that were read from the source and are not being written.
pub(super) struct Gathered<T> {
    records: Vec<Record<T>>,
    block: BlockMaker,
    /// Why an event cannot be written.
    failed: Option<Error>,
}

/// Events that are being written.
struct BlockWriting<T> {
    commit: Commit,
    records: Vec<Record<T>>,
    /// Where the source continued before them.
    before: Option<Position>,
}

/// Reads a source through its journal; what [`Journaled`](super::Journaled) opens into.
pub struct JournalReader<S: Source<T>, T> {
    aside: Arc<Mutex<Aside<S, T>>>,
    /// None once the reader is dropped.
    kept: Option<KeptSource<S::Reader, T>>,
    replay: Option<JournalReplay<T>>,
    /// Durable events that are to be emitted.
    ready: VecDeque<Record<T>>,
    /// The number of the next event to emit.
    next: u64,
    /// Where a checkpoint began that was durable when the last one became so.
    older: u64,
}

impl<S: Source<T>, T> fmt::Debug for JournalReader<S, T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("JournalReader").field("next", &self.next).finish_non_exhaustive()
    }
}

impl<S: Source<T>, T> Drop for JournalReader<S, T> {
    fn drop(&mut self) {
        let mut aside = self.aside.lock().unwrap_or_else(PoisonError::into_inner);
        aside.kept = self.kept.take();
    }
}

impl<T> Default for Gathered<T> {
    fn default() -> Self {
        Self { records: Vec::new(), block: BlockMaker::default(), failed: None }
    }
}

impl<T: Serialize> Gathered<T> {
    fn is_full(&self) -> bool {
        self.records.len() >= EVENTS || self.block.length() >= BYTES
    }

    fn add(&mut self, record: Record<T>) {
        match self.block.add(&record.as_ref()) {
            Ok(()) => self.records.push(record),
            Err(error) => {
                let name = std::any::type_name::<T>();
                let message = format!("cannot write a `{name}` to the journal");
                self.failed = Some(Error::new(ErrorKind::Source, message).caused_by(error));
            }
        }
    }
}

/// An error waits until all that is at hand was added: the source has parted with it.
impl<T: Serialize> Intake<T> for Gathered<T> {
    #[inline]
    fn event(&mut self, event: T) -> Result<()> {
        self.add(Ok(event));
        Ok(())
    }

    fn malformed(&mut self, record: Malformed) -> Result<()> {
        self.add(Err(record));
        Ok(())
    }
}

impl<R: Reader<T>, T: Serialize> KeptSource<R, T> {
    pub(super) fn new(writer: JournalWriter, inner: InnerSource<R>) -> Self {
        Self { writer, inner, gathered: Gathered::default(), writing: None }
    }

    /// Continues with another reader of the source, which has failed.
    pub(super) fn replace(&mut self, inner: InnerSource<R>) {
        if inner.at.is_some() {
            // It reads again what is not in the journal.
            self.gathered = Gathered::default();
        }
        self.inner = inner;
    }

    /// Reads what the source has at hand; the end if it has ended.
    fn gather(&mut self, cx: &mut Context<'_>) -> Result<Readiness> {
        while !self.gathered.is_full() {
            match self.inner.poll_ready(cx) {
                Poll::Pending => return Ok(Readiness::Events),
                Poll::Ready(Ok(Readiness::End)) => return Ok(Readiness::End),
                Poll::Ready(Ok(Readiness::Events)) => {}
                Poll::Ready(Err(error)) => return Err(error),
            }
            let before = self.gathered.records.len();
            let (limit, gathered) = (EVENTS - before, &mut self.gathered);
            self.inner.call(|reader| reader.read(limit, gathered))?;
            if let Some(error) = self.gathered.failed.take() {
                return Err(error);
            }
            if self.gathered.records.len() == before {
                // It was mistaken; others have a turn before it is asked again.
                cx.waker().wake_by_ref();
                return Ok(Readiness::Events);
            }
        }
        Ok(Readiness::Events)
    }

    /// Begins to write what was gathered.
    fn begin(&mut self) -> Result<()> {
        let at = self.inner.call(Reader::position)?;
        let at = at.unwrap_or_else(|| self.inner.at.clone());
        let Gathered { records, block, .. } = std::mem::take(&mut self.gathered);
        let block = block.finish(at.as_ref().map(Position::as_bytes));
        let block = block.map_err(|error| self.writer.folder.failed("write", error))?;
        let commit = self.writer.begin(block, records.len() as u64);
        let before = std::mem::replace(&mut self.inner.at, at);
        self.writing = Some(BlockWriting { commit, records, before });
        Ok(())
    }

    /// Notes how writing ended; returns the events, which are durable.
    fn finish(
        &mut self,
        writing: BlockWriting<T>,
        written: WrittenBlock,
    ) -> Result<Vec<Record<T>>> {
        let BlockWriting { commit, records, before } = writing;
        match self.writer.finish(&commit, written) {
            Ok(block) => {
                if self.gathered.records.is_empty() {
                    self.gathered.block = BlockMaker::reusing(block);
                }
                if let Some(at) = self.inner.at.clone() {
                    self.inner.call(|reader| {
                        reader.committed(&at);
                        Ok(())
                    })?;
                }
                Ok(records)
            }
            Err(error) => {
                self.inner.at = before;
                let behind = std::mem::take(&mut self.gathered).records;
                records.into_iter().chain(behind).for_each(|record| self.gathered.add(record));
                Err(error)
            }
        }
    }

    /// Reads and writes until there is something to wait for, or enough events are ready.
    fn poll(
        &mut self,
        cx: &mut Context<'_>,
        ready: &mut VecDeque<Record<T>>,
    ) -> Result<Poll<Readiness>> {
        loop {
            if let Some(mut writing) = self.writing.take() {
                match writing.commit.poll(cx) {
                    Poll::Ready(written) => ready.extend(self.finish(writing, written)?),
                    Poll::Pending => self.writing = Some(writing),
                }
            }
            let state = self.gather(cx)?;
            let has_gathered = !self.gathered.records.is_empty();
            if has_gathered && self.writing.is_none() && ready.len() < EVENTS {
                self.begin()?;
                continue;
            }
            return Ok(if !ready.is_empty() {
                Poll::Ready(Readiness::Events)
            } else if self.writing.is_some() || has_gathered || state == Readiness::Events {
                Poll::Pending
            } else {
                Poll::Ready(Readiness::End)
            });
        }
    }
}

impl<S, T> JournalReader<S, T>
where
    S: Source<T>,
    T: Serialize + DeserializeOwned + Send + 'static,
{
    /// Reads the events of the journal from a place on, then those of the source.
    pub(super) fn new(
        aside: Arc<Mutex<Aside<S, T>>>,
        kept: KeptSource<S::Reader, T>,
        replay: JournalReplay<T>,
        next: u64,
    ) -> Self {
        let (replay, kept) = (Some(replay), Some(kept));
        Self { aside, kept, replay, ready: VecDeque::new(), next, older: next }
    }
}

impl<S, T> Reader<T> for JournalReader<S, T>
where
    S: Source<T>,
    T: Serialize + DeserializeOwned + Send + 'static,
{
    fn poll_ready(&mut self, cx: &mut Context<'_>) -> Poll<Result<Readiness>> {
        while let Some(replay) = self.replay.as_mut().filter(|_| self.ready.is_empty()) {
            match ready!(replay.poll(cx))? {
                Some(records) => self.ready.extend(records),
                None => self.replay = None,
            }
        }
        if self.replay.is_some() {
            return Poll::Ready(Ok(Readiness::Events));
        }
        let Some(kept) = &mut self.kept else { return Poll::Ready(Ok(Readiness::End)) };
        kept.poll(cx, &mut self.ready)?.map(Ok)
    }

    fn drain(&mut self) -> bool {
        // What was read of the source is in the journal, or will be: it is emitted too.
        self.kept.as_mut().is_some_and(|kept| kept.inner.drain().is_ok())
    }

    fn read(&mut self, limit: usize, into: &mut impl Intake<T>) -> Result<()> {
        let limit = limit.min(self.ready.len());
        for record in self.ready.drain(..limit) {
            match record {
                Ok(event) => into.event(event)?,
                Err(malformed) => into.malformed(malformed)?,
            }
        }
        self.next += limit as u64;
        Ok(())
    }

    fn position(&mut self) -> Result<Option<Position>> {
        let kept = self.kept.as_ref();
        kept.map(|kept| Position::of(&kept.writer.place(self.next))).transpose()
    }

    fn committed(&mut self, at: &Position) {
        if let (Some(kept), Ok(JournalPlace { event, .. })) = (&mut self.kept, at.read()) {
            // A start may find the last checkpoint damaged, and continue from the one before.
            kept.writer.trim(std::mem::replace(&mut self.older, event));
        }
    }
}
