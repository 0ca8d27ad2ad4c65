//! Waits for futures of a store on a thread that blocks.

use std::fmt;
use std::io::{Error, Result};
use std::sync::Arc;
use std::thread;
use tokio::runtime::{Builder, Runtime};

/// A runtime of its own, which drives what the clients of a store need: the thread that waits may
/// be the only one of the job.
#[derive(Clone)]
pub(super) struct Blocking(Arc<Owned>);

struct Owned(Option<Runtime>);

impl fmt::Debug for Blocking {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Blocking").finish_non_exhaustive()
    }
}

impl Drop for Owned {
    fn drop(&mut self) {
        // Waiting for its thread is not allowed within another runtime.
        if let Some(runtime) = self.0.take() {
            runtime.shutdown_background();
        }
    }
}

impl Blocking {
    pub(super) fn start() -> Result<Self> {
        let mut builder = Builder::new_multi_thread();
        let builder = builder.worker_threads(1).enable_all().thread_name("millstream-objects");
        Ok(Self(Arc::new(Owned(Some(builder.build()?)))))
    }

    /// Runs something to its end on a thread of its own, and waits for it.
    ///
    /// Not on the thread that calls: while a job starts, that is one of another runtime, which
    /// would be asked to wake it.
    pub(super) fn wait<R: Send>(&self, work: impl AsyncFnOnce() -> Result<R> + Send) -> Result<R> {
        let stopped = || Error::other("the thread of the object store has stopped");
        let runtime = self.0.0.as_ref().ok_or_else(stopped)?;
        thread::scope(|scope| {
            let result = scope.spawn(|| runtime.block_on(work()));
            result.join().unwrap_or_else(|_| Err(stopped()))
        })
    }
}
