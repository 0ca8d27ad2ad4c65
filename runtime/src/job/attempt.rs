//! An attempt to run a job: its tasks, made from what all attempts share.

use super::Config;
use super::checkpoints::Checkpoints;
use super::progress::JobProgress;
use crate::builder::Topology;
use crate::control::{Drift, JobControl};
use crate::env::Env;
use crate::error::{Error, ErrorKind, Result};
use crate::lowering::{self, Layout, PlannedTask, Tunables};
use crate::metrics::{EdgeCounters, NodeCounters, TaskPhases};
use crate::operator;
use crate::plan::{Plan, Sizes};
use crate::task;
use crate::topology::{Declaration, NodeId};
use std::fmt;
use std::panic::AssertUnwindSafe;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::mpsc;
use tracing::{Instrument, Span};

/// What all attempts to run a job share.
pub(super) struct Blueprint {
    declaration: Declaration,
    /// In the order of lowering.
    layouts: Vec<Layout>,
    plan: Plan,
    /// The counters of each node; they go on over restarts.
    pub(super) counters: Vec<NodeCounters>,
    /// The counters of each edge; they begin anew with each attempt.
    pub(super) edges: Vec<Arc<EdgeCounters>>,
    /// The phases of the tasks of each node, by instance; they go on over restarts.
    pub(super) phases: Vec<Vec<Arc<TaskPhases>>>,
    /// What has become of the job.
    pub(super) progress: JobProgress,
    /// What was changed of the job stays changed over restarts.
    pub(super) tunables: Tunables,
    pub(super) cores: usize,
    sizes: Sizes,
    drift: Duration,
    flush_within: Duration,
    pub(super) env: Env,
}

impl fmt::Debug for Blueprint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Blueprint").field("plan", &self.plan).finish_non_exhaustive()
    }
}

/// An attempt that runs.
#[derive(Debug)]
pub(super) struct Attempt {
    pub(super) control: JobControl,
    /// How each task has ended.
    pub(super) outcomes: mpsc::Receiver<Result<()>>,
}

impl Blueprint {
    pub(super) fn new(topology: Topology, plan: Plan, config: &Config) -> Self {
        #[cfg_attr(not(feature = "page"), expect(unused_mut, reason = "the page adds types"))]
        let (mut declaration, layouts) = topology.into_parts();
        #[cfg(feature = "page")]
        config.page.add_peekers(&mut declaration.peekers);
        let tunables = Tunables::of(&declaration, &plan);
        let counters: Vec<_> = plan.nodes().iter().map(lowering::counters_of).collect();
        let edges = lowering::edge_counters_of(declaration.edges());
        edges.iter().for_each(|edge| edge.tap.show(&declaration.peekers));
        let layouts = lowering::in_order(counters.len(), declaration.edges(), layouts);
        let (sizes, drift, flush_within) = (config.sizes, config.drift, config.flush_within);
        let env = config.env.clone();
        let phases = lowering::phases_of(&plan, env.clock().monotonic());
        Self {
            declaration,
            layouts,
            plan,
            counters,
            edges,
            phases,
            progress: JobProgress::default(),
            tunables,
            cores: config.cores,
            sizes,
            drift,
            flush_within,
            env,
        }
    }

    /// How long the inputs of the nodes that assign event time are without events before they are
    /// left out of the watermark.
    pub(super) fn idle_after(&self) -> &[(NodeId, Duration)] {
        &self.declaration.idle_after
    }

    /// Drops the sources and sinks as declared, if there is no further attempt.
    pub(super) fn give_up_layouts(&mut self) {
        self.layouts.clear();
    }

    /// Opens sources and sinks, and spawns all tasks.
    ///
    /// # Errors
    /// The error of a source or sink that cannot be opened, or of a checkpoint that cannot be
    /// restored. In both cases nothing runs.
    pub(super) fn begin(
        &mut self,
        job: &JobControl,
        mut checkpoints: Option<&mut Checkpoints>,
    ) -> Result<Attempt> {
        let control = job.attempt(Drift::new(self.plan.apart().clone(), self.drift));
        let declaration = &self.declaration;
        let keeping = checkpoints.as_mut().and_then(|checkpoints| checkpoints.take_keeping());
        let before_sinks = |first_cuts| match &mut checkpoints {
            Some(checkpoints) => checkpoints.possess(declaration, first_cuts),
            None => declaration.check_new_files(&self.env, |_, _| false),
        };
        let (edges, failing) = (declaration.edges.clone(), declaration.failing_sources.clone());
        let planned = lowering::lay_out(
            &self.plan,
            (&self.counters, &self.edges, &self.phases),
            (edges, failing, &mut self.layouts, before_sinks),
            self.sizes,
            (&self.env, &control, keeping, &self.tunables),
        )?;
        if let Some(checkpoints) = checkpoints {
            checkpoints.begin_with(planned.kept);
        }
        let outcomes = self.spawn(planned.tasks, &control);
        Ok(Attempt { control, outcomes })
    }

    /// Begins again with the last checkpoint, after all tasks have ended.
    ///
    /// # Errors
    /// As for [`begin`](Self::begin); also if opening a source or sink panics; that of the last
    /// attempt, if the job is to stop meanwhile.
    pub(super) async fn begin_again(
        &mut self,
        job: &JobControl,
        checkpoints: &mut Checkpoints,
        failed: Error,
    ) -> Result<Attempt> {
        checkpoints.reopen(&self.declaration).await?;
        if job.is_stopping() {
            return Err(failed);
        }
        let now = self.env.clock().monotonic();
        let instances = self.counters.iter().flat_map(|node| &node.instances);
        instances.for_each(|counters| counters.end_hold(now));
        let begin = || self.begin(job, Some(checkpoints));
        let begun = std::panic::catch_unwind(AssertUnwindSafe(begin));
        begun.unwrap_or_else(|payload| Err(operator::panicked(&*payload)))
    }

    fn spawn(&self, tasks: Vec<PlannedTask>, control: &JobControl) -> mpsc::Receiver<Result<()>> {
        let (ended, outcomes) = mpsc::channel(tasks.len().max(1));
        for task in tasks {
            let ended = ended.clone();
            let span = span_of(&task, &self.plan, self.declaration.name());
            let work = guarded(task, control.clone(), self.env.clone(), self.flush_within);
            let work = async move {
                let outcome = work.await;
                tracing::debug!(ended_well = outcome.is_ok(), "the task has ended");
                // The supervisor receives until every task has ended.
                ended.send(outcome).await.ok();
            };
            self.env.spawn(Box::pin(work.instrument(span)));
        }
        outcomes
    }
}

/// The span of a task: its nodes, and which of their instances it runs.
fn span_of(task: &PlannedTask, plan: &Plan, job: &str) -> Span {
    let nodes = plan.nodes().iter().filter(|node| node.stage == task.stage);
    let nodes = nodes.map(|node| node.name.as_str()).collect::<Vec<_>>().join(", ");
    tracing::info_span!("millstream.task", job, node = nodes, instance = task.instance)
}

/// Runs a task, and ends it at once when the job is aborted.
async fn guarded(
    task: PlannedTask,
    control: JobControl,
    env: Env,
    flush_within: Duration,
) -> Result<()> {
    let (abort, suspended) = (control.abort.clone(), control.suspended.clone());
    let work = tokio::task::unconstrained(task::run(task, control, env, flush_within));
    let work = abort.run_until_cancelled(work);
    match suspended.run_until_cancelled(work).await {
        // Its last checkpoint contains all it has received.
        None => Ok(()),
        Some(Some(outcome)) => outcome,
        Some(None) => Err(aborted()),
    }
}

/// The error of a job that was aborted.
pub(super) fn aborted() -> Error {
    Error::new(ErrorKind::Aborted, "the job was aborted before its end")
}
