//! An operator that never awaits, keyed or not.

use super::{DueTurn, Link};
use crate::checkpoint::{PartKind, RowsWriter};
use crate::env::Env;
use crate::error::Result;
use crate::event::{Mark, Meta, Passed};
use crate::key::KeyHash;
use crate::metrics::{StepFlow, StepKind};
use crate::mutant::Mutant;
use crate::operator::{Emit, Keying, Reported, Step, TimerUse};
use crate::stage::VisitSides;
use crate::stage::instance::{
    Asker, BatchCounts, Keeper, StateSlot, States, StepCore, TimerDriver, WaitingEvents, passed_of,
    time_of,
};
use crate::state::{self, Until, WrittenShapes};
use crate::time::EventTime;
use std::fmt;
use std::marker::PhantomData;
use std::sync::Arc;
use std::task::{Context, Poll};

/// Runs an operator that never awaits inside the loop of its chain; `X` looks up its state.
///
/// Whether the operator sets timers is a constant: without them, its loop contains no timer code.
pub struct OperatorLink<O: Step<T>, X: States<In, T>, In, T> {
    /// The operator and what surrounds a call.
    core: StepCore<O, Reported<O, T>>,
    /// The state of each key, or none.
    states: X,
    /// The timers of each key; unused if the operator sets none.
    timers: TimerDriver<X::Key>,
    /// Events that wait for a timer of their key.
    waiting: WaitingEvents<X::Key, In>,
    /// What the split of the events being received had passed.
    passed: Passed,
    /// Events emitted in earlier slices of the current batch.
    emitted: u64,
    /// Counts events that wait.
    flow: Arc<StepFlow>,
    /// Memory for events that are looked at ahead of their calls.
    group: Vec<(In, Meta)>,
    events: PhantomData<fn(T)>,
}

impl<O: Step<T>, X: States<In, T>, In, T> fmt::Debug for OperatorLink<O, X, In, T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("OperatorLink").field("core", &self.core).finish_non_exhaustive()
    }
}

impl<O: Step<T>, X: States<In, T, State = O::State>, In, T: Send> OperatorLink<O, X, In, T> {
    /// An operator that begins with these states.
    pub fn new(core: StepCore<O, Reported<O, T>>, states: X, env: Env) -> Self {
        let flow = core.counters.add_step(StepKind::Operator(core.step_shape()));
        Self {
            core,
            states,
            timers: TimerDriver::new(env),
            waiting: WaitingEvents::default(),
            passed: Passed::NOTHING,
            emitted: 0,
            flow,
            group: Vec::new(),
            events: PhantomData,
        }
    }

    /// Adds the counts of a batch to the counters; returns the number of events emitted.
    #[inline(always)]
    fn count(&mut self, counts: &mut BatchCounts) -> u64 {
        if const { Self::TIMERS } {
            self.flow.buffered.set(self.waiting.events());
        }
        self.show();
        self.core.count::<T>(counts)
    }

    /// Shows how many keys have a state.
    #[inline(always)]
    fn show(&self) {
        if let Some(rows) = self.states.rows() {
            self.core.counters.shown.states.set(rows as u64);
        }
    }

    fn keeper(&mut self) -> Keeper<'_, In, T, X> {
        let Self { states, timers, waiting, .. } = self;
        Keeper { states, timers, waiting }
    }

    /// Whether the operator sets timers.
    const TIMERS: bool = matches!(O::Keying::TIMERS, TimerUse::Some);

    /// Whether time matters to it: it sets timers, or its states expire.
    const MINDS_TIME: bool = Self::TIMERS || X::EXPIRES;

    /// The event time of a call; nothing that matters unless states expire.
    #[inline(always)]
    fn now(meta: Meta, passed: Passed, watermark: EventTime) -> EventTime {
        if const { X::EXPIRES } { passed.present(meta.time, watermark) } else { EventTime::MIN }
    }

    /// Calls the operator for every due timer, including those that these calls set.
    fn fire<E: Emit<O::Out>>(
        &mut self,
        counts: &mut BatchCounts,
        (until, watermark): (Until, EventTime),
        into: &mut E,
    ) -> Result<()> {
        let mut fired = 0_u64;
        while let Some(state::DueTimer { timer, hash, key, passed }) = self.timers.next(until) {
            into.passed(passed_of(timer, passed, watermark))?;
            fired += 1;
            let mut slot = self.states.of_key(hash, &key, time_of(timer, watermark));
            let ctx = self.core.on_timer(counts, (timer, watermark), slot.state(), into)?;
            if ctx.forgets_key() {
                slot.remove();
            } else {
                drop(slot);
            }
            let unfired = self.timers.note(&ctx, (hash, &key), (Asker::Timer(until), passed));
            self.core.count_unfired(unfired);
            self.release(counts, (hash, &key), watermark, into)?;
        }
        if fired == 0 { Ok(()) } else { into.passed(self.passed) }
    }

    /// Processes the events of a key that no longer wait for a timer of it.
    fn release<E: Emit<O::Out>>(
        &mut self,
        counts: &mut BatchCounts,
        (hash, key): (KeyHash, &X::Key),
        watermark: EventTime,
        into: &mut E,
    ) -> Result<()> {
        if self.waiting.is_empty() {
            return Ok(());
        }
        while let Some(passed) = self.waiting.first(hash, key)
            && !self.timers.precede(passed, hash, key)
            && let Some((event, meta, passed)) = self.waiting.take(hash, key)
        {
            into.passed(passed)?;
            self.call(counts, (event, meta, passed), (key, watermark), into)?;
        }
        into.passed(self.passed)
    }

    /// Processes an event and sets the timers that the operator asks for.
    #[inline(always)]
    fn call<E: Emit<O::Out>>(
        &mut self,
        counts: &mut BatchCounts,
        (event, meta, passed): (In, Meta, Passed),
        (key, watermark): (&X::Key, EventTime),
        into: &mut E,
    ) -> Result<()> {
        let now = Self::now(meta, passed, watermark);
        let (event, mut slot) = self.states.find(event, meta, now);
        let ctx = self.core.step(counts, (event, meta, watermark), slot.state(), into)?;
        if ctx.forgets_key() {
            slot.remove();
        } else {
            drop(slot);
        }
        let unfired = self.timers.note(&ctx, (meta.hash, key), (Asker::Event, passed));
        self.core.count_unfired(unfired);
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
        let passed = self.passed;
        let until = passed.timers_until();
        if until > watermark && self.timers.precede(until, hash, &key) {
            if const { X::KEPT } {
                // Its row has changed, though its state has not.
                self.states.mark(hash, &key);
            }
            self.waiting.add(key, (event, meta, passed));
            return Ok(());
        }
        self.call(counts, (event, meta, passed), (&key, watermark), into)?;
        self.release(counts, (hash, &key), watermark, into)?;
        self.fire(counts, (Until::Watermark(watermark), watermark), into)
    }
}

impl<O, X, In, T> Link<In> for OperatorLink<O, X, In, T>
where
    O: Step<T>,
    X: States<In, T, State = O::State>,
    In: Send + 'static,
    T: Send + 'static,
{
    type Out = O::Out;
    type Hot = BatchCounts;
    const WAITS: bool = Self::MINDS_TIME;
    const KEEPS: Option<PartKind> = if X::KEPT { Some(PartKind::Rows) } else { None };
    const HANDLES_MARKS: bool = Self::MINDS_TIME;
    /// Not for large events: they would be moved twice more.
    const LOOKS_AHEAD: bool = X::LOOKS_AHEAD && !Self::TIMERS && size_of::<In>() <= 256;

    fn looks_ahead(&self) -> bool {
        self.states.are_far()
    }

    #[inline(always)]
    fn look_at(&self, event: &In, meta: Meta) {
        self.states.look_at(event, meta);
    }

    fn group(&mut self) -> Option<&mut Vec<(In, Meta)>> {
        Some(&mut self.group)
    }

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
        if Mutant::LostBeforeOperator.strikes() {
            return Ok(());
        }
        if const { Self::TIMERS } {
            return self.timed(counts, event, (meta, watermark), into);
        }
        let now = Self::now(meta, self.passed, watermark);
        let (event, mut slot) = self.states.find(event, meta, now);
        let ctx = self.core.step(counts, (event, meta, watermark), slot.state(), into)?;
        if ctx.forgets_key() {
            slot.remove();
        }
        Ok(())
    }

    #[inline(always)]
    fn passed(&mut self, passed: Passed) -> Option<Passed> {
        if const { Self::MINDS_TIME } {
            self.passed = passed;
        }
        Some(passed)
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
        if const { X::EXPIRES } {
            self.states.expire(watermark);
        }
        Ok(Some(watermark))
    }

    #[inline(always)]
    fn slice_end<E: Emit<O::Out>>(&mut self, counts: &mut BatchCounts, _: &mut E) -> Result<()> {
        let mut copy = std::mem::take(counts);
        self.emitted += self.count(&mut copy);
        Ok(())
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
        Ok(std::mem::take(&mut self.emitted) + self.count(&mut copy))
    }

    fn is_due(&self) -> bool {
        self.timers.is_due() || self.states.is_due()
    }

    fn due<E: Emit<O::Out>>(
        &mut self,
        counts: &mut BatchCounts,
        watermark: EventTime,
        into: &mut E,
    ) -> Result<DueTurn> {
        let due = self.timers.take_due() | self.states.take_due();
        self.states.tick();
        let before = *counts;
        if let Some(until) = self.timers.clock() {
            self.fire(counts, (until, watermark), into)?;
        }
        Ok(match due {
            true => DueTurn::Batch,
            false if *counts != before => DueTurn::Emitted,
            false => DueTurn::Nothing,
        })
    }

    fn poll_due(&mut self, cx: &mut Context<'_>) -> Poll<()> {
        let expiry = self.states.poll_expiry(cx);
        if self.timers.poll(cx).is_ready() { Poll::Ready(()) } else { expiry }
    }

    fn interrupt(&mut self) {
        self.timers.interrupt();
        self.states.interrupt();
    }

    fn resume(&mut self) -> EventTime {
        self.states.note_removals();
        self.flow.restored.set(self.waiting.events());
        self.flow.buffered.set(self.waiting.events());
        self.show();
        EventTime::MIN
    }

    fn save(&mut self, _: &mut BatchCounts, into: &mut RowsWriter) -> Result<()> {
        self.keeper().save::<O>(into)
    }

    fn restore(&mut self, key: &[u8], value: &[u8], written: &WrittenShapes) -> Result<()> {
        self.keeper().restore::<O>((key, value), written)
    }

    fn sides<'a>(&'a mut self, visit: VisitSides<'_, 'a>) {
        if let Some(errors) = &mut self.core.errors {
            visit(errors);
        }
    }

    #[inline(always)]
    fn mark_sides(&mut self, mark: Mark) -> Result<()> {
        match &mut self.core.errors {
            Some(errors) => errors.mark(mark),
            None => Ok(()),
        }
    }

    #[inline(always)]
    fn end_batch_of_sides(&mut self) -> Result<()> {
        match &mut self.core.errors {
            Some(errors) => errors.batch_end(0),
            None => Ok(()),
        }
    }
}
