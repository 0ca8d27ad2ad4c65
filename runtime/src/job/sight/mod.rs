//! What can be seen of a running job: its counters, its phases and its channels, with the names of
//! its nodes.

mod clocks;
mod edges;
mod fills;
mod fold;
mod reading;

pub(super) use fills::Fills;
pub(super) use reading::JobReading;

use self::edges::{SeenEdge, in_order};
use super::attempt::Blueprint;
use super::progress::JobProgress;
use super::reader::MetricsReader;
use crate::control::JobControl;
use crate::env::Env;
use crate::lowering::Tunables;
#[cfg(feature = "page")]
use crate::metrics::EdgeCounters;
use crate::metrics::{InstanceShown, JobState, TaskPhases};
use crate::plan::Plan;
use crate::time::Monotonic;
use crate::topology::NodeId;
use millstream_graph::shape::Shape;
use std::fmt;
use std::sync::Arc;
use std::time::Duration;

/// What can be seen of a running job.
pub(super) struct Sight {
    shape: Shape,
    plan: Plan,
    reader: MetricsReader,
    /// In the order of their declaration.
    edges: Vec<SeenEdge>,
    /// The phases of the tasks of each node, by instance.
    phases: Vec<Vec<Arc<TaskPhases>>>,
    tunables: Tunables,
    /// After what time nodes leave an input out of the watermark.
    idle_after: Vec<(NodeId, Duration)>,
    cores: usize,
    control: JobControl,
    progress: JobProgress,
    started: Monotonic,
}

impl fmt::Debug for Sight {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Sight").field("job", &self.shape.name).finish_non_exhaustive()
    }
}

impl Sight {
    pub(super) fn new(
        shape: Shape,
        (plan, blueprint): (&Plan, &Blueprint),
        reader: MetricsReader,
        control: JobControl,
    ) -> Self {
        Self {
            shape,
            plan: plan.clone(),
            started: reader.env.clock().monotonic(),
            edges: in_order(plan, &reader.edges),
            reader,
            phases: blueprint.phases.clone(),
            tunables: blueprint.tunables.clone(),
            idle_after: blueprint.idle_after().to_vec(),
            cores: blueprint.cores,
            control,
            progress: blueprint.progress.clone(),
        }
    }

    /// What an instance of a node shows of itself.
    fn shown(&self, node: usize, instance: usize) -> Option<&InstanceShown> {
        let counters = self.reader.counters.get(node)?.instances.get(instance)?;
        Some(&counters.shown)
    }

    pub(super) fn env(&self) -> &Env {
        &self.reader.env
    }

    /// The counters of each edge, in the order of their declaration.
    #[cfg(feature = "page")]
    pub(super) fn edge_counters(&self) -> Vec<Option<Arc<EdgeCounters>>> {
        self.edges.iter().map(|edge| edge.counters.clone()).collect()
    }

    /// Waits for the end of the job.
    pub(super) async fn ended(&self) {
        self.progress.ended().await;
    }

    /// Counts keys for a while, also if none were counted yet.
    pub(super) fn count_keys(&self) {
        self.reader.edges.iter().for_each(|edge| edge.keys.begin_period());
    }

    /// Counts no more keys.
    pub(super) fn forget_keys(&self) {
        self.reader.edges.iter().for_each(|edge| edge.keys.end());
    }

    /// Makes the keys that were counted so far count half.
    pub(super) fn halve_keys(&self) {
        self.reader.edges.iter().for_each(|edge| edge.keys.halve());
    }

    /// What the job does now.
    fn state(&self) -> JobState {
        match self.progress.state() {
            JobState::Running if self.control.suspend.is_cancelled() => JobState::Suspending,
            JobState::Running if self.control.drain.is_cancelled() => JobState::Draining,
            other => other,
        }
    }
}
