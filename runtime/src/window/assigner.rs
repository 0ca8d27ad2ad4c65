//! Which windows an event belongs to: pure functions of its time.

use crate::time::{EventTime, micros};
use std::fmt;
use std::time::Duration;

/// Which windows an event belongs to.
///
/// Windows start at every multiple of the slide since the epoch and are `size` long; they contain
/// their start but not their end.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct WindowAssigner {
    size: i64,
    pub(super) slide: i64,
    pub(super) firing: Firing,
}

/// Which of the windows of a key are given on. If unsure take [`Always`](Firing::Always).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Firing {
    /// All that have an event.
    Always,
    /// Those that show an event for the first time. For an operator that judges each event by those
    /// before it the others are work for nothing: with a slide of a sixth of the size, five of six.
    WhenFresh,
}

/// Windows of length `size`, one after the other.
///
/// # Examples
/// ```
/// use millstream::prelude::*;
///
/// let windows = tumbling(1.mins());
/// assert_eq!(windows.first_end(EventTime::from_secs(59)), EventTime::from_secs(60));
/// assert_eq!(windows.first_end(EventTime::from_secs(60)), EventTime::from_secs(120));
/// ```
#[must_use]
pub fn tumbling(size: Duration) -> WindowAssigner {
    sliding(size, size)
}

/// Windows of length `size`, one every `slide`; they overlap if `slide` is the shorter.
///
/// A length of zero is taken as one microsecond. If `slide` is longer than `size`, events in the
/// gaps belong to no window and are late.
///
/// # Examples
/// ```
/// use millstream::prelude::*;
///
/// let windows = sliding(30.mins(), 5.mins());
/// assert_eq!(windows.first_end(EventTime::from_secs(7 * 60)), EventTime::from_secs(10 * 60));
/// ```
#[must_use]
pub fn sliding(size: Duration, slide: Duration) -> WindowAssigner {
    let (size, slide) = (micros(size).max(1), micros(slide).max(1));
    WindowAssigner { size, slide, firing: Firing::Always }
}

/// In words: `sliding 30m by 5m`.
impl fmt::Display for WindowAssigner {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let duration = |micros: i64| {
            let duration = jiff::SignedDuration::from_micros(micros);
            format!("{duration:#}")
        };
        if self.size == self.slide {
            write!(f, "tumbling {}", duration(self.size))?;
        } else {
            write!(f, "sliding {} by {}", duration(self.size), duration(self.slide))?;
        }
        match self.firing {
            Firing::Always => Ok(()),
            Firing::WhenFresh => f.write_str(", when fresh"),
        }
    }
}

impl WindowAssigner {
    /// Only windows that show an event for the first time are given on.
    ///
    /// Every event is then shown in exactly one window as a [fresh](super::Window::fresh) one,
    /// among those before it.
    ///
    /// # Examples
    /// ```
    /// use millstream::prelude::*;
    ///
    /// let windows = sliding(30.mins(), 5.mins()).when_fresh();
    /// # drop(windows);
    /// ```
    #[must_use]
    pub fn when_fresh(self) -> Self {
        Self { firing: Firing::WhenFresh, ..self }
    }

    /// The end of the first window that contains `time`, or of the first one after it.
    #[inline]
    #[must_use]
    pub fn first_end(self, time: EventTime) -> EventTime {
        let after = time.as_micros().saturating_sub(self.size);
        let start = after.div_euclid(self.slide).saturating_add(1).saturating_mul(self.slide);
        EventTime::from_micros(start.saturating_add(self.size))
    }

    /// The end of the first window that contains `time` and ends after `watermark`, if there is
    /// one.
    #[inline]
    pub(super) fn first_open_end(self, time: EventTime, watermark: EventTime) -> Option<EventTime> {
        let first = self.first_end(time);
        let end = if first > watermark { first } else { self.end_after(watermark) };
        (self.start_of(end) <= time && time < end).then_some(end)
    }

    /// The first end of a window after `time`.
    fn end_after(self, time: EventTime) -> EventTime {
        let since = time.as_micros().saturating_sub(self.size);
        let start = since.div_euclid(self.slide).saturating_add(1).saturating_mul(self.slide);
        EventTime::from_micros(start.saturating_add(self.size))
    }

    /// The start of the window that ends at `end`.
    #[inline]
    pub(super) fn start_of(self, end: EventTime) -> EventTime {
        EventTime::from_micros(end.as_micros().saturating_sub(self.size))
    }

    /// The end of the window before the one that ends at `end`.
    #[inline]
    pub(super) fn last_end(self, end: EventTime) -> EventTime {
        EventTime::from_micros(end.as_micros().saturating_sub(self.slide))
    }

    /// The end of the first window that begins after `time`.
    #[inline]
    pub(super) fn end_without(self, time: EventTime) -> EventTime {
        self.end_after(EventTime::from_micros(time.as_micros().saturating_add(self.size)))
    }

    /// The end of the window after the one that ends at `end`.
    #[inline]
    pub(super) fn next_end(self, end: EventTime) -> EventTime {
        EventTime::from_micros(end.as_micros().saturating_add(self.slide))
    }
}
