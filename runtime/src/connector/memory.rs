//! Iterators, closures and vectors as source and sink.

use crate::env::Env;
use crate::error::{Error, ErrorKind, Result};
use crate::sink::{Appends, Epoch, Prepared, Sink, Writer};
use crate::source::{Intake, Reader, Readiness, Source, Unreplayable};
use std::fmt;
use std::sync::{Arc, Mutex, PoisonError};
use std::task::{Context, Poll};
use tokio::sync::{Mutex as Exclusive, OwnedMutexGuard};

/// Reads the items of an iterator as events.
///
/// The iterator runs in the task of the source, so it must not block. It may be infinite; the job
/// then runs until it is drained or aborted. Not replayable; see
/// [`from_iter_again`](super::again::from_iter_again).
///
/// # Examples
/// ```
/// use millstream::prelude::*;
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> millstream::Result<()> {
/// let squares = Collected::new();
/// topology!(numbers = source(from_iter(1..=3)), numbers >> map(|n| n * n) >> sink(squares.sink()))
///     .run(Config::default())
///     .await?;
/// assert_eq!(squares.take(), [1, 4, 9]);
/// # Ok(())
/// # }
/// ```
pub fn from_iter<I: IntoIterator>(events: I) -> FromIter<I::IntoIter> {
    FromIter { events: Some(events.into_iter()) }
}

/// A source that reads from an iterator, made by [`from_iter`].
pub struct FromIter<I> {
    events: Option<I>,
}

impl<I> fmt::Debug for FromIter<I> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("FromIter").field("ended", &self.events.is_none()).finish_non_exhaustive()
    }
}

#[diagnostic::do_not_recommend]
impl<I: Iterator + Send + 'static> Source<I::Item> for FromIter<I> {
    type Reader = Self;
    type Replay = Unreplayable;

    fn open(self, _: &Env) -> Result<Self> {
        Ok(self)
    }
}

impl<I: Iterator + Send + 'static> Reader<I::Item> for FromIter<I> {
    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<Readiness>> {
        Poll::Ready(Ok(if self.events.is_some() { Readiness::Events } else { Readiness::End }))
    }

    #[inline(always)]
    fn read(&mut self, limit: usize, into: &mut impl Intake<I::Item>) -> Result<()> {
        // The iterator is moved to the stack for the loop, where the compiler keeps it in
        // registers.
        let Some(mut events) = self.events.take() else {
            return Ok(());
        };
        for _ in 0..limit {
            let Some(event) = events.next() else {
                return Ok(());
            };
            into.event(event)?;
        }
        self.events = Some(events);
        Ok(())
    }
}

/// Collects events in memory: for tests and small jobs.
///
/// It grows with every event until [`take`](Collected::take). Events become visible batch by
/// batch. Several sinks, also of several jobs, may append to the same collection.
///
/// # Examples
/// ```
/// use millstream::prelude::*;
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> millstream::Result<()> {
/// let kept = Collected::new();
/// topology!(numbers = source(from_iter([1, 2])), numbers >> sink(kept.sink()))
///     .run(Config::default())
///     .await?;
/// assert_eq!(kept.take(), [1, 2]);
/// # Ok(())
/// # }
/// ```
pub struct Collected<T> {
    events: Arc<Mutex<Vec<T>>>,
}

impl<T> fmt::Debug for Collected<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Collected").finish_non_exhaustive()
    }
}

impl<T> Default for Collected<T> {
    fn default() -> Self {
        Self::new()
    }
}

impl<T> Collected<T> {
    /// Creates an empty collection.
    #[must_use]
    pub fn new() -> Self {
        Self { events: Arc::default() }
    }

    /// Creates a sink that appends to this collection.
    ///
    /// # Examples
    /// Two sinks of one collection:
    /// ```
    /// use millstream::prelude::*;
    ///
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> millstream::Result<()> {
    /// let kept = Collected::new();
    /// topology!(
    ///     numbers = source(from_iter([1, 2])),
    ///     numbers >> sink(kept.sink()),
    ///     numbers >> map(|n| n * 10) >> sink(kept.sink()),
    /// )
    /// .run(Config::default())
    /// .await?;
    /// assert_eq!(kept.take().len(), 4);
    /// # Ok(())
    /// # }
    /// ```
    #[must_use]
    pub fn sink(&self) -> CollectedSink<T> {
        CollectedSink { events: Arc::clone(&self.events), batch: Vec::new() }
    }

    /// Removes and returns the events collected since the last call, in the order of arrival.
    ///
    /// # Examples
    /// ```
    /// use millstream::prelude::*;
    ///
    /// let kept: Collected<u32> = Collected::new();
    /// assert!(kept.take().is_empty());
    /// ```
    #[must_use]
    pub fn take(&self) -> Vec<T> {
        std::mem::take(&mut *self.events.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

/// A sink that appends to a collection, made by [`Collected::sink`].
pub struct CollectedSink<T> {
    events: Arc<Mutex<Vec<T>>>,
    batch: Vec<T>,
}

impl<T> fmt::Debug for CollectedSink<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("CollectedSink").finish_non_exhaustive()
    }
}

impl<T> CollectedSink<T> {
    fn append(&mut self) {
        self.events.lock().unwrap_or_else(PoisonError::into_inner).append(&mut self.batch);
    }
}

#[diagnostic::do_not_recommend]
impl<T: Send + 'static> Sink<T> for CollectedSink<T> {
    type Writer = Self;
    type Repeat = Appends;

    fn open(self, _: &Env) -> Result<Self> {
        Ok(self)
    }

    fn again(&self) -> Option<Self> {
        Some(CollectedSink { events: Arc::clone(&self.events), batch: Vec::new() })
    }
}

impl<T: Send + 'static> Writer<T> for CollectedSink<T> {
    #[inline]
    fn write(&mut self, event: T) -> Result<()> {
        self.batch.push(event);
        Ok(())
    }

    fn has_backlog(&self) -> bool {
        !self.batch.is_empty()
    }

    async fn send(&mut self) -> Result<()> {
        self.append();
        Ok(())
    }

    fn cut(&mut self, _: Epoch) -> Result<Prepared> {
        self.append();
        Ok(Prepared::nothing())
    }
}

/// Calls a closure with every event.
///
/// The closure runs in the task of the sink, so it must not block; to wait, use
/// [`to_channel`](crate::connector::channel::to_channel). Events written again after a failure are
/// duplicates, unless it is wrapped in [`idempotent`](crate::sink::idempotent).
///
/// # Examples
/// ```
/// use millstream::prelude::*;
/// use std::sync::Arc;
/// use std::sync::atomic::{AtomicU64, Ordering};
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> millstream::Result<()> {
/// let total = Arc::new(AtomicU64::new(0));
/// let sum = Arc::clone(&total);
/// topology!(
///     amounts = source(from_iter([3, 4])),
///     amounts >> sink(for_each(move |amount| drop(sum.fetch_add(amount, Ordering::Relaxed)))),
/// )
/// .run(Config::default())
/// .await?;
/// assert_eq!(total.load(Ordering::Relaxed), 7);
/// # Ok(())
/// # }
/// ```
pub fn for_each<F>(function: F) -> ForEach<F> {
    ForEach { function: Arc::new(Exclusive::new(function)) }
}

/// A sink that calls a closure, made by [`for_each`].
pub struct ForEach<F> {
    /// Shared by the attempts to run the job, one after the other.
    function: Arc<Exclusive<F>>,
}

/// The writer of [`ForEach`].
pub struct ForEachWriter<F> {
    function: OwnedMutexGuard<F>,
}

impl<F> fmt::Debug for ForEachWriter<F> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ForEachWriter").finish_non_exhaustive()
    }
}

impl<F> fmt::Debug for ForEach<F> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ForEach").finish_non_exhaustive()
    }
}

#[diagnostic::do_not_recommend]
impl<T, F: FnMut(T) + Send + 'static> Sink<T> for ForEach<F> {
    type Writer = ForEachWriter<F>;
    type Repeat = Appends;

    fn open(self, _: &Env) -> Result<ForEachWriter<F>> {
        let function = self.function.try_lock_owned().map_err(|held| {
            Error::new(ErrorKind::Internal, "the closure is still in use").caused_by(held)
        })?;
        Ok(ForEachWriter { function })
    }

    fn again(&self) -> Option<Self> {
        Some(ForEach { function: Arc::clone(&self.function) })
    }
}

impl<T, F: FnMut(T) + Send + 'static> Writer<T> for ForEachWriter<F> {
    #[inline]
    fn write(&mut self, event: T) -> Result<()> {
        (self.function)(event);
        Ok(())
    }
}

/// A sink that drops every event; idempotent, since dropping one twice changes nothing.
pub(crate) fn ignore<T: Send + 'static>() -> impl Sink<T> {
    crate::sink::idempotent(for_each(drop::<T>))
}
