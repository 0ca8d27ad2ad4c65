//! One consumer of an output.

use super::{Flush, Flushed, Outbox};
use crate::channel::LocalSender;
use crate::error::Result;
use crate::event::{Batch, Element, Mark};
use async_trait::async_trait;

/// One consumer of an output, batch by batch.
pub trait Target<T>: Outbox {
    /// Takes the events out of a batch.
    fn take(&mut self, batch: &mut Batch<T>);

    /// Takes in a mark, in order with the events.
    fn mark(&mut self, mark: Mark);

    /// Ends a batch: what hands out batches of its own does so now.
    fn batch_end(&mut self) {}
}

/// A consumer in the same task.
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
