//! The sending side of one channel of a router.

use super::Flushed;
use super::key_sampler::KeySampler;
use super::outbox::aborted;
use super::overflowed::Overflowed;
use super::tapped::TapPoint;
use crate::channel::{LossySender, Sender};
use crate::error::Result;
use crate::event::{Batch, Element, Mark, Passed};
use crate::metrics::{Gauge, InstanceCounters};
use crate::mutant::Mutant;
use crate::time::EventTime;
use std::collections::VecDeque;
use std::sync::Arc;

/// The sending end of a channel to one instance, by overflow policy.
#[derive(Debug)]
pub enum EdgeSender<T> {
    /// Waits when it is full.
    Channel(Sender<T>),
    /// Drops events when it is full; the receiving instance counts them.
    Lossy(LossySender<T>, Arc<InstanceCounters>),
}

impl<T: Send + 'static> EdgeSender<T> {
    /// Reads how full the channel is, from anywhere.
    #[must_use]
    pub fn gauge(&self) -> Box<dyn Gauge> {
        match self {
            Self::Channel(sender) => sender.gauge(),
            Self::Lossy(sender, _) => sender.gauge(),
        }
    }
}

/// A channel to one instance, the batch being filled for it, and elements ready to be sent.
pub(super) struct Outbound<T> {
    sender: EdgeSender<T>,
    /// The batch being filled.
    pub(super) open: Batch<T>,
    /// What the split of the events being emitted had passed.
    passed: Passed,
    /// The number of events in the batches closed.
    closed: u64,
    /// The number of events at which `open` is closed.
    pub(super) limit: usize,
    /// Closed batches and marks for which there was no room yet, in order.
    pub(super) ready: VecDeque<Element<T>>,
    /// The last watermark, to be sent after `open`.
    pub(super) watermark: Option<EventTime>,
    /// Shows events to those who look at the edge.
    pub(super) tap: Option<TapPoint<T>>,
}

impl<T> Outbound<T> {
    pub(super) fn new(sender: EdgeSender<T>, limit: usize) -> Self {
        let (open, ready, passed) = (Batch::default(), VecDeque::new(), Passed::NOTHING);
        Self { sender, open, closed: 0, passed, limit, ready, watermark: None, tap: None }
    }

    /// Notes what the split of the events from here on had passed.
    pub(super) fn set_passed(&mut self, passed: Passed) {
        self.passed = passed;
        self.open.passed(passed);
    }

    /// The number of events in the batches closed so far.
    pub(super) fn closed(&self) -> u64 {
        self.closed
    }

    /// The number of events routed here.
    pub(super) fn events(&self) -> u64 {
        self.closed + self.open.len() as u64
    }

    /// Makes the open batch ready, and the watermark that follows it; shows the keys of the batch
    /// to `keys`.
    #[inline(never)]
    pub(super) fn close_batch(&mut self, keys: Option<&mut KeySampler<T>>) {
        if !self.open.is_empty() {
            let spare = match &self.sender {
                EdgeSender::Channel(sender) => sender.spare(),
                EdgeSender::Lossy(sender, _) => sender.spare(),
            };
            self.closed += self.open.len() as u64;
            let mut full = std::mem::replace(&mut self.open, spare);
            if Mutant::LostInChannel.strikes() {
                full.keep(|event| event > 0, &mut Batch::default());
            }
            self.tap.iter().for_each(|tap| tap.offer(&full));
            if let Some(keys) = keys {
                keys.offer(&full);
            }
            self.ready.push_back(Element::Batch(full));
            self.open.passed(self.passed);
        }
        // A watermark may arrive later among the events, never earlier. So it waits until the batch
        // is full instead of cutting it short.
        if let Some(time) = self.watermark.take() {
            self.ready.push_back(Element::Mark(Mark::Watermark(time)));
        }
    }

    /// Sends what is ready while there is room. Events that are dropped go to `overflowed`.
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

    /// Whether an element can be sent at once.
    pub(super) fn has_room(&self) -> bool {
        let has_room = match &self.sender {
            EdgeSender::Channel(sender) => sender.has_room(),
            EdgeSender::Lossy(..) => true,
        };
        has_room && self.ready.is_empty()
    }

    /// Waits until there is room for an element.
    pub(super) async fn room(&mut self) -> Result<()> {
        let room = match &mut self.sender {
            EdgeSender::Channel(sender) => sender.room().await,
            EdgeSender::Lossy(sender, _) => sender.room().await,
        };
        room.map_err(|_closed| aborted())
    }
}
