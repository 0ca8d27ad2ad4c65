//! Counters: how many events every node has received and emitted, and what happened to the rest.
//!
//! [`Job::metrics`](crate::job::Job::metrics) reads them at any time, also after the job has ended.
//! They are updated once a batch, so a read may be behind by the batches in progress.
//!
//! | counter | counts |
//! |---|---|
//! | `events_in` | events received; downstream of a window, its results |
//! | `events_out` | events emitted by the main output |
//! | `errors` | errors emitted by the error output |
//! | `late` | events behind the watermark |
//! | `overflow` | events for which the edge into the node, or the node itself, had no room |
//! | `dropped` | events without a destination, such as late ones, counted there too |
//! | `retries` | calls of an operator that were repeated after an error |
//! | `timeouts` | attempts that took longer than the `timeout` or `deadline` of an operator |
//! | `held` | the time for which a source was not read because it was ahead of its joins |
//! | `paused` | nothing: it is whether a source is paused now |
//!
//! What a job does right now, as rates and shares of time, is a [`LiveMetrics`]: one a second from
//! [`Job::watch`](crate::job::Job::watch).
//!
//! For an operator that emits one event per event, `events_in = events_out + errors`. What is sent
//! to a node is its `events_in + overflow`. [`Job::audit`](crate::job::Job::audit) compares such
//! counts on every edge and in every node, and finds what is lost.
//!
//! # Examples
//! ```
//! use millstream::prelude::*;
//!
//! # #[tokio::main(flavor = "current_thread")]
//! # async fn main() -> millstream::Result<()> {
//! let topology = topology!(
//!     readings = source(from_iter([3, 40, 5])),
//!     hot = readings >> filter(|celsius| *celsius > 30),
//!     hot >> sink(for_each(drop::<i32>)),
//! );
//! let mut job = topology.start(Config::default())?;
//! job.wait().await?;
//! let metrics = job.metrics();
//! let hot = metrics.node("hot").map(|node| node.total()).unwrap_or_default();
//! assert_eq!((hot.events_in, hot.events_out), (3, 1));
//! # Ok(())
//! # }
//! ```

mod audit;
pub(crate) mod call_times;
mod cause;
mod checkpoints;
pub(crate) mod count;
pub(crate) mod counter;
mod exporter;
mod families;
pub(crate) mod flow;
pub(crate) mod gauge;
mod hot_key;
pub(crate) mod inlet;
mod list;
mod live;
pub(crate) mod phases;
pub(crate) mod shown;
mod snapshot;
mod tap;
pub(crate) mod top_keys;

pub use audit::{Audit, AuditedEdge, AuditedNode, Imbalance};
pub(crate) use audit::{JobRest, audit};
pub use call_times::CallSeconds;
pub use cause::{Cause, LimitReason, Silence, SilenceReason};
pub(crate) use cause::{Pressure, PressureChange};
pub(crate) use checkpoints::CheckpointCounters;
pub use checkpoints::{CheckpointMetrics, LastCheckpoint};
pub(crate) use counter::{InstanceCounters, NodeCounters};
pub use exporter::Exporter;
#[cfg(feature = "metrics")]
pub use exporter::FacadeExporter;
#[cfg(feature = "opentelemetry")]
pub use exporter::OpenTelemetryExporter;
pub use families::{
    MetricFamily, MetricKind, MetricSample, MetricValue, OPEN_METRICS_TYPE, open_metrics,
};
pub(crate) use flow::{EdgeCounters, EdgeEnds, FlowOutput, StepFlow, StepKind, StepShape};
pub(crate) use gauge::{ChannelFill, Gauge};
pub use hot_key::HotKey;
pub(crate) use inlet::{InletShown, InputActivity, InputSeen};
pub(crate) use live::grouped;
pub use live::{
    JobState, KeyShare, LiveCalls, LiveEdge, LiveInstance, LiveMetrics, LiveNode, PendingWindow,
    PerSecond, PhaseShares, PhaseTotals, Share, WatermarkHolder,
};
pub(crate) use phases::{PhaseTimes, TaskPhase, TaskPhases};
pub(crate) use shown::{CallBegan, InstanceShown};
pub use snapshot::{CounterInfo, InstanceMetrics, Metrics, NodeMetrics};
#[cfg(feature = "page")]
pub(crate) use tap::EACH;
pub(crate) use tap::TappedEvent;
pub(crate) use top_keys::{KeyPeriod, KeySketch, locked, top_keys};
