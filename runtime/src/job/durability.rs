//! The settings of checkpoints and of restarts.

use super::{Config, Restarts};
use crate::checkpoint::IfHeld;
use crate::env::Env;
use crate::error::{Error, ErrorKind, Result};
use crate::topology::Declaration;
use std::path::PathBuf;
use std::time::Duration;

impl Config {
    /// Sets the directory of the job's checkpoints, which a job with `at_least_once` needs.
    ///
    /// It is created if it does not exist, and belongs to this job alone. A job that is started
    /// again with the same directory continues from the last checkpoint in it. The environment
    /// variable `MILLSTREAM_CHECKPOINTS` sets it too, see [`from_env`](Self::from_env).
    ///
    /// # Examples
    /// ```
    /// use millstream::prelude::*;
    ///
    /// let config = Config::default().checkpoints("/var/lib/orders").checkpoint_every(5.secs());
    /// # drop(config);
    /// ```
    #[must_use]
    pub fn checkpoints(mut self, directory: impl Into<PathBuf>) -> Self {
        self.checkpoints = Some(directory.into());
        #[cfg(feature = "object-store")]
        {
            self.store = None;
        }
        self
    }

    /// Keeps the job's checkpoints in an object store, below a prefix, instead of a directory;
    /// needs the feature `object-store`.
    ///
    /// The store must accept an object durably and completely or not at all, and refuse to create
    /// one that exists (`PutMode::Create`), as S3, GCS, Azure and local files do. Make local files
    /// with `with_fsync(true)`, or a power failure may lose checkpoints.
    ///
    /// There are no locks, so that a machine that is gone need not be waited for: the process that
    /// starts last has the checkpoints, and the one before ends with
    /// [`ErrorKind::TakenOver`](crate::ErrorKind::TakenOver) at its next one. Until then it may
    /// write to its sinks; a sink that commits shows nothing of that.
    ///
    /// A checkpoint is written with one request, from memory. Each start leaves an object of some
    /// 150 bytes for ever, by which processes before it are shut out: do not delete single objects.
    ///
    /// # Examples
    /// ```
    /// use millstream::prelude::*;
    /// use object_store::memory::InMemory;
    /// use std::sync::Arc;
    ///
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> millstream::Result<()> {
    /// // For S3, with its feature `aws`: `AmazonS3Builder::from_env().with_bucket_name("jobs")`.
    /// let store = Arc::new(InMemory::new());
    /// let seen = Collected::new();
    /// topology!(
    ///     job("numbers", at_least_once),
    ///     numbers = source(from_iter_again(0..3)),
    ///     numbers >> sink(seen.sink()),
    /// )
    /// .run(Config::default().checkpoint_store(store, "jobs/numbers"))
    /// .await?;
    /// assert_eq!(seen.take(), [0, 1, 2]);
    /// # Ok(())
    /// # }
    /// ```
    #[cfg(feature = "object-store")]
    #[must_use]
    pub fn checkpoint_store(
        mut self,
        store: std::sync::Arc<dyn object_store::ObjectStore>,
        prefix: impl Into<String>,
    ) -> Self {
        (self.checkpoints, self.store) = (Some(prefix.into().into()), Some(store));
        self
    }

    /// The environment with the files of the checkpoints, as one more process sees them.
    ///
    /// # Errors
    /// If the machine has no thread left.
    pub(super) fn checkpoint_env(&self) -> Result<Env> {
        #[cfg(feature = "object-store")]
        if let (Some(store), Some(root)) = (&self.store, &self.checkpoints) {
            let store = std::sync::Arc::clone(store);
            let files = crate::checkpoint::ObjectFiles::open(store, root, self.env.random());
            let files = files.map_err(|error| {
                let message = "cannot start the thread of the object store";
                Error::new(ErrorKind::Checkpoint, message).caused_by(error)
            })?;
            return Ok(self.env.clone().with_files(files));
        }
        Ok(self.env.clone())
    }

    /// Sets how often a checkpoint is taken; 1 second unless called, and at least 1 ms.
    ///
    /// After a failure, what was processed since the last checkpoint is processed again. A shorter
    /// interval repeats less and writes more: each checkpoint writes the keys that have changed,
    /// and waits for the disk, beside the tasks. An interval in which the last checkpoint is still
    /// being taken is skipped.
    ///
    /// # Examples
    /// ```
    /// use millstream::prelude::*;
    ///
    /// let config = Config::default().checkpoints("/var/lib/orders");
    /// let config = config.checkpoint_every(250.millis());
    /// # drop(config);
    /// ```
    #[must_use]
    pub fn checkpoint_every(mut self, interval: Duration) -> Self {
        self.checkpoint_every = interval.max(Duration::from_millis(1));
        self
    }

    /// Sets how often a job with checkpoints restarts within its process after a failure, and how
    /// soon.
    ///
    /// Unless this is called, it restarts by [`Restarts::default`] if each of its sources and sinks
    /// can be opened again; if it is called, a job with others is refused. A job without
    /// checkpoints never restarts.
    ///
    /// # Examples
    /// ```
    /// use millstream::prelude::*;
    ///
    /// let config = Config::default().checkpoints("/var/lib/orders").restarts(Restarts::up_to(3));
    /// # drop(config);
    /// ```
    #[must_use]
    pub fn restarts(mut self, restarts: Restarts) -> Self {
        self.restarts = Some(restarts);
        self
    }

    /// Takes the directory of checkpoints even if another process has it: for a standby that
    /// replaces a process which hangs, or whose machine is not reachable.
    ///
    /// The other process can write no checkpoint from here on: if it was only stopped and wakes, it
    /// ends at its next checkpoint with [`ErrorKind::TakenOver`](crate::ErrorKind::TakenOver).
    /// Until then it may write to its sinks, so do not let both write to one file.
    ///
    /// # Examples
    /// ```
    /// use millstream::prelude::*;
    ///
    /// // The standby, once the first process is known to be gone.
    /// let config = Config::default().checkpoints("/mnt/shared/orders").take_over();
    /// # drop(config);
    /// ```
    #[must_use]
    pub fn take_over(mut self) -> Self {
        self.if_held = IfHeld::TakeOver;
        self
    }

    /// Gives up the state of a node that the topology has no longer, or whose types cannot read it.
    ///
    /// A job whose checkpoint has the state of a node with a name that is gone is refused: a node
    /// that was only renamed would begin anew without a word. To give up its state, name it here.
    /// So is a job with a node whose types have changed so that they cannot read its state: named
    /// here, the node begins without. For nodes that can continue, this has no effect.
    ///
    /// # Examples
    /// ```
    /// use millstream::prelude::*;
    ///
    /// let config = Config::default().checkpoints("/var/lib/orders").forget("counts");
    /// # drop(config);
    /// ```
    #[must_use]
    pub fn forget(mut self, node: impl Into<String>) -> Self {
        self.forgotten.push(node.into());
        self
    }
}

/// The error of a job that needs checkpoints and has no place for them.
pub(super) fn without_place(declaration: &Declaration) -> Error {
    let (job, delivery) = (declaration.name(), declaration.delivery());
    let message = format!("job `{job}` is `{delivery}` and has no directory for its checkpoints");
    Error::new(ErrorKind::Config, message).help(
        "set one by `Config::checkpoints(dir)` or MILLSTREAM_CHECKPOINTS, or promise \
         `at_most_once`",
    )
}
