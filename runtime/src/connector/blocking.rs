//! Reads blocking input on a thread of its own.
//!
//! The thread reads ahead by at most four batches of 1,024 records, and blocks while the job is
//! slower. It ends with the input, or with its next batch once the job has ended.

use super::input::{Input, Text};
use crate::env::Env;
use crate::error::Result;
use crate::source::{Intake, Malformed, Reader, Readiness};
use std::fmt;
use std::sync::{Arc, Mutex, PoisonError};
use std::task::{Context, Poll, ready};
use tokio::sync::mpsc;

/// Records in a batch.
const BATCH: usize = 1_024;
/// Batches to read ahead.
const AHEAD: usize = 4;

/// An event, or a record that cannot be parsed.
pub(super) type Record<T> = std::result::Result<T, Malformed>;

type RecordBatch<T> = Result<Vec<Record<T>>>;

/// Reads records from a thread that may block; what file sources open into.
///
/// Keeps up to four batches of 1,024 records in memory.
pub struct BlockingReader<T> {
    batches: mpsc::Receiver<RecordBatch<T>>,
    spare: mpsc::Sender<Vec<Record<T>>>,
    current: Vec<Record<T>>,
}

impl<T> fmt::Debug for BlockingReader<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("BlockingReader").finish_non_exhaustive()
    }
}

impl<T: Send + 'static> BlockingReader<T> {
    /// Starts a thread that reads a text: calls what `parse` returns until it returns `None`, or an
    /// error, which ends the job.
    ///
    /// Records of a regular file are passed on in full batches; those of a pipe or a terminal
    /// before every read that may wait.
    pub(super) fn spawn<N>(env: &Env, input: Input, parse: impl FnOnce(Text) -> N) -> Self
    where
        N: FnMut() -> Result<Option<Record<T>>> + Send + 'static,
    {
        let (sender, batches) = mpsc::channel::<RecordBatch<T>>(AHEAD);
        let (spare, emptied) = mpsc::channel::<Vec<Record<T>>>(AHEAD + 1);
        let reader = Self { batches, spare, current: Vec::new() };
        if input.streams {
            let outbox = Arc::new(RecordSender { batch: Mutex::default(), sender });
            let announced = Arc::clone(&outbox);
            let before: Box<dyn FnMut() + Send> = Box::new(move || {
                announced.flush();
            });
            let next = parse(input.text(Some(before)));
            env.spawn_blocking(Box::new(move || outbox.read(next)));
        } else {
            let next = parse(input.text(None));
            env.spawn_blocking(Box::new(move || read_batches(&sender, emptied, next)));
        }
        reader
    }
}

/// Records that are passed on before the next read waits.
struct RecordSender<T> {
    batch: Mutex<Vec<Record<T>>>,
    sender: mpsc::Sender<RecordBatch<T>>,
}

impl<T> RecordSender<T> {
    fn read(&self, mut next: impl FnMut() -> Result<Option<Record<T>>>) {
        loop {
            match next() {
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
        let batch = std::mem::take(&mut *self.batch.lock().unwrap_or_else(PoisonError::into_inner));
        batch.is_empty() || self.sender.blocking_send(Ok(batch)).is_ok()
    }
}

/// Passes on full batches: the next record of a file is there at once.
fn read_batches<T>(
    sender: &mpsc::Sender<RecordBatch<T>>,
    mut emptied: mpsc::Receiver<Vec<Record<T>>>,
    mut next: impl FnMut() -> Result<Option<Record<T>>>,
) {
    loop {
        let mut batch = emptied.try_recv().unwrap_or_default();
        let ended = fill(&mut batch, &mut next);
        // Sending fails once the job has ended; nothing more is to be read then.
        if !batch.is_empty() && sender.blocking_send(Ok(batch)).is_err() {
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

fn fill<T>(
    batch: &mut Vec<Record<T>>,
    next: &mut impl FnMut() -> Result<Option<Record<T>>>,
) -> Result<bool> {
    while batch.len() < BATCH {
        match next()? {
            Some(record) => batch.push(record),
            None => return Ok(true),
        }
    }
    Ok(false)
}

impl<T: Send + 'static> Reader<T> for BlockingReader<T> {
    fn poll_ready(&mut self, cx: &mut Context<'_>) -> Poll<Result<Readiness>> {
        if self.current.is_empty() {
            match ready!(self.batches.poll_recv(cx)) {
                None => return Poll::Ready(Ok(Readiness::End)),
                Some(batch) => self.current = batch?,
            }
        }
        Poll::Ready(Ok(Readiness::Events))
    }

    fn read(&mut self, limit: usize, into: &mut impl Intake<T>) -> Result<()> {
        let limit = limit.min(self.current.len());
        for record in self.current.drain(..limit) {
            match record {
                Ok(event) => into.event(event)?,
                Err(malformed) => into.malformed(malformed)?,
            }
        }
        if self.current.is_empty() {
            // If the thread has ended, or has enough spares, the memory is simply freed.
            self.spare.try_send(std::mem::take(&mut self.current)).ok();
        }
        Ok(())
    }
}
