//! A time for every event, and the watermarks that follow.

use super::{DueTurn, Link};
use crate::env::Env;
use crate::error::Result;
use crate::event::{Mark, Meta};
use crate::operator::Emit;
use crate::stage::instance::Wakeup;
use crate::time::{EventClock, EventTime, Idleness, Monotonic, Watermarks};
use std::fmt;
use std::marker::PhantomData;
use std::task::{Context, Poll};
use std::time::Duration;

/// Assigns a time to every event and emits a watermark after every batch; where no event has come
/// for some time, a mark that the stream is idle.
pub struct TimeAssigner<T, F, W> {
    time: F,
    /// Absent only while a batch is driven.
    strategy: Option<W>,
    progress: SplitTime,
    events: PhantomData<fn(T)>,
}

/// How far event time has come, and whether the stream is idle.
struct SplitTime {
    clock: EventClock,
    idleness: Option<Duration>,
    wakeup: Wakeup,
    activity: InputActivity,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum InputActivity {
    /// There were events since the last wait.
    Busy,
    /// There was none so far; at this moment the stream is idle.
    Quiet(Monotonic),
    /// Downstream knows that nothing is to be expected.
    Idle,
    /// There will be no more events.
    Ended,
}

impl<T, F, W> fmt::Debug for TimeAssigner<T, F, W> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("TimeAssigner")
            .field("watermark", &self.progress.clock.watermark())
            .finish_non_exhaustive()
    }
}

impl<T, F, W: Watermarks<T>> TimeAssigner<T, F, W> {
    /// A time for every event, by `time`, and watermarks by a strategy.
    pub fn new(time: F, strategy: W, env: Env) -> Self {
        let idleness = match strategy.idleness() {
            Idleness::After(wait) => Some(wait),
            Idleness::Never => None,
        };
        let (clock, activity) = (EventClock::default(), InputActivity::Busy);
        let progress = SplitTime { clock, idleness, wakeup: Wakeup::new(env), activity };
        Self { time, strategy: Some(strategy), progress, events: PhantomData }
    }
}

impl<T, F, W> Link<T> for TimeAssigner<T, F, W>
where
    T: Send + 'static,
    F: Fn(&T) -> EventTime + Send + 'static,
    W: Watermarks<T>,
{
    type Out = T;
    type Hot = Option<W>;

    #[inline(always)]
    fn begin(&mut self) -> Option<W> {
        self.strategy.take()
    }

    #[inline(always)]
    fn finish(&mut self, strategy: Option<W>) {
        self.strategy = strategy;
    }

    #[inline(always)]
    fn event<E: Emit<T>>(
        &mut self,
        strategy: &mut Option<W>,
        value: T,
        (meta, _): (Meta, EventTime),
        into: &mut E,
    ) -> Result<()> {
        let time = (self.time)(&value);
        if let Some(strategy) = strategy {
            strategy.observe(&value, time);
        }
        into.emit(value, Meta { time, ..meta })
    }

    /// A watermark from upstream is about another time than the one assigned here, except at the
    /// end.
    #[inline(always)]
    fn watermark<E: Emit<T>>(
        &mut self,
        _: &mut Option<W>,
        watermark: EventTime,
        _: &mut E,
    ) -> Result<Option<EventTime>> {
        if watermark < EventTime::MAX {
            return Ok(None);
        }
        self.progress.close();
        Ok(Some(watermark))
    }

    #[inline(always)]
    fn batch_end<E: Emit<T>>(
        &mut self,
        strategy: &mut Option<W>,
        events: u64,
        into: &mut E,
    ) -> Result<u64> {
        let watermark = strategy.as_mut().map_or(EventTime::MIN, Watermarks::watermark);
        if let Some(watermark) = self.progress.advance(watermark, events) {
            into.mark(Mark::Watermark(watermark))?;
        }
        Ok(events)
    }

    #[inline(always)]
    fn due<E: Emit<T>>(&mut self, _: &mut Option<W>, _: EventTime, _: &mut E) -> Result<DueTurn> {
        Ok(if self.progress.take_idle() { DueTurn::Idle } else { DueTurn::Nothing })
    }

    fn poll_due(&mut self, cx: &mut Context<'_>) -> Poll<()> {
        self.progress.poll_idle(cx)
    }

    fn interrupt(&mut self) {
        if self.progress.wakeup.interrupt() {
            self.progress.activity = InputActivity::Busy;
        }
    }
}

impl SplitTime {
    /// No watermark follows the one at the end of time, though a loop goes on behind it.
    fn close(&mut self) {
        self.clock.advance(EventTime::MAX);
        self.activity = InputActivity::Ended;
        self.wakeup.stop();
    }

    /// The watermark that follows a batch of so many events, if it is news downstream. It never
    /// goes back, whatever the strategy says.
    fn advance(&mut self, watermark: EventTime, events: u64) -> Option<EventTime> {
        let woken = events > 0 && self.wake();
        let risen = self.clock.advance(watermark);
        // Downstream of an idle mark the last watermark is emitted again: it wakes the input.
        let last = self.clock.watermark();
        risen.or_else(|| (woken && last > EventTime::MIN).then_some(last))
    }

    /// There are events again; whether the stream was idle.
    fn wake(&mut self) -> bool {
        let before = self.activity;
        if before != InputActivity::Ended {
            self.activity = InputActivity::Busy;
        }
        before == InputActivity::Idle
    }

    /// Waits, while there are no events, until the stream counts as idle.
    fn poll_idle(&mut self, cx: &mut Context<'_>) -> Poll<()> {
        let at = match (self.activity, self.idleness) {
            (InputActivity::Busy, Some(wait)) => self.wakeup.now().plus(wait),
            (InputActivity::Quiet(at), _) => at,
            (InputActivity::Busy | InputActivity::Idle | InputActivity::Ended, _) => {
                return Poll::Pending;
            }
        };
        self.activity = InputActivity::Quiet(at);
        self.wakeup.poll(Some(at), cx)
    }

    /// Whether the stream counts as idle from now on.
    fn take_idle(&mut self) -> bool {
        let idle = self.wakeup.take_due();
        if idle {
            self.activity = InputActivity::Idle;
        }
        idle
    }
}
