//! A node of a running job, and its instances.

use super::{KeyShare, PendingWindow, PerSecond, PhaseShares, PhaseTotals, Share};
use crate::metrics::{CallSeconds, HotKey, InstanceMetrics};
use crate::time::EventTime;
use millstream_graph::shape::Kind;
use std::time::Duration;

/// A node right now, one entry per instance.
///
/// # Examples
/// ```
/// use millstream::metrics::{LiveInstance, LiveNode, PerSecond};
///
/// let instance = |rate| LiveInstance { received: PerSecond(rate), ..LiveInstance::default() };
/// let instances = vec![instance(900.0), instance(100.0)];
/// let node = LiveNode { name: "scores".into(), instances, ..LiveNode::default() };
/// assert_eq!(node.received().to_string(), "1.00 k/s");
/// ```
#[derive(Debug, Clone, Default, PartialEq)]
pub struct LiveNode {
    /// The node's name.
    pub name: String,
    /// Whether it is a source, an operator, one that awaits, or a sink.
    pub kind: Kind,
    /// Its operator: `average_ticket`, `map`.
    pub operator: String,
    /// Where it is declared: `src/fraud.rs:31`.
    pub location: String,
    /// The stage it is fused into; nodes of the same stage share tasks.
    pub stage: usize,
    /// The rate to which it holds its events, if it is a throttle.
    pub limit: Option<PerSecond>,
    /// How long an input whose event time it assigns is without events before it is left out of the
    /// watermark; none if it assigns none, or never leaves one out.
    pub idle_after: Option<Duration>,
    /// Its instances, by index.
    pub instances: Vec<LiveInstance>,
    /// The keys of most of the events that it receives by key, the most frequent first; sampled.
    pub top_keys: Vec<KeyShare>,
    /// Of an operator that awaits, the keys that hold up its calls.
    pub hot_keys: Vec<HotKey>,
}

impl LiveNode {
    /// The rate at which all instances receive events.
    #[must_use]
    pub fn received(&self) -> PerSecond {
        self.instances.iter().map(|one| one.received).sum()
    }

    /// The rate at which all instances emit events.
    #[must_use]
    pub fn emitted(&self) -> PerSecond {
        self.instances.iter().map(|one| one.emitted).sum()
    }

    /// The phases of the instance that works most: that of a hot key, say.
    pub(crate) fn busiest(&self) -> Option<PhaseShares> {
        let phases = self.instances.iter().map(|one| one.phases);
        phases.max_by(|one, other| one.at_work().0.total_cmp(&other.at_work().0))
    }

    /// Whether events end here: it emits none.
    pub(crate) fn ends(&self) -> bool {
        matches!(self.kind, Kind::Sink | Kind::Ignored)
    }
}

/// An instance of a node right now.
///
/// # Examples
/// ```
/// use millstream::metrics::LiveInstance;
///
/// assert!(LiveInstance::default().watermark.is_none());
/// ```
#[derive(Debug, Clone, Default, PartialEq)]
pub struct LiveInstance {
    /// Its counters, since the start of the job.
    pub counts: InstanceMetrics,
    /// Events received; of windows or a join, those that they receive.
    pub received: PerSecond,
    /// Events emitted by the main output.
    pub emitted: PerSecond,
    /// How its task has spent the time.
    pub phases: PhaseShares,
    /// How its task has spent the time since the start of the job.
    pub phase_totals: PhaseTotals,
    /// The edge for whose room its task waits now, by its place in
    /// [`LiveMetrics::edges`](super::LiveMetrics::edges).
    pub blocked_on: Option<usize>,
    /// How full the fullest channel into its task is: the mean over the window. 0 without one.
    pub fill: Share,
    /// Its watermark; none before the first, and none at the end.
    pub watermark: Option<EventTime>,
    /// The instance upstream that holds this watermark back: the input with the least one.
    pub held_by: Option<WatermarkHolder>,
    /// Whether all its inputs are idle, or it is a source without events.
    pub is_idle: bool,
    /// Whether all its inputs have ended.
    pub has_ended: bool,
    /// Since it last received events, or, a source, read some; none before the first.
    pub since_received: Option<Duration>,
    /// Since it last emitted events.
    pub since_emitted: Option<Duration>,
    /// Keys with state, open windows or rows of a join.
    pub keys: Option<u64>,
    /// The bytes of it in the last durable checkpoint of this run, if that has any of its node.
    /// Rows that later ones replace are part of it, until
    /// [files are merged](crate::checkpoint::Inspection).
    pub state_bytes: Option<u64>,
    /// The window that fires next.
    pub next_window: Option<PendingWindow>,
    /// The calls of an operator that awaits.
    pub calls: Option<LiveCalls>,
}

/// The input that holds the watermark of an instance back.
///
/// # Examples
/// ```
/// use millstream::metrics::WatermarkHolder;
///
/// let held_by = WatermarkHolder { node: "clicks".into(), instance: 3, is_silent: true };
/// assert_eq!(held_by.node, "clicks");
/// ```
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct WatermarkHolder {
    /// The node upstream.
    pub node: String,
    /// Its instance, from 0.
    pub instance: usize,
    /// Whether it has sent no watermark at all yet.
    pub is_silent: bool,
}

/// The calls of an operator that awaits, right now.
///
/// # Examples
/// ```
/// use millstream::metrics::LiveCalls;
///
/// let calls = LiveCalls { in_flight: 64, limit: 64, waiting: 900, ..LiveCalls::default() };
/// assert_eq!(calls.in_flight, calls.limit);
/// ```
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct LiveCalls {
    /// Calls in flight.
    pub in_flight: u64,
    /// How many may be.
    pub limit: u64,
    /// Events that wait for their call.
    pub waiting: u64,
    /// How long the oldest call has been in flight.
    pub oldest: Option<Duration>,
    /// How long those took that have returned.
    pub times: CallSeconds,
}
