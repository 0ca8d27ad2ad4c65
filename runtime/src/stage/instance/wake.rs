//! Wakes a task whose chain has nothing, by the job's clock.

use crate::env::{Alarm, Env};
use crate::time::{EventTime, Monotonic};
use std::task::{Context, Poll};

/// Wakes a task whose chain has nothing at a given time of the job's clock: for a timer that is
/// due, or because an input counts as idle from then on.
///
/// The clock is read when the chain runs dry, and at the end of each turn of the task.
#[derive(Debug)]
pub(in crate::stage) struct Wakeup {
    /// Armed for the time last polled with.
    alarm: Alarm,
    /// Whether the alarm went off and the turn for it is still to come.
    state: WakeState,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum WakeState {
    Asleep,
    /// The alarm went off, and the chain had nothing: the next turn is for this alone.
    Due,
}

impl Wakeup {
    pub(in crate::stage) fn new(env: Env) -> Self {
        Self { alarm: Alarm::new(env), state: WakeState::Asleep }
    }

    /// The present on the job's clock.
    pub(in crate::stage) fn now(&self) -> Monotonic {
        self.alarm.now()
    }

    /// The time of day.
    pub(in crate::stage) fn wall(&self) -> EventTime {
        self.alarm.wall()
    }

    /// Ready once the clock reaches `at`; pending forever if that is `None`.
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

    /// Resets a wakeup that went off, as the chain has events after all; whether it had.
    pub(in crate::stage) fn interrupt(&mut self) -> bool {
        self.take_due()
    }

    /// Whether this turn is for the wakeup alone.
    pub(in crate::stage) fn is_due(&self) -> bool {
        self.state == WakeState::Due
    }

    /// Whether this turn is for the wakeup alone; resets it.
    pub(in crate::stage) fn take_due(&mut self) -> bool {
        std::mem::replace(&mut self.state, WakeState::Asleep) == WakeState::Due
    }

    /// Disarms the alarm until the next poll.
    pub(in crate::stage) fn stop(&mut self) {
        self.alarm.set(None);
        self.state = WakeState::Asleep;
    }
}
