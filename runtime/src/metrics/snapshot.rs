//! The counters of a job at one moment.

use super::{CheckpointCounters, CheckpointMetrics, HotKey, InstanceCounters, NodeCounters};
use crate::time::Monotonic;
use std::fmt;
use std::time::Duration;

/// The counters of all nodes of a job at one moment.
///
/// Returned by [`Job::metrics`](crate::job::Job::metrics). `Display` prints one line per node,
/// and one for checkpoints.
///
/// # Examples
/// ```
/// use millstream::prelude::*;
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> millstream::Result<()> {
/// let topology = topology!(
///     orders = source(from_iter(0..100)),
///     even = orders >> filter(|order| order % 2 == 0),
///     even >> sink(for_each(drop::<i32>)),
/// );
/// let mut job = topology.start(Config::default())?;
/// job.wait().await?;
/// let metrics = job.metrics();
/// assert_eq!(metrics.node("even").map(|even| even.total().events_out), Some(50));
/// assert!(metrics.to_string().starts_with("node"));
/// # Ok(())
/// # }
/// ```
#[derive(Debug, Clone, Default)]
pub struct Metrics {
    nodes: Vec<NodeMetrics>,
    checkpoints: Option<CheckpointMetrics>,
}

/// The counters of a node at one moment, one set per instance.
///
/// Compare instances to find a skewed key.
///
/// # Examples
/// ```
/// use millstream::metrics::{InstanceMetrics, NodeMetrics};
///
/// let one = InstanceMetrics { events_in: 90, ..InstanceMetrics::default() };
/// let two = InstanceMetrics { events_in: 10, ..InstanceMetrics::default() };
/// let (instances, hot_keys) = (vec![one, two], Vec::new());
/// let node = NodeMetrics { name: "scores".into(), instances, hot_keys };
/// assert_eq!(node.total().events_in, 100);
/// ```
#[derive(Debug, Clone)]
pub struct NodeMetrics {
    /// The node's name.
    pub name: String,
    /// The counters of each instance, by index.
    pub instances: Vec<InstanceMetrics>,
    /// Of an operator that awaits, the keys that have held up its calls: the last of each instance.
    pub hot_keys: Vec<HotKey>,
}

/// The counters of one instance of a node at one moment; all count since the start of the job.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct InstanceMetrics {
    /// Events received.
    pub events_in: u64,
    /// Events emitted by the main output.
    pub events_out: u64,
    /// Events behind the watermark.
    pub late: u64,
    /// Errors emitted by the error output.
    pub errors: u64,
    /// Events for which the edge into the node had no room, or that a
    /// [`throttle`](crate::builder::Stream::shed) or a [join](crate::builder::Joining::shed) has
    /// shed; they do not count as received.
    pub overflow: u64,
    /// Events dropped for lack of a destination, such as late ones, or because they waited for a
    /// timer at the end of input (`unfired`).
    pub dropped: u64,
    /// Events that [`dedupe`](crate::builder::KeyedStream::dedupe) has dropped because they repeat
    /// others of their key, or [`debounce`](crate::builder::KeyedStream::debounce) because newer
    /// ones replace them; they do not count as `dropped`.
    pub duplicates: u64,
    /// Processing-time timers set after the end of input, which are never called. Each also counts
    /// as dropped, for what it held.
    pub unfired: u64,
    /// Calls that were repeated after an error, as `retry` of the operator says.
    pub retries: u64,
    /// Attempts that took longer than the operator's `timeout`, or its `deadline`; each that is not
    /// repeated also counts as an error.
    pub timeouts: u64,
    /// Barriers that have reached a sink.
    pub barriers: u64,
    /// How long a source was not read because it was ahead, in event time, of those it is joined
    /// with; see [`Config::drift`](crate::job::Config::drift). Of a
    /// [`throttle`](crate::builder::Stream::throttle), how long events waited for their turn.
    pub held: Duration,
    /// Whether that is so now.
    pub held_now: bool,
    /// Whether it is a source that is [paused](crate::Job::pause).
    pub paused: bool,
}

impl Metrics {
    /// Reads the counters of all nodes; `now` is by the job's clock.
    pub(crate) fn read(
        nodes: &[NodeCounters],
        checkpoints: Option<&CheckpointCounters>,
        now: Monotonic,
    ) -> Self {
        let nodes = nodes.iter().map(|node| NodeMetrics::read(node, now)).collect();
        Self { nodes, checkpoints: checkpoints.map(|checkpoints| checkpoints.read(now)) }
    }

    /// What has become of the checkpoints; `None` for a job without any.
    #[must_use]
    pub fn checkpoints(&self) -> Option<&CheckpointMetrics> {
        self.checkpoints.as_ref()
    }

    /// All nodes, in the order of their declaration.
    #[must_use]
    pub fn nodes(&self) -> &[NodeMetrics] {
        &self.nodes
    }

    /// Finds a node by its name in the topology.
    ///
    /// # Examples
    /// ```
    /// use millstream::metrics::Metrics;
    ///
    /// assert!(Metrics::default().node("scores").is_none());
    /// ```
    #[must_use]
    pub fn node(&self, name: &str) -> Option<&NodeMetrics> {
        self.nodes.iter().find(|node| node.name == name)
    }
}

impl NodeMetrics {
    fn read(node: &NodeCounters, now: Monotonic) -> Self {
        let instances = node.instances.iter().map(|one| InstanceMetrics::read(one, now)).collect();
        let hot_keys = node.instances.iter().filter_map(|one| one.hot_key()).collect();
        Self { name: node.name.to_string(), instances, hot_keys }
    }

    /// Sums the counters of all instances.
    #[must_use]
    pub fn total(&self) -> InstanceMetrics {
        self.instances.iter().fold(InstanceMetrics::default(), |sum, one| InstanceMetrics {
            events_in: sum.events_in + one.events_in,
            events_out: sum.events_out + one.events_out,
            late: sum.late + one.late,
            errors: sum.errors + one.errors,
            overflow: sum.overflow + one.overflow,
            dropped: sum.dropped + one.dropped,
            duplicates: sum.duplicates + one.duplicates,
            unfired: sum.unfired + one.unfired,
            retries: sum.retries + one.retries,
            timeouts: sum.timeouts + one.timeouts,
            barriers: sum.barriers + one.barriers,
            held: sum.held.saturating_add(one.held),
            held_now: sum.held_now || one.held_now,
            paused: sum.paused || one.paused,
        })
    }
}

impl InstanceMetrics {
    fn read(counters: &InstanceCounters, now: Monotonic) -> Self {
        let held_now = counters.held_now(now);
        let held = counters.held_before().saturating_add(held_now.unwrap_or_default());
        Self {
            events_in: counters.events_in.get(),
            events_out: counters.events_out.get(),
            late: counters.late.get(),
            errors: counters.errors.get(),
            overflow: counters.overflow.get(),
            dropped: counters.dropped.get(),
            duplicates: counters.duplicates.get(),
            unfired: counters.unfired.get(),
            retries: counters.retries.get(),
            timeouts: counters.timeouts.get(),
            barriers: counters.barriers.get(),
            held,
            held_now: held_now.is_some(),
            paused: counters.is_paused(),
        }
    }
}

impl fmt::Display for Metrics {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "{:<24} {:>3} {:>12} {:>12}", "node", "×", "in", "out")?;
        for node in &self.nodes {
            let total = node.total();
            let instances = node.instances.len();
            write!(f, "{:<24} {instances:>3}", node.name)?;
            write!(f, " {:>12} {:>12}", total.events_in, total.events_out)?;
            for (what, count) in [
                ("late", total.late),
                ("errors", total.errors),
                ("overflow", total.overflow),
                ("dropped", total.dropped),
                ("duplicates", total.duplicates),
                ("unfired", total.unfired),
                ("retries", total.retries),
                ("timeouts", total.timeouts),
                ("barriers", total.barriers),
            ] {
                if count > 0 {
                    write!(f, "  {count} {what}")?;
                }
            }
            if total.held > Duration::ZERO {
                write!(f, "  held {:?}", total.held)?;
            }
            if total.paused {
                f.write_str("  paused")?;
            }
            writeln!(f)?;
            node.hot_keys.iter().try_for_each(|hot| writeln!(f, "  one key holds it up, {hot}"))?;
        }
        self.checkpoints.map_or(Ok(()), |checkpoints| writeln!(f, "{checkpoints}"))
    }
}
