//! Sends each event of an enum to the output of its variant.

use super::{Flush, Flushed, Outbox, Target, Tee};
use crate::error::Result;
use crate::event::{Batch, Mark, Meta, Passed};
use crate::operator::{Choice, Emit, Outputs};
use async_trait::async_trait;
use std::convert::Infallible;
use std::fmt;
use std::marker::PhantomData;

/// The outputs of a [`Splitter`], one per variant: a nested pair of the first and all others.
pub trait Lanes<V>: Outbox + 'static {
    /// Sends an event to the output of its variant.
    fn push(&mut self, event: V, meta: Meta);

    /// Says what the split of the events from now on had passed.
    fn passed(&mut self, passed: Passed);

    /// Sends a mark to all outputs.
    fn mark(&mut self, mark: Mark);

    /// Ends a batch of all outputs.
    fn batch_end(&mut self);
}

impl Lanes<Infallible> for () {
    fn push(&mut self, event: Infallible, _: Meta) {
        match event {}
    }

    fn passed(&mut self, _: Passed) {}

    fn mark(&mut self, _: Mark) {}

    fn batch_end(&mut self) {}
}

#[async_trait]
impl Outbox for () {
    fn try_flush(&mut self, _: Flush) -> Result<Flushed> {
        Ok(Flushed::Done)
    }

    async fn flush(&mut self, _: Flush) -> Result<()> {
        Ok(())
    }
}

impl<T: Send + 'static, V, L: Lanes<V>> Lanes<Choice<T, V>> for (Tee<T>, L) {
    #[inline(always)]
    fn push(&mut self, event: Choice<T, V>, meta: Meta) {
        match event {
            Choice::This(event) => self.0.push(event, meta),
            Choice::Other(event) => self.1.push(event, meta),
        }
    }

    fn passed(&mut self, passed: Passed) {
        self.0.set_passed(passed);
        self.1.passed(passed);
    }

    fn mark(&mut self, mark: Mark) {
        self.0.pass(mark);
        self.1.mark(mark);
    }

    fn batch_end(&mut self) {
        self.0.end_batch();
        self.1.batch_end();
    }
}

#[async_trait]
impl<T: Send, L: Outbox> Outbox for (Tee<T>, L) {
    fn try_flush(&mut self, flush: Flush) -> Result<Flushed> {
        // Both in any case: a full output must not delay the others.
        let first = self.0.try_flush(flush)?;
        Ok(first.and(self.1.try_flush(flush)?))
    }

    async fn flush(&mut self, flush: Flush) -> Result<()> {
        self.0.flush(flush).await?;
        self.1.flush(flush).await
    }
}

/// The tail of a node with an output for each variant of an enum.
pub struct Splitter<E, L> {
    /// The outputs.
    lanes: L,
    /// Whether the end mark has passed.
    ended: bool,
    events: PhantomData<fn(E)>,
}

impl<E, L> fmt::Debug for Splitter<E, L> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Splitter").field("ended", &self.ended).finish_non_exhaustive()
    }
}

impl<E: Outputs + Send + 'static, L: Lanes<E::Choice>> Splitter<E, L> {
    /// A tail that splits events among `lanes`.
    #[must_use]
    pub fn new(lanes: L) -> Self {
        Self { lanes, ended: false, events: PhantomData }
    }

    /// Whether the end mark has passed.
    #[must_use]
    pub fn has_ended(&self) -> bool {
        self.ended
    }

    fn pass(&mut self, mark: Mark) {
        self.ended |= mark == Mark::End;
        self.lanes.mark(mark);
    }
}

impl<E: Outputs + Send + 'static, L: Lanes<E::Choice>> Emit<E> for Splitter<E, L> {
    #[inline(always)]
    fn emit(&mut self, event: E, meta: Meta) -> Result<()> {
        self.lanes.push(event.choose(), meta);
        Ok(())
    }

    fn passed(&mut self, passed: Passed) -> Result<()> {
        self.lanes.passed(passed);
        Ok(())
    }

    fn mark(&mut self, mark: Mark) -> Result<()> {
        self.pass(mark);
        Ok(())
    }

    fn batch_end(&mut self, _: u64) -> Result<()> {
        self.lanes.batch_end();
        Ok(())
    }
}

#[async_trait]
impl<E: Outputs + Send + 'static, L: Lanes<E::Choice>> Outbox for Splitter<E, L> {
    fn try_flush(&mut self, flush: Flush) -> Result<Flushed> {
        self.lanes.try_flush(flush)
    }

    async fn flush(&mut self, flush: Flush) -> Result<()> {
        self.lanes.flush(flush).await
    }
}

impl<E: Outputs + Send + 'static, L: Lanes<E::Choice>> Target<E> for Splitter<E, L> {
    fn take(&mut self, batch: &mut Batch<E>) {
        let Ok(()) = batch.each_part(|part, change| {
            if let Some(passed) = change {
                self.lanes.passed(passed);
            }
            part.drain(|event, meta| {
                self.lanes.push(event.choose(), meta);
                Ok::<(), Infallible>(())
            })
        });
    }

    fn mark(&mut self, mark: Mark) {
        self.pass(mark);
    }

    fn batch_end(&mut self) {
        self.lanes.batch_end();
    }
}
