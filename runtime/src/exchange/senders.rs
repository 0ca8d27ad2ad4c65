//! The sending side of an edge between tasks, whatever its grouping.

use super::key_sampler::KeySampler;
use super::outbound::{EdgeSender, Outbound};
use super::overflowed::Overflowed;
use super::tapped::TapPoint;
use super::{Flush, Flushed, Target};
use crate::channel::Capacity;
use crate::error::Result;
use crate::event::{Element, Mark, Meta, Passed, Times};
use crate::metrics::{EdgeCounters, TaskPhases};
use crate::operator::{OperatorPlace, Uncounted};
use crate::time::EventTime;
use std::fmt;
use std::future::poll_fn;
use std::pin::pin;
use std::sync::Arc;
use std::task::Poll;

/// The channels from one instance to all instances of the next node.
///
/// All that a [`Router`](super::Router) does except picking an instance. It has no grouping, so it
/// is compiled once per type of event.
///
/// Memory: for each instance, a batch being filled and the batches of one turn that found no room.
pub struct Senders<T> {
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
    /// Further copies of events that went to all instances, since they were counted last.
    copied: u64,
    /// The number of events in closed batches when they were counted last.
    counted: u64,
    /// Counts what is sent.
    edge: Option<Arc<EdgeCounters>>,
    /// The task that waits for room, and the place of the edge among those declared.
    task: Option<(Arc<TaskPhases>, usize)>,
    /// Counts keys while somebody watches, if events have one.
    keys: Option<KeySampler<T>>,
}

impl<T> fmt::Debug for Senders<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Senders").field("outbound", &self.outbound.len()).finish_non_exhaustive()
    }
}

impl<T> Senders<T> {
    /// Sends to these instances, through channels of `capacity`.
    #[must_use]
    pub fn new(senders: Vec<EdgeSender<T>>, capacity: Capacity, times: Times) -> Self {
        let outbound =
            senders.into_iter().map(|sender| Outbound::new(sender, capacity.batch())).collect();
        let overflowed = Overflowed::default();
        Self {
            outbound,
            clone: None,
            times,
            ended: false,
            overflowed,
            copied: 0,
            counted: 0,
            edge: None,
            task: None,
            keys: None,
        }
    }

    /// Sends events that the channels drop to `target`, the overflow output.
    #[must_use]
    pub fn spilling(mut self, target: Box<dyn Target<T>>) -> Self {
        self.overflowed = Overflowed::to(target);
        if let Some(edge) = &self.edge {
            self.overflowed.counted(edge);
        }
        self
    }

    /// Counts what is sent by `edge`.
    #[must_use]
    pub fn counted(mut self, edge: &Arc<EdgeCounters>) -> Self {
        edge.count();
        self.overflowed.counted(edge);
        self.edge = Some(Arc::clone(edge));
        self
    }

    /// Shows events to those who look at `edge`.
    #[must_use]
    pub(crate) fn tapped(mut self, edge: &Arc<EdgeCounters>) -> Self
    where
        T: 'static,
    {
        let tap = TapPoint::on(edge);
        self.outbound.iter_mut().for_each(|outbound| outbound.tap = Some(tap.clone()));
        self
    }

    /// Notes in the phases of its task that it waits for room, in the edge of this number.
    #[must_use]
    pub fn in_task(mut self, phases: Arc<TaskPhases>, edge: usize) -> Self {
        self.task = Some((phases, edge));
        self
    }

    /// Copies events with `clone`: required for a grouping that sends an event to all instances.
    #[must_use]
    pub fn cloning(mut self, clone: fn(&T) -> T) -> Self {
        self.clone = Some(clone);
        self
    }

    /// Whether the end mark has passed.
    pub(super) fn has_ended(&self) -> bool {
        self.ended
    }

    /// Counts keys while somebody watches; `text` says what the key of an event is.
    #[must_use]
    pub fn counting_keys(mut self, text: impl Fn(&T) -> Option<String> + Send + 'static) -> Self {
        self.keys = self.edge.as_ref().map(|edge| KeySampler::on(edge, text));
        self
    }

    /// The number of instances.
    #[inline(always)]
    pub(crate) fn instances(&self) -> usize {
        self.outbound.len()
    }

    /// The number of events routed so far.
    pub(super) fn events(&self) -> u64 {
        self.outbound.iter().map(Outbound::events).sum()
    }

    /// Adds an event to the batch for an instance, with the hash of its key if `hashes`; whether
    /// the batch is full now.
    #[inline(always)]
    pub(super) fn push(&mut self, instance: usize, value: T, meta: Meta, hashes: bool) -> bool {
        let Some(edge) = self.outbound.get_mut(instance) else {
            return false;
        };
        edge.open.push_with(value, meta.time, self.times);
        if hashes {
            edge.open.push_hash(meta.hash);
        }
        let full = edge.open.len() >= edge.limit;
        if full {
            edge.close_batch(self.keys.as_mut());
        }
        full
    }

    /// Adds an event to the batches for all instances; whether one of them is full now.
    /// `place` is named if a copy panics.
    pub(super) fn push_to_all(
        &mut self,
        value: T,
        meta: Meta,
        hashes: bool,
        place: &OperatorPlace,
    ) -> bool {
        let last = self.outbound.len().saturating_sub(1);
        let mut full = false;
        if let Some(clone) = self.clone {
            for instance in 0..last {
                let watch = place.watch(Uncounted, &meta.time);
                let copy = clone(&value);
                watch.end();
                full |= self.push(instance, copy, meta, hashes);
            }
            self.copied += last as u64;
        }
        self.push(last, value, meta, hashes) | full
    }

    /// Notes what the split of the events from here on had passed.
    pub(super) fn set_passed(&mut self, passed: Passed) {
        if self.times == Times::Beside {
            self.outbound.iter_mut().for_each(|edge| edge.set_passed(passed));
        }
    }

    /// Sends a mark to every instance.
    pub(super) fn pass(&mut self, mark: Mark) {
        self.ended |= mark == Mark::End;
        self.overflowed.mark(mark);
        for edge in &mut self.outbound {
            if let Mark::Watermark(time) = mark {
                // The end of event time replaces none: what is released at the end must not depend
                // on how the last events were batched.
                if time == EventTime::MAX {
                    edge.close_batch(self.keys.as_mut());
                }
                edge.watermark = Some(time);
            } else {
                edge.close_batch(self.keys.as_mut());
                edge.ready.push_back(Element::Mark(mark));
            }
        }
    }

    /// Closes the batches being filled that are to be sent, even if they are not full; whether
    /// there were any.
    pub(super) fn close_partial(&mut self, flush: Flush) -> bool {
        if flush == Flush::Full {
            return false;
        }
        let mut filling = false;
        for edge in &mut self.outbound {
            if flush == Flush::All || edge.has_room() {
                filling |= !edge.open.is_empty();
                edge.close_batch(self.keys.as_mut());
            }
        }
        filling
    }

    /// Counts the batches closed since the last flush, before they are sent.
    fn count(&mut self) {
        let Some(edge) = &self.edge else { return };
        let closed: u64 = self.outbound.iter().map(Outbound::closed).sum();
        if closed > self.counted {
            edge.sent.add(closed - self.counted);
            self.counted = closed;
        }
        if self.copied > 0 {
            edge.copied.add(std::mem::take(&mut self.copied));
        }
    }

    /// Sends what is ready while there is room.
    pub(super) fn try_flush(&mut self, flush: Flush) -> Result<Flushed> {
        self.count();
        let mut progress = Flushed::Done;
        for edge in &mut self.outbound {
            progress = progress.and(edge.try_send(&mut self.overflowed)?);
        }
        if progress == Flushed::Done {
            self.overflowed.release_marks();
        }
        Ok(progress.and(self.overflowed.try_flush(flush)?))
    }

    /// Sends what is ready, waiting for room.
    pub(super) async fn flush(&mut self, flush: Flush) -> Result<()> {
        self.count();
        for edge in &mut self.outbound {
            // An element is taken off only when there is room. So a cancelled flush loses nothing;
            // an operator may drop the future of its `send`.
            while edge.try_send(&mut self.overflowed)? == Flushed::MustWait {
                self.overflowed.flush(Flush::All).await?;
                noting(self.task.as_ref(), edge.room()).await?;
            }
        }
        self.overflowed.release_marks();
        self.overflowed.flush(flush).await
    }
}

/// Notes at each poll that the edge has no room, as long as that is so.
///
/// # Cancel safety
/// As `room`.
async fn noting(
    task: Option<&(Arc<TaskPhases>, usize)>,
    room: impl Future<Output = Result<()>>,
) -> Result<()> {
    let mut room = pin!(room);
    poll_fn(|cx| {
        let polled = room.as_mut().poll(cx);
        if let (Poll::Pending, Some((phases, edge))) = (&polled, task) {
            phases.note_full(*edge);
        }
        polled
    })
    .await
}
