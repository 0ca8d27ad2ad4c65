//! Readers that block, on a thread of their own.
//!
//! The thread reads ahead by a bounded number of batches and parks when the job is slower.

use crate::env::Env;
use crate::error::Result;
use crate::source::{Intake, Malformed, Reader, Readiness};
use std::fmt;
use std::task::{Context, Poll, ready};
use tokio::sync::mpsc;

/// How many records are read together.
const BATCH: usize = 1_024;
/// How many batches are read ahead.
const AHEAD: usize = 4;

/// What a reader has read: an event, or a record that could not be understood.
pub(super) type Record<T> = std::result::Result<T, Malformed>;

type RecordBatch<T> = Result<Vec<Record<T>>>;

/// Reads on a thread of its own.
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
    /// Reads the records that `next` returns until it returns none, or an error that ends the job.
    pub(super) fn spawn(
        env: &Env,
        mut next: impl FnMut() -> Result<Option<Record<T>>> + Send + 'static,
        flush: HandOver,
    ) -> Self {
        let (sender, batches) = mpsc::channel::<RecordBatch<T>>(AHEAD);
        let (spare, mut emptied) = mpsc::channel::<Vec<Record<T>>>(AHEAD + 1);
        let limit = if flush == HandOver::EachRecord { 1 } else { BATCH };
        env.spawn_blocking(Box::new(move || {
            loop {
                let mut batch = emptied.try_recv().unwrap_or_default();
                let ended = fill(&mut batch, limit, &mut next);
                // A send fails when the job has ended; then nobody waits for more.
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

/// When what has been read is handed to the job.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum HandOver {
    /// In batches: the end of a file is near.
    Batches,
    /// One by one: the next record may be a long time coming.
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
            // If the thread has ended, or has spares enough, the memory is just freed.
            self.spare.try_send(std::mem::take(&mut self.current)).ok();
        }
        Ok(())
    }
}
