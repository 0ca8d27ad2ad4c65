//! Windows that end when nothing comes any more.

use super::in_words;
use crate::time::micros;
use crate::window::trigger::{AtEnd, Triggered, fires};
use std::fmt;
use std::time::Duration;

/// Windows of events that follow each other closely.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Session<P = AtEnd> {
    pub(in crate::window) gap: i64,
    pub(in crate::window) triggers: P,
}

/// Windows of events that follow each other in less than `gap`.
///
/// A session is from its first event to `gap` after its last: an event exactly `gap` after the last
/// begins a new one. An event that closes the gap between two sessions makes one of them. A gap of
/// zero is taken as one microsecond.
///
/// # Examples
/// ```
/// use millstream::prelude::*;
///
/// assert_eq!(session(10.secs()).to_string(), "session 10s");
/// ```
#[must_use]
pub fn session(gap: Duration) -> Session {
    Session { gap: micros(gap).max(1), triggers: AtEnd }
}

impl<P: Into<Triggered>> Session<P> {
    fn triggered(self, say: impl FnOnce(Triggered) -> Triggered) -> Session<Triggered> {
        Session { gap: self.gap, triggers: say(self.triggers.into()) }
    }
}

fires!(Session: early and late);

impl<P: fmt::Display> fmt::Display for Session<P> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "session {}{}", in_words(self.gap), self.triggers)
    }
}
