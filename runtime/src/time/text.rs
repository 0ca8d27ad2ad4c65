//! Event time as text: parsed and serialized as RFC 3339.

use super::EventTime;
use serde::de::{Unexpected, Visitor};
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use std::fmt;
use std::str::FromStr;

/// The text is not a time as RFC 3339 writes it.
///
/// # Examples
/// ```
/// use millstream::time::EventTime;
///
/// let error = "noon".parse::<EventTime>().unwrap_err();
/// assert_eq!(error.to_string(), "not a time such as 2018-04-01T12:00:00Z");
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ParseTimeError(());

const EXPECTED: &str = "a time such as 2018-04-01T12:00:00Z";

impl fmt::Display for ParseTimeError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "not {EXPECTED}")
    }
}

impl std::error::Error for ParseTimeError {}

impl FromStr for EventTime {
    type Err = ParseTimeError;

    fn from_str(text: &str) -> Result<Self, ParseTimeError> {
        let time = text.parse::<jiff::Timestamp>().map_err(|_error| ParseTimeError(()))?;
        // The division by which `as_microsecond` cuts off rounds towards zero.
        let micros = time.as_nanosecond().div_euclid(1_000);
        i64::try_from(micros).map(Self::from_micros).map_err(|_too_large| ParseTimeError(()))
    }
}

impl Serialize for EventTime {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match jiff::Timestamp::from_microsecond(self.as_micros()) {
            Ok(time) if serializer.is_human_readable() => serializer.collect_str(&time),
            _ => serializer.serialize_i64(self.as_micros()),
        }
    }
}

impl<'de> Deserialize<'de> for EventTime {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        if deserializer.is_human_readable() {
            deserializer.deserialize_any(TimeVisitor)
        } else {
            deserializer.deserialize_i64(TimeVisitor)
        }
    }
}

/// Accepts the text, and the number of microseconds.
struct TimeVisitor;

impl Visitor<'_> for TimeVisitor {
    type Value = EventTime;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{EXPECTED}, or microseconds since 1970")
    }

    fn visit_str<E: serde::de::Error>(self, text: &str) -> Result<EventTime, E> {
        text.parse().map_err(|_error| E::invalid_value(Unexpected::Str(text), &self))
    }

    fn visit_i64<E>(self, micros: i64) -> Result<EventTime, E> {
        Ok(EventTime::from_micros(micros))
    }

    fn visit_u64<E: serde::de::Error>(self, micros: u64) -> Result<EventTime, E> {
        let micros = i64::try_from(micros);
        micros.map(EventTime::from_micros).map_err(|_too_large| E::custom("the time is too large"))
    }
}
