//! One window for everything.

use crate::window::trigger::{AtEnd, Triggered, fires};
use std::fmt;
use std::time::Duration;

/// One window for all events of a key.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Global<P = AtEnd> {
    pub(in crate::window) triggers: P,
}

/// One window for all events of a key, from the beginning of time to the end of the stream.
///
/// It is given on at the end of the stream; on one without an end it speaks only
/// [early](Global::early_every).
///
/// # Examples
/// ```
/// use millstream::prelude::*;
///
/// assert_eq!(global().early_every(10).to_string(), "global, early every 10");
/// ```
#[must_use]
pub fn global() -> Global {
    Global { triggers: AtEnd }
}

impl<P: Into<Triggered>> Global<P> {
    fn triggered(self, say: impl FnOnce(Triggered) -> Triggered) -> Global<Triggered> {
        Global { triggers: say(self.triggers.into()) }
    }
}

fires!(Global: early);

impl<P: fmt::Display> fmt::Display for Global<P> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "global{}", self.triggers)
    }
}
