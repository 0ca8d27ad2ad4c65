//! One running instance of a stage.
//!
//! A task turns in one loop:
//! 1. What came from one segment to another inside the task is worked off first, the last segment
//!    before the first: so nothing piles up between them.
//! 2. Then one batch is taken from outside, the segments taking turns: so no input starves.
//! 3. If there is none, everything that has gathered is handed over, and only then the task waits:
//!    so a low rate sees no added delay, and no timer is needed.
//!
//! After every batch the segment delivers what is full, waiting for room. While it waits the task
//! takes in nothing: that is how a slow consumer holds back its source.

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

/// How long a task works before others get a turn. Giving way costs some microseconds, since it may
/// wake another thread; much longer, and others on this thread would wait noticeably.
const TURN: Duration = Duration::from_millis(2);

/// How many batches a task works through before others get a turn, however fast it is.
const TURN_BATCHES: usize = 1_024;

/// Runs a task to its end.
///
/// # Errors
/// What ended it before: an error of user code, or a panic.
pub async fn run(task: PlannedTask, control: JobControl, env: Env) -> Result<()> {
    let since = env.clock().monotonic();
    let segments = task.segments;
    let mut turning = Turning { segments, control, env, turn: 0, batches: 0, since };
    let work = AssertUnwindSafe(turning.work()).catch_unwind();
    work.await.unwrap_or_else(|payload| Err(operator::panicked(&*payload)))
}

struct Turning {
    segments: Vec<Box<dyn Run>>,
    control: JobControl,
    env: Env,
    turn: usize,
    /// How many batches were worked through since others had a turn, and since when.
    batches: usize,
    since: Monotonic,
}

impl Turning {
    async fn work(&mut self) -> Result<()> {
        while !self.has_ended() {
            if let Some(at) = self.fetch_local() {
                self.drive(at).await?;
            } else if let Some(at) = self.fetch_outside()? {
                self.drive(at).await?;
                self.give_way().await;
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

    /// The last segment that has something from another one.
    fn fetch_local(&mut self) -> Option<usize> {
        self.segments.iter_mut().rposition(|segment| segment.fetch_local())
    }

    /// The next segment, in turn, that has something from outside.
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

    fn fetch_outside(&mut self) -> Result<Option<usize>> {
        // The waker is not needed: before waiting, everything is asked once more with a real one.
        let mut cx = Context::from_waker(std::task::Waker::noop());
        match self.poll_outside(&mut cx) {
            Poll::Ready(at) => at.map(Some),
            Poll::Pending => Ok(None),
        }
    }

    async fn drive(&mut self, at: usize) -> Result<()> {
        let Some(segment) = self.segments.get_mut(at) else {
            return Ok(());
        };
        segment.drive()?;
        deliver(segment, Flush::Full).await
    }

    async fn flush(&mut self) -> Result<()> {
        for segment in &mut self.segments {
            deliver(segment, Flush::All).await?;
        }
        Ok(())
    }

    /// Waits until something comes from outside, or the job is told to drain.
    async fn wait(&mut self) -> Result<()> {
        let drain = self.control.drain.clone();
        let drained = drain.is_cancelled();
        let told = async {
            if drained {
                std::future::pending::<()>().await;
            }
            drain.cancelled().await;
        };
        let fetched = std::future::poll_fn(|cx| self.poll_outside(cx));
        tokio::select! {
            biased;
            at = fetched => {
                // What was fetched stays with its segment; the segment is asked again, and first.
                self.turn = at?;
                Ok(())
            }
            () = told => Ok(()),
        }
    }

    /// Lets other tasks of this thread run, and an abort take effect.
    async fn give_way(&mut self) {
        self.batches += 1;
        let now = self.env.clock().monotonic();
        if self.batches >= TURN_BATCHES || now.since(self.since) >= TURN {
            tokio::task::yield_now().await;
            self.batches = 0;
            self.since = self.env.clock().monotonic();
        }
    }
}

async fn deliver(segment: &mut Box<dyn Run>, flush: Flush) -> Result<()> {
    match segment.try_deliver(flush)? {
        Flushed::Done => Ok(()),
        Flushed::MustWait => segment.deliver(flush).await,
    }
}
