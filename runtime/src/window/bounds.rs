//! The bounds of a window in event time.

use crate::time::EventTime;

/// The bounds of a window in event time, as an [`Accumulator`](super::Accumulator) receives them.
///
/// # Examples
/// ```
/// use millstream::time::{DurationExt, EventTime};
/// use millstream::window::Bounds;
///
/// let start = EventTime::from_secs(60);
/// let bounds = Bounds { start, end: start + 1.mins() };
/// assert_eq!(bounds.end - bounds.start, 1.mins());
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Bounds {
    /// The start, inclusive.
    pub start: EventTime,
    /// The end, exclusive.
    pub end: EventTime,
}

impl Bounds {
    /// The last microsecond in the window: the event time of its results.
    #[inline]
    pub(super) fn last_moment(self) -> EventTime {
        EventTime::from_micros(self.end.as_micros().saturating_sub(1))
    }

    /// Whether a time is within the bounds.
    #[inline]
    pub(super) fn contain(self, time: EventTime) -> bool {
        self.start <= time && time < self.end
    }
}
