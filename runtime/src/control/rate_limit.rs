//! The rate to which a node holds its events, all instances together.

use crate::time::{Monotonic, Rate};
use futures::task::AtomicWaker;
use millstream_graph::sentence::Sentence;
use std::fmt;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError, Weak};
use std::time::Duration;

/// The time in which a rate is counted: 16 ticks are a nanosecond, so that the distance of two
/// events is known well at a thousand million a second, and fits for 36 years.
const TICKS_PER_NANO: u64 = 16;

/// Events pass in slices of what the rate allows in this time: one atomic operation, and one alarm,
/// for a slice.
const SLICE: Duration = Duration::from_millis(10);

/// The rate to which a [`throttle`](crate::builder::Stream::throttle) holds its events: one for all
/// instances of the node.
///
/// The generic cell rate algorithm (ITU-T I.371): it keeps the time at which the next event would
/// arrive if all came at the distance of the rate. Events may be ahead of it by a burst. In any
/// time `t`, no more than `burst + rate · t` events pass.
pub struct RateLimit {
    /// When the next event would arrive, in ticks of the job's clock.
    next: AtomicU64,
    /// The distance of two events, in ticks.
    distance: AtomicU64,
    /// How many events may pass at once after a pause; 0 for a slice.
    burst: AtomicU64,
    /// Whether events are shed that would have to wait.
    sheds: AtomicBool,
    /// How often the rate was set, and when it was last, in ticks.
    changes: AtomicU64,
    changed_at: AtomicU64,
    /// Those who wait for their turn.
    waiting: Mutex<Vec<Weak<AtomicWaker>>>,
}

/// The turn of some events.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Reserved {
    /// How many.
    pub events: u64,
    /// When they may pass.
    pub at: Monotonic,
    /// The distance of two events when this was reserved, and how often the rate had been set.
    distance: u64,
    changes: u64,
}

impl fmt::Debug for RateLimit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("RateLimit").field("distance", &self.distance).finish_non_exhaustive()
    }
}

fn ticks(time: Duration) -> u64 {
    u64::try_from(time.as_nanos()).unwrap_or(u64::MAX).saturating_mul(TICKS_PER_NANO)
}

/// The first nanosecond that is not before a tick.
fn moment(ticks: u64) -> Monotonic {
    Monotonic::from_nanos(ticks.div_ceil(TICKS_PER_NANO))
}

/// The distance of two events, rounded up: the rate is never exceeded.
fn distance(rate: Rate) -> u64 {
    let ticks = rate.per().as_nanos() * u128::from(TICKS_PER_NANO);
    let distance = ticks.div_ceil(u128::from(rate.events().max(1)));
    u64::try_from(distance).unwrap_or(u64::MAX).max(1)
}

/// `value · new / old`.
fn scaled(value: u64, (old, new): (u64, u64)) -> u64 {
    let scaled = u128::from(value) * u128::from(new) / u128::from(old.max(1));
    u64::try_from(scaled).unwrap_or(u64::MAX)
}

impl RateLimit {
    /// A limit at which events wait.
    #[must_use]
    pub fn new(rate: Rate) -> Self {
        Self {
            next: AtomicU64::new(0),
            distance: AtomicU64::new(distance(rate)),
            burst: AtomicU64::new(0),
            sheds: AtomicBool::new(false),
            changes: AtomicU64::new(0),
            changed_at: AtomicU64::new(0),
            waiting: Mutex::new(Vec::new()),
        }
    }

    /// Events per second that may pass.
    #[must_use]
    pub fn per_second(&self) -> f64 {
        let ticks = Duration::from_secs(1).as_nanos() * u128::from(TICKS_PER_NANO);
        #[expect(clippy::cast_precision_loss, reason = "it is shown to three digits")]
        let [second, distance] =
            [ticks, u128::from(self.distance.load(Ordering::Relaxed).max(1))].map(|t| t as f64);
        second / distance
    }

    /// Sets how many events may pass at once after a pause.
    pub(crate) fn set_burst(&self, events: u64) {
        self.burst.store(events, Ordering::Relaxed);
    }

    /// Sheds events instead of letting them wait.
    pub(crate) fn shed(&self) {
        self.sheds.store(true, Ordering::Relaxed);
    }

    /// Whether events are shed that would have to wait.
    #[must_use]
    pub fn sheds(&self) -> bool {
        self.sheds.load(Ordering::Relaxed)
    }

    /// Changes the rate at the time `now`. What waits, waits for what is left of its time at the
    /// new rate; without `burst(…)`, the burst follows the rate.
    ///
    /// # Errors
    /// Why no stream can be held to this rate; nothing is changed then.
    pub fn set_rate(&self, rate: Rate, now: Monotonic) -> Result<(), Sentence> {
        if let Some(refused) = rate.refused() {
            return Err(refused);
        }
        let (new, now) = (distance(rate), ticks(now.0));
        let old = self.distance.swap(new, Ordering::Relaxed);
        let ahead =
            |next: u64| Some(now.saturating_add(scaled(next.checked_sub(now)?, (old, new))));
        // A limit that is not ahead stays where it is.
        self.next.fetch_update(Ordering::Relaxed, Ordering::Relaxed, ahead).ok();
        self.changed_at.store(now, Ordering::Relaxed);
        self.changes.fetch_add(1, Ordering::Release);
        let waiting = self.waiting.lock().unwrap_or_else(PoisonError::into_inner);
        waiting.iter().filter_map(Weak::upgrade).for_each(|waker| waker.wake());
        Ok(())
    }

    /// A place for the waker of a task that waits, which is woken when the rate changes.
    pub(crate) fn waker(&self) -> Arc<AtomicWaker> {
        let waker = Arc::new(AtomicWaker::new());
        let mut waiting = self.waiting.lock().unwrap_or_else(PoisonError::into_inner);
        waiting.retain(|waker| waker.strong_count() > 0);
        waiting.push(Arc::downgrade(&waker));
        waker
    }

    /// The number of events in a slice.
    fn slice(distance: u64) -> u64 {
        (ticks(SLICE) / distance).max(1)
    }

    fn burst(&self, distance: u64) -> u64 {
        match self.burst.load(Ordering::Relaxed) {
            0 => Self::slice(distance),
            burst => burst,
        }
    }

    /// Reserves the turn of the first of `events` that wait, at most a slice of them. Who asks
    /// first has the first turn.
    #[must_use]
    pub fn reserve(&self, events: u64, now: Monotonic) -> Reserved {
        let changes = self.changes.load(Ordering::Acquire);
        let distance = self.distance.load(Ordering::Relaxed);
        let burst = self.burst(distance);
        let events = events.min(Self::slice(distance)).min(burst).max(1);
        let now = ticks(now.0);
        let after = |next: u64| next.max(now).saturating_add(events.saturating_mul(distance));
        let set = |next| Some(after(next));
        let before = self.next.fetch_update(Ordering::Relaxed, Ordering::Relaxed, set);
        let next = after(before.unwrap_or_else(|next| next));
        let at = moment(next.saturating_sub(burst.saturating_mul(distance)).max(now));
        Reserved { events, at, distance, changes }
    }

    /// The same turn at the present rate.
    #[must_use]
    pub fn at_present(&self, reserved: Reserved) -> Reserved {
        let changes = self.changes.load(Ordering::Acquire);
        if changes == reserved.changes {
            return reserved;
        }
        let distance = self.distance.load(Ordering::Relaxed);
        let (at, changed) = (ticks(reserved.at.0), self.changed_at.load(Ordering::Relaxed));
        let left = scaled(at.saturating_sub(changed), (reserved.distance, distance));
        let at = if at > changed { moment(changed.saturating_add(left)) } else { reserved.at };
        Reserved { events: reserved.events, at, distance, changes }
    }

    /// How many of `events` may pass now; the others are not to come back.
    #[must_use]
    pub fn take(&self, events: u64, now: Monotonic) -> u64 {
        let distance = self.distance.load(Ordering::Relaxed);
        let now = ticks(now.0);
        let limit = now.saturating_add(self.burst(distance).saturating_mul(distance));
        let free = |next: u64| (limit.saturating_sub(next.max(now)) / distance).min(events);
        let take =
            |next: u64| Some(next.max(now).saturating_add(free(next).saturating_mul(distance)));
        let before = self.next.fetch_update(Ordering::Relaxed, Ordering::Relaxed, take);
        free(before.unwrap_or_else(|next| next))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::time::{DurationExt, RateExt};

    fn at(millis: u32) -> Monotonic {
        Monotonic(millis.millis())
    }

    #[test]
    fn those_who_wait_have_their_turns_in_order_and_at_the_rate() {
        let limit = RateLimit::new(1_000.per_sec());
        let turns: Vec<_> = (0..5).map(|_| limit.reserve(25, at(50))).collect();
        let turns: Vec<_> = turns.iter().map(|turn| (turn.events, turn.at)).collect();
        assert_eq!(turns, [50, 60, 70, 80, 90].map(|millis| (10, at(millis))));
        assert_eq!(limit.reserve(1, at(90)).at, at(91));
    }

    #[test]
    fn no_time_is_lost_by_those_who_come_a_little_late() {
        let limit = RateLimit::new(1_000.per_sec());
        let mut now = at(0);
        for _ in 0..100 {
            now = limit.reserve(10, now).at.plus(1.millis());
        }
        assert_eq!(now, at(991), "99 slices after the first, and once late");
    }

    #[test]
    fn a_burst_passes_at_once_and_not_again_before_it_is_filled() {
        let limit = RateLimit::new(10.per_sec());
        limit.set_burst(5);
        let ready = |now| (0..20).filter(|_| limit.take(1, now) == 1).count();
        assert_eq!([ready(at(1_000)), ready(at(1_099)), ready(at(1_100))], [5, 0, 1]);
        assert_eq!(limit.take(100, at(1_350)), 2);
        assert_eq!(limit.take(100, at(9_000)), 5);
    }

    #[test]
    fn a_change_of_the_rate_scales_what_is_left_to_wait() {
        let limit = RateLimit::new(1.per_min());
        assert_eq!(limit.reserve(1, at(0)).at, at(0));
        let second = limit.reserve(1, at(0));
        assert_eq!(second.at, at(60_000));
        assert_eq!(limit.at_present(second), second);
        limit.set_rate(1.per_sec(), at(30_000)).unwrap();
        assert_eq!(limit.at_present(second).at, at(30_500));
        assert_eq!(limit.reserve(1, at(30_500)).at, at(31_500));
        assert_eq!(limit.set_rate(0.per_sec(), at(0)).unwrap_err().code, "M0182");
    }

    #[test]
    fn a_rate_that_no_distance_divides_is_never_exceeded_and_hardly_missed() {
        for events in [3, 7, 333, 999_983, 1_000_000_000] {
            let limit = RateLimit::new(events.per_sec());
            let (mut passed, mut now) = (0_u64, at(0));
            while now < at(2_000) && passed < 3 * u64::from(events) {
                let turn = limit.reserve(u64::MAX, now);
                (passed, now) = (passed + turn.events, turn.at);
            }
            let burst = RateLimit::slice(distance(events.per_sec()));
            let rate = 2 * u64::from(events);
            assert!((rate..=rate + 2 * burst).contains(&passed), "{passed} at {events}");
        }
    }
}
