//! How tasks are run.

use std::fmt;
use std::future::Future;
use std::pin::Pin;

/// A task, ready to run.
pub type TaskFuture = Pin<Box<dyn Future<Output = ()> + Send>>;

/// How tasks are run.
pub trait Spawn: Send + Sync + fmt::Debug + 'static {
    /// Runs a task to its end.
    fn spawn(&self, task: TaskFuture);

    /// Runs work that blocks its thread.
    fn spawn_blocking(&self, work: Box<dyn FnOnce() + Send>);
}

/// The tokio runtime that is current when a job starts.
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
