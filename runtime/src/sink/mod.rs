//! Sinks: write events out of a job.
//!
//! [`connector`](crate::connector) has sinks for vectors, closures, channels, files and standard
//! output, and [`to_sink`] wraps any [`futures::Sink`]. For another system implement [`Sink`],
//! which opens it, and [`Writer`], which writes to it.
//!
//! A sink declares what happens when an event is written again after a failure ([`Repeat`]); the
//! delivery guarantee of the job depends on it.
//!
//! # Examples
//! ```
//! use millstream::prelude::*;
//!
//! # #[tokio::main(flavor = "current_thread")]
//! # async fn main() -> millstream::Result<()> {
//! let large = Collected::new();
//! topology!(
//!     amounts = source(from_iter([12, 250, 99])),
//!     amounts >> filter(|amount| *amount > 100) >> sink(large.sink()),
//! )
//! .run(Config::default())
//! .await?;
//! assert_eq!(large.take(), [250]);
//! # Ok(())
//! # }
//! ```

mod commit;
mod foreign;
mod idempotent;
mod prepared;
mod repeat;

pub use crate::event::Epoch;
pub use commit::{Committer, PreparedEpoch};
pub use foreign::{ForeignSink, ForeignWriter, to_sink};
pub use idempotent::{Once, idempotent};
pub use prepared::Prepared;
pub use repeat::{Appends, Idempotent, Repeat, RepeatEffect, Transactional, Truncates};

use crate::env::{Env, FileUse};
use crate::error::Result;
use std::future::Future;

/// Opens a sink for events of type `T`: implement it to write to another system.
///
/// The job opens a sink once, when it starts, and writes with the [`Writer`] that
/// [`open`](Sink::open) returns.
///
/// # Examples
/// ```
/// use millstream::env::Env;
/// use millstream::prelude::{Config, from_iter, topology};
/// use millstream::sink::{Appends, Sink, Writer};
/// use std::sync::Arc;
/// use std::sync::atomic::{AtomicU64, Ordering};
///
/// struct Sum(Arc<AtomicU64>);
///
/// impl Sink<u64> for Sum {
///     type Writer = Self;
///     type Repeat = Appends; // an event written twice counts twice
///     fn open(self, _: &Env) -> millstream::Result<Self> {
///         Ok(self)
///     }
/// }
///
/// impl Writer<u64> for Sum {
///     fn write(&mut self, event: u64) -> millstream::Result<()> {
///         self.0.fetch_add(event, Ordering::Relaxed);
///         Ok(())
///     }
/// }
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> millstream::Result<()> {
/// let total = Arc::new(AtomicU64::new(0));
/// topology!(amounts = source(from_iter([3, 4])), amounts >> sink(Sum(Arc::clone(&total))))
///     .run(Config::default())
///     .await?;
/// assert_eq!(total.load(Ordering::Relaxed), 7);
/// # Ok(())
/// # }
/// ```
pub trait Sink<T>: Send + 'static {
    /// The writer of the opened sink.
    type Writer: Writer<T>;
    /// The effect of writing an event again after a failure: [`Appends`], [`Idempotent`],
    /// [`Truncates`] or [`Transactional`].
    ///
    /// An `exactly_once` job needs one of the last three.
    type Repeat: Repeat;

    /// Opens the sink when the job starts; must not block for long.
    ///
    /// # Errors
    /// If the sink cannot be opened: the job does not start.
    fn open(self, env: &Env) -> Result<Self::Writer>;

    /// Opens the sink after a restart, with the bytes of its last durable [cut](Writer::cut).
    ///
    /// Events written after that cut are written again. Without any bytes, the sink was part of the
    /// job, with the same [`files`](Sink::files), and has no cut that stores bytes. If it stores
    /// some with every cut, all its events are written again, and what it has made may be replaced.
    /// A sink that was added to the job since is [opened](Sink::open). By default, calls `open`.
    ///
    /// # Errors
    /// If the sink cannot continue, because what it has written is gone: the job does not start.
    fn open_again(self, env: &Env, last: &[u8]) -> Result<Self::Writer>
    where
        Self: Sized,
    {
        let _: &[u8] = last;
        self.open(env)
    }

    /// Opens the sink in an `exactly_once` job, with the bytes of its last durable
    /// [cut](Writer::cut).
    ///
    /// Events written after that cut are written again, so the sink takes back what it has made of
    /// them. There are no bytes if the job starts from the beginning; they are empty if the sink
    /// was part of the job, and has no durable cut: everything is taken back. A [`Transactional`]
    /// sink makes nothing visible before its [committer](Sink::committer) does. By default, calls
    /// [`open`](Sink::open) and [`open_again`](Sink::open_again), which is right for one that is
    /// [`Idempotent`].
    ///
    /// # Errors
    /// If the sink cannot continue, because what it has written is gone, or cannot be taken back:
    /// the job does not start.
    fn open_exactly_once(self, env: &Env, last: Option<&[u8]>) -> Result<Self::Writer>
    where
        Self: Sized,
    {
        match last {
            None => self.open(env),
            Some(last) => self.open_again(env, last),
        }
    }

    /// Makes what the sink prepares visible, in an `exactly_once` job; called before the sink is
    /// opened. A [`Transactional`] sink has one; by default there is none.
    ///
    /// # Errors
    /// If it cannot be made: the job does not start.
    fn committer(&self, env: &Env) -> Result<Option<Box<dyn Committer>>> {
        let _: &Env = env;
        Ok(None)
    }

    /// What [`open_again`](Sink::open_again) receives after a restart before the first durable cut.
    ///
    /// Called once, before the sink is opened for the first time, in a job with checkpoints: for a
    /// sink that adds to something, which has to know later where its own part begins. By default
    /// there is none, and `open_again` receives no bytes.
    ///
    /// # Errors
    /// If the sink cannot be opened: the job does not start.
    fn first_cut(&self, env: &Env) -> Result<Option<Vec<u8>>> {
        let _: &Env = env;
        Ok(None)
    }

    /// Another sink of the same output, so that the job can restart within its process after a
    /// failure; a clone, as a rule.
    ///
    /// By default there is none: a job with this sink ends with its first failure, and continues
    /// when its process is started again.
    fn again(&self) -> Option<Self>
    where
        Self: Sized,
    {
        None
    }

    /// The files that the sink writes; none by default.
    ///
    /// A job that uses a file twice is refused before anything is opened.
    fn files(&self) -> Vec<FileUse> {
        Vec::new()
    }
}

/// Writes events to an opened sink.
///
/// The job calls [`write`](Writer::write) for every event; then [`send`](Writer::send) after each
/// batch if there is a backlog, [`flush`](Writer::flush) when no more events are at hand or
/// [`Config::flush_within`](crate::Config::flush_within) requires it, and [`close`](Writer::close)
/// at the end of input.
///
/// # Cancel safety
/// The futures are dropped only when the job is aborted. They need not be cancel safe.
///
/// # Examples
/// A writer that waits while a channel is full:
/// ```
/// use millstream::error::{Error, ErrorKind, Result};
/// use millstream::sink::Writer;
/// use tokio::sync::mpsc;
///
/// struct Forwarding { backlog: Vec<u64>, sender: mpsc::Sender<u64> }
///
/// impl Writer<u64> for Forwarding {
///     fn write(&mut self, event: u64) -> Result<()> {
///         self.backlog.push(event);
///         Ok(())
///     }
///     fn has_backlog(&self) -> bool {
///         !self.backlog.is_empty()
///     }
///     async fn send(&mut self) -> Result<()> {
///         for event in self.backlog.drain(..) {
///             let sent = self.sender.send(event).await;
///             sent.map_err(|_| Error::new(ErrorKind::Sink, "the receiver is gone"))?;
///         }
///         Ok(())
///     }
/// }
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<()> {
/// let (sender, mut receiver) = mpsc::channel(8);
/// let mut writer = Forwarding { backlog: Vec::new(), sender };
/// writer.write(7)?;
/// writer.send().await?;
/// assert_eq!(receiver.recv().await, Some(7));
/// # Ok(())
/// # }
/// ```
pub trait Writer<T>: Send + 'static {
    /// Writes or buffers an event, without waiting.
    ///
    /// # Errors
    /// If writing fails: the job ends with the error.
    fn write(&mut self, event: T) -> Result<()>;

    /// Whether [`send`](Writer::send) has work to do; called once a batch. False by default.
    fn has_backlog(&self) -> bool {
        false
    }

    /// Writes the buffered events, waiting for room; this backpressures the job.
    ///
    /// # Errors
    /// If writing fails: the job ends with the error.
    ///
    /// # Cancel safety
    /// The future is dropped only when the job is aborted.
    fn send(&mut self) -> impl Future<Output = Result<()>> + Send {
        std::future::ready(Ok(()))
    }

    /// Makes the written events visible.
    ///
    /// Called when no more events are at hand, every few milliseconds while there are, and at the
    /// end of input.
    ///
    /// # Errors
    /// If writing fails: the job ends with the error.
    ///
    /// # Cancel safety
    /// The future is dropped only when the job is aborted.
    fn flush(&mut self) -> impl Future<Output = Result<()>> + Send {
        std::future::ready(Ok(()))
    }

    /// Ends an epoch: the events written since the last cut become durable together.
    ///
    /// Called at a barrier, after [`send`](Writer::send) and [`flush`](Writer::flush), and at the
    /// end of input, before [`close`](Writer::close). Must not wait: what takes long, such as
    /// `fsync`, belongs into [`Prepared::later`], while the task writes the next epoch. By default,
    /// there is nothing to wait for.
    ///
    /// # Errors
    /// If writing fails: the job ends with the error.
    fn cut(&mut self, epoch: Epoch) -> Result<Prepared> {
        let _: Epoch = epoch;
        Ok(Prepared::nothing())
    }

    /// Closes the sink, after the last event and flush. Not called when a job is aborted.
    ///
    /// # Errors
    /// If the sink cannot be closed: the job ends with the error.
    ///
    /// # Cancel safety
    /// The future is dropped only when the job is aborted.
    fn close(&mut self) -> impl Future<Output = Result<()>> + Send {
        std::future::ready(Ok(()))
    }
}
