//! Every event to the instance that its grouping says.

use super::outbound::{EdgeSender, Outbound};
use super::overflowed::Overflowed;
use super::{Flush, Flushed, Outbox, Target};
use crate::channel::Capacity;
use crate::error::Result;
use crate::event::{Batch, Element, Mark, Meta, Times};
use crate::grouping::{Destination, Grouping};
use crate::operator::Emit;
use async_trait::async_trait;
use std::convert::Infallible;
use std::fmt;

/// Sends every event to the instance that its grouping says.
pub struct Router<T, G> {
    grouping: G,
    outbound: Vec<Outbound<T>>,
    clone: Option<fn(&T) -> T>,
    times: Times,
    ended: bool,
    overflowed: Overflowed<T>,
}

impl<T, G> fmt::Debug for Router<T, G> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Router").field("outbound", &self.outbound.len()).finish_non_exhaustive()
    }
}

impl<T, G: Grouping<T>> Router<T, G> {
    /// A router to these instances.
    #[must_use]
    pub fn new(grouping: G, senders: Vec<EdgeSender<T>>, capacity: Capacity, times: Times) -> Self {
        let outbound =
            senders.into_iter().map(|sender| Outbound::new(sender, capacity.batch())).collect();
        Self {
            grouping,
            outbound,
            clone: None,
            times,
            ended: false,
            overflowed: Overflowed::default(),
        }
    }

    /// Whether the end of the stream has passed through.
    #[must_use]
    pub fn has_ended(&self) -> bool {
        self.ended
    }

    /// The same where events that are dropped go to `target`.
    #[must_use]
    pub fn spilling(mut self, target: Box<dyn Target<T>>) -> Self {
        self.overflowed = Overflowed::to(target);
        self
    }

    /// The same for a grouping that sends one event to many instances.
    #[must_use]
    pub fn cloning(mut self, clone: fn(&T) -> T) -> Self {
        self.clone = Some(clone);
        self
    }

    #[inline(always)]
    fn push(&mut self, instance: usize, value: T, meta: Meta) {
        let instances = self.outbound.len();
        let Some(edge) = self.outbound.get_mut(instance) else {
            return;
        };
        edge.open.push_with(value, meta.time, self.times);
        if G::HASHES {
            edge.open.push_hash(meta.hash);
        }
        if edge.open.len() >= edge.limit {
            edge.close_batch();
            self.grouping.next_batch(instances);
        }
    }

    #[inline(always)]
    fn route(&mut self, value: T, mut meta: Meta) {
        let instances = self.outbound.len();
        match self.grouping.route(&value, &mut meta, instances) {
            Destination::To(instance) => self.push(instance, value, meta),
            Destination::ToAll => self.push_to_all(value, meta),
        }
    }

    fn push_to_all(&mut self, value: T, meta: Meta) {
        let last = self.outbound.len().saturating_sub(1);
        if let Some(clone) = self.clone {
            for instance in 0..last {
                self.push(instance, clone(&value), meta);
            }
        }
        self.push(last, value, meta);
    }

    fn pass(&mut self, mark: Mark) {
        self.ended |= mark == Mark::End;
        self.overflowed.mark(mark);
        for edge in &mut self.outbound {
            if let Mark::Watermark(time) = mark {
                edge.watermark = Some(time);
            } else {
                edge.close_batch();
                edge.ready.push_back(Element::Mark(mark));
            }
        }
    }

    fn close_all(&mut self) {
        let instances = self.outbound.len();
        let filling = self.outbound.iter().any(|edge| !edge.open.is_empty());
        self.outbound.iter_mut().for_each(Outbound::close_batch);
        if filling {
            self.grouping.next_batch(instances);
        }
    }
}

impl<T: Send, G: Grouping<T>> Emit<T> for Router<T, G> {
    #[inline(always)]
    fn emit(&mut self, value: T, meta: Meta) -> Result<()> {
        self.route(value, meta);
        Ok(())
    }

    fn mark(&mut self, mark: Mark) -> Result<()> {
        self.pass(mark);
        Ok(())
    }

    fn batch_end(&mut self, _: u64) -> Result<()> {
        Ok(())
    }
}

#[async_trait]
impl<T: Send, G: Grouping<T>> Outbox for Router<T, G> {
    fn try_flush(&mut self, flush: Flush) -> Result<Flushed> {
        if flush == Flush::All {
            self.close_all();
        }
        let mut progress = Flushed::Done;
        for edge in &mut self.outbound {
            progress = progress.and(edge.try_send(&mut self.overflowed)?);
        }
        if progress == Flushed::Done {
            self.overflowed.release_marks();
        }
        Ok(progress.and(self.overflowed.try_flush(flush)?))
    }

    async fn flush(&mut self, flush: Flush) -> Result<()> {
        if flush == Flush::All {
            self.close_all();
        }
        for edge in &mut self.outbound {
            // An element leaves the edge only when there is room: a delivery that is given up, as
            // an operator may do with its `send`, loses nothing.
            while edge.try_send(&mut self.overflowed)? == Flushed::MustWait {
                self.overflowed.flush(Flush::All).await?;
                edge.room().await?;
            }
        }
        self.overflowed.release_marks();
        self.overflowed.flush(flush).await
    }
}

impl<T: Send, G: Grouping<T>> Target<T> for Router<T, G> {
    fn take(&mut self, batch: &mut Batch<T>) {
        let Ok(()) = batch.drain(|value, meta| {
            self.route(value, meta);
            Ok::<(), Infallible>(())
        });
    }

    fn mark(&mut self, mark: Mark) {
        self.pass(mark);
    }
}
