//! The loop of a task: runs the segments of one instance of a stage until they have ended.
//!
//! Each turn does the first of these that applies:
//! 1. Drive a segment that has events from another segment of the task, the last such segment
//!    first: nothing piles up between segments.
//! 2. Fetch one batch from outside the task and drive it, the segments taking turns: no input
//!    starves.
//! 3. Flush partial batches, then wait for input: at a low rate batching adds no latency, and no
//!    flush timer is needed.
//!
//! After each batch, the segment sends its full batches and waits for room downstream. Meanwhile
//! the task fetches nothing, so its own input channels fill up: that is backpressure, task by task,
//! up to the sources.

use crate::control::JobControl;
use crate::env::Env;
use crate::error::Result;
use crate::exchange::{Flush, Flushed};
use crate::lowering::PlannedTask;
use crate::operator;
use crate::stage::Run;
use crate::time::Monotonic;
use futures::FutureExt;
use std::panic::AssertUnwindSafe;
use std::task::{Context, Poll};
use std::time::Duration;

/// How long a task runs before it yields to others. Yielding costs a few microseconds, as it may
/// wake another thread; with a much longer turn, other tasks on this thread would wait noticeably.
const TURN: Duration = Duration::from_millis(2);

/// How many batches a task processes before it yields, however fast it is.
const TURN_BATCHES: usize = 1_024;

/// Runs a task until all its segments have ended.
///
/// # Errors
/// If user code fails or panics, or a task downstream is gone.
///
/// # Cancel safety
/// Not cancel safe: dropping the future aborts the task, and its events in flight are lost.
pub async fn run(task: PlannedTask, control: JobControl, env: Env) -> Result<()> {
    let since = env.clock().monotonic();
    let segments = task.segments;
    let mut task_loop = TaskLoop { segments, control, env, turn: 0, batches: 0, since };
    let work = AssertUnwindSafe(task_loop.work()).catch_unwind();
    work.await.unwrap_or_else(|payload| Err(operator::panicked(&*payload)))
}

struct TaskLoop {
    /// In the order in which data flows.
    segments: Vec<Box<dyn Run>>,
    /// Wakes a waiting task when the job is drained.
    control: JobControl,
    /// The clock.
    env: Env,
    /// The segment to ask first for input from outside.
    turn: usize,
    /// Batches processed since the task last yielded.
    batches: usize,
    /// When it last yielded.
    since: Monotonic,
}

impl TaskLoop {
    /// Takes turns until all segments have ended.
    async fn work(&mut self) -> Result<()> {
        while !self.has_ended() {
            if let Some(at) = self.fetch_local() {
                self.drive(at).await?;
            } else if let Some(at) = self.fetch_outside()? {
                self.drive(at).await?;
                self.yield_if_due().await;
            } else {
                self.flush().await?;
                if !self.has_ended() && self.fetch_local().is_none() {
                    self.wait().await?;
                }
            }
        }
        Ok(())
    }

    fn has_ended(&self) -> bool {
        self.segments.iter().all(|segment| segment.has_ended())
    }

    /// The last segment with something to drive from another segment.
    fn fetch_local(&mut self) -> Option<usize> {
        self.segments.iter_mut().rposition(|segment| segment.fetch_local())
    }

    /// The next segment, round robin, with something to drive from outside.
    fn poll_outside(&mut self, cx: &mut Context<'_>) -> Poll<Result<usize>> {
        let count = self.segments.len();
        for step in 0..count {
            let at = (self.turn + step) % count;
            let Some(segment) = self.segments.get_mut(at) else {
                continue;
            };
            if let Poll::Ready(fetched) = segment.poll_fetch(cx) {
                self.turn = at + 1;
                return Poll::Ready(fetched.map(|()| at));
            }
        }
        Poll::Pending
    }

    /// The same without waiting.
    fn fetch_outside(&mut self) -> Result<Option<usize>> {
        // A no-op waker will do: all segments are polled again, with a real one, before waiting.
        let mut cx = Context::from_waker(std::task::Waker::noop());
        match self.poll_outside(&mut cx) {
            Poll::Ready(at) => at.map(Some),
            Poll::Pending => Ok(None),
        }
    }

    /// Drives what a segment has fetched, and sends its full batches.
    async fn drive(&mut self, at: usize) -> Result<()> {
        let Some(segment) = self.segments.get_mut(at) else {
            return Ok(());
        };
        segment.drive()?;
        deliver(segment, Flush::Full).await
    }

    /// Sends partial batches too: the task is about to wait.
    async fn flush(&mut self) -> Result<()> {
        for segment in &mut self.segments {
            deliver(segment, Flush::All).await?;
        }
        Ok(())
    }

    /// Waits until a segment has something to drive from outside, or the job is drained.
    async fn wait(&mut self) -> Result<()> {
        let drain = self.control.drain.clone();
        let drained = drain.is_cancelled();
        let draining = async {
            if drained {
                std::future::pending::<()>().await;
            }
            drain.cancelled().await;
        };
        let fetched = std::future::poll_fn(|cx| self.poll_outside(cx));
        tokio::select! {
            biased;
            at = fetched => {
                // What was fetched stays in its segment, which is asked again, and first.
                self.turn = at?;
                Ok(())
            }
            () = draining => Ok(()),
        }
    }

    /// Yields if it is time: lets other tasks of this thread run, and an abort take effect.
    async fn yield_if_due(&mut self) {
        self.batches += 1;
        let now = self.env.clock().monotonic();
        if self.batches >= TURN_BATCHES || now.since(self.since) >= TURN {
            tokio::task::yield_now().await;
            self.batches = 0;
            self.since = self.env.clock().monotonic();
        }
    }
}

/// Delivers, without the cost of a boxed future unless it has to wait.
async fn deliver(segment: &mut Box<dyn Run>, flush: Flush) -> Result<()> {
    match segment.try_deliver(flush)? {
        Flushed::Done => Ok(()),
        Flushed::MustWait => segment.deliver(flush).await,
    }
}
