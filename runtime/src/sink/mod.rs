//! Where events go.
//!
//! Any [`futures::Sink`] becomes a sink with [`to_sink`]; vectors, closures, channels, files and
//! standard output are in [`connector`](crate::connector). For anything else implement [`Sink`],
//! which opens something, and [`Writer`], which writes to it.

mod foreign;
mod idempotent;
mod repeat;

pub use foreign::{ForeignSink, ForeignWriter, to_sink};
pub use idempotent::{Once, idempotent};
pub use repeat::{Appends, Idempotent, Repeat, RepeatEffect, Transactional};

use crate::env::Env;
use crate::error::Result;
use std::future::Future;

/// Where events of type `T` go.
///
/// # Examples
/// A sink that adds up:
/// ```
/// use millstream::env::Env;
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
/// ```
pub trait Sink<T>: Send + 'static {
    /// What writes to the opened sink.
    type Writer: Writer<T>;
    /// What becomes of an event that is written again after a failure: [`Appends`],
    /// [`Idempotent`] or [`Transactional`]. A job that promises `exactly_once` needs one of the
    /// last two.
    type Repeat: Repeat;

    /// Opens the sink, when the job starts.
    ///
    /// # Errors
    /// If it cannot be opened: the job does not start.
    fn open(self, env: &Env) -> Result<Self::Writer>;
}

/// Writes to an opened sink.
pub trait Writer<T>: Send + 'static {
    /// Takes in an event, without waiting.
    ///
    /// # Errors
    /// If it cannot be written: the job ends with the error.
    fn write(&mut self, event: T) -> Result<()>;

    /// Whether [`send`](Writer::send) has something to do: asked once a batch.
    fn has_backlog(&self) -> bool {
        false
    }

    /// Passes on what was taken in, waiting until there is room: this wait is the backpressure.
    ///
    /// # Errors
    /// If it cannot be written: the job ends with the error.
    fn send(&mut self) -> impl Future<Output = Result<()>> + Send {
        std::future::ready(Ok(()))
    }

    /// Makes what was written visible: called when no more events are at hand, and at the end.
    ///
    /// # Errors
    /// If it cannot be written: the job ends with the error.
    fn flush(&mut self) -> impl Future<Output = Result<()>> + Send {
        std::future::ready(Ok(()))
    }

    /// Ends writing, after the last event and flush.
    ///
    /// # Errors
    /// If the end cannot be written: the job ends with the error.
    fn close(&mut self) -> impl Future<Output = Result<()>> + Send {
        std::future::ready(Ok(()))
    }
}
