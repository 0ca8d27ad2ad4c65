//! Reads blocking input on a thread of its own.
//!
//! The thread reads ahead by at most four batches of 1,024 records, and blocks while the job is
//! slower. It ends with the input, or with its next batch once the job has ended.

use crate::env::Env;
use crate::error::Result;
use crate::source::{Intake, Malformed, Reader, Readiness};
use std::fmt;
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
    /// Starts a thread that calls `next` until it returns `None`, or an error, which ends the job.
    pub(super) fn spawn(
        env: &Env,
        mut next: impl FnMut() -> Result<Option<Record<T>>> + Send + 'static,
        batching: Batching,
    ) -> Self {
        let (sender, batches) = mpsc::channel::<RecordBatch<T>>(AHEAD);
        let (spare, mut emptied) = mpsc::channel::<Vec<Record<T>>>(AHEAD + 1);
        let limit = if batching == Batching::EachRecord { 1 } else { BATCH };
        env.spawn_blocking(Box::new(move || {
            loop {
                let mut batch = emptied.try_recv().unwrap_or_default();
                let ended = fill(&mut batch, limit, &mut next);
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
        }));
        Self { batches, spare, current: Vec::new() }
    }
}

/// How many records to read before passing them to the job.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Batching {
    /// Full batches: the next record of a file is there at once.
    Full,
    /// One record: the next one may take a long time.
    EachRecord,
}

fn fill<T>(
    batch: &mut Vec<Record<T>>,
    limit: usize,
    next: &mut impl FnMut() -> Result<Option<Record<T>>>,
) -> Result<bool> {
    while batch.len() < limit {
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
