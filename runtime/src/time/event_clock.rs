//! How far event time has come in one place.

use super::EventTime;

/// How far event time has come in one place: the last watermark there. It never goes back.
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
        Self(EventTime::MIN)
    }
}

impl EventClock {
    /// The last watermark; [`EventTime::MIN`] before the first.
    #[inline(always)]
    #[must_use]
    pub fn watermark(self) -> EventTime {
        self.0
    }

    /// A watermark has come; the new one if it is later than the last. One that goes back is left
    /// out: what was late remains late.
    #[inline]
    pub fn advance(&mut self, watermark: EventTime) -> Option<EventTime> {
        (watermark > self.0).then(|| {
            self.0 = watermark;
            watermark
        })
    }
}
