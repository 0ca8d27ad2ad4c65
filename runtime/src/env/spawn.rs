//! The executor of a job.

use std::fmt;
use std::future::Future;
use std::pin::Pin;

/// A task of a job, as it is spawned.
pub type TaskFuture = Pin<Box<dyn Future<Output = ()> + Send>>;

/// Executes the tasks of a job: implement it to run a job on another executor, or step by step.
///
/// [`env`](crate::env) has an example.
pub trait Spawn: Send + Sync + fmt::Debug + 'static {
    /// Runs a task to completion; must not block.
    fn spawn(&self, task: TaskFuture);

    /// Runs work that blocks its thread, possibly for as long as the job runs.
    fn spawn_blocking(&self, work: Box<dyn FnOnce() + Send>);
}

/// Spawns tasks on the tokio runtime in which the job starts; the default of a job.
///
/// Blocking work gets a thread of its own.
#[derive(Debug, Clone, Copy)]
pub struct TokioSpawn;

impl Spawn for TokioSpawn {
    #[expect(clippy::disallowed_methods, reason = "this is the one place that spawns")]
    fn spawn(&self, task: TaskFuture) {
        drop(tokio::spawn(task));
    }

    #[expect(clippy::disallowed_methods, reason = "this is the one place that spawns")]
    fn spawn_blocking(&self, work: Box<dyn FnOnce() + Send>) {
        // Not tokio's blocking pool: a runtime waits for that at its end, and a thread that reads
        // standard input may never return.
        drop(std::thread::spawn(work));
    }
}
