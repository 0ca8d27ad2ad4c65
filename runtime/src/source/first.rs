//! A source limited to a number of events.

use super::{Intake, Malformed, Position, Reader, Readiness, Source};
use crate::env::{Env, FileUse};
use crate::error::Result;
use std::task::{Context, Poll};

/// Limits a source to its first `events` events: for tests and trial runs.
///
/// Malformed records do not count. Events beyond the limit are not read.
///
/// # Examples
/// ```
/// use millstream::prelude::*;
/// use millstream::source::first;
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> millstream::Result<()> {
/// let kept = Collected::new();
/// let topology = topology!(source(first(2, from_iter(1..))) >> sink(kept.sink()));
/// topology.run(Config::default()).await?;
/// assert_eq!(kept.take(), [1, 2]);
/// # Ok(())
/// # }
/// ```
pub fn first<S>(events: u64, source: S) -> First<S> {
    First { source, limit: events, left: events }
}

/// A source limited to a number of events, made by [`first`].
#[derive(Debug)]
pub struct First<S> {
    source: S,
    limit: u64,
    left: u64,
}

#[diagnostic::do_not_recommend]
impl<T, S: Source<T>> Source<T> for First<S> {
    type Reader = First<S::Reader>;
    type Replay = S::Replay;

    fn open(self, env: &Env) -> Result<Self::Reader> {
        Ok(First { source: self.source.open(env)?, limit: self.limit, left: self.left })
    }

    fn open_at(self, env: &Env, at: &Position) -> Result<Self::Reader> {
        let (read, inner): (u64, Vec<u8>) = at.read()?;
        let source = self.source.open_at(env, &Position::from_bytes(inner))?;
        Ok(First { source, limit: self.limit, left: self.limit.saturating_sub(read) })
    }

    fn again(&self) -> Option<Self> {
        Some(First { source: self.source.again()?, ..*self })
    }

    fn files(&self) -> Vec<FileUse> {
        self.source.files()
    }
}

impl<T, R: Reader<T>> Reader<T> for First<R> {
    fn poll_ready(&mut self, cx: &mut Context<'_>) -> Poll<Result<Readiness>> {
        if self.left == 0 {
            return Poll::Ready(Ok(Readiness::End));
        }
        self.source.poll_ready(cx)
    }

    fn read(&mut self, limit: usize, into: &mut impl Intake<T>) -> Result<()> {
        let limit = limit.min(usize::try_from(self.left).unwrap_or(usize::MAX));
        let mut counting = Counting { into, left: &mut self.left };
        self.source.read(limit, &mut counting)
    }

    fn position(&mut self) -> Result<Option<Position>> {
        let read = self.limit - self.left;
        let inner = self.source.position()?;
        inner.map(|inner| Position::of(&(read, inner.as_bytes()))).transpose()
    }

    fn committed(&mut self, at: &Position) {
        if let Ok((_, inner)) = at.read::<(u64, Vec<u8>)>() {
            self.source.committed(&Position::from_bytes(inner));
        }
    }
}

struct Counting<'a, I> {
    into: &'a mut I,
    left: &'a mut u64,
}

impl<T, I: Intake<T>> Intake<T> for Counting<'_, I> {
    fn event(&mut self, event: T) -> Result<()> {
        *self.left = self.left.saturating_sub(1);
        self.into.event(event)
    }

    fn malformed(&mut self, record: Malformed) -> Result<()> {
        self.into.malformed(record)
    }
}
