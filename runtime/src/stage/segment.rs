//! A chain and its tail, as a task sees it.

use super::{Chain, Tail};
use crate::error::Result;
use crate::exchange::{Flush, Flushed, Outbox};
use futures::future::BoxFuture;
use std::fmt;
use std::task::{Context, Poll};

/// A part of a task: fetches, works through what it has fetched, hands over.
pub trait Run: Send + 'static {
    /// Whether it has something that came from the same task.
    fn fetch_local(&mut self) -> bool;

    /// Waits until it has something that comes from outside the task.
    fn poll_fetch(&mut self, cx: &mut Context<'_>) -> Poll<Result<()>>;

    /// Works through what it has fetched.
    ///
    /// # Errors
    /// If something failed; the job ends with it.
    fn drive(&mut self) -> Result<()>;

    /// Hands over what it can without waiting.
    ///
    /// # Errors
    /// If the receiving task is gone.
    fn try_deliver(&mut self, flush: Flush) -> Result<Flushed>;

    /// Hands over, waiting for room.
    fn deliver(&mut self, flush: Flush) -> BoxFuture<'_, Result<()>>;

    /// Whether the end of the stream has passed through.
    fn has_ended(&self) -> bool;
}

/// A chain and its tail.
pub struct Segment<C, T> {
    chain: C,
    tail: T,
}

impl<C, T> fmt::Debug for Segment<C, T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Segment").finish_non_exhaustive()
    }
}

impl<C, T> Segment<C, T> {
    /// A chain and its tail.
    pub fn new(chain: C, tail: T) -> Self {
        Self { chain, tail }
    }
}

impl<C: Chain, T: Tail<C::Out>> Run for Segment<C, T> {
    fn fetch_local(&mut self) -> bool {
        self.chain.fetch_local()
    }

    fn poll_fetch(&mut self, cx: &mut Context<'_>) -> Poll<Result<()>> {
        self.chain.poll_fetch(cx)
    }

    fn drive(&mut self) -> Result<()> {
        self.tail.drive(&mut self.chain)
    }

    fn try_deliver(&mut self, flush: Flush) -> Result<Flushed> {
        let mut progress = self.tail.try_flush(flush)?;
        let mut failed = None;
        self.chain.sides(&mut |side| match side.try_flush(flush) {
            Ok(side) => progress = progress.and(side),
            Err(error) => failed = Some(error),
        });
        failed.map_or(Ok(progress), Err)
    }

    fn deliver(&mut self, flush: Flush) -> BoxFuture<'_, Result<()>> {
        let mut sides = Vec::new();
        self.chain.sides(&mut |side| sides.push(side));
        Box::pin(deliver_all(&mut self.tail, sides, flush))
    }

    fn has_ended(&self) -> bool {
        self.tail.has_ended()
    }
}

/// Delivers an output and then the side outputs. It knows no types, so that it is compiled once.
async fn deliver_all(
    output: &mut dyn Outbox,
    sides: Vec<&mut dyn Outbox>,
    flush: Flush,
) -> Result<()> {
    output.flush(flush).await?;
    for side in sides {
        side.flush(flush).await?;
    }
    Ok(())
}
