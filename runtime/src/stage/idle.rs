//! When a chain counts as idle.

use crate::env::{Alarm, Env};
use crate::time::Idleness;
use std::task::{Context, Poll};
use std::time::Duration;

/// Notices that a chain has given no event for some time.
///
/// The clock is read when the chain runs dry, never while it has events.
#[derive(Debug)]
pub(super) struct Idle {
    alarm: Alarm,
    after: Option<Duration>,
    state: State,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum State {
    /// There were events since the last wait.
    Busy,
    /// The alarm is set.
    Waiting,
    /// The alarm has rung.
    Due,
    /// Those behind know that nothing is to be expected.
    Said,
    /// There will be no more events.
    Ended,
}

impl Idle {
    pub(super) fn new(idleness: Idleness, env: Env) -> Self {
        let after = match idleness {
            Idleness::After(wait) => Some(wait),
            Idleness::Never => None,
        };
        Self { alarm: Alarm::new(env), after, state: State::Busy }
    }

    /// Waits, while the chain has nothing, until it is time to say so.
    pub(super) fn poll(&mut self, cx: &mut Context<'_>) -> Poll<()> {
        let Some(after) = self.after else {
            return Poll::Pending;
        };
        if self.state == State::Busy {
            let now = self.alarm.now();
            self.alarm.set(Some(now.plus(after)));
            self.state = State::Waiting;
        }
        if self.state == State::Waiting && self.alarm.poll(cx).is_ready() {
            self.state = State::Due;
        }
        if self.state == State::Due { Poll::Ready(()) } else { Poll::Pending }
    }

    /// The chain has something after all.
    pub(super) fn interrupt(&mut self) {
        if self.state == State::Due {
            self.state = State::Busy;
        }
    }

    /// Whether it is to be said now.
    pub(super) fn say(&mut self) -> bool {
        let due = self.state == State::Due;
        if due {
            self.state = State::Said;
        }
        due
    }

    /// The chain has given events; whether it was idle before.
    pub(super) fn wake(&mut self) -> bool {
        let was = self.state;
        if was != State::Ended {
            self.state = State::Busy;
        }
        was == State::Said
    }

    /// What has ended is not idle.
    pub(super) fn end(&mut self) {
        self.state = State::Ended;
        self.alarm.set(None);
    }
}
