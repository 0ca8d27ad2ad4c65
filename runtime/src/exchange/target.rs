//! A consumer of an output, as the output sees it.

use super::tapped::TapPoint;
use super::{Flush, Flushed, Outbox};
use crate::channel::LocalSender;
use crate::error::Result;
use crate::event::{Batch, Element, Mark};
use crate::metrics::EdgeCounters;
use crate::mutant::Mutant;
use async_trait::async_trait;
use std::sync::Arc;

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
pub struct LocalTarget<T> {
    sender: LocalSender<T>,
    edge: Arc<EdgeCounters>,
    /// Shows events to those who look at the edge.
    tap: Option<TapPoint<T>>,
}

impl<T> LocalTarget<T> {
    /// Sends into a queue, and counts what it sends by `edge`.
    #[must_use]
    pub fn new(sender: LocalSender<T>, edge: Arc<EdgeCounters>) -> Self {
        edge.count();
        Self { sender, edge, tap: None }
    }

    /// Shows events to those who look at the edge.
    #[must_use]
    pub(crate) fn tapped(self) -> Self
    where
        T: 'static,
    {
        let tap = Some(TapPoint::on(&self.edge));
        Self { tap, ..self }
    }
}

impl<T: Send> Target<T> for LocalTarget<T> {
    fn take(&mut self, batch: &mut Batch<T>) {
        self.edge.sent.add(batch.len() as u64);
        if Mutant::LostInQueue.strikes() {
            batch.keep(|event| event > 0, &mut Batch::default());
        }
        self.tap.iter().for_each(|tap| tap.offer(batch));
        self.sender.send_batch(batch);
    }

    fn mark(&mut self, mark: Mark) {
        self.sender.send(Element::Mark(mark));
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
