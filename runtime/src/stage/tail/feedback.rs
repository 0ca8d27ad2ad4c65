//! Where a loop ends: what reaches this tail is fed back to the head.

use super::Tail;
use crate::channel::LossySender;
use crate::control::{Activity, EpochTail, JobControl, LoopTail};
use crate::error::{Error, ErrorKind, Result};
use crate::event::{Batch, Element, Mark, Meta};
use crate::exchange::{Flush, Flushed, Outbox};
use crate::metrics::InstanceCounters;
use crate::operator::Emit;
use async_trait::async_trait;
use std::fmt;
use std::sync::Arc;

/// The end of a chain whose events are fed back. It never waits.
pub struct FeedbackTail<T> {
    sender: LossySender<T>,
    open: Batch<T>,
    limit: usize,
    dropped: Batch<T>,
    quiescence: LoopTail,
    epochs: EpochTail,
    counters: TailCounters,
    /// Whether anything was fed back since the last round.
    activity: Activity,
    state: LoopState,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum LoopState {
    Open,
    Ended,
}

/// What counts the events that a tail takes in and those that it drops.
#[derive(Debug)]
pub struct TailCounters {
    /// Those of the node that only feeds back, if there is one.
    pub own: Option<Arc<InstanceCounters>>,
    /// Those of the head, which counts what it had no room for.
    pub head: Arc<InstanceCounters>,
}

impl<T> fmt::Debug for FeedbackTail<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("FeedbackTail").field("state", &self.state).finish_non_exhaustive()
    }
}

impl<T> FeedbackTail<T> {
    /// A tail that sends batches of `limit` events.
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
        let batch = std::mem::replace(&mut self.open, self.sender.spare());
        self.activity = Activity::Some;
        if self.quiescence.is_quiescent() {
            // All loops were empty: this comes from an operator that emits events at its end.
            self.drop_events(events);
            return Ok(());
        }
        // With a policy that drops, nothing has to wait and nothing is given back.
        if self.sender.try_send(Element::Batch(batch), &mut self.dropped).is_err() {
            let message = "the job was stopped while events were fed back";
            return Err(Error::new(ErrorKind::Aborted, message));
        }
        let dropped = self.dropped.len();
        self.dropped.clear();
        self.drop_events(dropped);
        Ok(())
    }

    fn drop_events(&self, events: usize) {
        if events > 0 {
            self.counters.head.overflow.add(events as u64);
            self.counters.head.dropped.add(events as u64);
        }
    }

    fn take_activity(&mut self) -> Activity {
        std::mem::take(&mut self.activity)
    }
}

impl<T: Send> Emit<T> for FeedbackTail<T> {
    #[inline]
    fn emit(&mut self, value: T, _: Meta) -> Result<()> {
        self.open.push(value);
        if self.open.len() >= self.limit { self.send() } else { Ok(()) }
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
            // Time does not go round: an event that is fed back has no time of its own any more.
            Mark::Watermark(_) | Mark::Idle => {}
            // A barrier does not go round either: its head has sent one of its own.
            Mark::Barrier(epoch) => {
                self.send()?;
                self.epochs.acknowledge(epoch);
            }
            Mark::Round(round) => {
                self.send()?;
                let activity = self.take_activity();
                self.quiescence.report(round, activity);
            }
            Mark::End => {
                self.send()?;
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
        if flush == Flush::All {
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
