//! Assigns event time and emits watermarks.

use super::{DueTurn, Link};
use crate::env::Env;
use crate::error::Result;
use crate::event::{Mark, Meta};
use crate::operator::{AtEventOf, Emit, NoSnapshot, OperatorPlace, Uncounted};
use crate::stage::instance::Wakeup;
use crate::time::{EventClock, EventTime, Idleness, Monotonic, Watermarks};
use std::fmt;
use std::marker::PhantomData;
use std::task::{Context, Poll};
use std::time::Duration;

/// Assigns event time to each event, emits a watermark after each batch that advances it, and an
/// idle mark once the stream has had no events for the strategy's timeout.
pub struct TimeAssigner<T, F, W> {
    /// Extracts the event time of an event.
    time: F,
    /// Names the node if that or the strategy panics.
    place: OperatorPlace,
    /// Observes events and computes watermarks; taken out while a batch is driven.
    strategy: Option<W>,
    /// The last watermark, and whether the stream is idle.
    progress: SplitTime,
    events: PhantomData<fn(T)>,
}

/// The watermark and the idleness of one stream.
struct SplitTime {
    /// The last watermark emitted; never goes back, whatever the strategy returns.
    clock: EventClock,
    /// How long without events until the stream counts as idle; `None` if it never does.
    idleness: Option<Duration>,
    /// Armed for the end of that time while there are no events.
    wakeup: Wakeup,
    activity: InputActivity,
}

/// `Busy` → `Quiet` when the chain upstream has nothing, → `Idle` once the timeout is over, →
/// `Busy` with the next event. `Ended` is final.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum InputActivity {
    /// Events since the last wait.
    Busy,
    /// None since; at this time the stream becomes idle.
    Quiet(Monotonic),
    /// An idle mark was emitted: inputs downstream leave this one out of their watermark.
    Idle,
    /// The last watermark was emitted.
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
    /// Extracts event time by `time`, and computes watermarks by `strategy`.
    pub fn new(time: F, strategy: W, place: OperatorPlace, env: Env) -> Self {
        let idleness = match strategy.idleness() {
            Idleness::After(wait) => Some(wait),
            Idleness::Never => None,
        };
        let (clock, activity) = (EventClock::default(), InputActivity::Busy);
        let progress = SplitTime { clock, idleness, wakeup: Wakeup::new(env), activity };
        Self { time, place, strategy: Some(strategy), progress, events: PhantomData }
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
    const WAITS: bool = true;

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
        // Without the number of the event: to have that after a panic would cost every event.
        let watch = self.place.watch(Uncounted, &NoSnapshot);
        let time = (self.time)(&value);
        watch.end();
        if let Some(strategy) = strategy {
            let at = AtEventOf(time);
            let watch = self.place.watch(Uncounted, &at);
            strategy.observe(&value, time);
            watch.end();
        }
        into.emit(value, Meta { time, ..meta })
    }

    /// Drops watermarks from upstream, which are of another event time than the one assigned here;
    /// except for the last, which releases everything.
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
        let watch = self.place.watch(Uncounted, &NoSnapshot);
        let watermark = strategy.as_mut().map_or(EventTime::MIN, Watermarks::watermark);
        watch.end();
        if let Some(watermark) = self.progress.advance(watermark, events) {
            into.mark(Mark::Watermark(watermark))?;
        }
        Ok(events)
    }

    fn is_due(&self) -> bool {
        self.progress.wakeup.is_due()
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
    /// Emits no watermark or idle mark from here on: the last watermark has passed, even if a loop
    /// upstream still sends events.
    fn close(&mut self) {
        self.clock.advance(EventTime::MAX);
        self.activity = InputActivity::Ended;
        self.wakeup.stop();
    }

    /// The watermark to emit after a batch of `events` events, if it has advanced or wakes the
    /// input.
    fn advance(&mut self, watermark: EventTime, events: u64) -> Option<EventTime> {
        let woken = events > 0 && self.wake();
        let risen = self.clock.advance(watermark);
        // After an idle mark the last watermark is emitted again: it wakes the input downstream.
        let last = self.clock.watermark();
        risen.or_else(|| (woken && last > EventTime::MIN).then_some(last))
    }

    /// Notes that there are events; whether the stream was idle.
    fn wake(&mut self) -> bool {
        let before = self.activity;
        if before != InputActivity::Ended {
            self.activity = InputActivity::Busy;
        }
        before == InputActivity::Idle
    }

    /// Ready once the stream counts as idle; polled only while it has no events.
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

    /// Whether the stream has become idle, which this turn is for.
    fn take_idle(&mut self) -> bool {
        let idle = self.wakeup.take_due();
        if idle {
            self.activity = InputActivity::Idle;
        }
        idle
    }
}
