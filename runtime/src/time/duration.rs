//! Durations as method calls: `2.secs()`, `30.mins()`.

use std::time::Duration;

/// Writes durations as `30.mins()`: for `u32`, and so for integer literals.
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
    /// A duration of this many microseconds.
    #[must_use]
    fn micros(self) -> Duration;

    /// A duration of this many milliseconds.
    #[must_use]
    fn millis(self) -> Duration;

    /// A duration of this many seconds.
    #[must_use]
    fn secs(self) -> Duration;

    /// A duration of this many minutes.
    #[must_use]
    fn mins(self) -> Duration;

    /// A duration of this many hours.
    #[must_use]
    fn hours(self) -> Duration;

    /// A duration of this many days of 24 hours.
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
