//! The reasons for a silence.

use crate::metrics::cause::cause::Cause;
use crate::metrics::{PerSecond, WatermarkHolder};
use crate::time::EventTime;
use std::time::Duration;

/// Why a node emits nothing: see [`Silence`](super::Silence).
///
/// # Examples
/// ```
/// use millstream::metrics::{LiveMetrics, LiveNode, Silence, SilenceReason};
///
/// let node = LiveNode { name: "clicks".into(), ..LiveNode::default() };
/// let live = LiveMetrics { nodes: vec![node], ..LiveMetrics::default() };
/// let silence = Silence::of(&live, "clicks").unwrap();
/// assert_eq!(silence.reason, SilenceReason::NoInput { since: None, edge: None });
/// ```
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub enum SilenceReason {
    /// It is not silent: it emits events, or a sink receives some.
    Emits(PerSecond),
    /// All its inputs have ended.
    Ended,
    /// No events reach it.
    NoInput {
        /// Since the last one; none if there was none.
        since: Option<Duration>,
        /// The edge on which none pass; none at a source.
        edge: Option<usize>,
    },
    /// It is a source that is [paused](crate::Job::pause).
    Paused,
    /// It is a source that is not read, because it is ahead of those it is joined with, in event
    /// time.
    Ahead,
    /// Its next window has not ended yet, in event time; its inputs have events.
    Fires {
        /// When the window fires.
        at: EventTime,
        /// The watermark.
        watermark: Option<EventTime>,
        /// How many windows are open in the instance: see
        /// [`PendingWindow`](crate::metrics::PendingWindow).
        windows: u64,
    },
    /// It waits for a watermark that does not advance.
    Waiting {
        /// The watermark that its next window waits for.
        until: EventTime,
        /// The watermark that it has.
        watermark: Option<EventTime>,
        /// The instance of a source that holds it back.
        held_by: WatermarkHolder,
        /// Since that one last read an event.
        last_event: Option<Duration>,
        /// In what time it counts as idle, and is left out of the watermark; none if never, or if
        /// it is not known.
        idle_in: Option<Duration>,
    },
    /// Its events are late.
    AllLate {
        /// How many were.
        late: u64,
        /// Of how many.
        of: u64,
    },
    /// Its events are errors.
    AllErrors {
        /// How many were.
        errors: u64,
        /// Of how many.
        of: u64,
    },
    /// It is a join whose events have no match.
    NoMatch {
        /// The side without events, by its node; none if all sides have some.
        side: Option<usize>,
        /// How many events had no match, if its `unmatched` output is connected.
        unmatched: u64,
    },
    /// It receives events, and emits none of them.
    Filtered {
        /// How many it has received.
        received: u64,
    },
    /// It is a [`throttle`](crate::builder::Stream::throttle) at a low rate.
    Held(PerSecond),
    /// It waits for room downstream, for the reason given.
    Blocked(Box<Cause>),
    /// It waits for calls to return.
    Calls {
        /// How many are in flight.
        in_flight: u64,
        /// How long the oldest one has been.
        oldest: Duration,
    },
}
