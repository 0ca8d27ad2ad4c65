//! Time for calls in flight: one reading of the clock per pass, and one alarm for all of them.

use crate::env::{Alarm, Env};
use crate::time::{EventTime, Monotonic};
use std::fmt;
use std::future::poll_fn;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::task::{Context, Poll};
use std::time::Duration;

/// The job's clock, read at most once per pass over the calls.
pub(super) struct PassClock {
    env: Env,
    /// The reading in nanoseconds from 1; 0 if there is none in this pass.
    read: AtomicU64,
}

impl fmt::Debug for PassClock {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("PassClock").finish_non_exhaustive()
    }
}

impl PassClock {
    pub(super) fn new(env: Env) -> Self {
        Self { env, read: AtomicU64::new(0) }
    }

    /// Begins a pass: the next one who asks reads the clock.
    #[inline]
    pub(super) fn begin_pass(&self) {
        self.read.store(0, Ordering::Relaxed);
    }

    /// Now, as read in this pass.
    pub(super) fn now(&self) -> Monotonic {
        let nanos = match self.read.load(Ordering::Relaxed) {
            0 => {
                let now = to_nanos(self.env.clock().monotonic());
                self.read.store(now, Ordering::Relaxed);
                now
            }
            read => read,
        };
        from_nanos(nanos)
    }
}

/// A time in nanoseconds from 1, so that 0 is none.
fn to_nanos(time: Monotonic) -> u64 {
    time.as_nanos().saturating_add(1)
}

fn from_nanos(nanos: u64) -> Monotonic {
    Monotonic::from_nanos(nanos.saturating_sub(1))
}

/// The clock of one call, and when the call is to be polled again.
#[derive(Debug)]
pub(super) struct CallClock {
    pass: Arc<PassClock>,
    /// In nanoseconds from 1; 0 if the call has not asked for it since it was last polled.
    wake_at: AtomicU64,
}

impl CallClock {
    pub(super) fn new(pass: Arc<PassClock>) -> Self {
        Self { pass, wake_at: AtomicU64::new(0) }
    }

    /// Now, as read in this pass.
    pub(super) fn now(&self) -> Monotonic {
        self.pass.now()
    }

    /// The time of day.
    pub(super) fn wall(&self) -> EventTime {
        self.pass.env.clock().wall()
    }

    /// A wait between half and one and a half of `wait`.
    pub(super) fn jittered(&self, wait: Duration) -> Duration {
        let per_mille = 500 + self.pass.env.random() % 1_001;
        wait.mul_f64(per_mille as f64 / 1_000.0)
    }

    /// Asks for a poll at a time.
    pub(super) fn wake_at(&self, at: Monotonic) {
        self.wake_at.store(to_nanos(at), Ordering::Relaxed);
    }

    /// Waits for a time of the job's clock.
    pub(super) async fn sleep_until(&self, until: Monotonic) {
        poll_fn(|_| {
            if self.now() >= until {
                return Poll::Ready(());
            }
            self.wake_at(until);
            Poll::Pending
        })
        .await;
    }

    /// Takes the time that a call has asked for.
    fn take(&self) -> Option<Monotonic> {
        match self.wake_at.swap(0, Ordering::Relaxed) {
            0 => None,
            nanos => Some(from_nanos(nanos)),
        }
    }
}

/// When which calls are to be polled. One alarm is set for the first of them; a call that returns
/// in time costs no timer.
#[derive(Debug)]
pub(super) struct Deadlines {
    /// By slot.
    due: Vec<Option<Monotonic>>,
    alarm: Alarm,
    /// The time the alarm is set for; at or ahead of the first of `due`.
    set: Option<Monotonic>,
}

impl Deadlines {
    pub(super) fn new(env: Env) -> Self {
        Self { due: Vec::new(), alarm: Alarm::new(env), set: None }
    }

    /// Notes when the call of a slot, which was just polled, is to be polled again.
    pub(super) fn note(&mut self, at: usize, clock: &CallClock) {
        let until = clock.take();
        if self.due.len() <= at {
            self.due.resize(at + 1, None);
        }
        if let Some(due) = self.due.get_mut(at) {
            *due = until;
        }
        if let Some(until) = until
            && self.set.is_none_or(|set| until < set)
        {
            self.set = Some(until);
            self.alarm.set(self.set);
        }
    }

    /// Forgets the call of a slot: it has returned.
    pub(super) fn clear(&mut self, at: usize) {
        if let Some(due) = self.due.get_mut(at) {
            *due = None;
        }
    }

    /// Calls `wake` for each slot that is due; the task of `cx` is woken when the next one is.
    pub(super) fn poll(&mut self, cx: &mut Context<'_>, mut wake: impl FnMut(usize)) {
        while self.set.is_some() && self.alarm.poll(cx).is_ready() {
            let now = self.alarm.now();
            for (at, due) in self.due.iter_mut().enumerate() {
                if due.take_if(|due| *due <= now).is_some() {
                    wake(at);
                }
            }
            self.set = self.due.iter().flatten().min().copied();
            self.alarm.set(self.set);
        }
    }
}
