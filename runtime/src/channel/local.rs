//! An edge inside one task.

use crate::event::{Batch, Element};
use std::collections::VecDeque;
use std::fmt;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

struct LocalQueue<T> {
    elements: VecDeque<Element<T>>,
    spare: Vec<Batch<T>>,
}

/// Both ends are in one task, so the lock is never waited for.
fn locked<T>(shared: &Mutex<LocalQueue<T>>) -> MutexGuard<'_, LocalQueue<T>> {
    shared.lock().unwrap_or_else(PoisonError::into_inner)
}

/// The end of a [`local`] edge that puts in.
pub struct LocalSender<T> {
    shared: Arc<Mutex<LocalQueue<T>>>,
}

/// The end of a [`local`] edge that takes out.
pub struct LocalReceiver<T> {
    shared: Arc<Mutex<LocalQueue<T>>>,
}

impl<T> fmt::Debug for LocalSender<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Feeder").field("len", &locked(&self.shared).elements.len()).finish()
    }
}

impl<T> fmt::Debug for LocalReceiver<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Queue").field("len", &locked(&self.shared).elements.len()).finish()
    }
}

/// An edge inside one task.
///
/// It needs no bound of its own: the task empties it before it takes in anything more.
#[must_use]
pub fn local<T>() -> (LocalSender<T>, LocalReceiver<T>) {
    let shared = LocalQueue { elements: VecDeque::new(), spare: Vec::new() };
    let shared = Arc::new(Mutex::new(shared));
    (LocalSender { shared: Arc::clone(&shared) }, LocalReceiver { shared })
}

impl<T> LocalSender<T> {
    /// Puts in an element.
    pub fn send(&self, element: Element<T>) {
        locked(&self.shared).elements.push_back(element);
    }

    /// Puts in the events of a batch, whose memory is exchanged for a spare one.
    pub fn send_batch(&self, batch: &mut Batch<T>) {
        let mut shared = locked(&self.shared);
        let spare = shared.spare.pop().unwrap_or_default();
        let full = std::mem::replace(batch, spare);
        shared.elements.push_back(Element::Batch(full));
    }
}

impl<T> LocalReceiver<T> {
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
