//! Waiting for a moment of the job's clock.

use super::Env;
use crate::time::{Monotonic, Sleep};
use std::fmt;
use std::task::{Context, Poll, Waker, ready};

/// Rings when the job's clock has come to a moment.
pub(crate) struct Alarm {
    env: Env,
    at: Option<Monotonic>,
    /// What wakes the task, and the moment at which it does, perhaps before the alarm rings.
    sleep: Option<(Monotonic, Sleep)>,
}

impl fmt::Debug for Alarm {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Alarm").field("at", &self.at).finish_non_exhaustive()
    }
}

impl Alarm {
    /// An alarm that is not set.
    pub(crate) fn new(env: Env) -> Self {
        Self { env, at: None, sleep: None }
    }

    /// What the job's clock says.
    pub(crate) fn now(&self) -> Monotonic {
        self.env.clock().monotonic()
    }

    /// Lets it ring at a moment instead of the one it was set to, or not at all.
    pub(crate) fn set(&mut self, at: Option<Monotonic>) {
        self.at = at;
        // One that wakes the task too early is kept: a task that is busy sets its alarm again and
        // again, and nearly always to a later moment.
        self.sleep.take_if(|(until, _)| at.is_some_and(|at| at < *until));
    }

    /// Waits until it rings; it is not set any more then.
    pub(crate) fn poll(&mut self, cx: &mut Context<'_>) -> Poll<()> {
        // A task that only asks will ask again before it waits.
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
