//! When a task that has nothing else to do is woken by the job's clock.

use crate::env::{Alarm, Env};
use crate::time::Monotonic;
use std::task::{Context, Poll};

/// Wakes a task, while its chain has nothing, at a moment of the job's clock: for a timer that is
/// due, or because an input counts as idle from then on.
///
/// The clock is read when the chain runs dry, never while it has events.
#[derive(Debug)]
pub(in crate::stage) struct Wakeup {
    alarm: Alarm,
    state: WakeState,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum WakeState {
    Asleep,
    /// The task woke for nothing but this.
    Due,
}

impl Wakeup {
    pub(in crate::stage) fn new(env: Env) -> Self {
        Self { alarm: Alarm::new(env), state: WakeState::Asleep }
    }

    pub(in crate::stage) fn now(&self) -> Monotonic {
        self.alarm.now()
    }

    /// Waits for the moment, if there is one.
    pub(in crate::stage) fn poll(
        &mut self,
        at: Option<Monotonic>,
        cx: &mut Context<'_>,
    ) -> Poll<()> {
        if self.state == WakeState::Asleep {
            self.alarm.set(at);
            if self.alarm.poll(cx).is_pending() {
                return Poll::Pending;
            }
            self.state = WakeState::Due;
        }
        Poll::Ready(())
    }

    /// The chain has something after all; whether the moment had come.
    pub(in crate::stage) fn interrupt(&mut self) -> bool {
        self.take_due()
    }

    /// Whether it was this that woke the task.
    pub(in crate::stage) fn take_due(&mut self) -> bool {
        std::mem::replace(&mut self.state, WakeState::Asleep) == WakeState::Due
    }

    /// Nothing is waited for any more.
    pub(in crate::stage) fn stop(&mut self) {
        self.alarm.set(None);
        self.state = WakeState::Asleep;
    }
}
