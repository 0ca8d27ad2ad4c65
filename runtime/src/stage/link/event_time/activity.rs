//! Whether a split has events, and what its event time does while it has none.

use crate::control::DriftSplit;
use crate::env::Env;
use crate::metrics::InstanceCounters;
use crate::stage::instance::Wakeup;
use crate::time::{EventClock, EventTime, Idleness, Monotonic};
use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::Duration;

/// How often event time advances while it follows the clock.
const FOLLOWING_EVERY: Duration = Duration::from_millis(100);

/// The watermark and the activity of one split.
pub(super) struct SplitTime {
    /// The last watermark emitted; never goes back, whatever the strategy returns.
    clock: EventClock,
    /// What happens while the split has no events.
    idleness: Idleness,
    /// Armed for the next thing to happen while there are no events.
    wakeup: Wakeup,
    activity: SplitActivity,
    /// Where the sources of other streams, joined with this one, see how far it is.
    drift: Option<DriftSplit>,
    /// Where everybody sees it.
    counters: Arc<InstanceCounters>,
}

/// `Busy` → `Silent` when the split has no events → `Idle` once its timeout is over → `Busy` with
/// the next event. `Ended` is final.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum SplitActivity {
    /// Events since the last wait.
    Busy,
    Silent(SplitSilence),
    /// An idle mark was emitted: inputs downstream leave this one out of their watermark.
    Idle,
    /// The last watermark was emitted.
    Ended,
}

/// A time without events.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct SplitSilence {
    /// When it began.
    since: Monotonic,
    /// The watermark then.
    watermark: EventTime,
    /// When the next thing happens.
    next: Monotonic,
}

/// What happens because a split has no events.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Elapsed {
    Nothing,
    /// It becomes idle.
    Idle,
    /// Its watermark follows the clock to here.
    To(EventTime),
}

impl SplitTime {
    pub(super) fn new(
        idleness: Idleness,
        env: Env,
        (drift, counters): (Option<DriftSplit>, Arc<InstanceCounters>),
    ) -> Self {
        let (clock, activity) = (EventClock::default(), SplitActivity::Busy);
        let split = Self { clock, idleness, wakeup: Wakeup::new(env), activity, drift, counters };
        split.show();
        split
    }

    /// The last watermark emitted.
    pub(super) fn watermark(&self) -> EventTime {
        self.clock.watermark()
    }

    /// Whether an idle mark was the last thing emitted.
    pub(super) fn is_idle(&self) -> bool {
        self.activity == SplitActivity::Idle
    }

    /// Begins where a checkpoint has it: with this watermark, and idle or not.
    pub(super) fn restore(&mut self, watermark: EventTime, is_idle: bool) {
        self.clock.advance(watermark);
        if is_idle {
            self.activity = SplitActivity::Idle;
        }
        self.show();
    }

    /// Emits no watermark or idle mark from here on: the last watermark has passed, even if a loop
    /// upstream still sends events.
    pub(super) fn close(&mut self) {
        self.clock.advance(EventTime::MAX);
        self.activity = SplitActivity::Ended;
        self.wakeup.stop();
        self.report();
    }

    /// Reports how far the split is; one that is idle or has ended holds no source.
    fn report(&mut self) {
        self.show();
        let Some(drift) = &mut self.drift else { return };
        drift.reached(match self.activity {
            SplitActivity::Busy | SplitActivity::Silent(_) => self.clock.watermark(),
            SplitActivity::Idle | SplitActivity::Ended => EventTime::MAX,
        });
    }

    /// Shows how far the split is, and whether it is idle.
    #[inline]
    fn show(&self) {
        self.counters.shown.time.set(self.clock.watermark(), self.is_idle());
    }

    /// The watermark to emit after a batch of `events` events, if it has advanced or wakes the
    /// split.
    pub(super) fn advance(&mut self, watermark: EventTime, events: u64) -> Option<EventTime> {
        let woken = events > 0 && self.wake();
        let risen = self.clock.advance(watermark);
        self.report();
        // After an idle mark the last watermark is emitted again: it wakes the input downstream.
        let last = self.clock.watermark();
        risen.or_else(|| (woken && last > EventTime::MIN).then_some(last))
    }

    /// Notes that there are events; whether the split was idle.
    fn wake(&mut self) -> bool {
        let before = self.activity;
        if before != SplitActivity::Ended {
            self.activity = SplitActivity::Busy;
        }
        before == SplitActivity::Idle
    }

    /// What has happened by now, at the end of a batch without events: whatever is upstream may be
    /// busy for ever without one.
    pub(super) fn elapse(&mut self) -> Elapsed {
        match self.silence() {
            Some(silence) if self.wakeup.now() >= silence.next => self.happen(silence),
            _ => Elapsed::Nothing,
        }
    }

    /// Ready once something happens; polled only while the chain upstream has nothing.
    pub(super) fn poll(&mut self, cx: &mut Context<'_>) -> Poll<()> {
        if self.drift.as_ref().is_some_and(|drift| drift.is_held(cx)) {
            self.pause();
            return Poll::Pending;
        }
        match self.silence() {
            Some(silence) => self.wakeup.poll(Some(silence.next), cx),
            None => Poll::Pending,
        }
    }

    /// Ends a silence: a source upstream is held, so there may be events that it has not read.
    fn pause(&mut self) {
        if matches!(self.activity, SplitActivity::Silent(_)) {
            self.activity = SplitActivity::Busy;
        }
        self.wakeup.stop();
    }

    /// Whether this turn is for what happens without events.
    pub(super) fn is_due(&self) -> bool {
        self.wakeup.is_due()
    }

    /// What has happened, if this turn is for it.
    pub(super) fn take_due(&mut self) -> Elapsed {
        match (self.wakeup.take_due(), self.activity) {
            (true, SplitActivity::Silent(silence)) => self.happen(silence),
            _ => Elapsed::Nothing,
        }
    }

    /// Cancels the wait: the chain upstream has something after all, which need not be an event.
    pub(super) fn interrupt(&mut self) {
        self.wakeup.interrupt();
    }

    /// The silence, which begins now if the split was busy; `None` if nothing happens in it.
    fn silence(&mut self) -> Option<SplitSilence> {
        if self.activity == SplitActivity::Busy {
            let wait = match self.idleness {
                Idleness::After(wait) | Idleness::FollowClock(wait) => wait,
                Idleness::Never => return None,
            };
            let (since, watermark) = (self.wakeup.now(), self.clock.watermark());
            self.activity =
                SplitActivity::Silent(SplitSilence { since, watermark, next: since.plus(wait) });
        }
        match self.activity {
            SplitActivity::Silent(silence) => Some(silence),
            SplitActivity::Busy | SplitActivity::Idle | SplitActivity::Ended => None,
        }
    }

    fn happen(&mut self, silence: SplitSilence) -> Elapsed {
        let Idleness::FollowClock(wait) = self.idleness else {
            self.activity = SplitActivity::Idle;
            self.report();
            return Elapsed::Idle;
        };
        let now = self.wakeup.now();
        self.activity =
            SplitActivity::Silent(SplitSilence { next: now.plus(FOLLOWING_EVERY), ..silence });
        let followed = now.since(silence.since).saturating_sub(wait);
        // Without any event there is nothing to go on from.
        if silence.watermark == EventTime::MIN {
            return Elapsed::Nothing;
        }
        Elapsed::To(silence.watermark + followed)
    }
}
