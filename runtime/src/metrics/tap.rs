//! A tap on an edge: some of its events, while somebody looks.

use crate::peek::{PeekedEvent, Peekers};
use crate::time::EventTime;
#[cfg(any(test, feature = "page"))]
use crate::time::Monotonic;
use std::collections::VecDeque;
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Mutex, MutexGuard, OnceLock, PoisonError};
#[cfg(any(test, feature = "page"))]
use std::time::Duration;

/// The most events shown in each [`EACH`]: 20 a second.
#[cfg(any(test, feature = "page"))]
const MOST: u32 = 10;

/// How often events are asked for.
#[cfg(any(test, feature = "page"))]
pub(crate) const EACH: Duration = Duration::from_millis(500);

/// The number of events kept for those who look.
const KEPT: usize = 20;

/// Shows some of the events of an edge. Nothing is shown, and nothing costs more than a read per
/// batch, unless [`ask`](Tap::ask) asks.
#[derive(Debug, Default)]
pub(crate) struct Tap {
    /// How many more events are to be shown now.
    wanted: AtomicU32,
    seen: Mutex<SeenEvents>,
    /// The types whose events are shown.
    peekers: OnceLock<Peekers>,
}

#[derive(Debug, Default)]
struct SeenEvents {
    events: VecDeque<TappedEvent>,
    /// The number of events seen so far.
    number: u64,
    /// When events were asked for last.
    #[cfg(any(test, feature = "page"))]
    asked: Option<Monotonic>,
}

/// An event of an edge, as it is shown.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct TappedEvent {
    /// A part of the hash of its key: enough to tell keys apart, too little to guess one.
    pub(crate) key: Option<u16>,
    pub(crate) time: Option<EventTime>,
    pub(crate) event: PeekedEvent,
}

impl Tap {
    /// Shows events of these types as they say.
    pub(crate) fn show(&self, types: &Peekers) {
        self.peekers.get_or_init(|| types.clone());
    }

    /// The types whose events are shown as they say.
    pub(crate) fn types(&self) -> Peekers {
        self.peekers.get().cloned().unwrap_or_default()
    }

    /// How many events of a batch are to be shown.
    #[inline]
    pub(crate) fn wanted(&self) -> u32 {
        self.wanted.load(Ordering::Relaxed)
    }

    /// Takes events that are to be shown.
    pub(crate) fn see(&self, events: Vec<TappedEvent>) {
        let taken = u32::try_from(events.len()).unwrap_or(u32::MAX);
        let less = |wanted: u32| Some(wanted.saturating_sub(taken));
        // Whatever instances do at the same time, each shows no more than was wanted.
        self.wanted.fetch_update(Ordering::Relaxed, Ordering::Relaxed, less).ok();
        let mut seen = self.lock();
        seen.number += u64::from(taken);
        seen.events.extend(events);
        let surplus = seen.events.len().saturating_sub(KEPT);
        seen.events.drain(..surplus);
    }
}

/// For those who look.
#[cfg(any(test, feature = "page"))]
impl Tap {
    /// Asks for more events, however many ask.
    pub(crate) fn ask(&self, now: Monotonic) {
        let mut seen = self.lock();
        if seen.asked.is_none_or(|asked| now.since(asked) >= EACH) {
            seen.asked = Some(now);
            self.wanted.store(MOST, Ordering::Relaxed);
        }
    }

    /// A viewer has gone: nothing is shown until another one asks, within [`EACH`].
    pub(crate) fn leave(&self) {
        self.wanted.store(0, Ordering::Relaxed);
    }

    /// The number of events seen so far.
    pub(crate) fn number(&self) -> u64 {
        self.lock().number
    }

    /// The events from a number on, those that are still kept, and the number of the next one.
    pub(crate) fn since(&self, number: u64) -> (Vec<TappedEvent>, u64) {
        let seen = self.lock();
        let new = usize::try_from(seen.number.saturating_sub(number)).unwrap_or(usize::MAX);
        let old = seen.events.len().saturating_sub(new);
        (seen.events.iter().skip(old).cloned().collect(), seen.number)
    }
}

impl Tap {
    fn lock(&self) -> MutexGuard<'_, SeenEvents> {
        self.seen.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::{EACH, KEPT, MOST, Tap, TappedEvent};
    use crate::peek::PeekedEvent;
    use crate::time::Monotonic;
    use std::time::Duration;

    fn events(numbers: std::ops::Range<usize>) -> Vec<TappedEvent> {
        let shown = |number: usize| PeekedEvent::Shown(number.to_string());
        let event = |number| TappedEvent { key: None, time: None, event: shown(number) };
        numbers.map(event).collect()
    }

    #[test]
    fn a_tap_wants_so_many_events_a_second_and_no_more() {
        let tap = Tap::default();
        assert_eq!(tap.wanted(), 0, "nobody looks");
        let at = |time: Duration| tap.ask(Monotonic(time));
        at(Duration::ZERO);
        at(Duration::ZERO);
        assert_eq!(tap.wanted(), MOST);
        tap.see(events(0..8));
        at(EACH / 2);
        assert_eq!(tap.wanted(), MOST - 8, "a second viewer asks for no more");
        tap.see(events(0..8));
        assert_eq!(tap.wanted(), 0);
        at(EACH);
        assert_eq!(tap.wanted(), MOST);
        tap.leave();
        assert_eq!(tap.wanted(), 0);
    }

    #[test]
    fn each_viewer_sees_every_event_that_is_kept_once() {
        let tap = Tap::default();
        tap.see(events(0..3));
        let (one, next) = tap.since(0);
        assert_eq!((one, next), (events(0..3), 3));
        tap.see(events(3..5));
        assert_eq!(tap.since(next), (events(3..5), 5));
        assert_eq!(tap.since(tap.number()), (Vec::new(), 5));
        tap.see(events(5..50));
        assert_eq!(tap.since(5), (events(50 - KEPT..50), 50));
    }
}
