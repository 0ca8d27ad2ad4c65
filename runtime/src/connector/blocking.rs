//! Reads blocking input on a thread of its own.
//!
//! The thread reads ahead by at most four batches of 1,024 records or 1 MiB, and blocks while the
//! job is slower. It ends with the input, or with its next batch once the job has ended.

use super::input::{Input, Text};
use super::place::{Columns, FilePosition, RecentText};
use super::records::RecordParser;
use super::text::Record;
use crate::env::Env;
use crate::error::Result;
use crate::source::{Intake, Position, Reader, Readiness};
use std::fmt;
use std::sync::{Arc, Mutex, PoisonError};
use std::task::{Context, Poll, ready};
use tokio::sync::mpsc;

/// Records in a batch, unless their text is longer than [`BATCH_TEXT`].
const BATCH: usize = 1_024;
/// Bytes of text after which a batch is full.
const BATCH_TEXT: u64 = 1 << 20;
/// Batches to read ahead.
const AHEAD: usize = 4;

/// Records of a text, and what their positions are made of.
struct RecordBatch<T> {
    records: Vec<Record<T>>,
    /// Where each record ends, unless the text streams.
    ends: Vec<u64>,
    /// Where the first record begins, and the lines that end before it.
    start: u64,
    lines: u64,
    /// The text of the records, and some before it.
    text: Vec<u8>,
    text_start: u64,
    /// The length of a byte order mark before the text.
    mark: u64,
    columns: Columns,
}

impl<T> Default for RecordBatch<T> {
    fn default() -> Self {
        let (records, ends, text) = (Vec::new(), Vec::new(), Vec::new());
        let (start, lines, text_start, mark) = (0, 0, 0, 0);
        Self { records, ends, start, lines, text, text_start, mark, columns: Columns::default() }
    }
}

/// Reads records from a thread that may block; what file sources open into.
///
/// Keeps up to six batches in memory, with their text: 1,024 records, or fewer if they have 1 MiB.
pub struct BlockingReader<T> {
    batches: mpsc::Receiver<Result<RecordBatch<T>>>,
    spare: mpsc::Sender<RecordBatch<T>>,
    /// Stays until the next one arrives, for the sake of its position.
    current: RecordBatch<T>,
    /// The position before the first batch, unless the text streams.
    start: Option<Position>,
    ended_lines: fn(u8, &[u8]) -> u64,
}

impl<T> fmt::Debug for BlockingReader<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("BlockingReader").finish_non_exhaustive()
    }
}

impl<T: Send + 'static> BlockingReader<T> {
    /// Starts a thread that reads a text: its records are those of what `parse` returns, up to the
    /// end or an error, which ends the job.
    ///
    /// Records of a regular file are passed on in full batches; those of a pipe or a terminal
    /// before every read that may wait.
    pub(super) fn spawn<P: RecordParser<T>>(
        env: &Env,
        input: Input,
        parse: impl FnOnce(Text) -> P,
    ) -> Result<Self> {
        let (sender, batches) = mpsc::channel(AHEAD);
        let (spare, emptied) = mpsc::channel(AHEAD + 1);
        let (current, start) = (RecordBatch::default(), input.position()?);
        let reader = Self { batches, spare, current, start, ended_lines: P::ended_lines };
        if input.streams {
            let outbox = Arc::new(RecordSender { batch: Mutex::default(), sender });
            let announced = Arc::clone(&outbox);
            let before: Box<dyn FnMut() + Send> = Box::new(move || {
                announced.flush();
            });
            let records = parse(input.text(Some(before)));
            env.spawn_blocking(Box::new(move || outbox.read(records)));
        } else {
            let recent = input.recent.clone();
            let records = parse(input.text(None));
            env.spawn_blocking(Box::new(move || read_batches(&sender, emptied, records, &recent)));
        }
        Ok(reader)
    }
}

/// Records that are passed on before the next read waits.
struct RecordSender<T> {
    batch: Mutex<Vec<Record<T>>>,
    sender: mpsc::Sender<Result<RecordBatch<T>>>,
}

impl<T> RecordSender<T> {
    fn read(&self, mut records: impl RecordParser<T>) {
        loop {
            match records.next() {
                Ok(Some(record)) => {
                    let length = self.push(record);
                    if (length >= BATCH && !self.flush()) || self.sender.is_closed() {
                        return;
                    }
                }
                Ok(None) => {
                    self.flush();
                    return;
                }
                Err(error) => {
                    self.flush();
                    self.sender.blocking_send(Err(error)).ok();
                    return;
                }
            }
        }
    }

    fn push(&self, record: Record<T>) -> usize {
        let mut batch = self.batch.lock().unwrap_or_else(PoisonError::into_inner);
        batch.push(record);
        batch.len()
    }

    /// Passes on what has been read; false once the job has ended.
    fn flush(&self) -> bool {
        let mut batch = self.batch.lock().unwrap_or_else(PoisonError::into_inner);
        let records = std::mem::take(&mut *batch);
        drop(batch);
        let batch = RecordBatch { records, ..RecordBatch::default() };
        batch.records.is_empty() || self.sender.blocking_send(Ok(batch)).is_ok()
    }
}

/// Passes on full batches: the next record of a file is there at once.
fn read_batches<T, P: RecordParser<T>>(
    sender: &mpsc::Sender<Result<RecordBatch<T>>>,
    mut emptied: mpsc::Receiver<RecordBatch<T>>,
    mut records: P,
    recent: &RecentText,
) {
    loop {
        let mut batch = emptied.try_recv().unwrap_or_default();
        let ended = batch.fill(&mut records);
        batch.take_text(recent);
        // Sending fails once the job has ended; nothing more is to be read then.
        if !batch.records.is_empty() && sender.blocking_send(Ok(batch)).is_err() {
            return;
        }
        match ended {
            Ok(false) => {}
            Ok(true) => return,
            Err(error) => {
                sender.blocking_send(Err(error)).ok();
                return;
            }
        }
    }
}

impl<T> RecordBatch<T> {
    /// Reads records until the batch is full; returns whether there are no more.
    fn fill<P: RecordParser<T>>(&mut self, records: &mut P) -> Result<bool> {
        self.ends.clear();
        (self.start, self.lines) = (records.offset(), records.lines());
        let ended = self.read(records);
        self.columns = records.columns();
        ended
    }

    fn read<P: RecordParser<T>>(&mut self, records: &mut P) -> Result<bool> {
        while self.records.len() < BATCH && records.offset() < self.start + BATCH_TEXT {
            match records.next()? {
                Some(record) => {
                    self.records.push(record);
                    self.ends.push(records.offset());
                }
                None => return Ok(true),
            }
        }
        Ok(false)
    }

    fn take_text(&mut self, recent: &RecentText) {
        let mut recent = recent.lock();
        self.text.clear();
        self.mark = recent.mark;
        let end = self.ends.last().copied().unwrap_or(self.start);
        self.text_start = recent.hand_over(end, &mut self.text);
    }

    /// The position behind the records that were read; none if the text streams.
    fn position(&self, ended_lines: fn(u8, &[u8]) -> u64) -> Option<FilePosition> {
        let read = self.ends.len().checked_sub(self.records.len())?;
        let end = match read.checked_sub(1) {
            Some(last) => *self.ends.get(last)?,
            None => self.start,
        };
        if end == 0 {
            // A byte order mark does not count as read.
            return Some(FilePosition::default());
        }
        let length = |offset: u64| usize::try_from(offset.checked_sub(self.text_start)?).ok();
        let text = self.text.get(..length(end)?)?;
        let (before, records) = text.split_at_checked(length(self.start)?)?;
        let lines = self.lines + ended_lines(before.last().copied().unwrap_or_default(), records);
        Some(FilePosition::behind(text, self.mark + end, lines, self.columns))
    }
}

impl<T: Send + 'static> Reader<T> for BlockingReader<T> {
    fn poll_ready(&mut self, cx: &mut Context<'_>) -> Poll<Result<Readiness>> {
        if self.current.records.is_empty() {
            match ready!(self.batches.poll_recv(cx)) {
                None => return Poll::Ready(Ok(Readiness::End)),
                Some(batch) => {
                    let emptied = std::mem::replace(&mut self.current, batch?);
                    // If the thread has ended, or has enough spares, the memory is simply freed.
                    self.spare.try_send(emptied).ok();
                }
            }
        }
        Poll::Ready(Ok(Readiness::Events))
    }

    fn read(&mut self, limit: usize, into: &mut impl Intake<T>) -> Result<()> {
        let limit = limit.min(self.current.records.len());
        for record in self.current.records.drain(..limit) {
            match record {
                Ok(event) => into.event(event)?,
                Err(malformed) => into.malformed(malformed)?,
            }
        }
        Ok(())
    }

    fn position(&mut self) -> Result<Option<Position>> {
        if self.start.is_none() || self.current.ends.is_empty() {
            return Ok(self.start.clone());
        }
        let position = self.current.position(self.ended_lines);
        position.as_ref().map(Position::of).transpose()
    }
}
