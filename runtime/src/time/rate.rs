//! Rates as method calls: `1_000.per_sec()`.

use super::duration::DurationExt;
use millstream_graph::sentence::{Sentence, rates};
use std::fmt;
use std::time::Duration;

/// The greatest rate, in events per second.
const MOST: u128 = 1_000_000_000;

/// The longest time between two events.
const LONGEST: Duration = Duration::from_secs(86_400);

/// How many events may pass in how much time; for
/// [`throttle`](crate::builder::Stream::throttle).
///
/// Written with [`RateExt`]: `1_000.per_sec()`, `30.per_min()`. It is at least one event a day, and
/// at most 1,000,000,000 a second; another one is refused at start.
///
/// # Examples
/// ```
/// use millstream::time::{DurationExt, Rate, RateExt};
///
/// assert_eq!(30.per_min(), Rate::new(30, 1.mins()));
/// assert_eq!(5.per_sec().to_string(), "5 per s");
/// assert_eq!(Rate::new(5, 2.secs()).to_string(), "5 per 2 s");
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Rate {
    events: u32,
    per: Duration,
}

impl Rate {
    /// This number of events in each `per`.
    ///
    /// # Examples
    /// ```
    /// use millstream::time::{DurationExt, Rate};
    ///
    /// let rate = Rate::new(100, 90.secs());
    /// assert_eq!((rate.events(), rate.per()), (100, 90.secs()));
    /// ```
    #[must_use]
    pub const fn new(events: u32, per: Duration) -> Self {
        Self { events, per }
    }

    /// The number of events.
    #[must_use]
    pub const fn events(self) -> u32 {
        self.events
    }

    /// The time in which they may pass.
    #[must_use]
    pub const fn per(self) -> Duration {
        self.per
    }

    /// Why no stream can be held to it, if so.
    pub(crate) fn refused(self) -> Option<Sentence> {
        let Self { events, per } = self;
        let written = self.to_string();
        if events == 0 || per.is_zero() {
            Some(rates::no_rate(&written))
        } else if u128::from(events) * 1_000_000_000 > MOST * per.as_nanos() {
            Some(rates::too_fast(&written))
        } else if per.as_nanos() > LONGEST.as_nanos() * u128::from(events) {
            Some(rates::too_slow(&written))
        } else {
            None
        }
    }
}

impl fmt::Display for Rate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { events, per } = *self;
        let units = [(1.hours(), "h"), (1.mins(), "min"), (1.secs(), "s"), (1.millis(), "ms")];
        let whole = |unit: &&(Duration, &str)| {
            per >= unit.0 && per.as_nanos().is_multiple_of(unit.0.as_nanos())
        };
        let Some((unit, name)) = units.iter().find(whole) else {
            return write!(f, "{events} per {per:?}");
        };
        match per.as_nanos() / unit.as_nanos() {
            1 => write!(f, "{events} per {name}"),
            units => write!(f, "{events} per {units} {name}"),
        }
    }
}

/// Writes rates as `1_000.per_sec()`: for integer literals, and numbers of any unsigned type.
///
/// # Examples
/// ```
/// use millstream::time::{DurationExt, Rate, RateExt};
///
/// assert_eq!(1_000.per_sec(), Rate::new(1_000, 1.secs()));
/// assert_eq!(2.per_hour(), Rate::new(2, 1.hours()));
/// ```
pub trait RateExt: Sized {
    /// This number of events a second.
    #[must_use]
    fn per_sec(self) -> Rate;

    /// This number of events a minute.
    #[must_use]
    fn per_min(self) -> Rate;

    /// This number of events an hour.
    #[must_use]
    fn per_hour(self) -> Rate;
}

/// For a number `$number` as a `u32`. More than that is beyond what a stream can be held to.
macro_rules! rates {
    ($number:ident: $type:ty => $narrow:expr) => {
        impl RateExt for $type {
            fn per_sec(self) -> Rate {
                let $number = self;
                Rate::new($narrow, 1.secs())
            }

            fn per_min(self) -> Rate {
                let $number = self;
                Rate::new($narrow, 1.mins())
            }

            fn per_hour(self) -> Rate {
                let $number = self;
                Rate::new($narrow, 1.hours())
            }
        }
    };
}
rates!(number: u32 => number);
#[cfg(rust_analyzer)]
rates!(number: i32 => number.unsigned_abs());
// As with durations, a literal is a `u32`, and the others are borrowed for the methods.
rates!(number: &u8 => u32::from(*number));
rates!(number: &u16 => u32::from(*number));
rates!(number: &u64 => u32::try_from(*number).unwrap_or(u32::MAX));
rates!(number: &usize => u32::try_from(*number).unwrap_or(u32::MAX));

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_rate_of_nothing_or_beyond_reason_is_refused() {
        let code = |rate: Rate| rate.refused().map(|sentence| sentence.wrong);
        assert_eq!(code(1.per_sec()), None);
        assert_eq!(code(1_000_000_000.per_sec()), None);
        assert_eq!(code(Rate::new(1, 1.days())), None);
        for rate in [
            0.per_min(),
            Rate::new(1, Duration::ZERO),
            1_000_000_001.per_sec(),
            Rate::new(2, Duration::from_nanos(1)),
            Rate::new(1, 1.days() + Duration::from_nanos(1)),
            Rate::new(1, Duration::MAX),
        ] {
            let wrong = code(rate).unwrap();
            assert!(wrong.contains(&rate.to_string()), "{wrong}");
        }
    }
}
