//! An edge inside one task.

use crate::event::{Batch, Element};
use std::collections::VecDeque;
use std::fmt;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

struct Shared<T> {
    elements: VecDeque<Element<T>>,
    spare: Vec<Batch<T>>,
}

/// Both ends are in one task, so the lock is never waited for.
fn locked<T>(shared: &Mutex<Shared<T>>) -> MutexGuard<'_, Shared<T>> {
    shared.lock().unwrap_or_else(PoisonError::into_inner)
}

/// The end of a [`local`] edge that puts in.
pub struct Feeder<T> {
    shared: Arc<Mutex<Shared<T>>>,
}

/// The end of a [`local`] edge that takes out.
pub struct Queue<T> {
    shared: Arc<Mutex<Shared<T>>>,
}

impl<T> fmt::Debug for Feeder<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Feeder").field("len", &locked(&self.shared).elements.len()).finish()
    }
}

impl<T> fmt::Debug for Queue<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Queue").field("len", &locked(&self.shared).elements.len()).finish()
    }
}

/// An edge inside one task.
///
/// It needs no bound of its own: the task empties it before it takes in anything more.
#[must_use]
pub fn local<T>() -> (Feeder<T>, Queue<T>) {
    let shared = Shared { elements: VecDeque::new(), spare: Vec::new() };
    let shared = Arc::new(Mutex::new(shared));
    (Feeder { shared: Arc::clone(&shared) }, Queue { shared })
}

impl<T> Feeder<T> {
    /// Puts in an element.
    pub fn put(&self, element: Element<T>) {
        locked(&self.shared).elements.push_back(element);
    }

    /// Puts in the events of a batch, whose memory is exchanged for a spare one.
    pub fn put_batch(&self, batch: &mut Batch<T>) {
        let mut shared = locked(&self.shared);
        let spare = shared.spare.pop().unwrap_or_default();
        let full = std::mem::replace(batch, spare);
        shared.elements.push_back(Element::Batch(full));
    }
}

impl<T> Queue<T> {
    /// Takes the next element out.
    #[must_use]
    pub fn take(&self) -> Option<Element<T>> {
        locked(&self.shared).elements.pop_front()
    }

    /// Gives the memory of a batch back.
    pub fn recycle(&self, mut batch: Batch<T>) {
        batch.clear();
        let mut shared = locked(&self.shared);
        if shared.spare.len() < 4 {
            shared.spare.push(batch);
        }
    }
}
