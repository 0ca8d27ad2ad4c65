//! Where a call in flight leaves what it has sent so far.

use std::fmt;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll, Waker};

/// Holds one batch of a call that goes on sending, until its segment takes it: this is the
/// backpressure of [`Output::send`](super::Output::send).
///
/// Call and segment run in the same task, one after the other; the lock is never contended.
pub struct Handoff<T> {
    /// Whether there is a batch: asked after each poll of a call.
    full: AtomicBool,
    place: Mutex<HandoffPlace<T>>,
}

struct HandoffPlace<T> {
    events: Vec<T>,
    /// Wakes the call, which waits for room.
    waiting: Option<Waker>,
}

impl<T> fmt::Debug for Handoff<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Handoff").field("full", &self.is_full()).finish_non_exhaustive()
    }
}

impl<T> Default for Handoff<T> {
    fn default() -> Self {
        let place = HandoffPlace { events: Vec::new(), waiting: None };
        Self { full: AtomicBool::new(false), place: Mutex::new(place) }
    }
}

impl<T> Handoff<T> {
    /// Whether there is a batch to take.
    #[inline]
    pub(crate) fn is_full(&self) -> bool {
        self.full.load(Ordering::Acquire)
    }

    /// Leaves all events of a batch here, once the batch before it was taken.
    pub(crate) fn poll_put(&self, events: &mut Vec<T>, cx: &mut Context<'_>) -> Poll<()> {
        let mut place = self.lock();
        if self.is_full() {
            place.waiting = Some(cx.waker().clone());
            return Poll::Pending;
        }
        std::mem::swap(&mut place.events, events);
        self.full.store(true, Ordering::Release);
        Poll::Ready(())
    }

    /// Takes the batch: calls `each` with its events in order; returns their number. The call that
    /// waits for room is woken.
    ///
    /// # Errors
    /// The first error of `each`; the events after it are dropped.
    pub(crate) fn take<E>(&self, mut each: impl FnMut(T) -> Result<(), E>) -> Result<u64, E> {
        if !self.is_full() {
            return Ok(0);
        }
        let mut place = self.lock();
        self.full.store(false, Ordering::Release);
        let taken = place.events.len() as u64;
        place.events.drain(..).try_for_each(&mut each)?;
        let waiting = place.waiting.take();
        drop(place);
        if let Some(waker) = waiting {
            waker.wake();
        }
        Ok(taken)
    }

    fn lock(&self) -> MutexGuard<'_, HandoffPlace<T>> {
        // A panic while it is held leaves a batch that is dropped with the job.
        self.place.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
