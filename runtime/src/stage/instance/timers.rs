//! The timers of an operator instance.

use super::Wakeup;
use crate::env::Env;
use crate::error::Result;
use crate::event::Passed;
use crate::key::{Key, KeyHash};
use crate::operator::Context;
use crate::state::{DueTimer, Durable, Kept, NextTimer, PendingTimer, Timers, Until};
use crate::time::{EventTime, Monotonic, Timer};
use serde::{Deserialize, Serialize};
use std::task;
use std::time::Duration;

/// The timers of an operator instance, and the wakeup for those of processing time.
///
/// Timers of event time need no wakeup: a watermark is a mark, and arrives with the events.
#[derive(Debug)]
pub(in crate::stage) struct TimerDriver<K> {
    /// The pending timers of all keys.
    timers: Timers<K>,
    /// Armed for the first timer of processing time while the chain has nothing.
    wakeup: Wakeup,
    /// Whether the last pass has begun: no timer of processing time is set any more.
    over: bool,
    /// The greatest event time of all events: that of what the last pass emits. The watermark is
    /// then at the end, and the one before it may never have arrived.
    latest: EventTime,
}

/// A pending timer as a checkpoint has it.
#[derive(Debug, Serialize, Deserialize)]
enum SavedTimer {
    /// Of event time, with what the split of the event that set it had passed.
    At(EventTime, Passed),
    /// Of processing time, due at this time of day.
    Clock(Timer, EventTime),
}

impl SavedTimer {
    /// When it is due, by its own clock.
    fn due(&self) -> EventTime {
        match self {
            Self::At(due, _) | Self::Clock(_, due) => *due,
        }
    }
}

/// From which call a timer is set.
#[derive(Debug, Clone, Copy)]
pub(in crate::stage) enum Asker {
    /// A call with an event.
    Event,
    /// A call for a timer that was due by this watermark or clock reading.
    Timer(Until),
}

impl<K: Key> TimerDriver<K> {
    pub(in crate::stage) fn new(env: Env) -> Self {
        let (timers, wakeup) = (Timers::new(), Wakeup::new(env));
        Self { timers, wakeup, over: false, latest: EventTime::MIN }
    }

    /// Sets the timers that a call has asked for, after removing those of a forgotten key; `passed`
    /// is what the split of the event that caused the call had passed. Returns how many will never
    /// fire, because it is too late for timers of processing time.
    pub(in crate::stage) fn note(
        &mut self,
        ctx: &Context,
        (hash, key): (KeyHash, &K),
        (asker, passed): (Asker, Passed),
    ) -> u64 {
        let mut unfired = 0;
        if ctx.forgets_key() {
            self.timers.forget(hash, key);
        }
        // At the end of input all timers are due: one set by a timer would be due too, and so on
        // without end.
        let last = matches!(asker, Asker::Timer(Until::Watermark(EventTime::MAX)))
            || (self.over && matches!(asker, Asker::Timer(_)));
        for timer in ctx.timers() {
            match timer {
                Timer::At(time) if !last => {
                    self.timers.set_event_time((*time, passed), hash, key);
                }
                Timer::At(_) => {}
                Timer::After(_) if self.over => unfired += 1,
                Timer::After(wait) => {
                    self.timers.set_clock(self.wakeup.now(), *wait, hash, key);
                }
            }
        }
        unfired
    }

    /// Notes a watermark. With the last one begins the last pass over the timers of processing
    /// time: returns what is due in it, and the event time of what it emits.
    ///
    /// All of them are due, so that what waits for them is not lost. None is set from here on, or a
    /// retry that never succeeds would not end.
    pub(in crate::stage) fn last_pass(
        &mut self,
        watermark: EventTime,
    ) -> Option<(Until, EventTime)> {
        if watermark < EventTime::MAX {
            // After a restart no event may follow.
            self.latest = self.latest.max(watermark);
        }
        let begins = watermark == EventTime::MAX && !std::mem::replace(&mut self.over, true);
        begins.then_some((Until::Clock(Monotonic(Duration::MAX)), self.latest))
    }

    /// Notes the time of an event.
    #[inline]
    pub(in crate::stage) fn observe(&mut self, time: EventTime) {
        self.latest = self.latest.max(time);
    }

    /// Whether an event of a key has to wait for a timer: its split had passed `passed`.
    #[inline]
    pub(in crate::stage) fn precede(&mut self, passed: EventTime, hash: KeyHash, key: &K) -> bool {
        self.timers.first_of(hash, key).is_some_and(|first| first <= passed)
    }

    /// Appends the timers of a key, to be kept in a checkpoint; returns whether there are any.
    ///
    /// A timer of processing time is written with the time of day at which it is due: the clock of
    /// the job that restores it begins anew.
    pub(in crate::stage) fn save(
        &mut self,
        (hash, key): (KeyHash, &K),
        into: &mut Vec<u8>,
    ) -> Result<bool> {
        let (now, wall) = (self.wakeup.now(), self.wakeup.wall());
        let pending = self.timers.pending_of(hash, key).into_iter();
        let pending: Vec<SavedTimer> = pending
            .map(|timer| match timer {
                PendingTimer::At(timer, passed) => SavedTimer::At(timer, passed),
                PendingTimer::Clock(timer, at) => SavedTimer::Clock(timer, wall + at.since(now)),
            })
            .collect();
        Kept::<Durable>::write(&pending, into)?;
        Ok(!pending.is_empty())
    }

    /// Sets the timers of a key as [`save`](Self::save) has written them.
    pub(in crate::stage) fn restore(
        &mut self,
        (hash, key): (KeyHash, &K),
        from: &mut &[u8],
    ) -> Result<()> {
        let (now, wall) = (self.wakeup.now(), self.wakeup.wall());
        let mut saved: Vec<SavedTimer> = Kept::<Durable>::read(from)?;
        saved.sort_by_key(SavedTimer::due);
        // All that are overdue would be due now, and a key has no two timers at one time.
        let mut earliest = now;
        for timer in saved {
            let pending = match timer {
                SavedTimer::At(time, passed) => PendingTimer::At(time, passed),
                SavedTimer::Clock(timer, due) => {
                    let at = now.plus(due - wall).max(earliest);
                    earliest = at.plus(Duration::from_nanos(1));
                    PendingTimer::Clock(timer, at)
                }
            };
            self.timers.restore(pending, hash, key);
        }
        Ok(())
    }

    /// Removes and returns the next timer that is due.
    pub(in crate::stage) fn next(&mut self, until: Until) -> Option<DueTimer<K>> {
        self.timers.next(until)
    }

    /// The same, but for keys that are busy.
    pub(in crate::stage) fn next_of_free(
        &mut self,
        until: Until,
        is_busy: impl FnMut(KeyHash, &K) -> bool,
    ) -> NextTimer<K> {
        self.timers.next_of_free(until, is_busy)
    }

    /// The present on the job's clock, if a timer of processing time is due by now.
    pub(in crate::stage) fn clock(&self) -> Option<Until> {
        let first = self.timers.first_of_clock()?;
        let now = self.wakeup.now();
        (now >= first).then_some(Until::Clock(now))
    }

    /// Waits for the first timer of processing time; polled only while the chain has nothing.
    pub(in crate::stage) fn poll(&mut self, cx: &mut task::Context<'_>) -> task::Poll<()> {
        self.wakeup.poll(self.timers.first_of_clock(), cx)
    }

    /// Cancels the wakeup: the chain has events again.
    pub(in crate::stage) fn interrupt(&mut self) {
        self.wakeup.interrupt();
    }

    /// Whether this turn is for a timer alone.
    pub(in crate::stage) fn is_due(&self) -> bool {
        self.wakeup.is_due()
    }

    /// Whether this turn is for a timer alone; resets it.
    pub(in crate::stage) fn take_due(&mut self) -> bool {
        self.wakeup.take_due()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::env::Env;
    use crate::time::Clock;
    use std::sync::Arc;
    use std::sync::atomic::{AtomicU64, Ordering};

    /// A clock that is set by hand, in seconds.
    #[derive(Debug, Clone, Default)]
    struct Manual(Arc<AtomicU64>);

    impl Clock for Manual {
        fn monotonic(&self) -> Monotonic {
            Monotonic(Duration::from_secs(self.0.load(Ordering::Relaxed)))
        }

        fn wall(&self) -> EventTime {
            EventTime::from_secs(1_000) + self.monotonic().0
        }
    }

    #[test]
    fn timers_of_a_key_that_became_due_while_the_job_was_down_all_fire() {
        let (clock, hash) = (Manual::default(), 7_u64.key_hash());
        let driver = || TimerDriver::<u64>::new(Env::system().with_clock(clock.clone()));
        let waits = [3, 1, 100, 2].map(Duration::from_secs);
        let mut timers = driver();
        for wait in waits {
            timers.timers.set_clock(timers.wakeup.now(), wait, hash, &7);
        }
        let mut saved = Vec::new();
        assert!(timers.save((hash, &7), &mut saved).unwrap());
        clock.0.store(50, Ordering::Relaxed);
        let mut restored = driver();
        restored.restore((hash, &7), &mut &*saved).unwrap();
        clock.0.store(51, Ordering::Relaxed);
        let until = restored.clock().unwrap();
        let due = std::iter::from_fn(|| restored.next(until)).map(|due| due.timer);
        let due: Vec<_> = due.collect();
        assert_eq!(due, [1, 2, 3].map(|wait| Timer::After(Duration::from_secs(wait))));
    }
}
