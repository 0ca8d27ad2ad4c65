//! An operator that awaits, at the end of a chain.

use super::chain::fetch_from_chain;
use super::states::States;
use super::step::Tally;
use super::{Chain, Run, Sides, StepCore};
use crate::error::Result;
use crate::event::{Meta, Signal};
use crate::exchange::{Flush, Progress};
use crate::operator::{self, AwaitStep, Emit, Output, Snapshot};
use async_trait::async_trait;
use std::collections::VecDeque;
use std::fmt;
use std::marker::PhantomData;

/// An operator that awaits, at the end of a chain.
///
/// It does not run inside the loop of the chain, which cannot wait: the chain's events are gathered
/// first and then worked on one after the other.
pub struct AwaitSegment<C: Chain, O, X, T>
where
    O: AwaitStep<T>,
{
    chain: C,
    inbox: VecDeque<Item<C::Out>>,
    core: StepCore<O, O::Error>,
    states: X,
    output: Output<O::Out>,
    timed: bool,
    tally: Tally,
    state: State,
    events: PhantomData<fn(T)>,
}

enum Item<T> {
    Event(T, Meta),
    Mark(Signal),
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum State {
    Clean,
    Sent,
    Ended,
}

impl<C: Chain, O: AwaitStep<T>, X, T> fmt::Debug for AwaitSegment<C, O, X, T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("AwaitSegment").field("core", &self.core).finish_non_exhaustive()
    }
}

impl<C: Chain, O: AwaitStep<T>, X, T> AwaitSegment<C, O, X, T> {
    /// An operator that awaits, at the end of a chain.
    pub fn new(
        chain: C,
        core: StepCore<O, O::Error>,
        states: X,
        output: Output<O::Out>,
        timed: bool,
    ) -> Self {
        let (inbox, state) = (VecDeque::new(), State::Clean);
        let tally = Tally::default();
        Self { chain, inbox, core, states, output, timed, tally, state, events: PhantomData }
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
        let mut ctx = operator::Context::new(meta.time, core.watermark, instance);
        self.output.at(Meta { time: meta.time, ..Meta::default() }, self.timed);
        let result = {
            let watch = core.place.watch(self.tally.taken, &shown);
            let result = core.operator.step(event, state, &mut ctx, &mut self.output).await;
            watch.end();
            result
        };
        self.tally.given += self.output.take_sent();
        if ctx.forgets_key() {
            self.states.forget();
        }
        if let Err(error) = result {
            let Some(errors) = &mut core.errors else {
                return Err(core.place.failed(self.tally.taken, &shown, error));
            };
            self.tally.failed += 1;
            errors.emit(error, Meta { time: meta.time, ..Meta::default() })?;
        }
        Ok(())
    }

    async fn mark(&mut self, signal: Signal) -> Result<()> {
        let signal = self.core.signal(&mut self.tally, signal)?;
        self.output.signal(signal).await?;
        self.state = if signal == Signal::End { State::Ended } else { State::Sent };
        Ok(())
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

    fn signal(&mut self, signal: Signal) -> Result<()> {
        self.0.push_back(Item::Mark(signal));
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
    fetch_from_chain!();

    fn drive(&mut self) -> Result<()> {
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
                Item::Mark(signal) => self.mark(signal).await?,
            }
        }
        if flush == Flush::All || self.state == State::Ended {
            self.output.flush().await?;
            if self.state == State::Sent {
                self.state = State::Clean;
            }
        }
        let mut sides = Sides::new();
        self.chain.sides(&mut sides);
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
