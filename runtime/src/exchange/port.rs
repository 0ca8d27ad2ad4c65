//! The way to one instance.

use super::Progress;
use super::delivery::aborted;
use super::spill::Spill;
use crate::channel::{LossySender, Sender};
use crate::error::Result;
use crate::event::{Batch, Element, Mark};
use crate::metrics::InstanceCounters;
use crate::time::EventTime;
use std::collections::VecDeque;
use std::sync::Arc;

/// The channel to one instance.
#[derive(Debug)]
pub enum Outgoing<T> {
    /// One that is waited for when it is full.
    Link(Sender<T>),
    /// One that drops events when it is full, and what counts them.
    Lossy(LossySender<T>, Arc<InstanceCounters>),
}

/// The way to one instance: the batch that is being filled, and what waits to be sent.
pub(super) struct Port<T> {
    way: Outgoing<T>,
    pub(super) open: Batch<T>,
    pub(super) limit: usize,
    pub(super) ready: VecDeque<Element<T>>,
    pub(super) watermark: Option<EventTime>,
}

impl<T> Port<T> {
    pub(super) fn new(way: Outgoing<T>, limit: usize) -> Self {
        let (open, ready) = (Batch::default(), VecDeque::new());
        Self { way, open, limit, ready, watermark: None }
    }

    #[inline(never)]
    pub(super) fn close_batch(&mut self) {
        if !self.open.is_empty() {
            let spare = match &self.way {
                Outgoing::Link(sender) => sender.spare(),
                Outgoing::Lossy(sender, _) => sender.spare(),
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

    /// Sends what there is room for; what is dropped instead goes into `spill`.
    pub(super) fn try_send(&mut self, spill: &mut Spill<T>) -> Result<Progress> {
        while let Some(element) = self.ready.pop_front() {
            let refused = match &mut self.way {
                Outgoing::Link(sender) => sender.try_send(element),
                Outgoing::Lossy(sender, counters) => {
                    let refused = sender.try_send(element, spill.dropped());
                    spill.count(counters);
                    refused
                }
            };
            if let Some(refused) = refused.map_err(|_closed| aborted())? {
                self.ready.push_front(refused);
                return Ok(Progress::MustWait);
            }
        }
        Ok(Progress::Done)
    }

    /// Waits until there is room for something.
    pub(super) async fn room(&mut self) -> Result<()> {
        let room = match &mut self.way {
            Outgoing::Link(sender) => sender.room().await,
            Outgoing::Lossy(sender, _) => sender.room().await,
        };
        room.map_err(|_closed| aborted())
    }
}
