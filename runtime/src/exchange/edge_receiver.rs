//! The receiving end of an edge.

use crate::channel::{LocalReceiver, LossyReceiver, Receiver};
use crate::event::{Batch, Element};
use std::task::{Context, Poll, ready};

/// The receiving end of an edge, by where its sender runs and by overflow policy.
#[derive(Debug)]
pub enum EdgeReceiver<T> {
    /// From another segment of the same task.
    Local(LocalReceiver<T>),
    /// From another task, which waits when the channel is full.
    Channel(Receiver<T>),
    /// From another task, which drops events when the channel is full.
    Lossy(LossyReceiver<T>),
}

impl<T> EdgeReceiver<T> {
    pub(super) fn is_local(&self) -> bool {
        matches!(self, Self::Local(_))
    }

    /// The next element from the same task.
    pub(super) fn take_local(&self) -> Option<Element<T>> {
        match self {
            Self::Local(receiver) => receiver.take(),
            Self::Channel(_) | Self::Lossy(_) => None,
        }
    }

    /// The next element from another task; none at its end.
    pub(super) fn poll_recv(&mut self, cx: &mut Context<'_>) -> Poll<Option<Element<T>>> {
        match self {
            Self::Local(_) => Poll::Pending,
            Self::Channel(receiver) => receiver.poll_recv(cx),
            Self::Lossy(receiver) => Poll::Ready(Some(ready!(receiver.poll_recv(cx)))),
        }
    }

    /// Returns the memory of a batch to the sender.
    pub(super) fn recycle(&self, batch: Batch<T>) {
        match self {
            Self::Local(receiver) => receiver.recycle(batch),
            Self::Channel(receiver) => receiver.recycle(batch),
            Self::Lossy(receiver) => receiver.recycle(batch),
        }
    }
}
