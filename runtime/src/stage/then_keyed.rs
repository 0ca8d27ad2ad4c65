//! An operator with state per key after a chain.

use super::step::Tally;
use super::timing::{Asker, Timing};
use super::{Chain, Found, StepCore};
use crate::env::Env;
use crate::error::Result;
use crate::event::{Mark, Meta, WithKey};
use crate::exchange::Drive;
use crate::key::Key;
use crate::operator::{Emit, Step, TimerUse};
use crate::state::{Due, StateTable, Until};
use std::fmt;
use std::marker::PhantomData;
use std::task::{Context, Poll};

/// An operator with state per key, after a chain.
///
/// One that sets no timers has no trace of them in its loop: whether it does is a constant.
pub struct ThenKeyed<C, K, T, O: Step<T>> {
    chain: C,
    core: StepCore<O, O::Error>,
    states: StateTable<K, O::State>,
    timing: Timing<K>,
}

impl<C, K, T, O: Step<T>> fmt::Debug for ThenKeyed<C, K, T, O> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ThenKeyed").field("core", &self.core).finish_non_exhaustive()
    }
}

impl<C, K: Key, T, O: Step<T>> ThenKeyed<C, K, T, O> {
    /// An operator after a chain, without any state yet.
    pub fn new(chain: C, core: StepCore<O, O::Error>, env: Env) -> Self {
        Self { chain, core, states: StateTable::new(), timing: Timing::new(env) }
    }
}

impl<C, K, T, O> Drive for ThenKeyed<C, K, T, O>
where
    C: Chain<Out = WithKey<K, T>>,
    K: Key,
    T: Send + 'static,
    O: Step<T>,
{
    type Out = O::Out;

    #[inline]
    fn drive<E: Emit<O::Out>>(&mut self, into: &mut E) -> Result<()> {
        let Self { chain, core, states, timing } = self;
        let (tally, events) = (Tally::default(), PhantomData);
        let mut through = ThroughKeyed { core, states, timing, tally, into, events };
        if O::TIMERS == TimerUse::Some && through.ring()? {
            // What it has given on is counted and handed over like any batch.
            return through.batch_end(0);
        }
        chain.drive(&mut through)
    }
}

impl<C, K, T, O> Chain for ThenKeyed<C, K, T, O>
where
    C: Chain<Out = WithKey<K, T>>,
    K: Key,
    T: Send + 'static,
    O: Step<T>,
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

    fn sides<'a>(&'a mut self, found: Found<'_, 'a>) {
        self.chain.sides(found);
        if let Some(errors) = &mut self.core.errors {
            found(errors);
        }
    }
}

struct ThroughKeyed<'a, K, T, O: Step<T>, E> {
    core: &'a mut StepCore<O, O::Error>,
    states: &'a mut StateTable<K, O::State>,
    timing: &'a mut Timing<K>,
    tally: Tally,
    into: &'a mut E,
    events: PhantomData<fn(T)>,
}

impl<K: Key, T, O: Step<T>, E: Emit<O::Out>> ThroughKeyed<'_, K, T, O, E> {
    /// Calls the operator for what is due by the clock; whether it is only for that that the task
    /// woke.
    fn ring(&mut self) -> Result<bool> {
        let rung = self.timing.take_rung();
        if let Some(until) = self.timing.clock() {
            self.fire(until)?;
        }
        Ok(rung)
    }

    /// Calls the operator for all timers that are due, also for those that it sets meanwhile.
    fn fire(&mut self, until: Until) -> Result<()> {
        while let Some(Due { timer, hash, key }) = self.timing.next(until) {
            let mut slot = self.states.slot(hash, key.clone());
            let ctx = self.core.on_timer(&mut self.tally, timer, slot.state(), self.into)?;
            if ctx.forgets_key() {
                slot.remove();
            }
            self.timing.note(&ctx, hash, &key, Asker::Timer(until));
        }
        Ok(())
    }
}

impl<K, T, O, E> Emit<WithKey<K, T>> for ThroughKeyed<'_, K, T, O, E>
where
    K: Key,
    O: Step<T>,
    E: Emit<O::Out>,
{
    #[inline(always)]
    fn emit(&mut self, event: WithKey<K, T>, meta: Meta) -> Result<()> {
        let key = (O::TIMERS == TimerUse::Some).then(|| event.key.clone());
        let mut slot = self.states.slot(meta.hash, event.key);
        let ctx = self.core.step(&mut self.tally, (event.value, meta), slot.state(), self.into)?;
        if ctx.forgets_key() {
            slot.remove();
        }
        match key {
            Some(key) => {
                self.timing.note(&ctx, meta.hash, &key, Asker::Event);
                self.fire(Until::Watermark(self.core.watermark()))
            }
            None => Ok(()),
        }
    }

    #[inline(always)]
    fn mark(&mut self, mark: Mark) -> Result<()> {
        if O::TIMERS == TimerUse::Some {
            match mark {
                Mark::Watermark(time) => {
                    self.core.clock.advance(time);
                    self.fire(Until::Watermark(self.core.watermark()))?;
                }
                Mark::End => self.timing.end(),
                _ => {}
            }
        }
        self.core.mark(mark)?;
        self.into.mark(mark)
    }

    #[inline(always)]
    fn batch_end(&mut self, _: u64) -> Result<()> {
        // Moved out, so that the address of the tally itself never leaves the registers.
        let tally = std::mem::take(&mut self.tally);
        let given = self.core.batch_end(tally)?;
        self.into.batch_end(given)
    }
}
