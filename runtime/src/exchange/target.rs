//! One consumer of an output.

use super::{Delivery, Flush, Progress};
use crate::channel::Feeder;
use crate::error::Result;
use crate::event::{Batch, Element, Signal};
use async_trait::async_trait;

/// One consumer of an output, batch by batch.
pub trait Target<T>: Delivery {
    /// Takes the events out of a batch.
    fn take(&mut self, batch: &mut Batch<T>);

    /// Takes in a mark, in order with the events.
    fn signal(&mut self, signal: Signal);
}

/// A consumer in the same task.
#[derive(Debug)]
pub struct LocalTarget<T>(pub Feeder<T>);

impl<T: Send> Target<T> for LocalTarget<T> {
    fn take(&mut self, batch: &mut Batch<T>) {
        self.0.put_batch(batch);
    }

    fn signal(&mut self, signal: Signal) {
        if let Some(element) = element(signal) {
            self.0.put(element);
        }
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

/// The mark as it travels along an edge; the end of a batch does not.
pub(super) fn element<T>(signal: Signal) -> Option<Element<T>> {
    match signal {
        Signal::BatchEnd(_) => None,
        Signal::Watermark(time) => Some(Element::Watermark(time)),
        Signal::Idle => Some(Element::Idle),
        Signal::Barrier(epoch) => Some(Element::Barrier(epoch)),
        Signal::End => Some(Element::End),
    }
}
