//! A stream that is held to a rate: a segment of its own kind, at the end of a chain.
//!
//! Driving a chain cannot wait, so it only fills an inbox. From there events pass when their turn
//! has come, or are shed. The chain is not driven again until the inbox is empty: that is the
//! backpressure. Marks stay where they are among the events.
//!
//! Nothing else runs in the task: both edges of the node are channels, so a wait holds up nobody
//! but those who wait for these events.

use super::inbox::{self, Buffered, FromChain};
use crate::control::{RateLimit, Reserved, TaskClock};
use crate::env::{Alarm, Env};
use crate::error::Result;
use crate::event::{Epoch, Mark, Meta};
use crate::exchange::{Flush, Flushed, Outbox, Tee};
use crate::metrics::{InstanceCounters, StepFlow, StepKind};
use crate::operator::Emit;
use crate::stage::segment::{deliver_all, try_flush};
use crate::stage::{Chain, LocalWork, Run, WaitsFor};
use crate::time::Monotonic;
use futures::future::BoxFuture;
use futures::task::AtomicWaker;
use std::collections::VecDeque;
use std::fmt;
use std::sync::Arc;
use std::task::{Context, Poll};

/// Holds what a chain emits to a rate.
///
/// Memory: the inbox holds one batch.
pub struct ThrottleSegment<C: Chain> {
    /// Everything upstream.
    chain: C,
    fetched: FromChain,
    /// What the chain has emitted and has not passed.
    inbox: VecDeque<Buffered<C::Out>>,
    /// The number of events in it.
    waiting: u64,
    limit: Arc<RateLimit>,
    /// What was decided of the first events in the inbox.
    decided: Decided,
    /// The turn of the first events in the inbox, if it has not come.
    reserved: Option<Reserved>,
    alarm: Alarm,
    /// Woken when the rate changes.
    changed: Arc<AtomicWaker>,
    output: Tee<C::Out>,
    /// Where shed events go; without it, they are dropped and counted.
    overflow: Option<Tee<C::Out>>,
    /// How many events have passed since the output was last flushed.
    emitted: usize,
    /// The number of events after which it is flushed first.
    batch: usize,
    counters: Arc<InstanceCounters>,
    flow: Arc<StepFlow>,
}

/// How many of the first events in the inbox pass, and how many after those are shed.
#[derive(Debug, Default, Clone, Copy)]
struct Decided {
    pass: u64,
    shed: u64,
}

/// What has become of events in one pass over the inbox.
#[derive(Debug, Default)]
struct Counts {
    passed: u64,
    shed: u64,
}

impl<C: Chain> fmt::Debug for ThrottleSegment<C> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ThrottleSegment").field("limit", &self.limit).finish_non_exhaustive()
    }
}

impl<C: Chain<Out: Send>> ThrottleSegment<C> {
    /// Holds what `chain` emits to `limit`, and sends it in batches of `batch` to `output`.
    pub fn new(
        chain: C,
        limit: Arc<RateLimit>,
        (output, overflow): (Tee<C::Out>, Option<Tee<C::Out>>),
        (batch, counters): (usize, Arc<InstanceCounters>),
        env: Env,
    ) -> Self {
        let (changed, flow) = (limit.waker(), counters.add_step(StepKind::Throttle));
        Self {
            chain,
            fetched: FromChain::Nothing,
            inbox: VecDeque::new(),
            waiting: 0,
            limit,
            decided: Decided::default(),
            reserved: None,
            alarm: Alarm::new(env),
            changed,
            output,
            overflow,
            emitted: 0,
            batch,
            counters,
            flow,
        }
    }

    /// Moves what the chain has fetched into the inbox.
    fn fill_inbox(&mut self) -> Result<()> {
        // Only an empty inbox is filled.
        self.waiting = inbox::fill(&mut self.chain, &mut self.inbox)?;
        Ok(())
    }

    /// Whether it is decided what becomes of the first event, or can be now.
    fn decide(&mut self, now: Monotonic) -> bool {
        if self.decided.pass + self.decided.shed > 0 {
            return true;
        }
        if self.limit.sheds() {
            let pass = self.limit.take(self.waiting, now);
            self.decided = Decided { pass, shed: self.waiting - pass };
            return true;
        }
        let reserved = match self.reserved.take() {
            Some(reserved) => self.limit.at_present(reserved),
            None => self.limit.reserve(self.waiting, now),
        };
        if reserved.at <= now {
            self.decided.pass = reserved.events.min(self.waiting);
            return true;
        }
        self.reserved = Some(reserved);
        false
    }

    /// Passes what may pass now.
    fn work(&mut self) -> Result<()> {
        if self.fetched == FromChain::Something {
            self.fetched = FromChain::Nothing;
            self.fill_inbox()?;
        }
        let (now, waited) = (self.alarm.now(), self.reserved.is_some());
        let mut counts = Counts::default();
        while self.emitted < self.batch {
            let is_event = matches!(self.inbox.front(), Some(Buffered::Event(..)));
            if is_event && !self.decide(now) {
                break;
            }
            match self.inbox.pop_front() {
                Some(Buffered::Event(value, meta)) => self.event(value, meta, &mut counts)?,
                Some(Buffered::Passed(passed)) => self.output.passed(passed)?,
                Some(Buffered::Mark(mark)) => self.mark(mark)?,
                Some(Buffered::BatchEnd) => {}
                None => break,
            }
        }
        match (waited, self.reserved.is_some()) {
            (false, true) => self.counters.begin_wait(now),
            (true, false) => self.counters.end_hold(now),
            _ => {}
        }
        self.end_batch(&counts)
    }

    fn event(&mut self, value: C::Out, meta: Meta, counts: &mut Counts) -> Result<()> {
        self.waiting -= 1;
        if self.decided.pass > 0 {
            self.decided.pass -= 1;
            self.emitted += 1;
            counts.passed += 1;
            return self.output.emit(value, meta);
        }
        self.decided.shed = self.decided.shed.saturating_sub(1);
        counts.shed += 1;
        self.overflow.as_mut().map_or(Ok(()), |overflow| overflow.emit(value, meta))
    }

    /// Passes a mark on. Events that were shed have no event time.
    fn mark(&mut self, mark: Mark) -> Result<()> {
        if let Some(overflow) = &mut self.overflow
            && !matches!(mark, Mark::Watermark(_) | Mark::Idle)
        {
            overflow.mark(mark)?;
        }
        self.output.mark(mark)
    }

    /// Adds the counts to the counters, and ends the batch.
    fn end_batch(&mut self, &Counts { passed, shed }: &Counts) -> Result<()> {
        self.flow.processed.add(passed + shed);
        self.flow.buffered.set(self.waiting);
        if shed > 0 {
            self.counters.count_overflow(shed);
            match &mut self.overflow {
                Some(overflow) => overflow.batch_end(shed)?,
                None => self.counters.count_dropped(shed),
            }
        }
        if passed > 0 {
            self.counters.events_in.add(passed);
            self.counters.events_out.add(passed);
            self.output.batch_end(passed)?;
        }
        Ok(())
    }

    /// Ready if something in the inbox may pass.
    fn poll_turn(&mut self, cx: &mut Context<'_>) -> Poll<()> {
        if self.inbox.is_empty() || self.emitted >= self.batch {
            return Poll::Pending;
        }
        let Some(reserved) = &mut self.reserved else { return Poll::Ready(()) };
        self.changed.register(cx.waker());
        *reserved = self.limit.at_present(*reserved);
        // The alarm is unset once it has rung, and the task asks again before it drives.
        if reserved.at <= self.alarm.now() {
            return Poll::Ready(());
        }
        self.alarm.set(Some(reserved.at));
        self.alarm.poll(cx)
    }
}

impl<C: Chain<Out: Send>> Run for ThrottleSegment<C> {
    fn attach(&mut self, clock: &TaskClock) {
        self.chain.attach(clock);
    }

    fn fetch_local(&mut self, work: LocalWork) -> bool {
        if !self.inbox.is_empty() || !self.chain.fetch_local(work) {
            return false;
        }
        self.fetched = FromChain::Something;
        true
    }

    fn poll_fetch(&mut self, cx: &mut Context<'_>) -> Poll<Result<()>> {
        if !self.inbox.is_empty() {
            return self.poll_turn(cx).map(Ok);
        }
        let fetched = self.chain.poll_fetch(cx);
        if fetched.is_ready() {
            self.fetched = FromChain::Something;
        }
        fetched
    }

    fn poll_due(&mut self, cx: &mut Context<'_>) -> Poll<()> {
        if !self.inbox.is_empty() {
            return self.poll_turn(cx);
        }
        let due = self.chain.poll_due(cx);
        if due.is_ready() {
            self.fetched = FromChain::Something;
        }
        due
    }

    fn drive(&mut self) -> Result<()> {
        self.work()
    }

    fn try_deliver(&mut self, flush: Flush) -> Result<Flushed> {
        let mut progress = self.output.try_flush(flush);
        self.overflow.iter_mut().for_each(|overflow| try_flush(flush, &mut progress)(overflow));
        self.chain.sides(&mut try_flush(flush, &mut progress));
        if matches!(progress, Ok(Flushed::Done)) {
            self.emitted = 0;
        }
        progress
    }

    fn deliver(&mut self, flush: Flush) -> BoxFuture<'_, Result<()>> {
        let Self { chain, output, overflow, emitted, .. } = self;
        let mut sides: Vec<&mut dyn Outbox> = Vec::new();
        chain.sides(&mut |side| sides.push(side));
        sides.extend(overflow.as_mut().map(|overflow| overflow as _));
        Box::pin(async move {
            deliver_all(output, sides, flush).await?;
            *emitted = 0;
            Ok(())
        })
    }

    fn waits_for(&self) -> WaitsFor {
        if self.reserved.is_some() { WaitsFor::Rate } else { WaitsFor::Input }
    }

    fn can_redeliver(&self) -> bool {
        true
    }

    fn awaited(&self) -> Option<Epoch> {
        // A barrier does not wait in the inbox: that is filled only when it is empty.
        self.chain.awaited()
    }

    fn has_ended(&self) -> bool {
        self.output.has_ended()
    }
}
