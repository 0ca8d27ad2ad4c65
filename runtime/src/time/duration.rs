//! Durations as method calls: `2.secs()`, `30.mins()`.

use std::time::Duration;

/// A `u32`, which is what durations, rates and amounts of memory are written with.
///
/// One type alone has them, so that `30.mins()` needs no type. The others are told why they lack
/// them.
#[diagnostic::on_unimplemented(
    message = "`{Self}` numbers have no unit [M0325]",
    label = "durations and rates are written with `u32` numbers",
    note = "help: a duration of a `u64` is `Duration::from_secs(seconds)`; for a part of a unit \
            write a smaller one, `1_500.millis()`; see \
            https://github.com/millstream-rs/millstream/blob/main/docs/errors/M0325.md"
)]
#[doc(hidden)]
pub trait U32Number {
    /// The number.
    fn number(self) -> u32;
}

#[diagnostic::do_not_recommend]
impl U32Number for u32 {
    fn number(self) -> u32 {
        self
    }
}

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

impl<N: U32Number> DurationExt for N {
    fn micros(self) -> Duration {
        Duration::from_micros(u64::from(self.number()))
    }

    fn millis(self) -> Duration {
        Duration::from_millis(u64::from(self.number()))
    }

    fn secs(self) -> Duration {
        Duration::from_secs(u64::from(self.number()))
    }

    fn mins(self) -> Duration {
        Duration::from_secs(u64::from(self.number()) * 60)
    }

    fn hours(self) -> Duration {
        Duration::from_secs(u64::from(self.number()) * 3_600)
    }

    fn days(self) -> Duration {
        Duration::from_secs(u64::from(self.number()) * 86_400)
    }
}
