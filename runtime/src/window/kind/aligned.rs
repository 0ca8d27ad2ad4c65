//! Windows at fixed intervals: pure functions of event time.

use crate::time::{EventTime, micros};
use crate::window::Verdict;
use std::fmt;
use std::time::Duration;

/// Windows of one size that start at every multiple of the slide since the epoch, plus an offset;
/// they contain their start but not their end.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Aligned {
    pub(in crate::window) size: i64,
    pub(in crate::window) slide: i64,
    offset: i64,
    /// Whether it was declared as 0.
    no_size: bool,
    no_slide: bool,
}

impl Aligned {
    /// Windows of `size`, one every `slide`; both at least one microsecond, or they are
    /// [empty](Self::is_empty).
    pub(super) fn new(size: Duration, slide: Duration) -> Self {
        let (size, slide) = (micros(size), micros(slide));
        let (no_size, no_slide) = (size == 0, slide == 0);
        // Never 0 here: it is divided by.
        Self { size: size.max(1), slide: slide.max(1), offset: 0, no_size, no_slide }
    }

    /// Whether no event can be in such a window.
    pub(in crate::window) fn is_empty(self) -> bool {
        self.no_size || self.no_slide
    }

    /// How long no window is open between two of them, if the slide is longer than the size.
    pub(in crate::window) fn between(self) -> Option<Duration> {
        let micros = u64::try_from(self.slide.saturating_sub(self.size)).unwrap_or(0);
        (micros > 0).then(|| Duration::from_micros(micros))
    }

    /// The same windows, moved by `offset`.
    pub(super) fn moved(self, offset: Duration) -> Self {
        Self { offset: micros(offset).rem_euclid(self.slide), ..self }
    }

    /// Returns the length of the longest panes that make up every window: the greatest common
    /// divisor of size and slide (Li and others, *No pane, no gain*, 2005).
    pub(in crate::window) fn pane(self) -> i64 {
        let (mut large, mut small) = (self.size, self.slide);
        while small > 0 {
            (large, small) = (small, large % small);
        }
        large
    }

    /// Returns how many slides cover `time`, rounded up.
    pub(in crate::window) fn slides(self, time: i64) -> i64 {
        time / self.slide + i64::from(time % self.slide > 0)
    }

    /// Returns the start of the pane of this length that contains `time`.
    #[inline]
    pub(in crate::window) fn pane_start(self, pane: i64, time: EventTime) -> i64 {
        let since = time.as_micros().saturating_sub(self.offset);
        since.div_euclid(pane).saturating_mul(pane).saturating_add(self.offset)
    }

    /// Returns the end of the first window that contains `time`, or of the first one after it.
    #[inline]
    #[must_use]
    pub fn first_end(self, time: EventTime) -> EventTime {
        let after = time.as_micros().saturating_sub(self.size).saturating_sub(self.offset);
        let start = after.div_euclid(self.slide).saturating_add(1).saturating_mul(self.slide);
        let start = start.saturating_add(self.offset);
        EventTime::from_micros(start.saturating_add(self.size))
    }

    /// Returns whether a window ends at `end`.
    pub(in crate::window) fn ends_at(self, end: EventTime) -> bool {
        let last = EventTime::from_micros(end.as_micros().saturating_sub(1));
        self.first_end(last) == end || end == EventTime::MAX
    }

    /// Returns the end of the last window that contains `time`, or of the last one before it.
    #[inline]
    pub(crate) fn last_end_with(self, time: EventTime) -> EventTime {
        let start = self.pane_start(self.slide, time);
        EventTime::from_micros(start.saturating_add(self.size))
    }

    /// Returns the end of the first window that contains `time` and ends after `watermark`, if
    /// there is one.
    #[inline]
    pub(in crate::window) fn first_open_end(
        self,
        time: EventTime,
        watermark: EventTime,
    ) -> Option<EventTime> {
        let first = self.first_end(time);
        let end = if first > watermark { first } else { self.first_end(watermark) };
        (self.start_of(end) <= time && time < end).then_some(end)
    }

    /// Returns whether a window with `time` surely ends by `watermark`, and another one after it.
    /// Needs no division; may be wrong only if that is so for the ends within a slide of these.
    #[inline]
    pub(in crate::window) fn is_between(self, time: EventTime, watermark: EventTime) -> bool {
        // The first end is at most a slide after `time`, the last one less than a slide before
        // `time` plus the size.
        let behind = watermark.as_micros().saturating_sub(time.as_micros());
        self.slide <= behind && behind <= self.size - self.slide
    }

    /// Says what to do with an event at `time` whose split had passed `passed`, if windows are kept
    /// for `lateness` after their end.
    #[inline]
    pub(in crate::window) fn judge(
        self,
        time: EventTime,
        passed: EventTime,
        lateness: i64,
    ) -> Verdict {
        if self.is_between(time, passed) {
            return Verdict::Hold;
        }
        self.judge_ends(time, passed, lateness)
    }

    fn judge_ends(self, time: EventTime, passed: EventTime, lateness: i64) -> Verdict {
        let last = self.last_end_with(time);
        if time < self.start_of(last) || last <= time {
            return Verdict::Late;
        }
        Verdict::of((self.first_end(time), last), passed, lateness)
    }

    /// Returns the start of the window that ends at `end`.
    #[inline]
    pub(in crate::window) fn start_of(self, end: EventTime) -> EventTime {
        EventTime::from_micros(end.as_micros().saturating_sub(self.size))
    }

    /// Returns the end of the window before the one that ends at `end`.
    #[inline]
    pub(in crate::window) fn last_end(self, end: EventTime) -> EventTime {
        EventTime::from_micros(end.as_micros().saturating_sub(self.slide))
    }

    /// Returns the end of the first window that starts after `time`.
    #[inline]
    pub(in crate::window) fn end_without(self, time: EventTime) -> EventTime {
        self.first_end(EventTime::from_micros(time.as_micros().saturating_add(self.size)))
    }

    /// Returns the end of the window after the one that ends at `end`.
    #[inline]
    pub(in crate::window) fn next_end(self, end: EventTime) -> EventTime {
        EventTime::from_micros(end.as_micros().saturating_add(self.slide))
    }
}

/// In words: `sliding 30m by 5m`.
impl fmt::Display for Aligned {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let declared = |none: bool, micros| if none { 0 } else { micros };
        let size = declared(self.no_size, self.size);
        let slide = declared(self.no_slide, self.slide);
        if size == slide {
            write!(f, "tumbling {}", in_words(size))?;
        } else {
            write!(f, "sliding {} by {}", in_words(size), in_words(slide))?;
        }
        if self.offset > 0 {
            write!(f, " from {}", in_words(self.offset))?;
        }
        Ok(())
    }
}

/// A duration in words: `30m`.
pub(crate) fn in_words(micros: i64) -> String {
    format!("{:#}", jiff::SignedDuration::from_micros(micros))
}
