//! Late events.

use crate::time::EventTime;
use serde::{Deserialize, Serialize};
use std::fmt;

/// A late event, with its time and the watermark that it is behind.
///
/// Windows, joins and `in_order` emit it at their late output. There it can be sent to operators
/// and sinks like any event, or be counted and dropped by `ignore`.
///
/// # Examples
/// ```
/// use millstream::prelude::*;
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> millstream::Result<()> {
/// let late = Collected::new();
/// let readings = [(3, 20.5), (12, 21.0), (4, 19.5)]; // the last one is late
/// let topology = topology!(
///     job("readings"),
///     readings = source(from_iter(readings))
///         >> event_time(|reading| EventTime::from_secs(reading.0), lateness(1.secs())),
///     means = readings
///         >> by(|_| ())
///         >> window(tumbling(10.secs()))
///         >> aggregate(|reading| reading.1, mean()),
///     means >> ignore,
///     means.late >> sink(late.sink()),
/// );
/// topology.run(Config::default()).await?;
/// let late: Vec<Late<(i64, f64)>> = late.take();
/// assert_eq!(late[0].event, (4, 19.5));
/// assert_eq!(late[0].watermark - late[0].time, 7.secs());
/// # Ok(())
/// # }
/// ```
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Late<T> {
    /// The event.
    pub event: T,
    /// Its event time.
    pub time: EventTime,
    /// The watermark that it is behind: what its own split had passed before it. For an event
    /// between two windows it is the event's time, and for one too far ahead of the clock
    /// [`EventTime::MAX`].
    pub watermark: EventTime,
}

/// Why an event is late: it arrived after its windows closed, or no window contains its time.
///
/// # Examples
/// ```
/// use millstream::prelude::*;
/// use millstream::window::LateReason;
///
/// let (time, watermark) = (EventTime::from_secs(4), EventTime::from_secs(9));
/// assert_eq!(Late { event: "a", time, watermark }.reason(), LateReason::BehindWatermark);
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum LateReason {
    /// It arrived behind the watermark, when every window it belongs to was closed.
    BehindWatermark,
    /// It falls between two windows: their slide is longer than their size.
    BetweenWindows,
    /// It is further ahead of the clock than
    /// [`at_most_ahead`](crate::time::Lateness::at_most_ahead) allows.
    AheadOfClock,
}

impl fmt::Display for LateReason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::BehindWatermark => "it is behind the watermark",
            Self::BetweenWindows => "it falls between two windows",
            Self::AheadOfClock => "it is too far ahead of the clock",
        })
    }
}

impl<T> Late<T> {
    /// Returns why it is late.
    #[must_use]
    pub fn reason(&self) -> LateReason {
        if self.watermark == EventTime::MAX {
            LateReason::AheadOfClock
        } else if self.time < self.watermark {
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
                write!(f, "an event at {} is {behind:?} behind the watermark", self.time)
            }
            reason @ (LateReason::BetweenWindows | LateReason::AheadOfClock) => {
                write!(f, "an event at {} is in no window: {reason}", self.time)
            }
        }
    }
}
