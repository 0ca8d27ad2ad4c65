//! Sends each event to the instance its grouping picks.

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

/// The tail of an edge between tasks: sends each event to the instance its grouping picks.
///
/// Memory: for each instance, a batch being filled and the batches of one turn that found no room.
///
/// # Examples
/// ```
/// use millstream::grouping::Shuffle;
/// use millstream::plumbing::channel::{Capacity, link};
/// use millstream::plumbing::exchange::{EdgeSender, Flush, Flushed, Outbox, Router};
/// use millstream::plumbing::marks::{Meta, Times};
/// use millstream::plumbing::operators::Emit;
///
/// // Room for two batches of one event for the only instance.
/// let capacity = Capacity::of(2, 1);
/// let (sender, mut receiver) = link(capacity);
/// let senders = vec![EdgeSender::Channel(sender)];
/// let mut router = Router::new(Shuffle::default(), senders, capacity, Times::Absent);
/// for order in [1, 2, 3] {
///     router.emit(order, Meta::default())?;
/// }
/// assert_eq!(router.try_flush(Flush::Full)?, Flushed::MustWait, "order 3 finds no room");
///
/// # let mut cx = std::task::Context::from_waker(std::task::Waker::noop());
/// assert!(receiver.poll_recv(&mut cx).is_ready());
/// assert_eq!(router.try_flush(Flush::Full)?, Flushed::Done);
/// # Ok::<(), millstream::Error>(())
/// ```
pub struct Router<T, G> {
    /// Picks the instance.
    grouping: G,
    /// A channel to each instance, by its index.
    outbound: Vec<Outbound<T>>,
    /// Copies an event that goes to all instances; `None` if none does.
    clone: Option<fn(&T) -> T>,
    /// Whether batches carry event time.
    times: Times,
    /// Whether the end mark has passed.
    ended: bool,
    /// Where the channels' dropped events go.
    overflowed: Overflowed<T>,
}

impl<T, G> fmt::Debug for Router<T, G> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Router").field("outbound", &self.outbound.len()).finish_non_exhaustive()
    }
}

impl<T, G: Grouping<T>> Router<T, G> {
    /// A router to these instances, each with a channel of `capacity`.
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

    /// Whether the end mark has passed.
    #[must_use]
    pub fn has_ended(&self) -> bool {
        self.ended
    }

    /// Sends events that the channels drop to `target`, the overflow output.
    #[must_use]
    pub fn spilling(mut self, target: Box<dyn Target<T>>) -> Self {
        self.overflowed = Overflowed::to(target);
        self
    }

    /// Copies events with `clone`: required for a grouping that sends an event to all instances.
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

    /// Sends a mark to every instance.
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

    /// Closes the batches being filled that are to be sent, even if they are not full.
    fn close_partial(&mut self, flush: Flush) {
        if flush == Flush::Full {
            return;
        }
        let (instances, mut filling) = (self.outbound.len(), false);
        for edge in &mut self.outbound {
            if flush == Flush::All || edge.has_room() {
                filling |= !edge.open.is_empty();
                edge.close_batch();
            }
        }
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
        self.close_partial(flush);
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
        self.close_partial(flush);
        for edge in &mut self.outbound {
            // An element is taken off only when there is room. So a cancelled flush loses nothing;
            // an operator may drop the future of its `send`.
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
