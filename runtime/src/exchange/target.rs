//! A consumer of an output, as the output sees it.

use super::{Flush, Flushed, Outbox};
use crate::channel::LocalSender;
use crate::error::Result;
use crate::event::{Batch, Element, Mark};
use async_trait::async_trait;

/// What a [`Tee`](super::Tee) sends batches to, once per consumer of the output.
pub trait Target<T>: Outbox {
    /// Receives a batch: moves its events out, and may exchange its memory for another batch's.
    fn take(&mut self, batch: &mut Batch<T>);

    /// Receives a mark, in order with the events.
    fn mark(&mut self, mark: Mark);

    /// Receives the end of a batch: an output that fills batches of its own forwards them now.
    fn batch_end(&mut self) {}
}

/// A consumer in the same task: sending is pushing onto a queue.
#[derive(Debug)]
pub struct LocalTarget<T>(pub LocalSender<T>);

impl<T: Send> Target<T> for LocalTarget<T> {
    fn take(&mut self, batch: &mut Batch<T>) {
        self.0.send_batch(batch);
    }

    fn mark(&mut self, mark: Mark) {
        self.0.send(Element::Mark(mark));
    }
}

#[async_trait]
impl<T: Send> Outbox for LocalTarget<T> {
    fn try_flush(&mut self, _: Flush) -> Result<Flushed> {
        Ok(Flushed::Done)
    }

    async fn flush(&mut self, _: Flush) -> Result<()> {
        Ok(())
    }
}
