//! One consumer of an output.

use super::{Delivery, Flush, Progress};
use crate::channel::Feeder;
use crate::error::Result;
use crate::event::{Batch, Element, Mark};
use async_trait::async_trait;

/// One consumer of an output, batch by batch.
pub trait Target<T>: Delivery {
    /// Takes the events out of a batch.
    fn take(&mut self, batch: &mut Batch<T>);

    /// Takes in a mark, in order with the events.
    fn mark(&mut self, mark: Mark);

    /// Ends a batch: what hands out batches of its own does so now.
    fn batch_end(&mut self) {}
}

/// A consumer in the same task.
#[derive(Debug)]
pub struct LocalTarget<T>(pub Feeder<T>);

impl<T: Send> Target<T> for LocalTarget<T> {
    fn take(&mut self, batch: &mut Batch<T>) {
        self.0.put_batch(batch);
    }

    fn mark(&mut self, mark: Mark) {
        self.0.put(Element::Mark(mark));
    }
}

#[async_trait]
impl<T: Send> Delivery for LocalTarget<T> {
    fn try_deliver(&mut self, _: Flush) -> Result<Progress> {
        Ok(Progress::Done)
    }

    async fn deliver(&mut self, _: Flush) -> Result<()> {
        Ok(())
    }
}
