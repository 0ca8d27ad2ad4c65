//! The tail of a loop: feeds events back to the head.
//!
//! Watermarks and rounds end here; what the tail owes for a round is a report to
//! [`control`](crate::control). A barrier goes back to the head, where it says which events were
//! fed back ahead of it.

use super::Tail;
use crate::channel::LossySender;
use crate::control::{Activity, EpochTail, JobControl, LoopTail};
use crate::error::{Error, ErrorKind, Result};
use crate::event::{Batch, Element, Mark, Meta, Passed};
use crate::exchange::{Flush, Flushed, Outbox};
use crate::metrics::{EdgeCounters, InstanceCounters};
use crate::mutant::Mutant;
use crate::operator::Emit;
use async_trait::async_trait;
use std::fmt;
use std::sync::Arc;

/// Sends events back to the head of their loop. Never waits.
///
/// A tail that waited for its head could deadlock, since backpressure makes the head wait for the
/// tail. So the edge is lossy: what finds no room is dropped and counted at the head.
pub struct FeedbackTail<T> {
    /// The feedback edge.
    sender: LossySender<T>,
    /// The batch being filled.
    open: Batch<T>,
    /// The number of events at which `open` is sent.
    limit: usize,
    /// Receives what the edge drops; empty between two sends.
    dropped: Batch<T>,
    /// Where rounds are reported.
    quiescence: LoopTail,
    /// Where barriers are acknowledged.
    epochs: EpochTail,
    counters: TailCounters,
    /// Whether anything was fed back since the last round.
    activity: Activity,
    state: LoopState,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum LoopState {
    Open,
    /// The end mark has passed.
    Ended,
}

/// The counters of a loop tail: events received, and events dropped.
#[derive(Debug)]
pub struct TailCounters {
    /// The node that only feeds back, if there is one: counts events received.
    pub own: Option<Arc<InstanceCounters>>,
    /// The head: counts events that found no room on the feedback edge.
    pub head: Arc<InstanceCounters>,
    /// The edge: counts events sent and dropped.
    pub edge: Arc<EdgeCounters>,
}

impl<T> fmt::Debug for FeedbackTail<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("FeedbackTail").field("state", &self.state).finish_non_exhaustive()
    }
}

impl<T> FeedbackTail<T> {
    /// A tail that sends batches of at most `limit` events. Registers with `control` as a loop tail
    /// and as an end of barriers.
    #[must_use]
    pub fn new(
        sender: LossySender<T>,
        limit: usize,
        control: &JobControl,
        counters: TailCounters,
    ) -> Self {
        let (quiescence, epochs) = (control.quiescence.add_tail(), control.epochs.add_tail());
        let (open, dropped) = (Batch::default(), Batch::default());
        let (activity, state) = (Activity::None, LoopState::Open);
        Self { sender, open, limit, dropped, quiescence, epochs, counters, activity, state }
    }

    fn send(&mut self) -> Result<()> {
        if self.open.is_empty() {
            return Ok(());
        }
        let events = self.open.len();
        self.counters.edge.sent.add(events as u64);
        let mut batch = std::mem::replace(&mut self.open, self.sender.spare());
        if Mutant::LostInLoop.strikes() {
            batch.keep(|event| event > 0, &mut Batch::default());
        }
        self.activity = Activity::Some;
        if self.quiescence.is_quiescent() {
            // The head has ended: this was emitted by an operator at the end of its input.
            self.drop_events(events);
            return Ok(());
        }
        // The policy drops, so `try_send` returns no batch that has to wait.
        if self.sender.try_send(Element::Batch(batch), &mut self.dropped).is_err() {
            return Err(stopped());
        }
        let dropped = self.dropped.len();
        self.dropped.clear();
        self.drop_events(dropped);
        Ok(())
    }

    /// Sends a mark behind all events fed back so far, unless the head has ended.
    fn send_mark(&mut self, mark: Mark) -> Result<()> {
        self.send()?;
        if self.quiescence.is_quiescent() {
            return Ok(());
        }
        let sent = self.sender.try_send(Element::Mark(mark), &mut self.dropped);
        sent.map(drop).map_err(|_closed| stopped())
    }

    fn drop_events(&self, events: usize) {
        if events > 0 {
            self.counters.head.count_overflow(events as u64);
            self.counters.head.count_dropped(events as u64);
            self.counters.edge.dropped.add(events as u64);
        }
    }

    fn take_activity(&mut self) -> Activity {
        std::mem::take(&mut self.activity)
    }
}

/// The error of a tail whose head is gone.
#[cold]
fn stopped() -> Error {
    Error::new(ErrorKind::Aborted, "the job was stopped while events were fed back")
}

impl<T: Send> Emit<T> for FeedbackTail<T> {
    #[inline]
    fn emit(&mut self, value: T, _: Meta) -> Result<()> {
        self.open.push(value);
        if self.open.len() >= self.limit { self.send() } else { Ok(()) }
    }

    /// Event time ends here, and with it what splits had passed.
    fn passed(&mut self, _: Passed) -> Result<()> {
        Ok(())
    }

    fn batch_end(&mut self, events: u64) -> Result<()> {
        if let Some(own) = &self.counters.own {
            own.events_in.add(events);
            own.events_out.add(events);
        }
        Ok(())
    }

    fn mark(&mut self, mark: Mark) -> Result<()> {
        match mark {
            // Event time ends here: events that are fed back have none until it is assigned anew.
            Mark::Watermark(_) | Mark::Idle => {}
            Mark::Barrier(epoch) => {
                self.send_mark(mark)?;
                self.epochs.acknowledge(epoch);
            }
            Mark::Round(round) => {
                self.send()?;
                let activity = self.take_activity();
                self.quiescence.report(round, activity);
            }
            Mark::End => {
                self.send_mark(mark)?;
                self.state = LoopState::Ended;
                let activity = self.take_activity();
                self.quiescence.end(activity);
                self.epochs.end();
            }
        }
        Ok(())
    }
}

#[async_trait]
impl<T: Send> Outbox for FeedbackTail<T> {
    fn try_flush(&mut self, flush: Flush) -> Result<Flushed> {
        if flush != Flush::Full {
            self.send()?;
        }
        Ok(Flushed::Done)
    }

    async fn flush(&mut self, flush: Flush) -> Result<()> {
        self.try_flush(flush).map(|_done| ())
    }
}

impl<T: Send + 'static> Tail<T> for FeedbackTail<T> {
    fn has_ended(&self) -> bool {
        self.state == LoopState::Ended
    }
}
