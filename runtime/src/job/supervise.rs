//! Watching the tasks of a job until it ends, and restarting it after a failure.

use super::attempt::{Attempt, Blueprint, aborted};
use super::checkpoints::Checkpoints;
use super::restarts::Failures;
use crate::control::{Epochs, JobControl};
use crate::env::Env;
use crate::error::{Error, ErrorKind, Result};
use crate::metrics::JobState;
use std::convert::Infallible;
use std::time::Duration;
use tokio::sync::mpsc;
use tokio_util::sync::CancellationToken;

/// Waits for the end of a job without checkpoints.
pub(super) async fn volatile(
    attempt: Attempt,
    barriers: Option<Duration>,
    env: &Env,
) -> Result<()> {
    let Attempt { control, outcomes } = attempt;
    tokio::select! {
        outcome = all_ended(outcomes, &control.abort) => outcome,
        never = begin_epochs(barriers, &control.epochs, env) => match never {},
    }
}

/// Waits for the end of a job with checkpoints, and begins again with the last one after a failure,
/// as often as is allowed.
pub(super) async fn durable(
    mut blueprint: Blueprint,
    attempt: Attempt,
    (job, mut checkpoints): (JobControl, Checkpoints),
    mut failures: Failures,
) -> Result<()> {
    let mut begun = Ok(attempt);
    loop {
        let failed = match begun {
            Ok(attempt) => match ended(attempt, &mut checkpoints).await {
                Ok(()) => break Ok(()),
                Err(error) => error,
            },
            Err(error) => error,
        };
        blueprint.progress.restart();
        match pause(failed, &job, &mut failures, (&checkpoints, &blueprint.env)).await {
            Ok(failed) => {
                begun = blueprint.begin_again(&job, &mut checkpoints, failed).await;
                if begun.is_ok() {
                    blueprint.progress.run();
                    tracing::info!(state = %JobState::Running, "the job runs again");
                }
            }
            Err(error) => {
                break Err(error.after_restarts(checkpoints.counters().restarts()));
            }
        }
    }
}

/// Waits until the job is to restart after a failure, and returns it.
///
/// # Errors
/// The failure, if the job is not to restart.
async fn pause(
    error: Error,
    job: &JobControl,
    failures: &mut Failures,
    (checkpoints, env): (&Checkpoints, &Env),
) -> Result<Error> {
    if job.is_stopping() {
        return Err(error);
    }
    let now = env.clock().monotonic();
    let Some(wait) = failures.note(&error, checkpoints.counters().durable(), now) else {
        return Err(error);
    };
    let (kind, node) = (error.kind(), error.node());
    tracing::warn!(
        state = %JobState::Restarting,
        ?kind,
        node,
        ?wait,
        "the job has failed; it restarts from its last checkpoint"
    );
    tokio::select! {
        biased;
        // What was read since then would be missing from the results.
        () = job.stops() => Err(error),
        () = env.clock().sleep(wait) => {
            checkpoints.counters().restarted();
            Ok(error)
        }
    }
}

/// Waits for all tasks of an attempt, and takes checkpoints meanwhile.
async fn ended(attempt: Attempt, checkpoints: &mut Checkpoints) -> Result<()> {
    let Attempt { control, outcomes } = attempt;
    let mut all = std::pin::pin!(all_ended(outcomes, &control.abort));
    let suspended = tokio::select! {
        biased;
        ended = &mut all => Err(ended),
        suspended = checkpoints.run(&control) => Ok(suspended),
    };
    let outcome = match suspended {
        Err(Ok(())) => tokio::select! {
            finished = checkpoints.finish() => finished,
            () = control.abort.cancelled() => Err(aborted()),
        },
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
    if outcome.is_err() {
        // Sinks that still wait for the disk.
        control.abort.cancel();
    }
    checkpoints.release().await;
    outcome
}

/// Waits for all tasks. The first failure aborts the others and becomes the error of the job.
async fn all_ended(
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
