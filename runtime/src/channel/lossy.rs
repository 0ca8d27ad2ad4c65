//! The bounded channel between two tasks that drops events when it is full.
//!
//! Both ends share one queue, from which the sender can remove the oldest event; a tokio channel
//! has no such operation. Events that are kept are buffered in the queue only, so the receiver gets
//! them even if the sender never runs again.

use super::{Capacity, Closed, Overflow};
use crate::event::{Batch, Element, Mark};
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
    policy: Overflow,
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
            .field("policy", &self.drops.policy)
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
pub fn lossy<T>(capacity: Capacity, policy: Overflow) -> (LossySender<T>, LossyReceiver<T>) {
    let shared = Arc::new(Mutex::new(LossyQueue {
        elements: VecDeque::new(),
        events: 0,
        capacity: capacity.events(),
        receiver: None,
        sender: None,
        closed: false,
        spare: Vec::new(),
        spare_limit: capacity.batches() + 1,
    }));
    let receiver = LossyReceiver { shared: Arc::clone(&shared) };
    (LossySender { shared, drops: DropPolicy { policy, missed: 0, sampled: false } }, receiver)
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
        self.elements.push_back(mark);
    }

    fn recycle(&mut self, batch: Batch<T>) {
        if self.spare.len() < self.spare_limit {
            self.spare.push(batch);
        }
    }

    /// Drops the oldest events until the others fit.
    fn evict(&mut self, dropped: &mut Batch<T>) {
        while self.events > self.capacity {
            let is_batch = |element: &Element<T>| matches!(element, Element::Batch(_));
            let Some(at) = self.elements.iter().position(is_batch) else { return };
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
    fn decide<T>(&mut self, batch: &mut Batch<T>, room: usize, dropped: &mut Batch<T>) {
        match self.policy {
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
                if batch.len() > room && self.drops.policy != Overflow::DropOldest {
                    self.drops.decide(&mut batch, room, dropped);
                    batch.keep(|event| event < room, &mut waiting);
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

    /// Waits until there is room for an event.
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
            Poll::Pending
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
        let Some(element) = shared.elements.pop_front() else {
            shared.receiver = Some(cx.waker().clone());
            return Poll::Pending;
        };
        if let Element::Batch(batch) = &element {
            shared.events -= batch.len();
        }
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::time::EventTime;

    fn batch(events: impl IntoIterator<Item = u32>) -> Element<u32> {
        let mut batch = Batch::default();
        events.into_iter().for_each(|event| batch.push(event));
        Element::Batch(batch)
    }

    fn mark(second: i64) -> Element<u32> {
        Element::Mark(Mark::Watermark(EventTime::from_secs(second)))
    }

    /// Sends an element; what was dropped and what has to wait.
    fn send(sender: &mut LossySender<u32>, element: Element<u32>) -> (Vec<u32>, Vec<u32>) {
        let mut dropped = Batch::default();
        let waiting = match sender.try_send(element, &mut dropped).unwrap() {
            Some(Element::Batch(batch)) => batch.into_values(),
            _ => Vec::new(),
        };
        (dropped.into_values(), waiting)
    }

    const NONE: [u32; 0] = [];

    /// Everything the channel still holds, as text.
    fn drain(receiver: &LossyReceiver<u32>) -> Vec<String> {
        let mut cx = Context::from_waker(Waker::noop());
        let mut out = Vec::new();
        while let Poll::Ready(element) = receiver.poll_recv(&mut cx) {
            out.push(match element {
                Element::Batch(batch) => format!("{:?}", batch.into_values()),
                Element::Mark(Mark::Watermark(time)) => {
                    format!("to {}", time.as_micros() / 1_000_000)
                }
                Element::Mark(mark) => format!("{mark:?}"),
            });
        }
        out
    }

    #[test]
    fn drop_newest_keeps_as_many_of_the_first_events_as_the_edge_holds() {
        let (mut sender, receiver) = lossy(Capacity::of(5, 3), Overflow::DropNewest);
        assert_eq!(send(&mut sender, batch(0..3)).0, NONE);
        assert_eq!(send(&mut sender, batch(3..6)).0, [5]);
        assert_eq!(send(&mut sender, batch(6..9)).0, [6, 7, 8]);
        assert_eq!(drain(&receiver), ["[0, 1, 2]", "[3, 4]"]);
        assert_eq!(send(&mut sender, batch(9..12)).0, NONE);
        assert_eq!(drain(&receiver), ["[9, 10, 11]"]);
    }

    #[test]
    fn drop_oldest_keeps_as_many_of_the_last_events_as_the_edge_holds() {
        let (mut sender, receiver) = lossy(Capacity::of(5, 3), Overflow::DropOldest);
        assert_eq!(send(&mut sender, batch(0..3)).0, NONE);
        assert_eq!(send(&mut sender, batch(3..6)).0, [0]);
        assert_eq!(send(&mut sender, batch(6..9)).0, [1, 2, 3]);
        assert_eq!(send(&mut sender, batch(10..17)).0, [4, 5, 6, 7, 8, 10, 11]);
        assert_eq!(drain(&receiver), ["[12, 13, 14, 15, 16]"]);
    }

    #[test]
    fn sample_drops_all_but_every_nth_event_without_room_and_waits_with_that() {
        let (mut sender, receiver) = lossy(Capacity::of(2, 8), Overflow::Sample(3));
        assert_eq!(send(&mut sender, batch(0..10)), (vec![2, 3, 5, 6, 8, 9], vec![4, 7]));
        // Events that were kept are not sampled again.
        assert_eq!(send(&mut sender, batch([4, 7])), (vec![], vec![4, 7]));
        assert_eq!(drain(&receiver), ["[0, 1]"]);
        assert_eq!(send(&mut sender, batch([4, 7])), (vec![], vec![]));
        // Two events without room since 7: the count goes on.
        assert_eq!(send(&mut sender, batch(10..12)), (vec![11], vec![10]));
    }

    #[test]
    fn marks_keep_their_place_and_do_not_pile_up() {
        let (mut sender, receiver) = lossy(Capacity::of(2, 1), Overflow::DropOldest);
        for second in 0..100 {
            send(&mut sender, batch([second]));
            send(&mut sender, mark(i64::from(second)));
            send(&mut sender, Element::Mark(Mark::Idle));
        }
        send(&mut sender, Element::Mark(Mark::End));
        let expected = ["to 97", "Idle", "[98]", "to 98", "Idle", "[99]", "to 99", "Idle", "End"];
        assert_eq!(drain(&receiver), expected);

        let (mut sender, receiver) = lossy(Capacity::of(2, 1), Overflow::DropNewest);
        for second in 0..100 {
            send(&mut sender, batch([second]));
            send(&mut sender, mark(i64::from(second)));
        }
        assert_eq!(drain(&receiver), ["[0]", "to 0", "[1]", "to 99"]);
    }

    #[test]
    fn a_sender_whose_receiver_is_gone_gets_an_error() {
        let (mut sender, receiver) = lossy(Capacity::of(2, 1), Overflow::DropOldest);
        drop(receiver);
        assert_eq!(sender.try_send(batch([1]), &mut Batch::default()).unwrap_err(), Closed);
    }
}
