//! What monitoring systems are sent: families of metrics, under names that do not change.
//!
//! [`LiveMetrics::families`] is the one list: the text of [`LiveMetrics::open_metrics`], the
//! exporters and the dashboard follow from it. The names are under semantic versioning.
//!
//! | label | means |
//! |---|---|
//! | `job` | the name of the job |
//! | `node`, `instance` | an instance of a node, from 0 |
//! | `from`, `to`, `output` | an edge; `output` only for side outputs: `late`, `errors`, `overflow` |
//! | `phase` | `busy`, `awaiting`, `blocked`, `idle`; of a checkpoint `aligning`, `writing` |
//! | `le` | of a bucket: as many seconds at most |
//! | `result`, `state` | what has become of a checkpoint; the state of the job |
//!
//! No label is a key or anything else of an event.

mod edges;
mod family;
mod instances;
mod job;
mod text;

pub use family::{MetricFamily, MetricKind, MetricSample, MetricValue};
pub use text::{OPEN_METRICS_TYPE, open_metrics};

use super::LiveMetrics;

impl LiveMetrics {
    /// All metrics, for an exporter to another monitoring system; in the order in which
    /// [`open_metrics`](Self::open_metrics) prints them. Families without samples are left out.
    ///
    /// # Examples
    /// ```
    /// use millstream::metrics::{LiveMetrics, LiveNode, MetricValue};
    ///
    /// let scores = LiveNode {
    ///     name: "scores".into(),
    ///     instances: vec![Default::default()],
    ///     ..LiveNode::default()
    /// };
    /// let live = LiveMetrics { job: "fraud".into(), nodes: vec![scores], ..Default::default() };
    /// let late = live.families().into_iter().find(|family| family.name == "millstream_late");
    /// let late = &late.unwrap().samples[0];
    /// assert_eq!(late.labels[1], ("node", "scores".to_owned()));
    /// assert_eq!(late.value, MetricValue::Count(0));
    /// ```
    #[must_use]
    pub fn families(&self) -> Vec<MetricFamily> {
        let all = [job::families(self), instances::families(self), edges::families(self)];
        all.into_iter().flatten().filter(|family| !family.samples.is_empty()).collect()
    }
}
