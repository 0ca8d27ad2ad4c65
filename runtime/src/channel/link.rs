//! A bounded edge between two tasks.

use super::Capacity;
use crate::event::{Batch, Element};
use std::fmt;
use std::sync::{Arc, Mutex, PoisonError};
use std::task::{Context, Poll};
use tokio::sync::mpsc;

/// The receiver is gone: the job is being stopped.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Closed;

type Spare<T> = Arc<Mutex<Vec<Batch<T>>>>;

/// The sending end of a [`link`].
pub struct Sender<T> {
    elements: mpsc::Sender<Element<T>>,
    spare: Spare<T>,
}

/// The receiving end of a [`link`].
pub struct Receiver<T> {
    elements: mpsc::Receiver<Element<T>>,
    spare: Spare<T>,
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

/// A bounded edge between two tasks.
#[must_use]
pub fn link<T>(capacity: Capacity) -> (Sender<T>, Receiver<T>) {
    let (sender, receiver) = mpsc::channel(capacity.batches());
    let spare = Spare::default();
    let spare_limit = capacity.batches() + 1;
    (
        Sender { elements: sender, spare: Arc::clone(&spare) },
        Receiver { elements: receiver, spare, spare_limit },
    )
}

impl<T> Sender<T> {
    /// Waits until there is room for an element: this wait is the backpressure.
    ///
    /// # Errors
    /// [`Closed`] if the receiver is gone.
    ///
    /// # Cancel safety
    /// Nothing is lost.
    pub async fn room(&self) -> Result<(), Closed> {
        self.elements.reserve().await.map(drop).map_err(|_gone| Closed)
    }

    /// Sends an element if there is room at once, else gives it back.
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

    /// An empty batch, in memory that the receiver is done with if there is any.
    #[must_use]
    pub fn spare(&self) -> Batch<T> {
        self.spare.lock().unwrap_or_else(PoisonError::into_inner).pop().unwrap_or_default()
    }
}

impl<T> Receiver<T> {
    /// Waits for the next element; `None` once the sender is gone.
    pub fn poll_recv(&mut self, cx: &mut Context<'_>) -> Poll<Option<Element<T>>> {
        self.elements.poll_recv(cx)
    }

    /// Gives the memory of a batch back to the sender.
    pub fn recycle(&self, mut batch: Batch<T>) {
        batch.clear();
        let mut spare = self.spare.lock().unwrap_or_else(PoisonError::into_inner);
        if spare.len() < self.spare_limit {
            spare.push(batch);
        }
    }
}
