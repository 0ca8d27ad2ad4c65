//! The timers of an operator at work.

use super::bell::Bell;
use crate::env::Env;
use crate::key::{Key, KeyHash};
use crate::operator::Context;
use crate::state::{Due, Timers, Until};
use crate::time::{EventTime, Timer};
use std::task;

/// The timers of an operator, and what wakes its task for them.
#[derive(Debug)]
pub(super) struct Timing<K> {
    timers: Timers<K>,
    bell: Bell,
}

/// Who asks for a timer.
#[derive(Debug, Clone, Copy)]
pub(super) enum Asker {
    /// An operator that was given an event.
    Event,
    /// One that was called for a timer that was due.
    Timer(Until),
}

impl<K: Key> Timing<K> {
    pub(super) fn new(env: Env) -> Self {
        Self { timers: Timers::new(), bell: Bell::new(env) }
    }

    /// Notes what an operator has asked for.
    pub(super) fn note(&mut self, ctx: &Context, hash: KeyHash, key: &K, asker: Asker) {
        if ctx.forgets_key() {
            self.timers.forget(hash, key);
        }
        // What is set at the end, when all are called, would be called then too, for ever.
        let over = matches!(asker, Asker::Timer(Until::Watermark(EventTime::MAX)));
        for timer in ctx.timers() {
            match timer {
                Timer::At(time) if !over => self.timers.set_event_time(*time, hash, key),
                Timer::At(_) => {}
                Timer::After(wait) => {
                    self.timers.set_clock(self.bell.now(), *wait, hash, key);
                }
            }
        }
    }

    /// The next timer that is due.
    pub(super) fn next(&mut self, until: Until) -> Option<Due<K>> {
        self.timers.next(until)
    }

    /// What the clock says, if a timer may be due by it.
    pub(super) fn clock(&self) -> Option<Until> {
        let first = self.timers.first_of_clock()?;
        let now = self.bell.now();
        (now >= first).then_some(Until::Clock(now))
    }

    /// Waits, while there is nothing else, for the first timer of the clock.
    pub(super) fn poll(&mut self, cx: &mut task::Context<'_>) -> task::Poll<()> {
        self.bell.poll(self.timers.first_of_clock(), cx)
    }

    /// There is something else after all.
    pub(super) fn interrupt(&mut self) {
        self.bell.interrupt();
    }

    /// Whether it is only for a timer that the task woke.
    pub(super) fn take_rung(&mut self) -> bool {
        self.bell.take_rung()
    }

    /// Nothing is called by the clock behind the end.
    pub(super) fn end(&mut self) {
        self.timers.stop_clock();
    }
}
