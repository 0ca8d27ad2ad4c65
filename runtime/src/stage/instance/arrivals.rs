//! The time at which events arrive, for windows by the job's clock.

use super::Wakeup;
use crate::env::Env;
use crate::time::{EventTime, Monotonic};
use std::task::{Context, Poll};
use std::time::Duration;

/// The time of day by the job's clock, which never goes back here.
///
/// It advances with the monotonic clock, and jumps forward if the time of day is set forward. A
/// time of day that is set back would stop all windows, so it is not followed.
#[derive(Debug)]
pub(in crate::stage) struct ArrivalClock {
    env: Env,
    wakeup: Wakeup,
    /// A moment by both clocks: the start, or when the time of day was last set forward.
    anchor: (Monotonic, EventTime),
}

impl ArrivalClock {
    pub(in crate::stage) fn new(env: Env) -> Self {
        let anchor = (env.clock().monotonic(), env.clock().wall());
        Self { wakeup: Wakeup::new(env.clone()), env, anchor }
    }

    /// Goes on from a reading before the job was started, even if the time of day has been set back
    /// since.
    pub(in crate::stage) fn begin_at(&mut self, read: EventTime) {
        self.anchor.1 = self.anchor.1.max(read);
    }

    /// Reads the clock: the greatest time so far.
    pub(in crate::stage) fn read(&mut self) -> EventTime {
        let (since, start) = self.anchor;
        let (now, wall) = (self.env.clock().monotonic(), self.env.clock().wall());
        let time = start + now.since(since);
        if wall <= time {
            return time;
        }
        self.anchor = (now, wall);
        wall
    }

    /// Ready once the time is `due`, unless it is set forward meanwhile.
    pub(in crate::stage) fn poll(
        &mut self,
        due: Option<EventTime>,
        cx: &mut Context<'_>,
    ) -> Poll<()> {
        let (since, start) = self.anchor;
        let at = |due: EventTime| {
            let micros = due.as_micros().saturating_sub(start.as_micros());
            since.plus(Duration::from_micros(u64::try_from(micros).unwrap_or(0)))
        };
        self.wakeup.poll(due.map(at), cx)
    }

    pub(in crate::stage) fn interrupt(&mut self) {
        self.wakeup.interrupt();
    }

    /// Whether this turn is for the clock alone.
    pub(in crate::stage) fn is_due(&self) -> bool {
        self.wakeup.is_due()
    }

    /// Whether this turn is for the clock alone; resets it.
    pub(in crate::stage) fn take_due(&mut self) -> bool {
        self.wakeup.take_due()
    }
}
