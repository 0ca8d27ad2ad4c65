//! Events that came too late.

use crate::time::EventTime;
use std::fmt;

/// An event that came too late, and how late.
#[derive(Debug, Clone, PartialEq)]
pub struct Late<T> {
    /// The event.
    pub event: T,
    /// When it happened.
    pub time: EventTime,
    /// How far event time had come when it arrived.
    pub watermark: EventTime,
}

/// Why an event is late.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum LateReason {
    /// It came behind the watermark, when all that it belongs to had been given on.
    BehindWatermark,
    /// It lies between two windows: their slide is longer than their size.
    BetweenWindows,
}

impl fmt::Display for LateReason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::BehindWatermark => "it came behind the watermark",
            Self::BetweenWindows => "it lies between two windows",
        })
    }
}

impl<T> Late<T> {
    /// Why it is late.
    #[must_use]
    pub fn reason(&self) -> LateReason {
        if self.time < self.watermark {
            LateReason::BehindWatermark
        } else {
            LateReason::BetweenWindows
        }
    }
}

impl<T> fmt::Display for Late<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.reason() {
            LateReason::BehindWatermark => {
                let behind = self.watermark - self.time;
                write!(f, "an event of {} came {behind:?} behind the watermark", self.time)
            }
            reason @ LateReason::BetweenWindows => {
                write!(f, "an event of {} is in no window: {reason}", self.time)
            }
        }
    }
}
