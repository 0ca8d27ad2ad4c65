//! Durations as they are said: `2.secs()`, `30.mins()`.

use std::time::Duration;

/// Lets an integer be read as a duration.
///
/// # Examples
/// ```
/// use millstream::time::DurationExt;
/// use std::time::Duration;
///
/// assert_eq!(30.mins(), Duration::from_secs(1_800));
/// assert_eq!(250.millis(), Duration::from_millis(250));
/// ```
pub trait DurationExt: Sized {
    /// This many microseconds.
    #[must_use]
    fn micros(self) -> Duration;

    /// This many milliseconds.
    #[must_use]
    fn millis(self) -> Duration;

    /// This many seconds.
    #[must_use]
    fn secs(self) -> Duration;

    /// This many minutes.
    #[must_use]
    fn mins(self) -> Duration;

    /// This many hours.
    #[must_use]
    fn hours(self) -> Duration;

    /// This many days of 24 hours.
    #[must_use]
    fn days(self) -> Duration;
}

impl DurationExt for u32 {
    fn micros(self) -> Duration {
        Duration::from_micros(u64::from(self))
    }

    fn millis(self) -> Duration {
        Duration::from_millis(u64::from(self))
    }

    fn secs(self) -> Duration {
        Duration::from_secs(u64::from(self))
    }

    fn mins(self) -> Duration {
        Duration::from_secs(u64::from(self) * 60)
    }

    fn hours(self) -> Duration {
        Duration::from_secs(u64::from(self) * 3_600)
    }

    fn days(self) -> Duration {
        Duration::from_secs(u64::from(self) * 86_400)
    }
}
