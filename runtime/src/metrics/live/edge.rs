//! An edge of a running job.

use super::{PerSecond, Share};
use std::time::Duration;

/// An edge right now: its rate, and how full its channels are.
///
/// # Examples
/// ```
/// use millstream::metrics::{LiveEdge, Share};
///
/// let full = LiveEdge { capacity: 8_192, fill: Share(1.0), ..LiveEdge::default() };
/// assert_eq!(full.fill.to_string(), "100 %");
/// ```
#[derive(Debug, Clone, Default, PartialEq)]
pub struct LiveEdge {
    /// The node upstream, by its place in [`LiveMetrics::nodes`](super::LiveMetrics::nodes).
    pub from: usize,
    /// Its output, if it is not the main one: `late`, `errors`, `overflow`.
    pub output: Option<String>,
    /// The node downstream.
    pub to: usize,
    /// Which instance receives an event: `by key`, `shuffle`.
    pub grouping: String,
    /// Whether it is a channel between tasks; a call has neither fill nor wait.
    pub is_channel: bool,
    /// Events that pass it.
    pub rate: PerSecond,
    /// Events that have passed it, since the start of the job.
    pub events: u64,
    /// The capacity of all its channels, in events.
    pub capacity: u64,
    /// Events in its channels now, in all; a batch in a channel counts as full.
    pub buffered: u64,
    /// How full its fullest channel is now.
    pub fill: Share,
    /// The share of time in which an instance upstream waited for room in it: the longest.
    pub wait: Share,
    /// How long instances upstream have waited for room in it, all together, since the start of the
    /// job.
    pub waited: Duration,
    /// Events for which it had no room, since the start of the job.
    pub dropped: u64,
}
