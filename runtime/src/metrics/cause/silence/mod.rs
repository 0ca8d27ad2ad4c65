//! Why a node emits nothing.

mod because;
mod holder;
mod own;
mod text;
mod walk;

#[cfg(test)]
mod tests;

pub use because::SilenceReason;

use self::text::sentence;
use self::walk::walk;
use crate::metrics::LiveMetrics;
use std::fmt;

/// Why a window, a join, a sink or any other node emits nothing now.
///
/// Returned by [`Job::why_silent`](crate::Job::why_silent). `Display` is the sentence: one line,
/// without a full stop. A node that receives nothing is silent because of one upstream: that one is
/// looked for, edge by edge. A window that waits is followed to the source that holds its watermark
/// back.
///
/// # Examples
/// ```
/// use millstream::metrics::{InstanceMetrics, LiveEdge, LiveInstance, LiveMetrics, LiveNode};
/// use millstream::metrics::{PerSecond, Silence, SilenceReason};
///
/// let counts = InstanceMetrics { events_in: 900, ..InstanceMetrics::default() };
/// let instance = LiveInstance { counts, received: PerSecond(90.0), ..LiveInstance::default() };
/// let large = LiveNode { name: "large".into(), instances: vec![instance], ..LiveNode::default() };
/// let alerts = LiveNode { name: "alerts".into(), ..LiveNode::default() };
/// let edges = vec![LiveEdge { from: 0, to: 1, ..LiveEdge::default() }];
/// let live = LiveMetrics { nodes: vec![large, alerts], edges, ..LiveMetrics::default() };
///
/// let silence = Silence::of(&live, "alerts").unwrap();
/// assert_eq!(silence.reason, SilenceReason::Filtered { received: 900 });
/// let text = "`alerts` receives nothing: `large` emits none of the 900 events it has received";
/// assert_eq!(silence.to_string(), text);
/// ```
#[derive(Debug, Clone, PartialEq)]
pub struct Silence {
    /// The node that is asked about, by its place in [`LiveMetrics::nodes`].
    pub node: usize,
    /// Where the reason lies: the node itself, or one upstream.
    pub at: usize,
    /// The reason.
    pub reason: SilenceReason,
    text: String,
}

impl Silence {
    /// Finds why a node emits nothing; `None` if there is no node of this name.
    #[must_use]
    pub fn of(live: &LiveMetrics, node: &str) -> Option<Self> {
        let node = live.nodes.iter().position(|one| one.name == node)?;
        let (at, reason) = walk(live, node);
        let text = sentence(live, node, (at, &reason));
        Some(Self { node, at, reason, text })
    }
}

impl fmt::Display for Silence {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}
