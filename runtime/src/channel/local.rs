//! The queue between two segments of one task.

use crate::event::{Batch, Element};
use std::collections::VecDeque;
use std::fmt;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

struct LocalQueue<T> {
    elements: VecDeque<Element<T>>,
    /// Empty batches, to be exchanged for full ones.
    spare: Vec<Batch<T>>,
}

/// Both ends are in one task, so the lock is never contended.
fn locked<T>(shared: &Mutex<LocalQueue<T>>) -> MutexGuard<'_, LocalQueue<T>> {
    shared.lock().unwrap_or_else(PoisonError::into_inner)
}

/// The sending end of a [`local`] queue.
pub struct LocalSender<T> {
    shared: Arc<Mutex<LocalQueue<T>>>,
}

/// The receiving end of a [`local`] queue.
pub struct LocalReceiver<T> {
    shared: Arc<Mutex<LocalQueue<T>>>,
}

impl<T> fmt::Debug for LocalSender<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("LocalSender").field("len", &locked(&self.shared).elements.len()).finish()
    }
}

impl<T> fmt::Debug for LocalReceiver<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("LocalReceiver").field("len", &locked(&self.shared).elements.len()).finish()
    }
}

/// Makes a queue between two segments of one task.
///
/// It has no bound and needs none: the task drains it before it reads from outside again. What a
/// closed input gate leaves in it is of one epoch: its task reads nothing behind a barrier that is
/// yet to come from another side.
///
/// # Examples
/// ```
/// use millstream::plumbing::channel::local;
/// use millstream::plumbing::marks::{Batch, Element};
///
/// let (sender, receiver) = local();
/// let mut batch = Batch::default();
/// batch.push("order 1");
/// sender.send_batch(&mut batch);
/// assert!(batch.is_empty(), "exchanged for an empty one");
/// let Some(Element::Batch(received)) = receiver.take() else { unreachable!() };
/// assert_eq!(received.values(), ["order 1"]);
/// assert!(receiver.take().is_none());
/// ```
#[must_use]
pub fn local<T>() -> (LocalSender<T>, LocalReceiver<T>) {
    let shared = LocalQueue { elements: VecDeque::new(), spare: Vec::new() };
    let shared = Arc::new(Mutex::new(shared));
    (LocalSender { shared: Arc::clone(&shared) }, LocalReceiver { shared })
}

impl<T> LocalSender<T> {
    /// Appends an element.
    pub fn send(&self, element: Element<T>) {
        locked(&self.shared).elements.push_back(element);
    }

    /// Appends a batch and leaves an empty one in its place, in recycled memory if there is any.
    pub fn send_batch(&self, batch: &mut Batch<T>) {
        let mut shared = locked(&self.shared);
        let spare = shared.spare.pop().unwrap_or_default();
        let full = std::mem::replace(batch, spare);
        shared.elements.push_back(Element::Batch(full));
    }
}

impl<T> LocalReceiver<T> {
    /// Removes and returns the next element.
    #[must_use]
    pub fn take(&self) -> Option<Element<T>> {
        locked(&self.shared).elements.pop_front()
    }

    /// Returns the memory of a batch to the sender; at most 4 are kept.
    pub fn recycle(&self, mut batch: Batch<T>) {
        batch.clear();
        let mut shared = locked(&self.shared);
        if shared.spare.len() < 4 {
            shared.spare.push(batch);
        }
    }
}
