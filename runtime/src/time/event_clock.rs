//! The watermark of one place in a job.

use super::EventTime;

/// Keeps the watermark of one place in a job; it never goes back.
///
/// # Examples
/// ```
/// use millstream::plumbing::clocks::EventClock;
/// use millstream::time::EventTime;
///
/// let mut clock = EventClock::default();
/// assert_eq!(clock.watermark(), EventTime::MIN);
/// assert_eq!(clock.advance(EventTime::from_secs(5)), Some(EventTime::from_secs(5)));
/// assert_eq!(clock.advance(EventTime::from_secs(3)), None);
/// assert_eq!(clock.watermark(), EventTime::from_secs(5));
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct EventClock(EventTime);

impl Default for EventClock {
    fn default() -> Self {
        Self::NEW
    }
}

impl EventClock {
    /// A clock before its first watermark.
    pub(crate) const NEW: Self = Self(EventTime::MIN);

    /// A clock that has received this watermark.
    pub(crate) const fn at(watermark: EventTime) -> Self {
        Self(watermark)
    }

    /// The last watermark; [`EventTime::MIN`] before the first.
    #[inline(always)]
    #[must_use]
    pub fn watermark(self) -> EventTime {
        self.0
    }

    /// Receives a watermark and returns it if it is later than the last one.
    ///
    /// A watermark that goes back is ignored, so a late event stays late.
    #[inline]
    pub fn advance(&mut self, watermark: EventTime) -> Option<EventTime> {
        (watermark > self.0).then(|| {
            self.0 = watermark;
            watermark
        })
    }
}
