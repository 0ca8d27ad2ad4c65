//! The timers of an operator at work.

use super::Wakeup;
use crate::env::Env;
use crate::key::{Key, KeyHash};
use crate::operator::Context;
use crate::state::{DueTimer, Timers, Until};
use crate::time::{EventTime, Timer};
use std::task;

/// The timers of an operator, and what wakes its task for them.
#[derive(Debug)]
pub(in crate::stage) struct TimerDriver<K> {
    timers: Timers<K>,
    wakeup: Wakeup,
}

/// Who asks for a timer.
#[derive(Debug, Clone, Copy)]
pub(in crate::stage) enum Asker {
    /// An operator that was given an event.
    Event,
    /// One that was called for a timer that was due.
    Timer(Until),
}

impl<K: Key> TimerDriver<K> {
    pub(in crate::stage) fn new(env: Env) -> Self {
        Self { timers: Timers::new(), wakeup: Wakeup::new(env) }
    }

    /// Notes what an operator has asked for.
    pub(in crate::stage) fn note(&mut self, ctx: &Context, hash: KeyHash, key: &K, asker: Asker) {
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
                    self.timers.set_clock(self.wakeup.now(), *wait, hash, key);
                }
            }
        }
    }

    /// The next timer that is due.
    pub(in crate::stage) fn next(&mut self, until: Until) -> Option<DueTimer<K>> {
        self.timers.next(until)
    }

    /// What the clock says, if a timer may be due by it.
    pub(in crate::stage) fn clock(&self) -> Option<Until> {
        let first = self.timers.first_of_clock()?;
        let now = self.wakeup.now();
        (now >= first).then_some(Until::Clock(now))
    }

    /// Waits, while there is nothing else, for the first timer of the clock.
    pub(in crate::stage) fn poll(&mut self, cx: &mut task::Context<'_>) -> task::Poll<()> {
        self.wakeup.poll(self.timers.first_of_clock(), cx)
    }

    /// There is something else after all.
    pub(in crate::stage) fn interrupt(&mut self) {
        self.wakeup.interrupt();
    }

    /// Whether it is only for a timer that the task woke.
    pub(in crate::stage) fn take_due(&mut self) -> bool {
        self.wakeup.take_due()
    }

    /// No timer of the clock is called after the end.
    pub(in crate::stage) fn end(&mut self) {
        self.timers.stop_clock();
    }
}
