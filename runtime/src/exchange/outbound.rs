//! The sender to one instance.

use super::Flushed;
use super::outbox::aborted;
use super::overflowed::Overflowed;
use crate::channel::{LossySender, Sender};
use crate::error::Result;
use crate::event::{Batch, Element, Mark};
use crate::metrics::InstanceCounters;
use crate::time::EventTime;
use std::collections::VecDeque;
use std::sync::Arc;

/// The channel to one instance.
#[derive(Debug)]
pub enum EdgeSender<T> {
    /// One that is waited for when it is full.
    Channel(Sender<T>),
    /// One that drops events when it is full, and what counts them.
    Lossy(LossySender<T>, Arc<InstanceCounters>),
}

/// The sender to one instance: the batch that is being filled, and what waits to be sent.
pub(super) struct Outbound<T> {
    sender: EdgeSender<T>,
    pub(super) open: Batch<T>,
    pub(super) limit: usize,
    pub(super) ready: VecDeque<Element<T>>,
    pub(super) watermark: Option<EventTime>,
}

impl<T> Outbound<T> {
    pub(super) fn new(sender: EdgeSender<T>, limit: usize) -> Self {
        let (open, ready) = (Batch::default(), VecDeque::new());
        Self { sender, open, limit, ready, watermark: None }
    }

    #[inline(never)]
    pub(super) fn close_batch(&mut self) {
        if !self.open.is_empty() {
            let spare = match &self.sender {
                EdgeSender::Channel(sender) => sender.spare(),
                EdgeSender::Lossy(sender, _) => sender.spare(),
            };
            let full = std::mem::replace(&mut self.open, spare);
            self.ready.push_back(Element::Batch(full));
        }
        // A watermark may be held back past later events, never brought forward: so it can wait for
        // its batch instead of cutting it short.
        if let Some(time) = self.watermark.take() {
            self.ready.push_back(Element::Mark(Mark::Watermark(time)));
        }
    }

    /// Sends what there is room for; what is dropped instead goes into `overflowed`.
    pub(super) fn try_send(&mut self, overflowed: &mut Overflowed<T>) -> Result<Flushed> {
        while let Some(element) = self.ready.pop_front() {
            let refused = match &mut self.sender {
                EdgeSender::Channel(sender) => sender.try_send(element),
                EdgeSender::Lossy(sender, counters) => {
                    let refused = sender.try_send(element, overflowed.dropped());
                    overflowed.count(counters);
                    refused
                }
            };
            if let Some(refused) = refused.map_err(|_closed| aborted())? {
                self.ready.push_front(refused);
                return Ok(Flushed::MustWait);
            }
        }
        Ok(Flushed::Done)
    }

    /// Waits until there is room for something.
    pub(super) async fn room(&mut self) -> Result<()> {
        let room = match &mut self.sender {
            EdgeSender::Channel(sender) => sender.room().await,
            EdgeSender::Lossy(sender, _) => sender.room().await,
        };
        room.map_err(|_closed| aborted())
    }
}
