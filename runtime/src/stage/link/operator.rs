//! An operator that never awaits, keyed or not.

use super::{DueTurn, Link};
use crate::env::Env;
use crate::error::Result;
use crate::event::{Mark, Meta};
use crate::key::KeyHash;
use crate::operator::{Emit, Step, TimerUse};
use crate::stage::VisitSides;
use crate::stage::instance::{Asker, BatchCounts, StateSlot, States, StepCore, TimerDriver};
use crate::state::{self, Until};
use crate::time::EventTime;
use std::fmt;
use std::marker::PhantomData;
use std::task::{Context, Poll};

/// Runs an operator that never awaits inside the loop of its chain; `X` looks up its state.
///
/// Whether the operator sets timers is a constant: without them, its loop contains no timer code.
pub struct OperatorLink<O: Step<T>, X: States<In, T>, In, T> {
    /// The operator and what surrounds a call.
    core: StepCore<O, O::Error>,
    /// The state of each key, or none.
    states: X,
    /// The timers of each key; unused if the operator sets none.
    timers: TimerDriver<X::Key>,
    /// Events emitted in earlier turns of the current batch.
    emitted: u64,
    events: PhantomData<fn(In, T)>,
}

impl<O: Step<T>, X: States<In, T>, In, T> fmt::Debug for OperatorLink<O, X, In, T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("OperatorLink").field("core", &self.core).finish_non_exhaustive()
    }
}

impl<O: Step<T>, X: States<In, T, State = O::State>, In, T> OperatorLink<O, X, In, T> {
    /// An operator whose state is empty.
    pub fn new(core: StepCore<O, O::Error>, env: Env) -> Self {
        let (states, timers) = (X::default(), TimerDriver::new(env));
        Self { core, states, timers, emitted: 0, events: PhantomData }
    }

    /// Whether the operator sets timers.
    const TIMERS: bool = matches!(O::TIMERS, TimerUse::Some);

    /// Calls the operator for every due timer, including those that these calls set.
    fn fire<E: Emit<O::Out>>(
        &mut self,
        counts: &mut BatchCounts,
        (until, watermark): (Until, EventTime),
        into: &mut E,
    ) -> Result<()> {
        while let Some(state::DueTimer { timer, hash, key }) = self.timers.next(until) {
            let mut slot = self.states.of_key(hash, &key);
            let ctx = self.core.on_timer(counts, (timer, watermark), slot.state(), into)?;
            if ctx.forgets_key() {
                slot.remove();
            }
            let unfired = self.timers.note(&ctx, hash, &key, Asker::Timer(until));
            self.core.count_unfired(unfired);
        }
        Ok(())
    }

    /// [`event`](Link::event) of an operator that sets timers.
    #[inline(always)]
    fn timed<E: Emit<O::Out>>(
        &mut self,
        counts: &mut BatchCounts,
        event: In,
        (meta, watermark): (Meta, EventTime),
        into: &mut E,
    ) -> Result<()> {
        let (hash, key): (KeyHash, X::Key) = (meta.hash, X::key(&event));
        self.timers.observe(meta.time);
        let (event, mut slot) = self.states.find(event, meta);
        let ctx = self.core.step(counts, (event, meta, watermark), slot.state(), into)?;
        if ctx.forgets_key() {
            slot.remove();
        } else {
            drop(slot);
        }
        let unfired = self.timers.note(&ctx, hash, &key, Asker::Event);
        self.core.count_unfired(unfired);
        self.fire(counts, (Until::Watermark(watermark), watermark), into)
    }
}

impl<O, X, In, T> Link<In> for OperatorLink<O, X, In, T>
where
    O: Step<T>,
    X: States<In, T, State = O::State>,
    In: 'static,
    T: 'static,
{
    type Out = O::Out;
    type Hot = BatchCounts;
    const WAITS: bool = Self::TIMERS;

    #[inline(always)]
    fn begin(&mut self) -> BatchCounts {
        BatchCounts::default()
    }

    #[inline(always)]
    fn event<E: Emit<O::Out>>(
        &mut self,
        counts: &mut BatchCounts,
        event: In,
        (meta, watermark): (Meta, EventTime),
        into: &mut E,
    ) -> Result<()> {
        if const { Self::TIMERS } {
            return self.timed(counts, event, (meta, watermark), into);
        }
        let (event, mut slot) = self.states.find(event, meta);
        let ctx = self.core.step(counts, (event, meta, watermark), slot.state(), into)?;
        if ctx.forgets_key() {
            slot.remove();
        }
        Ok(())
    }

    #[inline(always)]
    fn watermark<E: Emit<O::Out>>(
        &mut self,
        counts: &mut BatchCounts,
        watermark: EventTime,
        into: &mut E,
    ) -> Result<Option<EventTime>> {
        if const { Self::TIMERS } {
            self.fire(counts, (Until::Watermark(watermark), watermark), into)?;
            if let Some(due) = self.timers.last_pass(watermark) {
                self.fire(counts, due, into)?;
            }
        }
        Ok(Some(watermark))
    }

    #[inline(always)]
    fn slice_end(&mut self, counts: &mut BatchCounts) {
        let mut copy = std::mem::take(counts);
        self.emitted += self.core.count::<T>(&mut copy);
    }

    #[inline(always)]
    fn batch_end<E: Emit<O::Out>>(
        &mut self,
        counts: &mut BatchCounts,
        _: u64,
        _: &mut E,
    ) -> Result<u64> {
        // A copy: the address of `counts` never escapes, so they stay in registers.
        let mut copy = std::mem::take(counts);
        Ok(std::mem::take(&mut self.emitted) + self.core.count::<T>(&mut copy))
    }

    fn is_due(&self) -> bool {
        self.timers.is_due()
    }

    fn due<E: Emit<O::Out>>(
        &mut self,
        counts: &mut BatchCounts,
        watermark: EventTime,
        into: &mut E,
    ) -> Result<DueTurn> {
        let due = self.timers.take_due();
        if let Some(until) = self.timers.clock() {
            self.fire(counts, (until, watermark), into)?;
        }
        Ok(if due { DueTurn::Batch } else { DueTurn::Nothing })
    }

    fn poll_due(&mut self, cx: &mut Context<'_>) -> Poll<()> {
        self.timers.poll(cx)
    }

    fn interrupt(&mut self) {
        self.timers.interrupt();
    }

    fn sides<'a>(&'a mut self, visit: VisitSides<'_, 'a>) {
        if let Some(errors) = &mut self.core.errors {
            visit(errors);
        }
    }

    #[inline(always)]
    fn mark_sides(&mut self, mark: Mark) -> Result<()> {
        self.core.errors.as_mut().map_or(Ok(()), |errors| errors.mark(mark))
    }

    #[inline(always)]
    fn end_batch_of_sides(&mut self) -> Result<()> {
        self.core.errors.as_mut().map_or(Ok(()), |errors| errors.batch_end(0))
    }
}
