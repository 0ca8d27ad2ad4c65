//! The bounded channel between two tasks that drops events when it is full.
//!
//! Both ends share one queue, from which the sender can remove the oldest event; a tokio channel
//! has no such operation. Events that are kept are buffered in the queue only, so the receiver gets
//! them even if the sender never runs again.

mod gauge;
#[cfg(test)]
mod tests;

use super::{Capacity, Closed, Overflow, OverflowSwitch};
use crate::event::{Batch, Element, Mark};
use crate::metrics::Gauge;
use crate::mutant::Mutant;
use std::collections::VecDeque;
use std::fmt;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll, Waker};

/// The sending end of a [`lossy`] channel.
pub struct LossySender<T> {
    shared: Arc<Mutex<LossyQueue<T>>>,
    drops: DropPolicy,
}

/// Decides which events to drop.
#[derive(Debug)]
struct DropPolicy {
    /// Looked at while the channel is full; it may change then.
    policy: OverflowSwitch,
    /// Events without room since one was last sampled.
    missed: usize,
    /// Whether the next batch is one that was returned to wait: it is not sampled again.
    sampled: bool,
}

/// The receiving end of a [`lossy`] channel.
pub struct LossyReceiver<T> {
    shared: Arc<Mutex<LossyQueue<T>>>,
}

struct LossyQueue<T> {
    elements: VecDeque<Element<T>>,
    /// The number of events in `elements`, at most `capacity` between two calls.
    events: usize,
    /// How many elements at the front are never evicted: those up to the last barrier. The
    /// overflow output has passed that barrier already, so an event before it would be counted to
    /// the wrong epoch there: to none, if the job restarts from the checkpoint in between.
    kept: usize,
    capacity: usize,
    /// A receiver waiting for an element.
    receiver: Option<Waker>,
    /// A sender waiting for room.
    sender: Option<Waker>,
    /// Whether the receiver is gone.
    closed: bool,
    /// Empty batches for the sender to refill, at most `spare_limit`.
    spare: Vec<Batch<T>>,
    spare_limit: usize,
}

fn locked<T>(shared: &Mutex<LossyQueue<T>>) -> MutexGuard<'_, LossyQueue<T>> {
    shared.lock().unwrap_or_else(PoisonError::into_inner)
}

impl<T> fmt::Debug for LossySender<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let room = locked(&self.shared).room();
        f.debug_struct("LossySender")
            .field("policy", &self.drops.policy.get())
            .field("room", &room)
            .finish_non_exhaustive()
    }
}

impl<T> fmt::Debug for LossyReceiver<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let waiting = locked(&self.shared).events;
        f.debug_struct("LossyReceiver").field("waiting", &waiting).finish_non_exhaustive()
    }
}

/// Makes a bounded channel between two tasks that applies `policy` to events without room.
///
/// It buffers [`Capacity::events`] events, counted one by one, whatever their batches.
///
/// # Examples
/// ```
/// use millstream::plumbing::channel::{Capacity, Overflow, lossy};
/// use millstream::plumbing::marks::{Batch, Element};
///
/// let (mut sender, _receiver) = lossy(Capacity::of(2, 1), Overflow::DropOldest);
/// let (mut degrees, mut dropped) = (Batch::default(), Batch::default());
/// [18, 19, 21].into_iter().for_each(|event| degrees.push(event));
/// assert!(matches!(sender.try_send(Element::Batch(degrees), &mut dropped), Ok(None)));
/// assert_eq!(dropped.values(), [18]);
/// ```
#[must_use]
pub fn lossy<T>(
    capacity: Capacity,
    policy: impl Into<OverflowSwitch>,
) -> (LossySender<T>, LossyReceiver<T>) {
    let shared = Arc::new(Mutex::new(LossyQueue {
        elements: VecDeque::new(),
        events: 0,
        kept: 0,
        capacity: capacity.events(),
        receiver: None,
        sender: None,
        closed: false,
        spare: Vec::new(),
        spare_limit: capacity.batches() + 1,
    }));
    let receiver = LossyReceiver { shared: Arc::clone(&shared) };
    let drops = DropPolicy { policy: policy.into(), missed: 0, sampled: false };
    (LossySender { shared, drops }, receiver)
}

impl<T> LossyQueue<T> {
    fn room(&self) -> usize {
        self.capacity.saturating_sub(self.events)
    }

    fn push_batch(&mut self, batch: Batch<T>) {
        if !batch.is_empty() {
            self.events += batch.len();
            self.elements.push_back(Element::Batch(batch));
        }
    }

    /// Appends a mark. It replaces marks directly before it that it makes redundant; otherwise
    /// marks would pile up where events cannot.
    fn push_mark(&mut self, mark: Element<T>) {
        while self.elements.back().is_some_and(|last| is_redundant(last, &mark)) {
            self.elements.pop_back();
        }
        let is_barrier = matches!(mark, Element::Mark(Mark::Barrier(_)));
        self.elements.push_back(mark);
        if is_barrier && !Mutant::EvictedBeforeBarrier.is_planted() {
            self.kept = self.elements.len();
        }
    }

    fn pop(&mut self) -> Option<Element<T>> {
        let element = self.elements.pop_front()?;
        self.kept = self.kept.saturating_sub(1);
        if let Element::Batch(batch) = &element {
            self.events -= batch.len();
        }
        Some(element)
    }

    fn recycle(&mut self, batch: Batch<T>) {
        if self.spare.len() < self.spare_limit {
            self.spare.push(batch);
        }
    }

    /// Drops the oldest events behind the last barrier until the others fit. There are enough of
    /// them, since those before it did fit; they may be all that were sent last.
    fn evict(&mut self, dropped: &mut Batch<T>) {
        while self.events > self.capacity {
            let is_batch = |element: &Element<T>| matches!(element, Element::Batch(_));
            let behind = self.elements.iter().skip(self.kept).position(is_batch);
            let Some(at) = behind.map(|at| self.kept + at) else { return };
            let Some(Element::Batch(batch)) = self.elements.get_mut(at) else { return };
            let excess = (self.events - self.capacity).min(batch.len());
            batch.keep(|event| event >= excess, dropped);
            self.events -= excess;
            if batch.is_empty() {
                self.close_gap(at);
            }
        }
    }

    /// Removes an empty batch, and the marks before it that the one after it makes redundant.
    fn close_gap(&mut self, mut at: usize) {
        if let Some(Element::Batch(batch)) = self.elements.remove(at) {
            self.recycle(batch);
        }
        while at > 0
            && let (Some(before), Some(mark)) = (self.elements.get(at - 1), self.elements.get(at))
            && is_redundant(before, mark)
        {
            self.elements.remove(at - 1);
            at -= 1;
        }
    }
}

/// Whether a mark is redundant if `next` follows with no event between them.
fn is_redundant<T>(mark: &Element<T>, next: &Element<T>) -> bool {
    let (Element::Mark(mark), Element::Mark(next)) = (mark, next) else { return false };
    match next {
        Mark::Watermark(_) => matches!(mark, Mark::Watermark(_) | Mark::Idle),
        Mark::Idle => matches!(mark, Mark::Idle),
        Mark::Round(_) => matches!(mark, Mark::Round(_)),
        _ => false,
    }
}

impl DropPolicy {
    /// Moves the events to drop from a batch to `dropped`, given room for `room` of them.
    fn decide<T>(
        &mut self,
        policy: Overflow,
        (batch, room): (&mut Batch<T>, usize),
        dropped: &mut Batch<T>,
    ) {
        match policy {
            Overflow::DropNewest => batch.keep(|event| event < room, dropped),
            Overflow::Sample(n) if !self.sampled => {
                let missed = self.missed;
                let is_nth = |event: usize| (missed + event - room + 1).is_multiple_of(n);
                self.missed = (missed + batch.len() - room) % n.max(1);
                batch.keep(|event| event < room || is_nth(event), dropped);
            }
            Overflow::Block | Overflow::DropOldest | Overflow::Sample(_) => {}
        }
    }
}

impl<T> LossySender<T> {
    /// Reads how full the channel is, from anywhere.
    #[must_use]
    pub fn gauge(&self) -> Box<dyn Gauge>
    where
        T: Send + 'static,
    {
        gauge::of(&self.shared)
    }

    /// Sends an element and moves events that are dropped for it to `dropped`.
    ///
    /// Events that have to wait for room, as under [`Overflow::Block`] and [`Overflow::Sample`]
    /// only, are returned: send them next, after [`room`](Self::room).
    ///
    /// # Errors
    /// [`Closed`] if the receiver is gone.
    pub fn try_send(
        &mut self,
        element: Element<T>,
        dropped: &mut Batch<T>,
    ) -> Result<Option<Element<T>>, Closed> {
        let mut shared = locked(&self.shared);
        if shared.closed {
            return Err(Closed);
        }
        let mut waiting = Batch::default();
        match element {
            Element::Batch(mut batch) => {
                let room = shared.room();
                if batch.len() > room {
                    let policy = self.drops.policy.get();
                    if policy != Overflow::DropOldest {
                        self.drops.decide(policy, (&mut batch, room), dropped);
                        batch.keep(|event| event < room, &mut waiting);
                    }
                }
                shared.push_batch(batch);
                shared.evict(dropped);
            }
            mark @ Element::Mark(_) => shared.push_mark(mark),
        }
        let receiver = shared.receiver.take();
        drop(shared);
        if let Some(receiver) = receiver {
            receiver.wake();
        }
        self.drops.sampled = !waiting.is_empty();
        Ok(self.drops.sampled.then_some(Element::Batch(waiting)))
    }

    /// Waits until there is room for an event, or the policy has become one that never waits.
    ///
    /// # Errors
    /// [`Closed`] if the receiver is gone.
    ///
    /// # Cancel safety
    /// Cancel safe: nothing is sent.
    pub async fn room(&self) -> Result<(), Closed> {
        std::future::poll_fn(|cx| {
            let mut shared = locked(&self.shared);
            if shared.closed {
                return Poll::Ready(Err(Closed));
            }
            if shared.room() > 0 {
                return Poll::Ready(Ok(()));
            }
            shared.sender = Some(cx.waker().clone());
            drop(shared);
            self.drops.policy.register(cx.waker());
            match self.drops.policy.get() {
                Overflow::Block | Overflow::Sample(_) => Poll::Pending,
                Overflow::DropNewest | Overflow::DropOldest => Poll::Ready(Ok(())),
            }
        })
        .await
    }

    /// An empty batch, in the memory of one the receiver has recycled if there is one.
    #[must_use]
    pub fn spare(&self) -> Batch<T> {
        locked(&self.shared).spare.pop().unwrap_or_default()
    }
}

impl<T> LossyReceiver<T> {
    /// Receives the next element; pending forever once the sender is gone.
    pub fn poll_recv(&self, cx: &mut Context<'_>) -> Poll<Element<T>> {
        let mut shared = locked(&self.shared);
        let Some(element) = shared.pop() else {
            shared.receiver = Some(cx.waker().clone());
            return Poll::Pending;
        };
        let sender = shared.sender.take();
        drop(shared);
        if let Some(sender) = sender {
            sender.wake();
        }
        Poll::Ready(element)
    }

    /// Returns the memory of a batch to the sender. Drops the events still in it.
    pub fn recycle(&self, mut batch: Batch<T>) {
        batch.clear();
        locked(&self.shared).recycle(batch);
    }
}

impl<T> Drop for LossyReceiver<T> {
    fn drop(&mut self) {
        let mut shared = locked(&self.shared);
        shared.closed = true;
        let elements = std::mem::take(&mut shared.elements);
        let sender = shared.sender.take();
        drop(shared);
        // Outside the lock: dropping events may run user code.
        drop(elements);
        if let Some(sender) = sender {
            sender.wake();
        }
    }
}
