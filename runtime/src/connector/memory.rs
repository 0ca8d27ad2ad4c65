//! Events from and to memory.

use crate::env::Env;
use crate::error::Result;
use crate::sink::{Appends, Sink, Writer};
use crate::source::{Intake, Reader, Readiness, Source, Unreplayable};
use std::fmt;
use std::sync::{Arc, Mutex, PoisonError};
use std::task::{Context, Poll};

/// A source of the events of an iterator.
///
/// The iterator runs inside the job's loop: it should not block.
///
/// # Examples
/// ```
/// use millstream::prelude::*;
///
/// let numbers = from_iter(1..=3);
/// # drop(numbers);
/// ```
pub fn from_iter<I: IntoIterator>(events: I) -> FromIter<I::IntoIter> {
    FromIter { events: Some(events.into_iter()) }
}

/// A source of the events of an iterator, made by [`from_iter`].
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

/// Keeps every event, for tests and small jobs.
///
/// # Examples
/// ```
/// use millstream::prelude::*;
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> millstream::Result<()> {
/// let kept = Collected::new();
/// topology!(source(from_iter([1, 2])) >> sink(kept.sink())).run(Config::default()).await?;
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
    /// Nothing yet.
    #[must_use]
    pub fn new() -> Self {
        Self { events: Arc::default() }
    }

    /// A sink whose events are kept here, after those of its other sinks so far.
    #[must_use]
    pub fn sink(&self) -> CollectedSink<T> {
        CollectedSink { events: Arc::clone(&self.events), batch: Vec::new() }
    }

    /// Takes what has been kept since the last call.
    #[must_use]
    pub fn take(&self) -> Vec<T> {
        std::mem::take(&mut *self.events.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

/// A sink that keeps every event, made by [`Collected::sink`].
pub struct CollectedSink<T> {
    events: Arc<Mutex<Vec<T>>>,
    batch: Vec<T>,
}

impl<T> fmt::Debug for CollectedSink<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("CollectedSink").finish_non_exhaustive()
    }
}

#[diagnostic::do_not_recommend]
impl<T: Send + 'static> Sink<T> for CollectedSink<T> {
    type Writer = Self;
    type Repeat = Appends;

    fn open(self, _: &Env) -> Result<Self> {
        Ok(self)
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
        self.events.lock().unwrap_or_else(PoisonError::into_inner).append(&mut self.batch);
        Ok(())
    }
}

/// A sink that calls a function for each event.
///
/// # Examples
/// ```
/// use millstream::prelude::*;
///
/// let mut sum = 0;
/// let adding = for_each(move |number: i32| sum += number);
/// # drop(adding);
/// ```
pub fn for_each<F>(function: F) -> ForEach<F> {
    ForEach { function }
}

/// A sink that calls a function for each event, made by [`for_each`].
pub struct ForEach<F> {
    function: F,
}

impl<F> fmt::Debug for ForEach<F> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ForEach").finish_non_exhaustive()
    }
}

#[diagnostic::do_not_recommend]
impl<T, F: FnMut(T) + Send + 'static> Sink<T> for ForEach<F> {
    type Writer = Self;
    type Repeat = Appends;

    fn open(self, _: &Env) -> Result<Self> {
        Ok(self)
    }
}

impl<T, F: FnMut(T) + Send + 'static> Writer<T> for ForEach<F> {
    #[inline]
    fn write(&mut self, event: T) -> Result<()> {
        (self.function)(event);
        Ok(())
    }
}

/// A sink that drops every event: dropping one twice is as good as once.
pub(crate) fn ignore<T: Send + 'static>() -> impl Sink<T> {
    crate::sink::idempotent(for_each(drop::<T>))
}
