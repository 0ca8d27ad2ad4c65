//! Days and minutes, as formatted in rows, in UTC.

use jiff::Timestamp;
use jiff::tz::TimeZone;
use serde::{Serialize, Serializer};
use std::fmt;

const MINUTE: u64 = 60_000;
const DAY: u64 = 24 * 60 * MINUTE;

/// A day of the calendar, as the number of days since 1970-01-01; shown as `2020-09-13`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Day(u64);

impl Day {
    /// The day of a time in milliseconds since the epoch.
    pub const fn of(date_time: u64) -> Self {
        Self(date_time / DAY)
    }

    /// Days since the epoch.
    pub const fn number(self) -> u64 {
        self.0
    }
}

impl fmt::Display for Day {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // The generator's times are some years after the epoch, far from the end of the calendar.
        let time = i64::try_from(self.0 * DAY).map(Timestamp::from_millisecond);
        match time {
            Ok(Ok(time)) => write!(f, "{}", time.to_zoned(TimeZone::UTC).date()),
            _ => write!(f, "day {}", self.0),
        }
    }
}

impl Serialize for Day {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

/// A minute of the day, from 0; shown as `09:41`.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Minute(u64);

impl Minute {
    /// The minute of a time in milliseconds since the epoch.
    pub const fn of(date_time: u64) -> Self {
        Self(date_time % DAY / MINUTE)
    }

    /// The hour of the day, 0 to 23.
    pub const fn hour(self) -> u64 {
        self.0 / 60
    }

    /// The minute of the hour, 0 to 59.
    pub const fn of_hour(self) -> u64 {
        self.0 % 60
    }
}

impl fmt::Display for Minute {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:02}:{:02}", self.hour(), self.of_hour())
    }
}

impl Serialize for Minute {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}
