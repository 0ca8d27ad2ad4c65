//! Windows one after the other.

use super::Aligned;
use crate::window::trigger::{AtEnd, Triggered, fires};
use std::fmt;
use std::time::Duration;

/// Windows of one length, one after the other.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Tumbling<P = AtEnd> {
    pub(in crate::window) aligned: Aligned,
    pub(in crate::window) triggers: P,
}

/// Windows of length `size`, one after the other; they contain their start but not their end.
///
/// A length of zero is taken as one microsecond.
///
/// # Examples
/// ```
/// use millstream::prelude::*;
///
/// let windows = tumbling(1.mins());
/// assert_eq!(windows.first_end(EventTime::from_secs(59)), EventTime::from_secs(60));
/// assert_eq!(windows.first_end(EventTime::from_secs(60)), EventTime::from_secs(120));
/// assert_eq!(windows.to_string(), "tumbling 1m");
/// ```
#[must_use]
pub fn tumbling(size: Duration) -> Tumbling {
    Tumbling { aligned: Aligned::new(size, size), triggers: AtEnd }
}

impl<P: Copy> Tumbling<P> {
    /// Windows that begin `offset` after those that are aligned to the epoch: days of another time
    /// zone, say.
    #[must_use]
    pub fn offset(self, offset: Duration) -> Self {
        Self { aligned: self.aligned.moved(offset), ..self }
    }

    /// The end of the window that contains `time`.
    #[must_use]
    pub fn first_end(self, time: crate::time::EventTime) -> crate::time::EventTime {
        self.aligned.first_end(time)
    }
}

impl<P: Into<Triggered>> Tumbling<P> {
    fn triggered(self, say: impl FnOnce(Triggered) -> Triggered) -> Tumbling<Triggered> {
        Tumbling { aligned: self.aligned, triggers: say(self.triggers.into()) }
    }
}

fires!(Tumbling: early and late);

impl<P: fmt::Display> fmt::Display for Tumbling<P> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}{}", self.aligned, self.triggers)
    }
}

impl From<Tumbling> for super::Sliding {
    fn from(kind: Tumbling) -> Self {
        Self { aligned: kind.aligned, emitted: super::EmittedWindows::All, triggers: AtEnd }
    }
}
