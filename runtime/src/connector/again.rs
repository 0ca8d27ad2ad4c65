//! Iterators that can begin again.

use crate::env::Env;
use crate::error::{Error, ErrorKind, Result};
use crate::source::{Intake, Position, Reader, Readiness, Replayable, Source};
use std::fmt;
use std::task::{Context, Poll};

/// Reads the items of an iterator that produces the same items whenever the program starts:
/// replayable, unlike [`from_iter`](super::memory::from_iter).
///
/// Its position is the number of events read. A restart skips that many with [`Iterator::nth`],
/// which takes no time for a range, and as long as reading them for most others. The engine cannot
/// check that the items are the same. The iterator runs in the task of the source, so it must not
/// block.
///
/// # Errors
/// After a restart, the job does not start if the iterator has fewer items than were read.
///
/// # Examples
/// ```
/// use millstream::prelude::*;
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> millstream::Result<()> {
/// let even = Collected::new();
/// topology!(
///     numbers = source(from_iter_again(1..=6)),
///     numbers >> filter(|n| n % 2 == 0) >> sink(even.sink()),
/// )
/// .run(Config::default())
/// .await?;
/// assert_eq!(even.take(), [2, 4, 6]);
/// # Ok(())
/// # }
/// ```
pub fn from_iter_again<I>(events: I) -> FromIterAgain<I::IntoIter>
where
    I: IntoIterator<IntoIter: Clone>,
{
    FromIterAgain { events: events.into_iter() }
}

/// A source that reads an iterator from any position, made by [`from_iter_again`].
#[derive(Clone)]
pub struct FromIterAgain<I> {
    events: I,
}

impl<I> fmt::Debug for FromIterAgain<I> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("FromIterAgain").finish_non_exhaustive()
    }
}

/// Reads an iterator and counts its items; what [`FromIterAgain`] opens into.
pub struct CountingReader<I> {
    events: Option<I>,
    read: u64,
}

impl<I> fmt::Debug for CountingReader<I> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("CountingReader").field("read", &self.read).finish_non_exhaustive()
    }
}

impl<I: Iterator> CountingReader<I> {
    pub(super) fn new(events: I) -> Self {
        Self { events: Some(events), read: 0 }
    }

    /// Skips the items that were read before the position.
    pub(super) fn new_at(mut events: I, at: &Position) -> Result<Self> {
        let read: u64 = at.read()?;
        let mut left = read;
        while left > 0 {
            let skipped = usize::try_from(left).unwrap_or(usize::MAX);
            if events.nth(skipped - 1).is_none() {
                let message = format!("the iterator has fewer items than the {read} read before");
                return Err(Error::new(ErrorKind::Source, message));
            }
            left -= skipped as u64;
        }
        Ok(Self { events: Some(events), read })
    }
}

#[diagnostic::do_not_recommend]
impl<I: Iterator + Clone + Send + 'static> Source<I::Item> for FromIterAgain<I> {
    type Reader = CountingReader<I>;
    type Replay = Replayable;

    fn open(self, _: &Env) -> Result<Self::Reader> {
        Ok(CountingReader::new(self.events))
    }

    fn open_at(self, _: &Env, at: &Position) -> Result<Self::Reader> {
        CountingReader::new_at(self.events, at)
    }

    fn again(&self) -> Option<Self> {
        Some(self.clone())
    }
}

impl<I: Iterator + Send + 'static> Reader<I::Item> for CountingReader<I> {
    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<Readiness>> {
        Poll::Ready(Ok(if self.events.is_some() { Readiness::Events } else { Readiness::End }))
    }

    #[inline(always)]
    fn read(&mut self, limit: usize, into: &mut impl Intake<I::Item>) -> Result<()> {
        // The iterator is moved to the stack for the loop, where the compiler keeps it in
        // registers. So is the count: it is that of the loop.
        let Some(mut events) = self.events.take() else {
            return Ok(());
        };
        for read in 0..limit {
            let Some(event) = events.next() else {
                self.read += read as u64;
                return Ok(());
            };
            into.event(event)?;
        }
        self.read += limit as u64;
        self.events = Some(events);
        Ok(())
    }

    fn position(&mut self) -> Result<Option<Position>> {
        Position::of(&self.read).map(Some)
    }
}
