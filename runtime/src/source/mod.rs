//! Where events come from.
//!
//! Any [`futures::Stream`] is a source as it is. An iterator becomes one with
//! [`from_iter`](crate::connector::memory::from_iter); files, standard input and a generator of
//! card transactions are in [`connector`](crate::connector). For anything else implement
//! [`Source`], which opens something, and [`Reader`], which reads it.
//!
//! *Waiting* and *reading* are two calls: [`Reader::poll_ready`] waits, once a batch, and
//! [`Reader::read`] hands over what is there without waiting. So the loop over the events of a
//! batch is a plain loop that can be fused with what follows.

mod first;
mod malformed;
mod replay;
mod stream;

pub use crate::error::RecordPosition;
pub use first::{First, first};
pub use malformed::Malformed;
pub use replay::{Replay, Replayability, Replayable, Unreplayable};
pub use stream::StreamReader;

use crate::env::Env;
use crate::error::Result;
use std::task::{Context, Poll};

/// Where events of type `T` come from.
///
/// # Examples
/// A source that counts:
/// ```
/// use millstream::env::Env;
/// use millstream::source::{Intake, Reader, Readiness, Replayable, Source};
/// use std::task::{Context, Poll};
///
/// struct UpTo(u64);
/// struct Counting { next: u64, end: u64 }
///
/// impl Source<u64> for UpTo {
///     type Reader = Counting;
///     type Replay = Replayable; // it counts the same again
///     fn open(self, _: &Env) -> millstream::Result<Counting> {
///         Ok(Counting { next: 0, end: self.0 })
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
/// }
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a source of `{T}` events [M0302]",
    label = "expected a source here",
    note = "help: any `futures::Stream` is a source; wrap an iterator with `from_iter(…)`; events \
            are `Send`, and those of a file `serde::Deserialize`; see \
            https://github.com/millstream-rs/millstream/blob/main/docs/errors/M0302.md"
)]
pub trait Source<T>: Send + 'static {
    /// What reads the opened source.
    type Reader: Reader<T>;
    /// Whether it can hand over its events again: [`Replayable`] or [`Unreplayable`]. A job that
    /// promises more than `at_most_once` needs sources that can.
    type Replay: Replay;

    /// Opens the source, when the job starts.
    ///
    /// # Errors
    /// If it cannot be opened: the job does not start.
    fn open(self, env: &Env) -> Result<Self::Reader>;
}

/// Reads an opened source.
pub trait Reader<T>: Send + 'static {
    /// Waits until [`read`](Reader::read) has something to hand over, or the source has ended.
    ///
    /// # Errors
    /// If the source cannot be read on: the job ends with the error.
    fn poll_ready(&mut self, cx: &mut Context<'_>) -> Poll<Result<Readiness>>;

    /// Hands over at most `limit` events, without waiting.
    ///
    /// # Errors
    /// Whatever `into` returns, at once.
    fn read(&mut self, limit: usize, into: &mut impl Intake<T>) -> Result<()>;
}

/// What a source has.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Readiness {
    /// Events to be read, perhaps none after all.
    Events,
    /// Nothing more, ever.
    End,
}

/// Takes in what a source reads.
pub trait Intake<T> {
    /// Takes in an event.
    ///
    /// # Errors
    /// If the job cannot go on: the reader returns the error at once.
    fn event(&mut self, event: T) -> Result<()>;

    /// Takes in a record that could not be understood: it goes to the source's error output.
    ///
    /// # Errors
    /// If the error output leads nowhere: the reader returns the error at once.
    fn malformed(&mut self, record: Malformed) -> Result<()>;
}
