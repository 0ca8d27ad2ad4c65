//! When sources are to send a barrier.

use crate::event::Epoch;
use futures::task::AtomicWaker;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::{Context, Waker};

/// The epochs of a job, which begin for all its sources; clones are of the same job.
#[derive(Debug, Clone, Default)]
pub struct Epochs(Arc<Shared>);

#[derive(Debug, Default)]
struct Shared {
    begun: AtomicU64,
    sources: Mutex<Vec<Arc<AtomicWaker>>>,
}

impl Epochs {
    fn sources(&self) -> MutexGuard<'_, Vec<Arc<AtomicWaker>>> {
        self.0.sources.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Begins the next epoch: every source ends the one before with a barrier.
    pub fn begin(&self) {
        self.0.begun.fetch_add(1, Ordering::Release);
        self.sources().iter().for_each(|source| source.wake());
    }

    /// There is one more source.
    pub(super) fn add_source(&self) -> Barriers {
        let waker = Arc::default();
        self.sources().push(Arc::clone(&waker));
        Barriers { epochs: self.clone(), waker, sent: 0 }
    }
}

/// The barriers that one source has to send.
#[derive(Debug)]
pub(super) struct Barriers {
    epochs: Epochs,
    waker: Arc<AtomicWaker>,
    sent: u64,
}

impl Barriers {
    /// Whether there is one to be sent: one load, for every batch.
    pub(super) fn are_due(&self) -> bool {
        self.epochs.0.begun.load(Ordering::Acquire) > self.sent
    }

    /// Whether there is one to be sent; the task is woken when there is.
    pub(super) fn poll_due(&self, cx: &Context<'_>) -> bool {
        // A task that only asks will ask again before it waits.
        if !cx.waker().will_wake(Waker::noop()) {
            self.waker.register(cx.waker());
        }
        self.are_due()
    }

    /// The next one to be sent. None is left out, however late the source is: inlets align them
    /// one by one.
    pub(super) fn next(&mut self) -> Option<Epoch> {
        if !self.are_due() {
            return None;
        }
        self.sent += 1;
        Some(Epoch(self.sent))
    }
}
