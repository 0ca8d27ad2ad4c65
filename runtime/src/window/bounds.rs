//! From where to where a window is.

use crate::time::EventTime;

/// From where to where a window is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Bounds {
    /// The start, which belongs to it.
    pub start: EventTime,
    /// The end, which does not belong to it.
    pub end: EventTime,
}

impl Bounds {
    /// The last moment that belongs to the window.
    #[inline]
    pub(super) fn last_moment(self) -> EventTime {
        EventTime::from_micros(self.end.as_micros().saturating_sub(1))
    }

    /// Whether a time is in the window.
    #[inline]
    pub(super) fn contain(self, time: EventTime) -> bool {
        self.start <= time && time < self.end
    }
}
