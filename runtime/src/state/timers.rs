//! The timers of keys.

use super::rows::Rows;
use super::times::TimerTimes;
use crate::event::Passed;
use crate::key::{Key, KeyHash};
use crate::time::{EventTime, Monotonic, Timer};
use std::collections::BTreeMap;
use std::fmt;
use std::time::Duration;

/// The timers of all keys of one instance.
///
/// A key has any number of timers, at most one per clock and time. Setting a timer costs
/// `O(log n)` in the number of timers.
///
/// # Examples
/// ```
/// use millstream::key::Key;
/// use millstream::plumbing::marks::Passed;
/// use millstream::plumbing::tables::{Timers, Until};
/// use millstream::time::{EventTime, Timer};
///
/// let mut timers = Timers::new();
/// let at = |second| Timer::At(EventTime::from_secs(second));
/// for second in [7, 5, 7] {
///     let time = EventTime::from_secs(second);
///     timers.set_event_time((time, Passed::NOTHING), "car".key_hash(), &"car");
/// }
/// let until = Until::Watermark(EventTime::from_secs(9));
/// assert_eq!(timers.next(until).map(|due| due.timer), Some(at(5)));
/// assert_eq!(timers.next(until).map(|due| due.timer), Some(at(7)));
/// assert!(timers.next(until).is_none());
/// ```
pub struct Timers<K> {
    event_time: TimerQueue<EventTime, K>,
    clock: TimerQueue<Monotonic, K>,
}

/// The clock of some timers and its current time, up to which they are due.
#[derive(Debug, Clone, Copy)]
pub enum Until {
    /// Event time: the watermark.
    Watermark(EventTime),
    /// Processing time: now, by the job's clock.
    Clock(Monotonic),
}

/// A timer that is due.
#[derive(Debug)]
pub struct DueTimer<K> {
    /// The timer as it was set.
    pub timer: Timer,
    /// The hash of its key.
    pub hash: KeyHash,
    /// Its key.
    pub key: K,
    /// What the split of the event that set it had passed, if that is after the timer's time.
    pub passed: Passed,
}

impl<K> fmt::Debug for Timers<K> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Timers")
            .field("event_time", &self.event_time.order.len())
            .field("clock", &self.clock.order.len())
            .finish()
    }
}

impl<K> Default for Timers<K> {
    fn default() -> Self {
        Self { event_time: TimerQueue::default(), clock: TimerQueue::default() }
    }
}

impl<K: Key> Timers<K> {
    /// Creates an empty set of timers.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Sets an event-time timer for a key, unless the key has one at that time; `passed` is what
    /// the split of the event that sets it had passed.
    pub fn set_event_time(&mut self, (time, passed): (EventTime, Passed), hash: KeyHash, key: &K) {
        let passed = if passed.is_after(time) { passed } else { Passed::NOTHING };
        self.event_time.set(time, (Timer::At(time), passed), hash, key);
    }

    /// The time of the first event-time timer of a key.
    pub fn first_of(&mut self, hash: KeyHash, key: &K) -> Option<EventTime> {
        self.event_time.first_of(hash, key)
    }

    /// Sets a processing-time timer for a key, unless the key has one at that time.
    pub fn set_clock(&mut self, now: Monotonic, wait: Duration, hash: KeyHash, key: &K) {
        self.clock.set(now.plus(wait), (Timer::After(wait), Passed::NOTHING), hash, key);
    }

    /// Drops the timers of a key.
    pub fn forget(&mut self, hash: KeyHash, key: &K) {
        self.event_time.forget(hash, key);
        self.clock.forget(hash, key);
    }

    /// Removes and returns the next timer that is due: the earliest, and among equals the oldest.
    pub fn next(&mut self, until: Until) -> Option<DueTimer<K>> {
        match until {
            Until::Watermark(time) => self.event_time.next(time),
            Until::Clock(now) => self.clock.next(now),
        }
    }

    /// The same, but for keys that are busy.
    pub(crate) fn next_of_free(
        &mut self,
        until: Until,
        is_busy: impl FnMut(KeyHash, &K) -> bool,
    ) -> NextTimer<K> {
        match until {
            Until::Watermark(time) => self.event_time.next_of_free(time, is_busy),
            Until::Clock(now) => self.clock.next_of_free(now, is_busy),
        }
    }

    /// The timers of a key, in any order.
    pub(crate) fn pending_of(&mut self, hash: KeyHash, key: &K) -> Vec<PendingTimer> {
        let mut pending = Vec::new();
        self.event_time
            .each_of(hash, key, |due, time| pending.push(PendingTimer::At(time, due.passed)));
        self.clock.each_of(hash, key, |due, at| pending.push(PendingTimer::Clock(due.timer, at)));
        pending
    }

    /// Sets a timer of a key as it was pending.
    pub(crate) fn restore(&mut self, pending: PendingTimer, hash: KeyHash, key: &K) {
        match pending {
            PendingTimer::At(time, passed) => self.set_event_time((time, passed), hash, key),
            PendingTimer::Clock(timer, at) => {
                self.clock.set(at, (timer, Passed::NOTHING), hash, key);
            }
        }
    }

    /// The time of the earliest processing-time timer.
    #[must_use]
    pub fn first_of_clock(&self) -> Option<Monotonic> {
        self.clock.first()
    }
}

/// The next timer that is due.
#[derive(Debug)]
pub(crate) enum NextTimer<K> {
    /// This one.
    Due(DueTimer<K>),
    /// Only timers of keys that are busy are due.
    Busy,
    /// None is due.
    None,
}

/// A timer that is not due yet.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) enum PendingTimer {
    /// Of event time, with what the split of the event that set it had passed.
    At(EventTime, Passed),
    /// Of processing time, due at this reading of the job's clock.
    Clock(Timer, Monotonic),
}

/// The position of a timer in the order of firing: by time, then in the order of setting.
type TimerPlace<A> = (A, u64);

/// The timers of one clock.
struct TimerQueue<A, K> {
    order: BTreeMap<TimerPlace<A>, DueTimer<K>>,
    keys: Rows<K, TimerTimes<A>>,
    set: u64,
}

impl<A, K> Default for TimerQueue<A, K> {
    fn default() -> Self {
        Self { order: BTreeMap::new(), keys: Rows::default(), set: 0 }
    }
}

impl<A: Ord + Copy, K: Key> TimerQueue<A, K> {
    fn set(&mut self, at: A, (timer, passed): (Timer, Passed), hash: KeyHash, key: &K) {
        match self.keys.find(hash, key) {
            Ok(mut slot) => {
                if !slot.value().insert(at, self.set) {
                    return;
                }
            }
            Err(absent) => drop(absent.insert(key.clone(), TimerTimes::of(at, self.set))),
        }
        self.order.insert((at, self.set), DueTimer { timer, hash, key: key.clone(), passed });
        self.set += 1;
    }

    fn forget(&mut self, hash: KeyHash, key: &K) {
        if let Ok(slot) = self.keys.find(hash, key) {
            for place in slot.remove().iter() {
                self.order.remove(&place);
            }
        }
    }

    /// Calls `visit` with each timer of a key and its time.
    fn each_of(&mut self, hash: KeyHash, key: &K, mut visit: impl FnMut(&DueTimer<K>, A)) {
        if let Ok(mut slot) = self.keys.find(hash, key) {
            for place in slot.value().iter() {
                if let Some(due) = self.order.get(&place) {
                    visit(due, place.0);
                }
            }
        }
    }

    fn first_of(&mut self, hash: KeyHash, key: &K) -> Option<A> {
        self.keys.find(hash, key).ok()?.value().first()
    }

    fn first(&self) -> Option<A> {
        self.order.first_key_value().map(|(place, _)| place.0)
    }

    fn next_of_free(
        &mut self,
        until: A,
        mut is_busy: impl FnMut(KeyHash, &K) -> bool,
    ) -> NextTimer<K> {
        let mut next = NextTimer::None;
        let mut due = self.order.iter().take_while(|((time, _), _)| *time <= until);
        let free = due.find(|(_, due)| {
            let busy = is_busy(due.hash, &due.key);
            if busy {
                next = NextTimer::Busy;
            }
            !busy
        });
        let place = free.map(|(place, _)| *place);
        place.and_then(|place| self.remove(place)).map_or(next, NextTimer::Due)
    }

    fn next(&mut self, until: A) -> Option<DueTimer<K>> {
        let place = self.order.first_key_value().map(|(place, _)| *place);
        self.remove(place.filter(|(first, _)| *first <= until)?)
    }

    fn remove(&mut self, place: TimerPlace<A>) -> Option<DueTimer<K>> {
        let (time, due) = (place.0, self.order.remove(&place)?);
        if let Ok(mut slot) = self.keys.find(due.hash, &due.key) {
            let times = slot.value();
            times.remove(time);
            if times.is_empty() {
                drop(slot.remove());
            }
        }
        Some(due)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::state::conformance::{self, Forgets, Name, TestedTable};

    fn at(number: u64) -> EventTime {
        EventTime::from_micros(number.cast_signed())
    }

    fn number(time: EventTime) -> u64 {
        time.as_micros().cast_unsigned()
    }

    /// The number of a key is the time of its only timer.
    impl TestedTable for Timers<Name> {
        fn set(&mut self, hash: KeyHash, key: Name, value: u64) {
            self.forget(hash, &key);
            self.set_event_time((at(value), Passed::NOTHING), hash, &key);
        }

        fn get(&mut self, hash: KeyHash, key: &Name) -> Option<u64> {
            let mut slot = self.event_time.keys.find(hash, key).ok()?;
            let times: Vec<_> = slot.value().iter().collect();
            match times[..] {
                [(time, _)] => Some(number(time)),
                ref others => panic!("{others:?}"),
            }
        }

        fn all(&mut self) -> Vec<(Name, u64)> {
            let TimerQueue { order, keys, .. } = &self.event_time;
            assert_eq!(order.len(), keys.len());
            order.iter().map(|((time, _), due)| (due.key.clone(), number(*time))).collect()
        }
    }

    impl Forgets for Timers<Name> {
        fn forget(&mut self, hash: KeyHash, key: &Name) {
            Self::forget(self, hash, key);
        }

        fn retain(&mut self, keep: impl Fn(u64) -> bool) {
            let all = Until::Watermark(EventTime::MAX);
            let due: Vec<_> = std::iter::from_fn(|| self.next(all)).collect();
            assert_eq!(self.event_time.keys.len(), 0, "keys without a timer are forgotten");
            for DueTimer { timer, hash, key, passed } in due {
                match timer {
                    Timer::At(time) if keep(number(time)) => {
                        self.set_event_time((time, passed), hash, &key);
                    }
                    _ => {}
                }
            }
        }
    }

    conformance::forgets!(Timers<Name>);

    #[test]
    fn a_key_is_kept_until_its_last_timer() {
        let mut timers = Timers::new();
        timers.set_event_time((at(1), Passed::NOTHING), 7.key_hash(), &7);
        timers.set_event_time((at(2), Passed::NOTHING), 7.key_hash(), &7);
        assert_eq!(timers.first_of(7.key_hash(), &7), Some(at(1)));
        assert!(timers.next(Until::Watermark(at(1))).is_some());
        assert_eq!(timers.event_time.keys.len(), 1);
        assert!(timers.next(Until::Watermark(at(2))).is_some());
        assert_eq!(timers.event_time.keys.len(), 0);
    }
}
