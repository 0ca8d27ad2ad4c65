//! What the split of an event had passed before the event.

use crate::time::EventTime;
use serde::{Deserialize, Serialize};

/// The watermark of an event's own split before the event, and the event's place among the events
/// behind it.
///
/// An event is late by this watermark, never by that of a receiver: which watermark has reached a
/// receiver depends on where batches end. Events that follow from an event inherit it. See
/// `docs/decisions/0012-lateness-is-judged-by-the-split.md`.
///
/// # Examples
/// ```
/// use millstream::plumbing::marks::{Passed, ArrivalPlace};
/// use millstream::time::EventTime;
///
/// let second = EventTime::from_secs;
/// assert!(!Passed::NOTHING.is_after(EventTime::MIN));
/// let passed = Passed { watermark: second(10), place: ArrivalPlace::first_of(0) };
/// assert!(passed.is_after(second(9)) && !passed.is_after(second(10)));
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Passed {
    /// The watermark; [`EventTime::MIN`] if nothing is known.
    pub watermark: EventTime,
    /// Orders events that are behind the same watermark.
    pub place: ArrivalPlace,
}

impl Passed {
    /// The split had passed nothing, or nothing that matters to the event: it is not behind.
    pub const NOTHING: Self = Self { watermark: EventTime::MIN, place: ArrivalPlace(0) };

    /// The event is further ahead of the clock than its split may be: it is late everywhere.
    pub const EVERYTHING: Self = Self { watermark: EventTime::MAX, place: ArrivalPlace(0) };

    /// The watermark of a split, for an event that is not behind it.
    #[must_use]
    pub fn until(watermark: EventTime) -> Self {
        Self { watermark, place: ArrivalPlace(0) }
    }

    /// Whether nothing is known.
    #[inline(always)]
    #[must_use]
    pub fn is_nothing(self) -> bool {
        self.watermark == EventTime::MIN
    }

    /// Whether the event is late everywhere.
    #[inline(always)]
    #[must_use]
    pub fn is_everything(self) -> bool {
        self.watermark == EventTime::MAX
    }

    /// The time up to which timers of the event's key are called before the event.
    #[inline]
    #[must_use]
    pub fn timers_until(self) -> EventTime {
        if self.is_everything() { EventTime::MIN } else { self.watermark }
    }

    /// The present of the split by event time, at an event at `time`: that, or what the split had
    /// passed if the event is behind. For an event that is late
    /// everywhere it is unknown: `otherwise`.
    #[inline]
    #[must_use]
    pub fn present(self, time: EventTime, otherwise: EventTime) -> EventTime {
        if self.is_everything() { otherwise } else { time.max(self.watermark) }
    }

    /// Whether the split had passed `time`: an event at `time` is behind.
    #[inline(always)]
    #[must_use]
    pub fn is_after(self, time: EventTime) -> bool {
        time < self.watermark
    }
}

/// The place of an event among all events behind their split: by split, then in order of arrival.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct ArrivalPlace(u64);

/// How many bits of a place count events; the others number the splits.
const EVENT_BITS: u32 = 40;

impl ArrivalPlace {
    /// The first place of a split.
    #[must_use]
    pub fn first_of(split: usize) -> Self {
        Self((split as u64) << EVENT_BITS)
    }

    /// Returns this place, and moves on to the next one of the split.
    #[inline]
    #[must_use]
    pub fn take_next(&mut self) -> Self {
        let place = *self;
        self.0 = self.0.wrapping_add(1);
        place
    }
}

/// From how many splits a node receives events.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SplitsReceived {
    /// From one, in the order in which the split has read them: no event follows whose split had
    /// passed less than that of the last one.
    One,
    /// From several, or by several paths.
    Several,
}

/// Which events carry what their split had passed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Carrying {
    /// Those that are behind it: only these can be late.
    #[default]
    Behind,
    /// All: the job has timers, and whether one is called before an event depends on it.
    All,
}

impl Carrying {
    /// What a result that a watermark releases carries: if all events carry something, its own
    /// time, so that timers up to that time are called before it.
    #[inline]
    #[must_use]
    pub fn by_time(self, time: EventTime) -> Passed {
        match self {
            Self::Behind => Passed::NOTHING,
            Self::All => Passed::until(time),
        }
    }
}
