//! From a topology to running tasks.

use super::{Config, Job};
use crate::builder::Topology;
use crate::control::{Epochs, JobControl};
use crate::env::Env;
use crate::error::{Error, ErrorKind, Result};
use crate::lowering::{self, PlannedTask};
use crate::plan::Plan;
use crate::task;
use std::convert::Infallible;
use std::time::Duration;
use tokio::sync::{mpsc, oneshot};
use tokio_util::sync::CancellationToken;

impl Topology {
    /// How this topology will run under a configuration.
    ///
    /// # Errors
    /// If it breaks a rule, or its edges can hold more than `.memory(…)` of the job allows.
    pub fn plan(&self, config: &Config) -> Result<Plan> {
        self.check()?;
        let declaration = self.declaration();
        let plan = Plan::of(declaration, config.cores, config.sizes());
        plan.check(declaration)?;
        Ok(plan)
    }

    /// Opens sources and sinks and starts all tasks on the current tokio runtime.
    ///
    /// # Errors
    /// If the topology breaks a rule, or a source or sink cannot be opened: nothing has run then.
    ///
    /// # Panics
    /// Outside a tokio runtime.
    pub fn start(self, config: Config) -> Result<Job> {
        let plan = self.plan(&config)?;
        let (sizes, Config { env, barriers, .. }) = (config.sizes(), config);
        let control = JobControl::default();
        let (declaration, layouts) = self.into_parts();
        let edges = declaration.edges().to_vec();
        let planned = lowering::lay_out(&plan, (edges, layouts), sizes, &env, &control)?;
        let (ended, outcomes) = mpsc::channel(planned.tasks.len().max(1));
        for task in planned.tasks {
            let ended = ended.clone();
            let work = guarded(task, control.clone(), env.clone());
            env.spawn(Box::pin(async move {
                let outcome = work.await;
                // The supervisor listens until every task has ended.
                ended.send(outcome).await.ok();
            }));
        }
        drop(ended);
        let (finish, finished) = oneshot::channel();
        let (abort, epochs) = (control.abort.clone(), control.epochs.clone());
        let clock = env.clone();
        env.spawn(Box::pin(async move {
            let outcome = tokio::select! {
                outcome = supervise(outcomes, &abort) => outcome,
                never = begin_epochs(barriers, &epochs, &clock) => match never {},
            };
            finish.send(outcome).ok();
        }));
        Ok(Job::new(plan, planned.counters, control, finished))
    }

    /// Runs to the end; Ctrl-C or SIGTERM drains, a second one stops at once.
    ///
    /// Returns when the sources have ended and every event has been worked through.
    ///
    /// # Errors
    /// If the topology breaks a rule, a source or sink cannot be opened, or a task fails.
    ///
    /// # Cancel safety
    /// Dropping the future aborts the job.
    pub async fn run(self, config: Config) -> Result<()> {
        self.start(config)?.run_until_signalled().await
    }
}

/// A task that ends at once when the job is aborted.
async fn guarded(task: PlannedTask, control: JobControl, env: Env) -> Result<()> {
    let abort = control.abort.clone();
    let work = tokio::task::unconstrained(task::run(task, control, env));
    abort.run_until_cancelled(work).await.unwrap_or_else(|| {
        Err(Error::new(ErrorKind::Aborted, "the job was aborted before its end"))
    })
}

/// Begins an epoch every so often. If one is still open then, this time is left out: a job that is
/// slower than its epochs has fewer of them, and none that wait.
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

/// Waits for all tasks; the first that fails stops the others, and its error is the job's.
async fn supervise(
    mut outcomes: mpsc::Receiver<Result<()>>,
    abort: &CancellationToken,
) -> Result<()> {
    let mut result = Ok(());
    while let Some(outcome) = outcomes.recv().await {
        let Err(error) = outcome else { continue };
        abort.cancel();
        // A task that loses its neighbour ends too, and may be heard first.
        if result.as_ref().err().is_none_or(|known: &Error| known.kind() == ErrorKind::Aborted) {
            result = Err(error);
        }
    }
    result
}
