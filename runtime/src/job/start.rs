//! From a topology to running tasks.

use super::checkpoints::Checkpoints;
use super::{Config, Job};
use crate::builder::Topology;
use crate::control::{Drift, Epochs, JobControl};
use crate::env::Env;
use crate::error::{Error, ErrorKind, Result};
use crate::lowering::{self, PlannedTask};
use crate::plan::Plan;
use crate::task;
use std::convert::Infallible;
use std::time::Duration;
use tokio::sync::{mpsc, oneshot};
use tokio_util::sync::CancellationToken;
use tracing::{Instrument, Span};

impl Topology {
    /// Plans how the topology would run with a configuration, without running it.
    ///
    /// # Errors
    /// [`ErrorKind::Topology`] if the topology breaks a rule, or if its buffers exceed
    /// [`Builder::memory`](crate::builder::Builder::memory).
    ///
    /// # Examples
    /// ```
    /// use millstream::prelude::*;
    ///
    /// let topology = topology!(
    ///     words = source(from_iter(["to", "be"])),
    ///     words >> by(|word| *word) >> map(str::len) * 2 >> ignore,
    /// );
    /// let plan = topology.plan(&Config::default())?;
    /// assert_eq!((plan.tasks(), plan.nodes().len()), (4, 3));
    /// # Ok::<(), millstream::Error>(())
    /// ```
    pub fn plan(&self, config: &Config) -> Result<Plan> {
        self.check()?;
        let declaration = self.declaration();
        let plan = Plan::of(declaration, config.cores, config.sizes());
        plan.check(declaration)?;
        Ok(plan)
    }

    /// Opens sources and sinks, spawns all tasks on the current tokio runtime, and returns a handle
    /// to the running job.
    ///
    /// # Errors
    /// [`ErrorKind::Topology`] if the topology breaks a rule, and the error of a source or sink
    /// that cannot be opened. In both cases nothing has run.
    ///
    /// # Panics
    /// Outside a tokio runtime.
    ///
    /// # Examples
    /// ```
    /// use millstream::prelude::*;
    ///
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> millstream::Result<()> {
    /// let doubled = Collected::new();
    /// let topology = topology!(
    ///     source(from_iter([1, 2])) >> map(|n| 2 * n) >> sink(doubled.sink()),
    /// );
    /// let mut job = topology.start(Config::default())?;
    /// job.wait().await?;
    /// assert_eq!(doubled.take(), [2, 4]);
    /// # Ok(())
    /// # }
    /// ```
    pub fn start(self, config: Config) -> Result<Job> {
        let plan = self.plan(&config)?;
        self.declaration().check_files(&config.env)?;
        let job = tracing::info_span!("job", name = self.declaration().name());
        let entered = job.enter();
        log_settings(&self, &config, &plan);
        let (mut checkpoints, keeping) =
            Checkpoints::open(&config, self.declaration(), &plan)?.unzip();
        let (sizes, Config { env, barriers, flush_within, drift, .. }) = (config.sizes(), config);
        let drift = Drift::new(plan.apart().clone(), drift);
        let control = JobControl { drift, ..JobControl::default() };
        let (declaration, layouts) = self.into_parts();
        let edges = declaration.edges().to_vec();
        let failing = declaration.failing_sources.clone();
        let before_sinks = || match &mut checkpoints {
            Some(checkpoints) => checkpoints.possess(&declaration),
            None => declaration.check_new_files(&env, |_, _| false),
        };
        let planned = lowering::lay_out(
            &plan,
            (edges, failing, layouts, before_sinks),
            sizes,
            (&env, &control),
            keeping,
        )?;
        let is_durable = checkpoints.is_some();
        if let Some(checkpoints) = &mut checkpoints {
            checkpoints.begin_with(&planned.places);
        }
        let (ended, outcomes) = mpsc::channel(planned.tasks.len().max(1));
        for task in planned.tasks {
            let ended = ended.clone();
            let span = span_of(&task, &plan);
            let work = guarded(task, control.clone(), env.clone(), flush_within);
            let work = async move {
                let outcome = work.await;
                tracing::debug!(ended_well = outcome.is_ok(), "the task has ended");
                // The supervisor receives until every task has ended.
                ended.send(outcome).await.ok();
            };
            env.spawn(Box::pin(work.instrument(span)));
        }
        drop(ended);
        let (finish, finished) = oneshot::channel();
        let (supervised, clock) = (control.clone(), env.clone());
        let supervision = async move {
            let outcome = match checkpoints {
                Some(checkpoints) => supervise_durable(outcomes, checkpoints, &supervised).await,
                None => tokio::select! {
                    outcome = supervise(outcomes, &supervised.abort) => outcome,
                    never = begin_epochs(barriers, &supervised.epochs, &clock) => match never {},
                },
            };
            log_outcome(&outcome);
            finish.send(outcome).ok();
        };
        drop(entered);
        env.spawn(Box::pin(supervision.instrument(job)));
        Ok(Job::new(plan, (planned.counters, env), (control, is_durable), finished))
    }

    /// Runs the topology to its end: until the sources are exhausted and every event is processed.
    ///
    /// The first Ctrl-C or SIGTERM drains the job, or suspends it if it has checkpoints; a second
    /// one aborts it. For a handle to the running job use [`start`](Topology::start).
    ///
    /// # Errors
    /// [`ErrorKind::Topology`] if the topology breaks a rule; the error of a source or sink that
    /// cannot be opened; the error of the first task that fails.
    ///
    /// # Cancel safety
    /// Dropping the future aborts the job. Events in flight are lost.
    ///
    /// # Examples
    /// ```
    /// use millstream::prelude::*;
    ///
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> millstream::Result<()> {
    /// let words = Collected::new();
    /// let topology = topology!(
    ///     lines = source(from_iter(["to be", "or not"])),
    ///     lines >> flat_map(|line| line.split(' ')) >> sink(words.sink()),
    /// );
    /// topology.run(Config::default()).await?;
    /// assert_eq!(words.take(), ["to", "be", "or", "not"]);
    /// # Ok(())
    /// # }
    /// ```
    pub async fn run(self, config: Config) -> Result<()> {
        self.start(config)?.run_until_signalled().await
    }
}

/// Logs that the job starts, with its settings.
fn log_settings(topology: &Topology, config: &Config, plan: &Plan) {
    tracing::info!(
        nodes = plan.nodes().len(),
        tasks = plan.tasks(),
        delivery = %topology.declaration().delivery(),
        batch = config.batch,
        buffer = config.buffer,
        cores = config.cores,
        drift = ?config.drift,
        barrier_every = ?config.barriers,
        "the job starts"
    );
}

/// Logs how the job has ended. Messages of errors may show an event, so they are left out.
fn log_outcome(outcome: &Result<()>) {
    match outcome {
        Ok(()) => tracing::info!("the job has ended"),
        Err(error) => log_failure(error),
    }
}

fn log_failure(error: &Error) {
    let (kind, node) = (error.kind(), error.node());
    tracing::error!(?kind, node, "the job has failed");
}

/// The span of a task: its nodes, and which of their instances it runs.
fn span_of(task: &PlannedTask, plan: &Plan) -> Span {
    let nodes = plan.nodes().iter().filter(|node| node.stage == task.stage);
    let nodes = nodes.map(|node| node.name.as_str()).collect::<Vec<_>>().join(", ");
    tracing::info_span!("task", nodes, instance = task.instance)
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
        Some(None) => Err(Error::new(ErrorKind::Aborted, "the job was aborted before its end")),
    }
}

/// Begins an epoch once per interval. An interval in which the previous epoch is still open is
/// skipped: a job slower than its epochs has fewer of them, and none queue up.
async fn begin_epochs(interval: Option<Duration>, epochs: &Epochs, env: &Env) -> Infallible {
    let Some(interval) = interval else {
        return std::future::pending().await;
    };
    loop {
        env.clock().sleep(interval).await;
        let begun = epochs.begin();
        tracing::trace!(?begun, "an interval has passed");
    }
}

/// Waits for all tasks of a job with checkpoints, and takes these meanwhile.
async fn supervise_durable(
    outcomes: mpsc::Receiver<Result<()>>,
    mut checkpoints: Checkpoints,
    control: &JobControl,
) -> Result<()> {
    let mut all = std::pin::pin!(supervise(outcomes, &control.abort));
    let suspended = tokio::select! {
        biased;
        ended = &mut all => Err(ended),
        suspended = checkpoints.run(control) => Ok(suspended),
    };
    let outcome = match suspended {
        Err(Ok(())) => checkpoints.finish().await,
        Err(failed) => failed,
        Ok(Ok(())) => {
            control.suspended.cancel();
            all.await
        }
        Ok(Err(error)) => {
            control.abort.cancel();
            all.await.ok();
            Err(error)
        }
    };
    checkpoints.release().await;
    outcome
}

/// Waits for all tasks. The first failure aborts the others and becomes the error of the job.
async fn supervise(
    mut outcomes: mpsc::Receiver<Result<()>>,
    abort: &CancellationToken,
) -> Result<()> {
    let mut result = Ok(());
    while let Some(outcome) = outcomes.recv().await {
        let Err(error) = outcome else { continue };
        abort.cancel();
        // A task whose neighbour has failed ends too, and may report first.
        if result.as_ref().err().is_none_or(|known: &Error| known.kind() == ErrorKind::Aborted) {
            result = Err(error);
        }
    }
    result
}
