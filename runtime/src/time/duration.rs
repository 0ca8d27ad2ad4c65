//! Durations as method calls: `2.secs()`, `30.mins()`.

use std::time::Duration;

/// Writes durations as `30.mins()`: for integer literals, and numbers of any unsigned type.
///
/// # Examples
/// ```
/// use millstream::time::DurationExt;
/// use std::time::Duration;
///
/// assert_eq!(30.mins(), Duration::from_secs(1_800));
/// assert_eq!(250.millis(), Duration::from_millis(250));
/// let timeout: u64 = 5; // of a configuration, say
/// assert_eq!(timeout.secs(), Duration::from_secs(5));
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

/// For a number `$number` as a `u64`.
macro_rules! durations {
    ($number:ident: $type:ty => $wide:expr) => {
        impl DurationExt for $type {
            fn micros(self) -> Duration {
                let $number = self;
                Duration::from_micros($wide)
            }

            fn millis(self) -> Duration {
                let $number = self;
                Duration::from_millis($wide)
            }

            fn secs(self) -> Duration {
                let $number = self;
                Duration::from_secs($wide)
            }

            fn mins(self) -> Duration {
                let $number = self;
                Duration::from_secs($wide.saturating_mul(60))
            }

            fn hours(self) -> Duration {
                let $number = self;
                Duration::from_secs($wide.saturating_mul(3_600))
            }

            fn days(self) -> Duration {
                let $number = self;
                Duration::from_secs($wide.saturating_mul(86_400))
            }
        }
    };
}
durations!(number: u32 => u64::from(number));
// An editor takes the literal in `1.mi` for an `i32` while the method is being written.
#[cfg(rust_analyzer)]
durations!(number: i32 => u64::from(number.unsigned_abs()));
// Only `u32` has the methods itself, so that a literal is one. The compiler borrows the others for
// them.
durations!(number: &u8 => u64::from(*number));
durations!(number: &u16 => u64::from(*number));
durations!(number: &u64 => *number);
durations!(number: &usize => u64::try_from(*number).unwrap_or(u64::MAX));
