//! The counters of a job at one moment.

use super::list::counters;
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

/// What is counted of one instance, from the [list](super::list) of counters.
macro_rules! instance_metrics {
    ($($(#[$doc:meta])* $name:ident, $family:literal, $help:literal;)*) => {
        /// The counters of one instance of a node at one moment; all count since the start of the
        /// job.
        #[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
        pub struct InstanceMetrics {
            $($(#[$doc])* pub $name: u64,)*
            /// How long a source was not read because it was ahead, in event time, of those it is
            /// joined with; see [`Config::drift`](crate::job::Config::drift). Of a
            /// [`throttle`](crate::builder::Stream::throttle), how long events waited for their
            /// turn.
            pub held: Duration,
            /// Whether that is so now.
            pub held_now: bool,
            /// Whether it is a source that is [paused](crate::Job::pause).
            pub paused: bool,
        }

        impl InstanceMetrics {
            /// All counters, each with what it counts; in the order of the fields.
            ///
            /// # Examples
            /// ```
            /// use millstream::metrics::InstanceMetrics;
            ///
            /// let metrics = InstanceMetrics { late: 3, ..InstanceMetrics::default() };
            /// let mut lost = metrics.counts().filter(|(_, count)| *count > 0);
            /// let (counter, count) = lost.next().unwrap();
            /// assert_eq!((counter.name, counter.family, count), ("late", "millstream_late", 3));
            /// ```
            pub fn counts(&self) -> impl Iterator<Item = (CounterInfo, u64)> + use<> {
                [$((
                    CounterInfo { name: stringify!($name), family: $family, help: $help },
                    self.$name,
                ),)*]
                .into_iter()
            }

            /// The sums of these and others; what holds now holds if it does for either.
            fn plus(&self, other: &Self) -> Self {
                Self {
                    $($name: self.$name + other.$name,)*
                    held: self.held.saturating_add(other.held),
                    held_now: self.held_now || other.held_now,
                    paused: self.paused || other.paused,
                }
            }

            fn read(counters: &InstanceCounters, now: Monotonic) -> Self {
                let held_now = counters.held_now(now);
                Self {
                    $($name: counters.$name.get(),)*
                    held: counters.held_before().saturating_add(held_now.unwrap_or_default()),
                    held_now: held_now.is_some(),
                    paused: counters.is_paused(),
                }
            }
        }
    };
}
counters!(instance_metrics);

/// A counter of an instance, as it is called in code and by monitoring systems.
///
/// # Examples
/// ```
/// use millstream::metrics::InstanceMetrics;
///
/// let (counter, _) = InstanceMetrics::default().counts().next().unwrap();
/// assert_eq!(counter.family, "millstream_events_in");
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct CounterInfo {
    /// Its name: that of the field, and in JSON.
    pub name: &'static str,
    /// Its name in OpenMetrics, without `_total`.
    pub family: &'static str,
    /// What it counts, in a line.
    pub help: &'static str,
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
        let sum = |sum: InstanceMetrics, one| sum.plus(one);
        self.instances.iter().fold(InstanceMetrics::default(), sum)
    }
}

impl fmt::Display for Metrics {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let names = self.nodes.iter().map(|node| node.name.chars().count());
        let width = names.max().unwrap_or(0).clamp(24, 40);
        writeln!(f, "{:<width$} {:>3} {:>12} {:>12}", "node", "×", "in", "out")?;
        for node in &self.nodes {
            let total = node.total();
            let instances = node.instances.len();
            write!(f, "{:<width$} {instances:>3}", node.name)?;
            write!(f, " {:>12} {:>12}", total.events_in, total.events_out)?;
            for (counter, count) in total.counts().skip(2) {
                if count > 0 {
                    write!(f, "  {count} {}", counter.name)?;
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
