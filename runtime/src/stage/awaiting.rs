//! An operator that awaits, at the end of a chain.

use super::states::States;
use super::step::Tally;
use super::timing::{Asker, Timing};
use super::{Chain, Run, StepCore};
use crate::env::Env;
use crate::error::Result;
use crate::event::{Mark, Meta};
use crate::exchange::{Flush, Progress};
use crate::operator::{self, AwaitStep, Emit, Output, Snapshot, TimerUse};
use crate::state::{Due, Until};
use crate::time::EventTime;
use async_trait::async_trait;
use std::collections::VecDeque;
use std::fmt;
use std::marker::PhantomData;
use std::task::{Context, Poll};

/// An operator that awaits, at the end of a chain.
///
/// It does not run inside the loop of the chain, which cannot wait: the chain's events are gathered
/// first and then worked on one after the other.
pub struct AwaitSegment<C: Chain, O, X, T>
where
    O: AwaitStep<T>,
    X: States<C::Out, T>,
{
    chain: C,
    inbox: VecDeque<Item<C::Out>>,
    core: StepCore<O, O::Error>,
    states: X,
    timing: Timing<X::Key>,
    output: Output<O::Out>,
    timed: bool,
    tally: Tally,
    state: State,
    events: PhantomData<fn(T)>,
}

enum Item<T> {
    Event(T, Meta),
    Mark(Mark),
    BatchEnd,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum State {
    Clean,
    Sent,
    Ended,
}

impl<C: Chain, O: AwaitStep<T>, X: States<C::Out, T>, T> fmt::Debug for AwaitSegment<C, O, X, T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("AwaitSegment").field("core", &self.core).finish_non_exhaustive()
    }
}

impl<C: Chain, O: AwaitStep<T>, X: States<C::Out, T>, T> AwaitSegment<C, O, X, T> {
    /// An operator that awaits, at the end of a chain.
    pub fn new(
        chain: C,
        core: StepCore<O, O::Error>,
        states: X,
        (output, timed): (Output<O::Out>, bool),
        env: Env,
    ) -> Self {
        Self {
            chain,
            inbox: VecDeque::new(),
            core,
            states,
            timing: Timing::new(env),
            output,
            timed,
            tally: Tally::default(),
            state: State::Clean,
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
    async fn work(&mut self, event: C::Out, meta: Meta) -> Result<()> {
        let (event, state) = self.states.find(event, meta);
        let core = &mut self.core;
        self.tally.taken += 1;
        let shown = O::describe(&event).text();
        let shown = Shown(shown);
        let instance = core.place.instance();
        let mut ctx = operator::Context::new(meta.time, core.watermark(), instance);
        self.output.at(Meta { time: meta.time, ..Meta::default() }, self.timed);
        let result = {
            let watch = core.place.watch(self.tally.taken, &shown);
            let result = core.operator.step(event, state, &mut ctx, &mut self.output).await;
            watch.end();
            result
        };
        self.settle(result, meta.time, &shown)?;
        self.note(&ctx, Asker::Event);
        match O::TIMERS {
            TimerUse::None if !ctx.timers().is_empty() => {
                Err(self.core.place.no_on_timer(self.tally.taken))
            }
            TimerUse::None => Ok(()),
            TimerUse::Some => self.fire(Until::Watermark(self.core.watermark())).await,
        }
    }

    /// Calls the operator for all timers that are due, also for those that it sets meanwhile.
    async fn fire(&mut self, until: Until) -> Result<()> {
        while let Some(Due { timer, hash, key }) = self.timing.next(until) {
            let state = self.states.of_key(hash, &key);
            let core = &mut self.core;
            let (time, instance) = (core.time_of(timer), core.place.instance());
            let mut ctx = operator::Context::new(time, core.watermark(), instance);
            self.output.at(Meta { time, ..Meta::default() }, self.timed);
            let result = {
                let watch = core.place.watch(self.tally.taken, &timer);
                let result = core.operator.on_timer(timer, state, &mut ctx, &mut self.output).await;
                watch.end();
                result
            };
            self.settle(result, time, &timer)?;
            self.note(&ctx, Asker::Timer(until));
        }
        Ok(())
    }

    /// Counts what a call has sent, and routes its error.
    fn settle(
        &mut self,
        result: std::result::Result<(), O::Error>,
        time: EventTime,
        shown: &impl Snapshot,
    ) -> Result<()> {
        self.tally.given += self.output.take_sent();
        let Err(error) = result else { return Ok(()) };
        let Some(errors) = &mut self.core.errors else {
            return Err(self.core.place.failed(self.tally.taken, shown, error));
        };
        self.tally.failed += 1;
        errors.emit(error, Meta { time, ..Meta::default() })
    }

    /// Notes what the operator has asked for.
    fn note(&mut self, ctx: &operator::Context, asker: Asker) {
        if ctx.forgets_key() {
            self.states.forget();
        }
        if O::TIMERS == TimerUse::Some
            && let Some((hash, key)) = self.states.last()
        {
            self.timing.note(ctx, hash, &key, asker);
        }
    }

    async fn mark(&mut self, mark: Mark) -> Result<()> {
        if O::TIMERS == TimerUse::Some {
            match mark {
                Mark::Watermark(time) => {
                    self.core.clock.advance(time);
                    self.fire(Until::Watermark(self.core.watermark())).await?;
                }
                Mark::End => self.timing.end(),
                _ => {}
            }
        }
        self.core.mark(mark)?;
        self.output.mark(mark).await?;
        self.state = if mark == Mark::End { State::Ended } else { State::Sent };
        Ok(())
    }

    async fn batch_end(&mut self) -> Result<()> {
        if O::TIMERS == TimerUse::Some {
            self.ring().await?;
        }
        self.core.batch_end(std::mem::take(&mut self.tally))?;
        self.output.batch_end().await?;
        self.state = State::Sent;
        Ok(())
    }

    /// Calls the operator for what is due by the clock.
    async fn ring(&mut self) -> Result<()> {
        match self.timing.clock() {
            Some(until) => self.fire(until).await,
            None => Ok(()),
        }
    }
}

/// What was kept of an event; as text, since a future that is sent between threads holds it.
struct Shown(Option<String>);

impl Snapshot for Shown {
    fn text(&self) -> Option<String> {
        self.0.clone()
    }
}

struct Inbox<'a, T>(&'a mut VecDeque<Item<T>>);

impl<T> Emit<T> for Inbox<'_, T> {
    fn emit(&mut self, value: T, meta: Meta) -> Result<()> {
        self.0.push_back(Item::Event(value, meta));
        Ok(())
    }

    fn mark(&mut self, mark: Mark) -> Result<()> {
        self.0.push_back(Item::Mark(mark));
        Ok(())
    }

    fn batch_end(&mut self, _: u64) -> Result<()> {
        self.0.push_back(Item::BatchEnd);
        Ok(())
    }
}

#[async_trait]
impl<C, O, X, T> Run for AwaitSegment<C, O, X, T>
where
    C: Chain<Out: Send>,
    O: AwaitStep<T>,
    X: States<C::Out, T, State = O::State>,
    T: Send + 'static,
{
    fn fetch_local(&mut self) -> bool {
        let found = self.chain.fetch_local();
        if found {
            self.timing.interrupt();
        }
        found
    }

    fn poll_fetch(&mut self, cx: &mut Context<'_>) -> Poll<Result<()>> {
        let fetched = self.chain.poll_fetch(cx);
        if O::TIMERS == TimerUse::None {
            return fetched;
        }
        if fetched.is_ready() {
            self.timing.interrupt();
            return fetched;
        }
        self.timing.poll(cx).map(Ok)
    }

    fn drive(&mut self) -> Result<()> {
        if self.timing.take_rung() {
            // Counted and handed over like a batch, with which its timers are looked for.
            self.inbox.push_back(Item::BatchEnd);
            return Ok(());
        }
        self.chain.drive(&mut Inbox(&mut self.inbox))
    }

    fn try_deliver(&mut self, flush: Flush) -> Result<Progress> {
        let idle = self.inbox.is_empty() && (flush == Flush::Full || self.state != State::Sent);
        Ok(if idle { Progress::Done } else { Progress::MustWait })
    }

    async fn deliver(&mut self, flush: Flush) -> Result<()> {
        while let Some(item) = self.inbox.pop_front() {
            match item {
                Item::Event(event, meta) => self.work(event, meta).await?,
                Item::Mark(mark) => self.mark(mark).await?,
                Item::BatchEnd => self.batch_end().await?,
            }
        }
        if flush == Flush::All || self.state == State::Ended {
            self.output.flush().await?;
            if self.state == State::Sent {
                self.state = State::Clean;
            }
        }
        let mut sides = Vec::new();
        self.chain.sides(&mut |side| sides.push(side));
        sides.extend(self.core.errors.as_mut().map(|errors| errors as _));
        for side in sides {
            side.deliver(flush).await?;
        }
        Ok(())
    }

    fn has_ended(&self) -> bool {
        self.state == State::Ended
    }
}
