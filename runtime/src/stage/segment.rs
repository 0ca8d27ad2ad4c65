//! What a task schedules: a chain and its tail, with their types erased.

use super::{Chain, ForWay, LocalWork, Tail, Turn, Way};
use crate::control::TaskClock;
use crate::error::Result;
use crate::event::Epoch;
use crate::exchange::{Flush, Flushed, Outbox};
use futures::future::BoxFuture;
use std::marker::PhantomData;
use std::task::{Context, Poll};

/// What a task calls in turn on each of its segments: fetch, drive, deliver.
///
/// A fetched batch or mark stays in the segment until [`drive`](Self::drive) processes it, so it
/// survives a cancelled wait. After each `drive` the task delivers; it does not fetch again before
/// that is done. Nothing but [`deliver`](Self::deliver) waits for downstream.
pub trait Run: Send + 'static {
    /// Attaches the clock of its task; called once, before anything is fetched.
    fn attach(&mut self, clock: &TaskClock);

    /// Fetches from another segment of this task; whether there is something to drive.
    fn fetch_local(&mut self, work: LocalWork) -> bool;

    /// Fetches from outside the task (a source, a channel, a timer); ready once there is something
    /// to drive.
    ///
    /// # Errors
    /// If a source fails, or an input sends a barrier out of order; the job fails with it.
    fn poll_fetch(&mut self, cx: &mut Context<'_>) -> Poll<Result<()>>;

    /// Ready if something is due by the job's clock, to be driven next. Polled at the end of each
    /// turn, also while there are events at hand.
    fn poll_due(&mut self, cx: &mut Context<'_>) -> Poll<()>;

    /// Processes what was fetched: one mark, or one batch for at most a turn; what is left of it is
    /// fetched again. Without one, it does nothing.
    ///
    /// # Errors
    /// If user code or a sink fails; the job fails with it.
    fn drive(&mut self) -> Result<()>;

    /// Sends what fits downstream, main output and side outputs, without waiting.
    ///
    /// # Errors
    /// If a receiving task is gone.
    fn try_deliver(&mut self, flush: Flush) -> Result<Flushed>;

    /// Sends everything that `flush` asks for, waiting for room. This wait is the backpressure.
    ///
    /// # Errors
    /// If a receiving task is gone, or an operator that awaits fails.
    ///
    /// # Cancel safety
    /// Not cancel safe where the tail is a sink: its calls are abandoned. A task is dropped as a
    /// whole when its job is aborted, never continued.
    fn deliver(&mut self, flush: Flush) -> BoxFuture<'_, Result<()>>;

    /// Ready if there is something to drive because of calls in flight. Polled also while another
    /// segment of the task waits for room.
    fn poll_calls(&mut self, _: &mut Context<'_>) -> Poll<()> {
        Poll::Pending
    }

    /// Whether it has more than it can begin with: its task fetches nothing from outside then,
    /// since that might be for this segment too.
    fn holds_back(&self) -> bool {
        false
    }

    /// What it waits for if it has nothing to drive.
    fn waits_for(&self) -> WaitsFor {
        WaitsFor::Input
    }

    /// Whether calls are in flight, or have returned and were not driven.
    fn awaits(&self) -> bool {
        false
    }

    /// Whether a [`deliver`](Self::deliver) may be dropped while it waits, and begun again.
    fn can_redeliver(&self) -> bool;

    /// The epoch whose barrier its root receives next from outside the task; none if it receives
    /// nothing from there, or that has ended.
    fn awaited(&self) -> Option<Epoch>;

    /// Whether the end mark has passed the tail. Once all segments have ended, so has the task.
    fn has_ended(&self) -> bool;
}

/// What a segment waits for while its task has nothing to drive.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum WaitsFor {
    /// Events or marks.
    Input,
    /// Calls in flight: nothing may begin before one of them returns.
    Calls,
    /// Its turn at a declared rate.
    Rate,
}

/// A chain that ends in a tail, as one unit of a task.
#[derive(Debug)]
pub struct Segment<C, T> {
    /// Root and links: fetches and transforms; holds the side outputs.
    chain: C,
    /// Where events leave; drives the chain into itself.
    tail: T,
}

impl<C, T> Segment<C, T> {
    /// A segment of `chain`, which emits into `tail`.
    pub fn new(chain: C, tail: T) -> Self {
        Self { chain, tail }
    }
}

impl<C: Chain, T: Tail<C::Out>> Segment<C, T> {
    /// The loop over events. Not inlined: a loop around it would cost it registers.
    #[inline(never)]
    fn drive_slice<W: Way>(&mut self) -> Result<()> {
        self.tail.drive::<W, C>(&mut self.chain)
    }
}

/// The loop that looks ahead.
#[cfg(any(test, millstream_looks_ahead, not(debug_assertions)))]
fn ahead<C: Chain, T: Tail<C::Out>, W: Way>() -> fn(&mut Segment<C, T>) -> Result<()> {
    if const { C::LOOKS_AHEAD } {
        return Segment::drive_slice::<super::way::LookingAhead<W>>;
    }
    Segment::drive_slice::<W>
}

/// Builds with debug assertions do without: what matters there is the time to compile it.
#[cfg(not(any(test, millstream_looks_ahead, not(debug_assertions))))]
fn ahead<C: Chain, T: Tail<C::Out>, W: Way>() -> fn(&mut Segment<C, T>) -> Result<()> {
    Segment::drive_slice::<W>
}

/// The loop over events for each way through a chain, with or without looking ahead.
struct LoopFor<C, T> {
    looks_ahead: bool,
    of: PhantomData<fn(C, T)>,
}

impl<C: Chain, T: Tail<C::Out>> ForWay for LoopFor<C, T> {
    type Value = fn(&mut Segment<C, T>) -> Result<()>;

    fn of<W: Way>(self) -> Self::Value {
        if self.looks_ahead { ahead::<C, T, W>() } else { Segment::drive_slice::<W> }
    }
}

impl<C: Chain, T: Tail<C::Out>> Run for Segment<C, T> {
    fn attach(&mut self, clock: &TaskClock) {
        self.chain.attach(clock);
    }

    fn fetch_local(&mut self, work: LocalWork) -> bool {
        self.chain.fetch_local(work)
    }

    fn poll_fetch(&mut self, cx: &mut Context<'_>) -> Poll<Result<()>> {
        self.chain.poll_fetch(cx)
    }

    fn poll_due(&mut self, cx: &mut Context<'_>) -> Poll<()> {
        self.chain.poll_due(cx)
    }

    fn drive(&mut self) -> Result<()> {
        match self.chain.turn() {
            Turn::Batch => {
                let looks_ahead = self.chain.looks_ahead();
                let drive_slice = self.chain.way(LoopFor::<C, T> { looks_ahead, of: PhantomData });
                drive_slice(self)?;
                while self.chain.goes_on() {
                    drive_slice(self)?;
                }
                Ok(())
            }
            Turn::Mark => self.tail.pass(&mut self.chain),
        }
    }

    fn try_deliver(&mut self, flush: Flush) -> Result<Flushed> {
        let mut progress = self.tail.try_flush(flush);
        self.chain.sides(&mut try_flush(flush, &mut progress));
        progress
    }

    fn deliver(&mut self, flush: Flush) -> BoxFuture<'_, Result<()>> {
        let mut sides = Vec::new();
        self.chain.sides(&mut |side| sides.push(side));
        Box::pin(deliver_all(&mut self.tail, sides, flush))
    }

    fn can_redeliver(&self) -> bool {
        T::REDELIVERS
    }

    fn awaited(&self) -> Option<Epoch> {
        self.chain.awaited()
    }

    fn has_ended(&self) -> bool {
        self.tail.has_ended()
    }
}

/// Flushes a side output too, unless another output has failed.
pub(super) fn try_flush(
    flush: Flush,
    progress: &mut Result<Flushed>,
) -> impl FnMut(&mut dyn Outbox) {
    move |side| {
        if let Ok(others) = *progress {
            *progress = side.try_flush(flush).map(|side| others.and(side));
        }
    }
}

/// Flushes the main output, then the side outputs. Without type parameters, so compiled only once.
pub(super) async fn deliver_all(
    output: &mut dyn Outbox,
    mut sides: Vec<&mut dyn Outbox>,
    flush: Flush,
) -> Result<()> {
    for side in &mut sides {
        // The output may wait for long.
        side.try_flush(Flush::Room)?;
    }
    output.flush(flush).await?;
    for side in sides {
        side.flush(flush).await?;
    }
    Ok(())
}
