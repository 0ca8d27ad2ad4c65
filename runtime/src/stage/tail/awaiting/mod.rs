//! An operator that awaits: a segment of its own kind, at the end of a chain.
//!
//! Driving a chain cannot wait, so it only fills an inbox. The operator runs in `deliver`, where a
//! segment may wait: one event after the other, with marks in their place among them.

mod clock;
mod event_text;
mod output_state;
mod saved;

use self::event_text::EventText;
use self::output_state::OutputState;
use super::inbox::{Buffered, Inbox};
use crate::checkpoint::Moment;
use crate::control::TaskClock;
use crate::env::Env;
use crate::error::Result;
use crate::event::{Mark, Meta, Passed, Times};
use crate::exchange::{Flush, Flushed};
use crate::key::KeyHash;
use crate::operator::{self, AwaitStep, Emit, Keying, Output, Snapshot, TimerUse};
use crate::stage::instance::{
    Asker, BatchCounts, StateSlot, States, StepCore, TimerDriver, WaitingEvents, passed_of, time_of,
};
use crate::stage::{Chain, LocalWork, Run, Saver, Turn};
use crate::state::{DueTimer, Until};
use crate::time::{EventClock, EventTime};
use futures::future::BoxFuture;
use std::collections::VecDeque;
use std::fmt;
use std::marker::PhantomData;
use std::task::{Context, Poll};

/// Runs an operator that awaits on what a chain emits.
///
/// Memory: the inbox holds what one batch upstream turns into. The task drives the chain again only
/// after the inbox is empty.
pub struct AwaitSegment<C: Chain, O, X, T>
where
    O: AwaitStep<T>,
    X: States<C::Out, T>,
{
    /// Everything upstream of the operator.
    chain: C,
    /// What the chain has emitted and the operator has not processed.
    inbox: VecDeque<Buffered<C::Out>>,
    /// The operator and what surrounds a call.
    core: StepCore<O, O::Error>,
    /// The state of each key, or none.
    states: X,
    /// The timers of each key; unused if the operator sets none.
    timers: TimerDriver<X::Key>,
    /// Events that wait for a timer of their key.
    waiting: WaitingEvents<X::Key, C::Out>,
    /// What the split of the events being processed had passed.
    passed: Passed,
    /// The watermark at the operator: that of the last mark processed, not of the last in the
    /// inbox.
    clock: EventClock,
    /// What the operator sends into; waits for room downstream.
    output: Output<O::Out>,
    /// Whether events downstream carry event time.
    times: Times,
    /// Counts of the current batch.
    counts: BatchCounts,
    /// Whether `output` has something to flush.
    state: OutputState,
    /// Where the states are reported, in a job with checkpoints.
    saver: Option<Saver>,
    events: PhantomData<fn(T)>,
}

impl<C: Chain, O: AwaitStep<T>, X: States<C::Out, T>, T> fmt::Debug for AwaitSegment<C, O, X, T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("AwaitSegment").field("core", &self.core).finish_non_exhaustive()
    }
}

impl<C: Chain, O: AwaitStep<T>, X: States<C::Out, T>, T> AwaitSegment<C, O, X, T> {
    /// An operator on what `chain` emits, sending into `output`.
    pub fn new(
        chain: C,
        core: StepCore<O, O::Error>,
        states: X,
        (output, times): (Output<O::Out>, Times),
        env: Env,
    ) -> Self {
        Self {
            chain,
            inbox: VecDeque::new(),
            core,
            states,
            timers: TimerDriver::new(env),
            waiting: WaitingEvents::default(),
            passed: Passed::NOTHING,
            clock: EventClock::default(),
            output,
            times,
            counts: BatchCounts::default(),
            state: OutputState::Clean,
            saver: None,
            events: PhantomData,
        }
    }
}

impl<C, O, X, T> AwaitSegment<C, O, X, T>
where
    C: Chain<Out: Send>,
    O: AwaitStep<T>,
    X: States<C::Out, T, State = O::State>,
    T: Send + 'static,
{
    /// Calls the operator with one event, then for the timers of event time that are due.
    async fn work(&mut self, event: C::Out, meta: Meta) -> Result<()> {
        let (hash, key, passed) = (meta.hash, X::key(&event), self.passed);
        if O::Keying::TIMERS == TimerUse::None {
            return self.call((event, meta, passed), key).await;
        }
        self.timers.observe(meta.time);
        let watermark = self.clock.watermark();
        let until = passed.timers_until();
        if until > watermark && self.timers.precede(until, hash, &key) {
            if X::KEPT {
                // Its row has changed, though its state has not.
                self.states.mark(hash, &key);
            }
            self.waiting.add(key, (event, meta, passed));
            return Ok(());
        }
        self.call((event, meta, passed), key.clone()).await?;
        self.release((hash, key)).await?;
        self.fire((Until::Watermark(watermark), watermark)).await
    }

    /// Processes the events of a key that no longer wait for a timer of it.
    async fn release(&mut self, (hash, key): (KeyHash, X::Key)) -> Result<()> {
        if self.waiting.is_empty() {
            return Ok(());
        }
        while let Some(passed) = self.waiting.first(hash, &key)
            && !self.timers.precede(passed, hash, &key)
            && let Some((event, meta, passed)) = self.waiting.take(hash, &key)
        {
            self.output.passed(passed);
            self.call((event, meta, passed), key.clone()).await?;
        }
        self.output.passed(self.passed);
        Ok(())
    }

    /// Processes an event and sets the timers that the operator asks for.
    async fn call(
        &mut self,
        (event, meta, passed): (C::Out, Meta, Passed),
        key: X::Key,
    ) -> Result<()> {
        self.states.tick();
        let now = passed.present(meta.time, self.clock.watermark());
        let (event, slot) = self.states.find(event, meta, now);
        let (state, core) = (slot.into_state(), &mut self.core);
        self.counts.events_in += 1;
        let shown = O::describe(&event).text();
        let shown = EventText(shown);
        let (instance, watermark) = (core.place.instance(), self.clock.watermark());
        let mut ctx = operator::Context::new(meta.time, watermark, instance);
        self.output.at(Meta { time: meta.time, ..Meta::default() }, self.times);
        let result = {
            let watch = core.place.watch(self.counts.events_in, &shown);
            let result = core.operator.step(event, state, &mut ctx, &mut self.output).await;
            watch.end();
            result
        };
        self.settle(result, meta.time, &shown)?;
        self.note(&ctx, (meta.hash, &key), (Asker::Event, passed));
        self.core.place.check_timers::<O::Keying>(&ctx, self.counts.events_in)
    }

    /// Calls the operator for every due timer, including those that these calls set.
    async fn fire(&mut self, (until, watermark): (Until, EventTime)) -> Result<()> {
        while let Some(DueTimer { timer, hash, key, passed }) = self.timers.next(until) {
            self.output.passed(passed_of(timer, passed, watermark));
            self.states.tick();
            let core = &mut self.core;
            let (time, instance) = (time_of(timer, watermark), core.place.instance());
            let state = self.states.of_key(hash, &key, time).into_state();
            let mut ctx = operator::Context::new(time, watermark, instance);
            self.output.at(Meta { time, ..Meta::default() }, self.times);
            let result = {
                let watch = core.place.watch(self.counts.events_in, &timer);
                let result = core.operator.on_timer(timer, state, &mut ctx, &mut self.output).await;
                watch.end();
                result
            };
            self.settle(result, time, &timer)?;
            self.core.place.check_timers::<O::Keying>(&ctx, self.counts.events_in)?;
            self.note(&ctx, (hash, &key), (Asker::Timer(until), passed));
            self.release((hash, key)).await?;
        }
        self.output.passed(self.passed);
        Ok(())
    }

    /// Counts what a call has sent, and routes its error or fails the job with it.
    fn settle(
        &mut self,
        result: std::result::Result<(), O::Error>,
        time: EventTime,
        shown: &impl Snapshot,
    ) -> Result<()> {
        self.counts.events_out += self.output.take_sent();
        let Err(error) = result else { return Ok(()) };
        let Some(errors) = &mut self.core.errors else {
            return Err(self.core.place.failed(self.counts.events_in, shown, error));
        };
        self.counts.errors += 1;
        errors.emit(error, Meta { time, ..Meta::default() })
    }

    /// Does what a call has asked for: forgets its key, sets timers.
    fn note(
        &mut self,
        ctx: &operator::Context,
        (hash, key): (KeyHash, &X::Key),
        cause: (Asker, Passed),
    ) {
        if ctx.forgets_key() {
            self.states.of_key(hash, key, EventTime::MIN).remove();
        }
        if O::Keying::TIMERS == TimerUse::Some {
            let unfired = self.timers.note(ctx, (hash, key), cause);
            self.core.count_unfired(unfired);
        }
    }

    /// Fires timers if the mark is a watermark, then forwards it to all outputs.
    async fn mark(&mut self, mark: Mark) -> Result<()> {
        match mark {
            Mark::Watermark(time) => {
                self.clock.advance(time);
                if O::Keying::TIMERS == TimerUse::Some {
                    let watermark = self.clock.watermark();
                    self.fire((Until::Watermark(watermark), watermark)).await?;
                    if let Some(due) = self.timers.last_pass(watermark) {
                        self.fire(due).await?;
                    }
                }
                self.states.expire(self.clock.watermark());
            }
            Mark::End => self.state = OutputState::Ended,
            _ => {}
        }
        if let Some(errors) = &mut self.core.errors {
            errors.mark(mark)?;
        }
        if X::KEPT
            && let Some(moment) = Moment::of(mark)
        {
            self.save(moment);
        }
        self.output.mark(mark).await?;
        self.was_sent();
        Ok(())
    }

    /// Fires timers of processing time, and counts and forwards the end of a batch.
    async fn batch_end(&mut self) -> Result<()> {
        if O::Keying::TIMERS == TimerUse::Some {
            self.ring().await?;
        }
        self.states.tick();
        self.core.count::<T>(&mut self.counts);
        if let Some(errors) = &mut self.core.errors {
            errors.batch_end(0)?;
        }
        self.output.batch_end().await?;
        self.was_sent();
        Ok(())
    }

    /// Processes the inbox, one event after the other, then flushes all outputs.
    async fn work_off(&mut self, flush: Flush) -> Result<()> {
        while let Some(item) = self.inbox.pop_front() {
            match item {
                Buffered::Event(event, meta) => self.work(event, meta).await?,
                Buffered::Passed(passed) => {
                    self.passed = passed;
                    self.output.passed(passed);
                }
                Buffered::Mark(mark) => self.mark(mark).await?,
                Buffered::BatchEnd => self.batch_end().await?,
            }
        }
        if flush == Flush::All || self.state == OutputState::Ended {
            self.output.flush().await?;
            if self.state == OutputState::Sent {
                self.state = OutputState::Clean;
            }
        }
        let mut sides = Vec::new();
        self.chain.sides(&mut |side| sides.push(side));
        sides.extend(self.core.errors.as_mut().map(|errors| errors as _));
        for side in sides {
            side.flush(flush).await?;
        }
        Ok(())
    }

    /// Notes that `output` may hold something to flush.
    fn was_sent(&mut self) {
        if self.state != OutputState::Ended {
            self.state = OutputState::Sent;
        }
    }
}

impl<C, O, X, T> Run for AwaitSegment<C, O, X, T>
where
    C: Chain<Out: Send>,
    O: AwaitStep<T>,
    X: States<C::Out, T, State = O::State>,
    T: Send + 'static,
{
    fn attach(&mut self, clock: &TaskClock) {
        self.chain.attach(clock);
    }

    fn fetch_local(&mut self, work: LocalWork) -> bool {
        let found = self.chain.fetch_local(work);
        if found {
            self.interrupt();
        }
        found
    }

    fn poll_fetch(&mut self, cx: &mut Context<'_>) -> Poll<Result<()>> {
        let fetched = self.chain.poll_fetch(cx);
        if !Self::MINDS_TIME {
            return fetched;
        }
        if fetched.is_ready() {
            self.interrupt();
            return fetched;
        }
        self.poll_clock(cx).map(Ok)
    }

    fn poll_due(&mut self, cx: &mut Context<'_>) -> Poll<()> {
        if Self::MINDS_TIME && self.poll_clock(cx).is_ready() {
            return Poll::Ready(());
        }
        self.chain.poll_due(cx)
    }

    fn drive(&mut self) -> Result<()> {
        if self.timers.take_due() | self.states.take_due() {
            // Processed like the end of a batch: that fires timers, and what they emit is counted.
            self.inbox.push_back(Buffered::BatchEnd);
            return Ok(());
        }
        let mut inbox = Inbox(&mut self.inbox);
        match self.chain.turn() {
            Turn::Batch => loop {
                self.chain.drive(&mut inbox)?;
                if !self.chain.goes_on() {
                    return Ok(());
                }
            },
            Turn::Mark => self.chain.pass(&mut inbox),
        }
    }

    fn try_deliver(&mut self, flush: Flush) -> Result<Flushed> {
        let idle =
            self.inbox.is_empty() && (flush == Flush::Full || self.state != OutputState::Sent);
        Ok(if idle { Flushed::Done } else { Flushed::MustWait })
    }

    fn deliver(&mut self, flush: Flush) -> BoxFuture<'_, Result<()>> {
        Box::pin(self.work_off(flush))
    }

    fn can_redeliver(&self) -> bool {
        false
    }

    fn has_ended(&self) -> bool {
        self.state == OutputState::Ended
    }
}
