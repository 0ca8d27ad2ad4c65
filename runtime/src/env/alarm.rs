//! A timer on the job's clock that can be set again cheaply.

use super::Env;
use crate::time::{EventTime, Monotonic, Sleep};
use std::fmt;
use std::task::{Context, Poll, Waker, ready};

/// Completes when the job's clock reaches a set time.
pub(crate) struct Alarm {
    env: Env,
    at: Option<Monotonic>,
    /// The sleep that wakes the task, and its end, which may be earlier than `at`.
    sleep: Option<(Monotonic, Sleep)>,
}

impl fmt::Debug for Alarm {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Alarm").field("at", &self.at).finish_non_exhaustive()
    }
}

impl Alarm {
    /// Creates an alarm that is not set.
    pub(crate) fn new(env: Env) -> Self {
        Self { env, at: None, sleep: None }
    }

    /// Now, by the job's clock.
    pub(crate) fn now(&self) -> Monotonic {
        self.env.clock().monotonic()
    }

    /// The time of day, by the job's clock.
    pub(crate) fn wall(&self) -> EventTime {
        self.env.clock().wall()
    }

    /// Sets the alarm to another time, or unsets it.
    pub(crate) fn set(&mut self, at: Option<Monotonic>) {
        self.at = at;
        // A sleep that ends too early is kept: a busy task sets its alarm over and over, nearly
        // always to a later time.
        self.sleep.take_if(|(until, _)| at.is_some_and(|at| at < *until));
    }

    /// Waits for the set time and unsets the alarm; pending while it is not set.
    ///
    /// # Cancel safety
    /// Cancel safe: the alarm stays set until this returns ready.
    pub(crate) fn poll(&mut self, cx: &mut Context<'_>) -> Poll<()> {
        // With a no-op waker the task only checks, and polls again before it waits.
        if cx.waker().will_wake(Waker::noop()) {
            return Poll::Pending;
        }
        while let Some(at) = self.at {
            let now = self.now();
            if now >= at {
                self.at = None;
                return Poll::Ready(());
            }
            let clock = self.env.clock();
            let (_, sleep) = self.sleep.get_or_insert_with(|| (at, clock.sleep(at.since(now))));
            ready!(sleep.as_mut().poll(cx));
            self.sleep = None;
        }
        Poll::Pending
    }
}
