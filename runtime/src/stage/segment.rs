//! A chain and its tail, as a task sees it.

use super::Chain;
use super::chain::fetch_from_chain;
use crate::error::Result;
use crate::exchange::{Flush, Progress, Tail};
use async_trait::async_trait;
use std::fmt;
use std::task::{Context, Poll};

/// A part of a task: fetches, works through what it has fetched, hands over.
#[async_trait]
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
    fn try_deliver(&mut self, flush: Flush) -> Result<Progress>;

    /// Hands over, waiting for room.
    async fn deliver(&mut self, flush: Flush) -> Result<()>;

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

#[async_trait]
impl<C: Chain, T: Tail<C::Out>> Run for Segment<C, T> {
    fetch_from_chain!();

    fn drive(&mut self) -> Result<()> {
        self.tail.drive(&mut self.chain)
    }

    fn try_deliver(&mut self, flush: Flush) -> Result<Progress> {
        let mut progress = self.tail.try_deliver(flush)?;
        let mut failed = None;
        self.chain.sides(&mut |side| match side.try_deliver(flush) {
            Ok(side) => progress = progress.and(side),
            Err(error) => failed = Some(error),
        });
        failed.map_or(Ok(progress), Err)
    }

    async fn deliver(&mut self, flush: Flush) -> Result<()> {
        self.tail.deliver(flush).await?;
        let mut sides = Vec::new();
        self.chain.sides(&mut |side| sides.push(side));
        for side in sides {
            side.deliver(flush).await?;
        }
        Ok(())
    }

    fn has_ended(&self) -> bool {
        self.tail.has_ended()
    }
}
