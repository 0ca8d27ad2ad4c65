//! What a job does right now: rates, shares of time and fills over the last second.
//!
//! [`Metrics`](super::Metrics) counts since the start of the job; a [`LiveMetrics`] is what one
//! looks at while it runs. All of it is plain data: the sentence about the limit, the text for a
//! terminal, the page and the exporters are functions of it.

mod edge;
mod key;
mod node;
mod table;
mod units;
mod window;

pub use edge::LiveEdge;
pub use key::KeyShare;
pub use node::{LiveCalls, LiveInstance, LiveNode, WatermarkHolder};
pub(crate) use units::grouped;
pub use units::{PerSecond, PhaseShares, PhaseTotals, Share};
pub use window::PendingWindow;

use super::CheckpointMetrics;
use crate::time::EventTime;
use std::fmt;
use std::time::Duration;

/// What a job does right now: rates, shares of time and fills over the last second.
///
/// Yielded by [`Job::watch`](crate::Job::watch). Nodes and edges are in the order of their
/// declaration, as in [`Plan`](crate::plan::Plan) and in the drawing of the topology.
///
/// # Examples
/// ```
/// use millstream::metrics::{JobState, LiveMetrics};
///
/// fn is_stuck(live: &LiveMetrics) -> bool {
///     live.state == JobState::Running && live.nodes.iter().all(|node| node.received().0 == 0.0)
/// }
/// assert!(is_stuck(&LiveMetrics::default()));
/// ```
#[derive(Debug, Clone, Default, PartialEq)]
pub struct LiveMetrics {
    /// The name of the job.
    pub job: String,
    /// Its delivery guarantee, as declared.
    pub delivery: String,
    /// Whether it runs, drains or has ended.
    pub state: JobState,
    /// Since its start, by the job's clock.
    pub uptime: Duration,
    /// The time of day, by the job's clock: how far watermarks are behind it is their lag.
    pub at: Option<EventTime>,
    /// The time that rates and shares are about: about 1 s, less at the start.
    pub window: Duration,
    /// The cores that its tasks run on, as [`Config::cores`](crate::Config::cores) has it; 0 if
    /// that is not known.
    pub cores: usize,
    /// All nodes.
    pub nodes: Vec<LiveNode>,
    /// All edges.
    pub edges: Vec<LiveEdge>,
    /// What has become of the checkpoints; none for a job without any.
    pub checkpoints: Option<CheckpointMetrics>,
}

/// Whether a job runs, drains or has ended.
///
/// # Examples
/// ```
/// use millstream::metrics::JobState;
///
/// assert_eq!(JobState::Draining.to_string(), "draining");
/// assert!(!JobState::Draining.has_ended() && JobState::Failed.has_ended());
/// ```
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash)]
pub enum JobState {
    /// It processes events.
    #[default]
    Running,
    /// It restarts after a failure.
    Restarting,
    /// Its sources are stopped, and it processes what is in flight.
    Draining,
    /// It takes its last checkpoint.
    Suspending,
    /// It has ended well: drained, suspended, or with its sources exhausted.
    Ended,
    /// It has failed or was aborted.
    Failed,
}

impl JobState {
    /// Whether the job has ended, well or not.
    #[must_use]
    pub fn has_ended(self) -> bool {
        matches!(self, Self::Ended | Self::Failed)
    }
}

impl fmt::Display for JobState {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Running => "running",
            Self::Restarting => "restarting",
            Self::Draining => "draining",
            Self::Suspending => "suspending",
            Self::Ended => "ended",
            Self::Failed => "failed",
        })
    }
}

impl LiveMetrics {
    /// Finds a node by its name in the topology.
    ///
    /// # Examples
    /// ```
    /// use millstream::metrics::LiveMetrics;
    ///
    /// assert!(LiveMetrics::default().node("scores").is_none());
    /// ```
    #[must_use]
    pub fn node(&self, name: &str) -> Option<&LiveNode> {
        self.nodes.iter().find(|node| node.name == name)
    }
}
