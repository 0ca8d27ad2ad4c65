//! Sources: read events into a job.
//!
//! Any [`futures::Stream`] is a source, and [`connector`](crate::connector) has sources for
//! iterators, channels, files and standard input. For another system implement [`Source`], which
//! opens it, and [`Reader`], which reads it.
//!
//! Waiting and reading are separate: [`Reader::poll_ready`] waits, once a batch, and
//! [`Reader::read`] emits the events at hand without waiting. The loop over a batch is therefore a
//! plain loop, which the compiler fuses with the operators downstream.
//!
//! # Examples
//! ```
//! use futures::stream;
//! use millstream::prelude::*;
//!
//! # #[tokio::main(flavor = "current_thread")]
//! # async fn main() -> millstream::Result<()> {
//! let seen = Collected::new();
//! let readings = stream::iter([20.5, 21.0]);
//! topology!(readings = source(readings), readings >> sink(seen.sink()))
//!     .run(Config::default())
//!     .await?;
//! assert_eq!(seen.take(), [20.5, 21.0]);
//! # Ok(())
//! # }
//! ```

mod first;
mod malformed;
mod position;
mod replay;
mod stream;

pub use crate::error::RecordPosition;
pub use first::{First, first};
pub use malformed::Malformed;
pub use position::Position;
pub use replay::{Replay, Replayability, Replayable, Unreplayable};
pub use stream::StreamReader;

use crate::env::{Env, FileUse};
use crate::error::{Error, ErrorKind, Result};
use std::task::{Context, Poll};

/// Opens a source of events of type `T`: implement it to read from another system.
///
/// The job opens a source when it starts, and reads it with the [`Reader`] that
/// [`open`](Source::open) returns. A source with positions continues where a checkpoint was taken
/// ([`open_at`](Source::open_at)); one that can be opened [`again`](Source::again) lets the job
/// restart within its process. For an API that blocks, read on a thread and pass the events through
/// a channel.
///
/// # Examples
/// ```
/// use millstream::env::Env;
/// use millstream::prelude::{Collected, Config, from_iter, topology};
/// use millstream::source::{Intake, Position, Reader, Readiness, Replayable, Source};
/// use std::task::{Context, Poll};
///
/// #[derive(Clone)]
/// struct UpTo(u64);
/// struct Counting { next: u64, end: u64 }
///
/// impl Source<u64> for UpTo {
///     type Reader = Counting;
///     type Replay = Replayable; // it counts the same numbers again
///     fn open(self, _: &Env) -> millstream::Result<Counting> {
///         Ok(Counting { next: 0, end: self.0 })
///     }
///     fn open_at(self, _: &Env, at: &Position) -> millstream::Result<Counting> {
///         Ok(Counting { next: at.read()?, end: self.0 })
///     }
///     fn again(&self) -> Option<Self> {
///         Some(self.clone())
///     }
/// }
///
/// impl Reader<u64> for Counting {
///     fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<millstream::Result<Readiness>> {
///         Poll::Ready(Ok(if self.next < self.end { Readiness::Events } else { Readiness::End }))
///     }
///     fn read(&mut self, limit: usize, into: &mut impl Intake<u64>) -> millstream::Result<()> {
///         for _ in 0..limit.min((self.end - self.next) as usize) {
///             into.event(self.next)?;
///             self.next += 1;
///         }
///         Ok(())
///     }
///     fn position(&mut self) -> millstream::Result<Option<Position>> {
///         Position::of(&self.next).map(Some)
///     }
/// }
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> millstream::Result<()> {
/// let seen = Collected::new();
/// topology!(numbers = source(UpTo(3)), numbers >> sink(seen.sink()))
///     .run(Config::default())
///     .await?;
/// assert_eq!(seen.take(), [0, 1, 2]);
/// # Ok(())
/// # }
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a source of `{T}` events [M0302]",
    label = "expected a source here",
    note = "help: any `futures::Stream` is a source, passed by value; an iterator or a `Vec` is \
            `from_iter(…)`; events are `Send`, and those of a file `serde::Deserialize`: write \
            `#[derive(serde::Deserialize)]` on them; see \
            https://github.com/millstream-rs/millstream/blob/main/docs/errors/M0302.md"
)]
pub trait Source<T>: Send + 'static {
    /// The reader of the opened source.
    type Reader: Reader<T>;
    /// Whether the source can replay its events: [`Replayable`] or [`Unreplayable`].
    ///
    /// A job with a stronger delivery guarantee than `at_most_once` needs replayable sources.
    type Replay: Replay;

    /// Opens the source when the job starts; must not block for long.
    ///
    /// # Errors
    /// If the source cannot be opened: the job does not start.
    fn open(self, env: &Env) -> Result<Self::Reader>;

    /// Opens the source at a position, after a restart: the reader emits what follows the events
    /// that were read when [`Reader::position`] returned it.
    ///
    /// By default, an error. Implement both, or neither.
    ///
    /// # Errors
    /// If the source cannot be opened there, because its events are gone or have changed: the job
    /// does not start.
    fn open_at(self, env: &Env, at: &Position) -> Result<Self::Reader>
    where
        Self: Sized,
    {
        let _: (&Env, &Position) = (env, at);
        Err(Error::new(ErrorKind::Source, "this source cannot begin at a position"))
    }

    /// Another source of the same events, so that the job can restart within its process after a
    /// failure; a clone, as a rule.
    ///
    /// By default there is none: a job with this source ends with its first failure, and continues
    /// when its process is started again.
    fn again(&self) -> Option<Self>
    where
        Self: Sized,
    {
        None
    }

    /// The files that the source reads; none by default.
    ///
    /// A job that uses a file twice is refused before anything is opened.
    fn files(&self) -> Vec<FileUse> {
        Vec::new()
    }
}

/// Reads events from an opened source.
///
/// For each batch the job calls [`poll_ready`](Reader::poll_ready), then [`read`](Reader::read).
/// After a wait, `poll_ready` is called once more before `read`. [`Source`] has an example.
///
/// # Cancel safety
/// `poll_ready` must be cancel safe: it may be polled again after any time, or not at all once the
/// job drains or aborts. The reader is dropped with its task.
pub trait Reader<T>: Send + 'static {
    /// Waits for events to [`read`](Reader::read), or for the end of the source.
    ///
    /// Wakes the task of `cx` when there is progress, as any `poll` function does.
    ///
    /// # Errors
    /// If reading cannot continue: the job ends with the error.
    fn poll_ready(&mut self, cx: &mut Context<'_>) -> Poll<Result<Readiness>>;

    /// Stops reading, as the job drains; returns whether events remain that would be lost.
    ///
    /// If so, the job reads on until [`Readiness::End`], which must not take long. By default the
    /// source ends at once.
    fn drain(&mut self) -> bool {
        false
    }

    /// Emits at most `limit` events to `into`, without waiting; fewer or none are fine.
    ///
    /// # Errors
    /// The first error of `into`, at once.
    fn read(&mut self, limit: usize, into: &mut impl Intake<T>) -> Result<()>;

    /// Where to continue after what has been read so far, for [`Source::open_at`].
    ///
    /// Called between two calls of [`read`](Reader::read) when a checkpoint is due, and never for
    /// each event; must not block. Malformed records count as read. By default there is none, and
    /// the source cannot begin at a position.
    ///
    /// # Errors
    /// If the position cannot be encoded: the checkpoint fails.
    fn position(&mut self) -> Result<Option<Position>> {
        Ok(None)
    }

    /// Learns that a checkpoint with this position is durable: what comes before the position is
    /// not read again, unless the checkpoint is damaged and the one before it is used.
    ///
    /// Called at most once for each checkpoint, some time after it, and maybe never; must not
    /// block. By default, does nothing. For sources that keep what they have read, or acknowledge
    /// it.
    fn committed(&mut self, at: &Position) {
        let _: &Position = at;
    }
}

/// What [`Reader::poll_ready`] has found.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Readiness {
    /// Events to read; it may turn out that there are none.
    Events,
    /// The source is exhausted.
    End,
}

/// Receives the events and malformed records that a [`Reader`] reads.
///
/// # Examples
/// Collects events to test a reader:
/// ```
/// use millstream::source::{Intake, Malformed};
///
/// #[derive(Default)]
/// struct Seen(Vec<u64>);
///
/// impl Intake<u64> for Seen {
///     fn event(&mut self, event: u64) -> millstream::Result<()> {
///         self.0.push(event);
///         Ok(())
///     }
///     fn malformed(&mut self, _: Malformed) -> millstream::Result<()> {
///         Ok(())
///     }
/// }
///
/// let mut seen = Seen::default();
/// seen.event(7).unwrap();
/// assert_eq!(seen.0, [7]);
/// ```
pub trait Intake<T> {
    /// Emits an event.
    ///
    /// # Errors
    /// If the job cannot continue: the reader returns the error at once.
    fn event(&mut self, event: T) -> Result<()>;

    /// Emits a malformed record to the error output of the source.
    ///
    /// # Errors
    /// If the error output has no consumer: the reader returns the error at once.
    fn malformed(&mut self, record: Malformed) -> Result<()>;
}
