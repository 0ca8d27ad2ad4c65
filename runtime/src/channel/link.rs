//! The bounded channel between two tasks whose sender waits when it is full.

use super::Capacity;
use super::gauge::LinkGauge;
use crate::event::{Batch, Element};
use crate::metrics::Gauge;
use std::fmt;
use std::sync::{Arc, Mutex, PoisonError};
use std::task::{Context, Poll};
use tokio::sync::mpsc;

/// Returned to a sender whose receiver is gone: the job is being stopped.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Closed;

/// Empty batches, returned to the sender.
type Spare<T> = Arc<Mutex<Vec<Batch<T>>>>;

/// The sending end of a [`link`].
pub struct Sender<T> {
    elements: mpsc::Sender<Element<T>>,
    /// Batches to refill.
    spare: Spare<T>,
    capacity: Capacity,
}

/// The receiving end of a [`link`].
pub struct Receiver<T> {
    elements: mpsc::Receiver<Element<T>>,
    /// Where emptied batches go.
    spare: Spare<T>,
    /// The number of spare batches worth keeping: those in the channel and the one being filled.
    spare_limit: usize,
}

impl<T> fmt::Debug for Sender<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Sender").field("room", &self.elements.capacity()).finish_non_exhaustive()
    }
}

impl<T> fmt::Debug for Receiver<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Receiver").field("waiting", &self.elements.len()).finish_non_exhaustive()
    }
}

/// Makes a bounded channel between two tasks, with room for [`Capacity::batches`] elements.
#[must_use]
pub fn link<T>(capacity: Capacity) -> (Sender<T>, Receiver<T>) {
    let (sender, receiver) = mpsc::channel(capacity.batches());
    let spare = Spare::default();
    let spare_limit = capacity.batches() + 1;
    (
        Sender { elements: sender, spare: Arc::clone(&spare), capacity },
        Receiver { elements: receiver, spare, spare_limit },
    )
}

impl<T> Sender<T> {
    /// Waits until there is room for an element. This wait is the backpressure.
    ///
    /// # Errors
    /// [`Closed`] if the receiver is gone.
    ///
    /// # Cancel safety
    /// Cancel safe: nothing is sent.
    pub async fn room(&self) -> Result<(), Closed> {
        self.elements.reserve().await.map(drop).map_err(|_gone| Closed)
    }

    /// Whether there is room for an element.
    #[must_use]
    pub fn has_room(&self) -> bool {
        self.elements.capacity() > 0
    }

    /// Reads how full the channel is, from anywhere.
    #[must_use]
    pub fn gauge(&self) -> Box<dyn Gauge>
    where
        T: Send + 'static,
    {
        Box::new(LinkGauge::of(&self.elements, self.capacity))
    }

    /// Sends an element if there is room right away, or returns it.
    ///
    /// # Errors
    /// [`Closed`] if the receiver is gone.
    pub fn try_send(&self, element: Element<T>) -> Result<Option<Element<T>>, Closed> {
        match self.elements.try_send(element) {
            Ok(()) => Ok(None),
            Err(mpsc::error::TrySendError::Full(element)) => Ok(Some(element)),
            Err(mpsc::error::TrySendError::Closed(_)) => Err(Closed),
        }
    }

    /// An empty batch, in the memory of one the receiver has recycled if there is one.
    #[must_use]
    pub fn spare(&self) -> Batch<T> {
        self.spare.lock().unwrap_or_else(PoisonError::into_inner).pop().unwrap_or_default()
    }
}

impl<T> Receiver<T> {
    /// Receives the next element; `None` once the sender is gone and the channel is empty.
    pub fn poll_recv(&mut self, cx: &mut Context<'_>) -> Poll<Option<Element<T>>> {
        self.elements.poll_recv(cx)
    }

    /// Returns the memory of a batch to the sender. Drops the events still in it.
    pub fn recycle(&self, mut batch: Batch<T>) {
        batch.clear();
        let mut spare = self.spare.lock().unwrap_or_else(PoisonError::into_inner);
        if spare.len() < self.spare_limit {
            spare.push(batch);
        }
    }
}
