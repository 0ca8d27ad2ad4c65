//! The loop of a task: runs the segments of one instance of a stage until they have ended.
//!
//! Each step does the first of these that applies:
//! 1. Drive a segment that has events from another segment of the task, the last such segment
//!    first: nothing piles up between segments. The rest of a batch that took longer than a turn
//!    comes after the others, so a slow segment does not delay a fast one.
//! 2. Fetch one batch from outside the task and drive it, the segments taking turns: no input
//!    starves. A segment whose barrier has come waits for that of the others.
//! 3. Flush partial batches, then wait for input: at a low rate batching adds no latency. With
//!    calls of operators in flight, yield once before that: they may return at once.
//!
//! After each batch, the segment sends its full batches and waits for room downstream. Meanwhile
//! the task fetches nothing, so its own input channels fill up: that is backpressure, task by task,
//! up to the sources.
//!
//! However busy it is, a task flushes its partial batches at an interval of half of
//! [`Config::flush_within`](crate::job::Config::flush_within), and yields after a
//! [turn](TaskClock::turn). There is no timer for either: the clock is read once per batch. A task
//! that waits for room downstream flushes its other outputs first.
//!
//! What it waits for, and how long, is noted in its [`TaskPhases`]: at a wait that is really one,
//! and at its end. A task that never waits changes no phase.

mod aligned;
mod blocked;

use self::aligned::AlignedSegments;
use crate::control::{JobControl, TaskClock};
use crate::env::Env;
use crate::error::Result;
use crate::exchange::{Flush, Flushed};
use crate::lowering::PlannedTask;
use crate::metrics::{TaskPhase, TaskPhases};
use crate::operator;
use crate::stage::{LocalWork, Run, WaitsFor};
use crate::time::Monotonic;
use futures::FutureExt;
use std::future::poll_fn;
use std::panic::AssertUnwindSafe;
use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::Duration;

/// How many batches a task processes before it flushes and yields, however fast it is.
const TURN_BATCHES: usize = 1_024;

/// Runs a task until all its segments have ended. No event waits longer than `bound` in a partial
/// batch, except for room downstream.
///
/// # Errors
/// If user code fails or panics, or a task downstream is gone.
///
/// # Cancel safety
/// Not cancel safe: dropping the future aborts the task, and its events in flight are lost.
pub async fn run(task: PlannedTask, control: JobControl, env: Env, bound: Duration) -> Result<()> {
    let clock = TaskClock::new(env, bound);
    let mut segments = task.segments;
    segments.iter_mut().for_each(|segment| segment.attach(&clock));
    let (began, flushed, phases) = (clock.last(), clock.last(), task.phases);
    phases.enter(TaskPhase::Busy, began);
    let aligned = AlignedSegments::of(&segments);
    let mut task_loop =
        TaskLoop { segments, control, clock, phases, aligned, next: 0, batches: 0, began, flushed };
    let work = AssertUnwindSafe(task_loop.work()).catch_unwind();
    work.await.unwrap_or_else(|payload| Err(operator::panicked(&*payload)))
}

/// How long calls in flight take, as far as a task knows.
///
/// A call that only yields returns as soon as the task has yielded too. To send each of its results
/// on its own would cost more than the call.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum CallTimes {
    /// They may return at once: the task yields before it flushes.
    MayReturn,
    /// They take longer.
    Take,
}

/// When a segment had room for what it has delivered.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Room {
    /// At once.
    AtOnce,
    /// After the task has waited for it, in which time other segments went on.
    AfterWait,
}

impl Room {
    /// That of two deliveries.
    fn and(self, other: Self) -> Self {
        if self == Self::AtOnce { other } else { self }
    }
}

struct TaskLoop {
    /// In the order in which data flows.
    segments: Vec<Box<dyn Run>>,
    /// Wakes a waiting task when the job is drained.
    control: JobControl,
    /// Read at the end of each batch, by the root that drove it.
    clock: TaskClock,
    /// How it spends its time.
    phases: Arc<TaskPhases>,
    /// Which segments are not read from outside, since the barrier of others is yet to come.
    aligned: AlignedSegments,
    /// The segment to ask first for input from outside.
    next: usize,
    /// Batches processed in this turn.
    batches: usize,
    /// When the turn began.
    began: Monotonic,
    /// When all segments were last flushed.
    flushed: Monotonic,
}

impl TaskLoop {
    /// Takes turns until all segments have ended.
    async fn work(&mut self) -> Result<()> {
        let mut calls = CallTimes::MayReturn;
        while !self.has_ended() {
            if let Some(at) = self.fetch_local() {
                self.drive(at).await?;
            } else if let Some(at) = self.fetch_outside()? {
                self.drive(at).await?;
            } else if calls == CallTimes::MayReturn && self.awaits_calls() {
                tokio::task::yield_now().await;
                calls = CallTimes::Take;
                continue;
            } else {
                self.flush().await?;
                if !self.has_ended() && self.fetch_local().is_none() {
                    self.wait().await?;
                }
                continue;
            }
            calls = CallTimes::MayReturn;
            self.end_turn_if_due().await?;
        }
        // A segment may have ended while another waited for room.
        self.flush().await
    }

    /// Whether calls of operators are in flight.
    fn awaits_calls(&self) -> bool {
        self.segments.iter().any(|segment| segment.awaits())
    }

    fn has_ended(&self) -> bool {
        self.segments.iter().all(|segment| segment.has_ended())
    }

    /// The last segment with something to drive from another segment.
    fn fetch_local(&mut self) -> Option<usize> {
        let segments = &mut self.segments;
        let mut fetch = |work| segments.iter_mut().rposition(|segment| segment.fetch_local(work));
        fetch(LocalWork::Next).or_else(|| fetch(LocalWork::Rest))
    }

    /// The next segment, round robin, with something to drive from outside. While one holds back,
    /// the others have only what is due, and calls that have returned. One that is ahead of the
    /// others by a barrier has only calls that have returned.
    fn poll_outside(&mut self, cx: &mut Context<'_>) -> Poll<Result<usize>> {
        let count = self.segments.len();
        let held = self.segments.iter().any(|segment| segment.holds_back());
        for step in 0..count {
            let at = (self.next + step) % count;
            let Some(segment) = self.segments.get_mut(at) else {
                continue;
            };
            let polled = if self.aligned.is_ahead(at) {
                segment.poll_calls(cx).map(Ok)
            } else if held && !segment.holds_back() {
                let ready = segment.poll_calls(cx).is_ready() || segment.poll_due(cx).is_ready();
                if ready { Poll::Ready(Ok(())) } else { Poll::Pending }
            } else {
                segment.poll_fetch(cx)
            };
            if let Poll::Ready(fetched) = polled {
                // The turns of a segment that holds the others back are not theirs.
                self.next = if held { self.next } else { at + 1 };
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
        let before = self.clock.last();
        if let Some(segment) = self.segments.get_mut(at) {
            segment.drive()?;
            self.aligned.note(at, &**segment);
        }
        if self.clock.last() == before {
            // It was a mark: roots read the clock after batches.
            self.clock.read();
        }
        self.deliver(at, Flush::Full).await.map(drop)
    }

    /// Sends partial batches too. While one segment waits for room, calls of the others return and
    /// may find none either: then all are asked once more, until none has waited.
    async fn flush(&mut self) -> Result<()> {
        let mut room = Room::AfterWait;
        while room == Room::AfterWait {
            room = Room::AtOnce;
            for at in 0..self.segments.len() {
                room = room.and(self.deliver(at, Flush::All).await?);
            }
        }
        self.flushed = self.clock.last();
        Ok(())
    }

    /// Delivers, without the cost of a boxed future unless it has to wait.
    async fn deliver(&mut self, at: usize, flush: Flush) -> Result<Room> {
        let Some(segment) = self.segments.get_mut(at) else { return Ok(Room::AtOnce) };
        match segment.try_deliver(flush)? {
            Flushed::Done => Ok(Room::AtOnce),
            Flushed::MustWait => self.deliver_waiting(at, flush).await,
        }
    }

    /// Waits for room. Only calls in flight can fill partial batches meanwhile: those that have
    /// room are sent.
    async fn deliver_waiting(&mut self, at: usize, flush: Flush) -> Result<Room> {
        let Some((before, [segment, after @ ..])) = self.segments.split_at_mut_checked(at) else {
            return Ok(Room::AtOnce);
        };
        let can_redeliver = segment.can_redeliver();
        self.phases.forget_full();
        let mut delivery = segment.deliver(flush);
        let at_once = poll_fn(|cx| Poll::Ready(delivery.poll_unpin(cx))).await;
        let outcome = match at_once {
            Poll::Ready(outcome) => outcome.map(|()| Room::AtOnce),
            Poll::Pending => {
                let others = blocked::others(before.iter_mut().chain(after.iter_mut()))?;
                if can_redeliver {
                    drop(delivery);
                    segment.try_deliver(Flush::Room)?;
                    delivery = segment.deliver(flush);
                }
                let noted = (&*self.phases, &self.clock);
                let outcome = blocked::deliver(delivery, others, noted).await;
                self.phases.enter(TaskPhase::Busy, self.clock.read());
                return outcome.map(|()| Room::AfterWait);
            }
        };
        self.clock.read();
        outcome
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
        let mut waited = false;
        let fetched = poll_fn(|cx| {
            let fetched = self.poll_outside(cx);
            if fetched.is_pending() && !std::mem::replace(&mut waited, true) {
                self.phases.enter(self.rest(), self.clock.read());
            }
            fetched
        });
        let fetched = tokio::select! {
            biased;
            at = fetched => Some(at?),
            () = draining => None,
        };
        if let Some(at) = fetched {
            // What was fetched stays in its segment, which is asked again, and first.
            self.next = at;
        }
        let now = self.clock.read();
        if waited {
            self.phases.enter(TaskPhase::Busy, now);
            (self.began, self.flushed, self.batches) = (now, now, 0);
        }
        Ok(())
    }

    /// The phase of waiting for input, calls or time.
    fn rest(&self) -> TaskPhase {
        let mut rest = TaskPhase::Idle;
        for segment in &self.segments {
            match segment.waits_for() {
                WaitsFor::Input => {}
                WaitsFor::Calls => rest = TaskPhase::Awaiting,
                WaitsFor::Rate => return TaskPhase::Blocked,
            }
        }
        rest
    }

    /// Flushes and yields if it is time: what was emitted is seen, other tasks of this thread run,
    /// timers fire, and an abort takes effect.
    async fn end_turn_if_due(&mut self) -> Result<()> {
        self.batches += 1;
        let (now, enough) = (self.clock.last(), self.batches >= TURN_BATCHES);
        if enough || now.since(self.flushed) >= self.clock.flush_interval() {
            self.flush().await?;
        }
        if enough || now.since(self.began) >= self.clock.turn() {
            tokio::task::yield_now().await;
            self.batches = 0;
            self.began = self.clock.read();
            self.drive_due().await?;
        }
        Ok(())
    }

    /// Drives what is due by the clock, in any segment: some may have no events while others do.
    async fn drive_due(&mut self) -> Result<()> {
        for at in 0..self.segments.len() {
            if self.aligned.is_ahead(at) {
                continue;
            }
            let due = poll_fn(|cx| {
                let segment = self.segments.get_mut(at);
                Poll::Ready(segment.is_some_and(|segment| segment.poll_due(cx).is_ready()))
            });
            if due.await {
                self.drive(at).await?;
            }
        }
        Ok(())
    }
}

impl Drop for TaskLoop {
    /// A task that has ended, or was aborted, is idle.
    fn drop(&mut self) {
        self.phases.enter(TaskPhase::Idle, self.clock.read());
    }
}
