//! An operator that awaits: a segment of its own kind, at the end of a chain.
//!
//! Driving a chain cannot wait, so it only fills an inbox. From there events become *calls*:
//! futures that are polled whenever the task is, up to a limit in flight. A call that returns when
//! it is first polled costs no more than a call of a function; the others stay in flight while the
//! segment, and the other segments of its task, go on.
//!
//! ```text
//! chain ─▶ inbox ─▶ start ─▶ in flight ─▶ land ─▶ passage ─▶ output
//!                    ▲  (lines: events of a key in flight)
//!                    └─ timers, waiting events
//! ```
//!
//! - [`start`]: what begins next, and whether there is room for it.
//! - [`seat`]: a call, with timeout and repetition. [`flights`]: the futures.
//!   [`deadlines`]: their alarm.
//! - [`lines`]: one call of a key at a time.
//! - [`land`]: state goes home, results leave. [`passage`]: in which order.
//!
//! Marks stay behind the calls ahead of them. Calls behind a watermark may leave before it: they
//! carry what their split had passed, so no event becomes late by it. A barrier, and a watermark
//! for which timers may fire, waits until nothing is in flight, and nothing behind it starts before
//! it has passed.

mod clock;
mod counted;
mod deadlines;
mod flights;
mod in_flight;
mod land;
mod lines;
mod passage;
mod saved;
mod seat;
mod start;
mod trip;

pub use self::saved::kept_part;
pub use self::seat::{CallMaker, Seat, Work, call};

use self::counted::CallCounts;
use self::in_flight::InFlight;
use self::lines::KeyLines;
use self::passage::Passage;
use self::trip::Returned;
use super::inbox::{self, Buffered, FromChain};
use crate::control::{InstanceCallLimit, TaskClock};
use crate::env::Env;
use crate::error::Result;
use crate::event::{Epoch, Passed, Times};
use crate::exchange::{Flush, Flushed, Outbox, Tee};
use crate::key::KeyHash;
use crate::metrics::StepKind;
use crate::operator::{AwaitStep, Emit, Keying, MOST_IN_FLIGHT, Reported, TimerUse};
use crate::stage::instance::{BatchCounts, States, StepCore, TimerDriver, WaitingEvents};
use crate::stage::segment::{deliver_all, try_flush};
use crate::stage::{Chain, LocalWork, Run, Saver, WaitsFor};
use crate::state::Until;
use crate::time::{EventClock, EventTime};
use futures::future::BoxFuture;
use std::collections::VecDeque;
use std::fmt;
use std::future::poll_fn;
use std::pin::pin;
use std::sync::Arc;
use std::task::{Context, Poll, Waker};

/// The largest batch that a call hands over while it goes on.
const HANDED_OVER: usize = 64;

/// Runs an operator that awaits on what a chain emits. `L` makes the futures of its calls.
///
/// Memory: the inbox holds what one batch upstream turns into, and the chain is not driven again
/// until it is empty. Besides, there are at most `in_flight` calls, each with what it has sent and
/// not handed over, and twice as many events that wait for a call of their key.
pub struct AwaitSegment<C: Chain, O, X, T, L>
where
    O: AwaitStep<T>,
    X: States<C::Out, T>,
    L: CallMaker<O, T>,
{
    /// Everything upstream of the operator.
    chain: C,
    fetched: FromChain,
    /// What the chain has emitted and no call has begun with.
    inbox: VecDeque<Buffered<C::Out>>,
    /// The operator and what surrounds a call.
    core: StepCore<O, Reported<O, T>>,
    /// Makes the future of a call.
    call: L,
    calls: InFlight<O, T, X::Key, L::Call>,
    /// The largest number of them, as read last.
    limit: usize,
    /// Where it is read.
    limit_now: InstanceCallLimit,
    passage: Passage<Returned<O, T>>,
    /// Keys with a call in flight.
    lines: KeyLines<X::Key, T>,
    /// Whether the input waits because of the events that wait for calls of their keys.
    is_full: bool,
    /// Whether the end of input has arrived: only calls are left.
    is_ending: bool,
    /// The state of each key, or none.
    states: X,
    /// The timers of each key; unused if the operator sets none.
    timers: TimerDriver<X::Key>,
    /// The timers that are due besides those of event time, and the event time of what they emit
    /// if they have none of their own.
    due: Option<(Until, EventTime)>,
    /// Events that wait for a timer of their key.
    waiting: WaitingEvents<X::Key, C::Out>,
    /// Keys whose waiting events may have to wait no longer.
    released: VecDeque<(KeyHash, X::Key)>,
    /// What the split of the events at the front of the inbox had passed.
    passed: Passed,
    /// The watermark at the operator: the last that has passed it.
    clock: EventClock,
    /// Why no call was started last.
    rest: Rest,
    /// The number of events received.
    received: u64,
    output: Tee<O::Out>,
    /// What the split of the results emitted last had passed.
    emitted_behind: Passed,
    /// How many results were emitted since the output was last flushed.
    emitted: usize,
    /// The number of results after which the output is flushed first.
    batch: usize,
    /// Counts since they were last added to the counters.
    counts: BatchCounts,
    /// What has become of the events received.
    tally: CallCounts,
    /// Where the states are reported, in a job with checkpoints.
    saver: Option<Saver>,
}

/// Why the segment does not start more calls.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Rest {
    /// There is no room for one.
    NoRoom,
    /// Nothing may begin, until a call returns or something arrives.
    NothingMayBegin,
}

impl<C: Chain, O: AwaitStep<T>, X: States<C::Out, T>, T, L: CallMaker<O, T>> fmt::Debug
    for AwaitSegment<C, O, X, T, L>
{
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("AwaitSegment").field("core", &self.core).finish_non_exhaustive()
    }
}

impl<C, O, X, T, L> AwaitSegment<C, O, X, T, L>
where
    C: Chain<Out: Send>,
    O: AwaitStep<T>,
    X: States<C::Out, T, State = O::State>,
    T: Send + 'static,
    L: CallMaker<O, T>,
{
    /// An operator on what `chain` emits, with results in batches of `batch` into `output`; `call`
    /// is [`call`].
    pub fn new(
        chain: C,
        core: StepCore<O, Reported<O, T>>,
        call: L,
        (output, times, batch): (Tee<O::Out>, Times, usize),
        (mut limit_now, env): (InstanceCallLimit, Env),
    ) -> Self {
        let limit = limit_now.poll(&Context::from_waker(Waker::noop()));
        let kind = StepKind::AwaitingOperator(core.step_shape());
        let tally = CallCounts::new(core.counters.add_step(kind));
        Self {
            chain,
            fetched: FromChain::Nothing,
            inbox: VecDeque::new(),
            calls: InFlight::new(env.clone(), Arc::clone(&core.counters)),
            core,
            call,
            limit: limit.clamp(1, MOST_IN_FLIGHT),
            limit_now,
            passage: Passage::new(O::CALLS.order),
            lines: KeyLines::default(),
            is_full: false,
            is_ending: false,
            states: X::new(times, &env),
            timers: TimerDriver::new(env),
            due: None,
            waiting: WaitingEvents::default(),
            released: VecDeque::new(),
            passed: Passed::NOTHING,
            clock: EventClock::default(),
            rest: Rest::NothingMayBegin,
            received: 0,
            output,
            emitted_behind: Passed::NOTHING,
            emitted: 0,
            batch,
            counts: BatchCounts::default(),
            tally,
            saver: None,
        }
    }

    /// Whether the operator sets timers.
    const SETS_TIMERS: bool = matches!(O::Keying::TIMERS, TimerUse::Some);

    /// Whether a call has state to take along.
    const HAS_STATE: bool = Self::SETS_TIMERS || size_of::<O::State>() > 0;

    /// Reads the limit. What a higher one has room for is looked at once more.
    #[inline]
    fn read_limit(&mut self, cx: &Context<'_>) {
        let limit = self.limit_now.poll(cx).clamp(1, MOST_IN_FLIGHT);
        if limit != self.limit {
            self.limit = limit;
            self.rest = Rest::NoRoom;
        }
    }

    /// Whether there is something to drive without the chain.
    fn has_work(&self) -> bool {
        let goes_on = || {
            self.calls.next_sending(self.passage.head()).is_some()
                || (self.rest == Rest::NoRoom && self.has_room())
        };
        !self.calls.returned.is_empty() || (self.emitted < self.batch && goes_on())
    }

    /// Moves what the chain has fetched into the inbox.
    fn fill_inbox(&mut self) -> Result<()> {
        self.tally.arrived += inbox::fill(&mut self.chain, &mut self.inbox)?;
        Ok(())
    }

    /// Lands the calls that have returned, then starts others while there is room.
    fn work(&mut self) -> Result<()> {
        self.calls.clock.begin_pass();
        while let Some((at, seat)) = self.calls.returned.pop_front() {
            self.take_back(at, seat)?;
        }
        self.take_sent()?;
        if self.timers.take_due() | self.states.take_due() {
            self.ring();
        }
        if self.fetched == FromChain::Something {
            self.fetched = FromChain::Nothing;
            self.fill_inbox()?;
        }
        self.start_calls()?;
        self.end_batch()?;
        self.publish();
        Ok(())
    }

    /// Adds the counts to the counters, and ends the batch of results.
    fn end_batch(&mut self) -> Result<()> {
        let BatchCounts { events_in, events_out, errors } = std::mem::take(&mut self.counts);
        if events_in + events_out + errors == 0 {
            return Ok(());
        }
        let counters = &self.core.counters;
        counters.events_in.add(events_in);
        counters.events_out.add(events_out);
        counters.errors.add(errors);
        if let Some(errors) = &mut self.core.errors {
            errors.batch_end(0)?;
        }
        self.output.batch_end(events_out)
    }
}

impl<C, O, X, T, L> Run for AwaitSegment<C, O, X, T, L>
where
    C: Chain<Out: Send>,
    O: AwaitStep<T>,
    X: States<C::Out, T, State = O::State>,
    T: Send + 'static,
    L: CallMaker<O, T>,
{
    fn attach(&mut self, clock: &TaskClock) {
        self.tally.attach(clock);
        self.chain.attach(clock);
    }

    fn fetch_local(&mut self, work: LocalWork) -> bool {
        if !self.inbox.is_empty() || !self.chain.fetch_local(work) {
            return false;
        }
        self.fetched = FromChain::Something;
        self.interrupt();
        true
    }

    fn poll_fetch(&mut self, cx: &mut Context<'_>) -> Poll<Result<()>> {
        self.read_limit(cx);
        self.calls.poll(cx);
        if self.has_work() {
            return Poll::Ready(Ok(()));
        }
        if self.inbox.is_empty()
            && let Poll::Ready(fetched) = self.chain.poll_fetch(cx)
        {
            self.fetched = FromChain::Something;
            self.interrupt();
            return Poll::Ready(fetched);
        }
        if Self::MINDS_TIME { self.poll_clock(cx).map(Ok) } else { Poll::Pending }
    }

    fn poll_due(&mut self, cx: &mut Context<'_>) -> Poll<()> {
        self.calls.poll_due(cx);
        if !self.calls.returned.is_empty() || (Self::MINDS_TIME && self.poll_clock(cx).is_ready()) {
            return Poll::Ready(());
        }
        if self.inbox.is_empty() && self.chain.poll_due(cx).is_ready() {
            self.fetched = FromChain::Something;
            return Poll::Ready(());
        }
        Poll::Pending
    }

    fn poll_calls(&mut self, cx: &mut Context<'_>) -> Poll<()> {
        self.read_limit(cx);
        self.calls.poll(cx);
        if self.has_work() { Poll::Ready(()) } else { Poll::Pending }
    }

    fn holds_back(&self) -> bool {
        !self.inbox.is_empty()
    }

    fn awaits(&self) -> bool {
        !self.calls.flights.is_empty() || !self.inbox.is_empty()
    }

    fn waits_for(&self) -> WaitsFor {
        let may_begin = self.inbox.is_empty() && self.has_room() && !self.is_ending;
        match self.calls.flights.in_flight() {
            0 => WaitsFor::Input,
            _ if may_begin => WaitsFor::Input,
            _ => WaitsFor::Calls,
        }
    }

    fn drive(&mut self) -> Result<()> {
        self.work()
    }

    fn try_deliver(&mut self, flush: Flush) -> Result<Flushed> {
        let mut progress = self.output.try_flush(flush);
        self.core.errors.iter_mut().for_each(|errors| try_flush(flush, &mut progress)(errors));
        self.chain.sides(&mut try_flush(flush, &mut progress));
        if matches!(progress, Ok(Flushed::Done)) {
            self.emitted = 0;
        }
        progress
    }

    fn deliver(&mut self, flush: Flush) -> BoxFuture<'_, Result<()>> {
        let Self { chain, core, output, calls, emitted, .. } = self;
        let mut sides: Vec<&mut dyn Outbox> = Vec::new();
        chain.sides(&mut |side| sides.push(side));
        sides.extend(core.errors.as_mut().map(|errors| errors as _));
        Box::pin(async move {
            let mut delivery = pin!(deliver_all(output, sides, flush));
            // Calls go on while there is no room for their results.
            poll_fn(|cx| {
                calls.poll(cx);
                delivery.as_mut().poll(cx)
            })
            .await?;
            *emitted = 0;
            Ok(())
        })
    }

    fn can_redeliver(&self) -> bool {
        true
    }

    fn awaited(&self) -> Option<Epoch> {
        self.chain.awaited()
    }

    fn has_ended(&self) -> bool {
        self.output.has_ended()
    }
}
