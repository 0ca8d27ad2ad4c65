//! When the timers of the job's clock are due.

use crate::env::{Alarm, Env};
use crate::time::Monotonic;
use std::task::{Context, Poll};

/// Wakes a task, while its chain has nothing, for the timers of the job's clock.
#[derive(Debug)]
pub(super) struct Bell {
    alarm: Alarm,
    state: State,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum State {
    Silent,
    /// Nothing but a timer is to be worked on.
    Rung,
}

impl Bell {
    pub(super) fn new(env: Env) -> Self {
        Self { alarm: Alarm::new(env), state: State::Silent }
    }

    pub(super) fn now(&self) -> Monotonic {
        self.alarm.now()
    }

    /// Waits for the first timer, if there is one.
    pub(super) fn poll(&mut self, first: Option<Monotonic>, cx: &mut Context<'_>) -> Poll<()> {
        if self.state == State::Silent {
            self.alarm.set(first);
            if self.alarm.poll(cx).is_pending() {
                return Poll::Pending;
            }
            self.state = State::Rung;
        }
        Poll::Ready(())
    }

    /// The chain has something after all.
    pub(super) fn interrupt(&mut self) {
        self.state = State::Silent;
    }

    /// Whether it was this that woke the task.
    pub(super) fn take_rung(&mut self) -> bool {
        std::mem::replace(&mut self.state, State::Silent) == State::Rung
    }
}
