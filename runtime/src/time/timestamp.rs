//! A point in event time.

use crate::key::{Key, KeyHash};
use std::fmt;
use std::ops::{Add, Sub};
use std::time::Duration;

/// When an event happened: microseconds since 1970-01-01 00:00:00 UTC.
///
/// Add or subtract a [`Duration`], or subtract two times. Arithmetic saturates at
/// [`EventTime::MIN`] and [`EventTime::MAX`].
///
/// # Examples
/// ```
/// use millstream::time::{DurationExt, EventTime};
///
/// let noon = EventTime::from_secs(1_522_584_000);
/// assert_eq!((noon + 2.secs()) - noon, 2.secs());
/// assert_eq!(noon.to_string(), "2018-04-01T12:00:00Z");
/// ```
///
/// # Text
/// It is printed, serialized and parsed as RFC 3339 text in UTC, with as many digits of the second
/// as it needs. Times that this format lacks (before year -9999 or after 9999, such as
/// [`EventTime::MIN`]), and all times in binary formats, are the number of microseconds. Both are
/// accepted, and so are texts with another offset from UTC; digits beyond microseconds are cut off.
/// ```
/// use millstream::time::EventTime;
///
/// let time: EventTime = "2018-04-01T14:00:00.5+02:00".parse()?;
/// assert_eq!(time, EventTime::from_millis(1_522_584_000_500));
/// # Ok::<(), millstream::time::ParseTimeError>(())
/// ```
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct EventTime(i64);

impl EventTime {
    /// The least time: no event time assigned, or no watermark yet.
    pub const MIN: Self = Self(i64::MIN);
    /// The greatest time: as a watermark, no more events are expected.
    pub const MAX: Self = Self(i64::MAX);

    /// Creates a time from microseconds since 1970-01-01 00:00:00 UTC.
    #[inline]
    #[must_use]
    pub const fn from_micros(micros: i64) -> Self {
        Self(micros)
    }

    /// Creates a time from milliseconds since 1970-01-01 00:00:00 UTC; saturates.
    ///
    /// # Examples
    /// ```
    /// use millstream::time::EventTime;
    ///
    /// assert_eq!(EventTime::from_millis(1_500).as_micros(), 1_500_000);
    /// ```
    #[inline]
    #[must_use]
    pub const fn from_millis(millis: i64) -> Self {
        Self(millis.saturating_mul(1_000))
    }

    /// Creates a time from seconds since 1970-01-01 00:00:00 UTC; saturates.
    ///
    /// # Examples
    /// ```
    /// use millstream::time::EventTime;
    ///
    /// assert_eq!(EventTime::from_secs(3_600).to_string(), "1970-01-01T01:00:00Z");
    /// assert_eq!(EventTime::from_secs(i64::MAX), EventTime::MAX);
    /// ```
    #[inline]
    #[must_use]
    pub const fn from_secs(secs: i64) -> Self {
        Self(secs.saturating_mul(1_000_000))
    }

    /// Microseconds since 1970-01-01 00:00:00 UTC; negative before that.
    #[inline]
    #[must_use]
    pub const fn as_micros(self) -> i64 {
        self.0
    }
}

/// Converts a duration to whole microseconds, at most `i64::MAX`.
#[inline]
pub(crate) fn micros(duration: Duration) -> i64 {
    i64::try_from(duration.as_micros()).unwrap_or(i64::MAX)
}

impl Add<Duration> for EventTime {
    type Output = Self;

    #[inline]
    fn add(self, duration: Duration) -> Self {
        Self(self.0.saturating_add(micros(duration)))
    }
}

impl Sub<Duration> for EventTime {
    type Output = Self;

    #[inline]
    fn sub(self, duration: Duration) -> Self {
        Self(self.0.saturating_sub(micros(duration)))
    }
}

impl Sub for EventTime {
    type Output = Duration;

    /// The time from `earlier` to `self`; zero if `earlier` is in fact later.
    #[inline]
    fn sub(self, earlier: Self) -> Duration {
        Duration::from_micros(u64::try_from(self.0.saturating_sub(earlier.0)).unwrap_or(0))
    }
}

#[diagnostic::do_not_recommend]
impl Key for EventTime {
    #[inline]
    fn key_hash(&self) -> KeyHash {
        self.0.key_hash()
    }

    fn key_text(&self) -> Option<String> {
        Some(self.to_string())
    }
}

impl fmt::Display for EventTime {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match jiff::Timestamp::from_microsecond(self.0) {
            Ok(time) => write!(f, "{time}"),
            Err(_) if self.0 < 0 => f.write_str("before all time"),
            Err(_) => f.write_str("after all time"),
        }
    }
}

impl fmt::Debug for EventTime {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{self}")
    }
}
