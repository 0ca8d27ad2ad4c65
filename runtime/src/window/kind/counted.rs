//! Windows of so many events.

use std::fmt;

/// Windows of a number of events.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Counted {
    pub(in crate::window) events: u64,
}

/// Windows of `events` events of a key each, in order of arrival; 0 is taken as 1.
///
/// A window is given on with its last event; what is left at the end of the stream is a window too.
/// It is from the least time of its events to just after the greatest. No event is late. Event time
/// is not needed; without it all times are [`EventTime::MIN`](crate::time::EventTime::MIN).
///
/// # Examples
/// ```
/// use millstream::prelude::*;
///
/// assert_eq!(counted(100).to_string(), "counted 100");
/// ```
#[must_use]
pub fn counted(events: u64) -> Counted {
    Counted { events: events.max(1) }
}

impl fmt::Display for Counted {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "counted {}", self.events)
    }
}
