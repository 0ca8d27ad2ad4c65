//! Where a loop begins and where it ends.

use super::root::begin_with;
use super::{Chain, Found};
use crate::channel::LossySender;
use crate::control::{Activity, EpochSource, EpochTail, JobControl, LoopHead, LoopTail, Phase};
use crate::error::{Error, ErrorKind, Result};
use crate::event::{Batch, Element, Mark, Meta, Origin, Round};
use crate::exchange::{Delivery, Drive, Flush, Inlet, Line, Progress, Tail};
use crate::metrics::InstanceCounters;
use crate::operator::Emit;
use crate::time::EventTime;
use async_trait::async_trait;
use std::fmt;
use std::sync::{Arc, Mutex, PoisonError};
use std::task::{Context, Poll};

/// What leads from the tails of a loop to its head: the tails add to it while they are laid out.
pub struct Returning<T>(Arc<Mutex<Lines<T>>>);

type Lines<T> = Vec<(Origin, Line<T>)>;

impl<T> Returning<T> {
    /// Adds a way.
    pub fn add(&self, origin: Origin, line: Line<T>) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).push((origin, line));
    }

    fn inlet(&self) -> Inlet<T> {
        Inlet::new(std::mem::take(&mut *self.0.lock().unwrap_or_else(PoisonError::into_inner)))
    }
}

impl<T> Default for Returning<T> {
    fn default() -> Self {
        Self(Arc::default())
    }
}

impl<T> Clone for Returning<T> {
    fn clone(&self) -> Self {
        Self(Arc::clone(&self.0))
    }
}

impl<T> fmt::Debug for Returning<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Returning").finish_non_exhaustive()
    }
}

/// Where what was fed back comes in again.
pub struct FeedbackRoot<T> {
    returning: Returning<T>,
    /// Made of `returning` when it is first asked: by then all tails are laid out.
    inlet: Option<Inlet<T>>,
    quiescence: LoopHead,
    epochs: EpochSource,
    counters: Arc<InstanceCounters>,
    next: Option<Next<T>>,
    /// The last mark of event time that was emitted.
    emitted: Emitted,
    /// The last round that was emitted.
    round: Round,
}

/// What was fetched.
enum Next<T> {
    Batch(usize, Batch<T>),
    Idle,
    Barrier,
    Close,
    Round(Round),
    End,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Emitted {
    None,
    /// Nothing waits to be fed back: what it is merged with need not wait for its watermark.
    Idle,
    /// The last watermark: there are no more times to come.
    Closed,
    End,
}

impl<T> fmt::Debug for FeedbackRoot<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("FeedbackRoot").field("emitted", &self.emitted).finish_non_exhaustive()
    }
}

impl<T> FeedbackRoot<T> {
    /// The head of a loop.
    pub fn new(
        returning: Returning<T>,
        control: &JobControl,
        counters: Arc<InstanceCounters>,
    ) -> Self {
        Self {
            returning,
            inlet: None,
            quiescence: control.quiescence.add_head(),
            epochs: control.epochs.add_source(),
            counters,
            next: None,
            emitted: Emitted::None,
            round: Round::default(),
        }
    }

    fn poll_next(&mut self, cx: &mut Context<'_>) -> Poll<Next<T>> {
        let phase = self.quiescence.poll_phase(cx);
        match phase {
            _ if self.emitted == Emitted::End => return Poll::Pending,
            Phase::Quiescent => return Poll::Ready(Next::End),
            // At once, whatever waits: inlets behind this head do not read on without it, and
            // what is in flight in the loop belongs to the next epoch.
            _ if self.epochs.poll_due(cx) => return Poll::Ready(Next::Barrier),
            Phase::Closing(_) if self.emitted < Emitted::Closed => return Poll::Ready(Next::Close),
            Phase::Running | Phase::Settling(_) | Phase::Closing(_) => {}
        }
        let returning = &self.returning;
        let inlet = self.inlet.get_or_insert_with(|| returning.inlet());
        // Only events lead back.
        while inlet.poll_fetch(cx).is_ready() {
            if let Some((input, Element::Batch(batch))) = inlet.take() {
                return Poll::Ready(Next::Batch(input, batch));
            }
        }
        match phase.round() {
            Some(round) if round > self.round => Poll::Ready(Next::Round(round)),
            None if self.emitted < Emitted::Idle => Poll::Ready(Next::Idle),
            Some(_) | None => Poll::Pending,
        }
    }
}

impl<T: Send + 'static> Drive for FeedbackRoot<T> {
    type Out = T;

    #[inline]
    fn drive<E: Emit<T>>(&mut self, into: &mut E) -> Result<()> {
        match self.next.take() {
            None => Ok(()),
            Some(Next::Batch(input, mut batch)) => {
                if self.emitted == Emitted::Idle {
                    self.emitted = Emitted::None;
                }
                let events = batch.len() as u64;
                self.counters.events_in.add(events);
                self.counters.events_out.add(events);
                batch.drain(|value, meta| into.emit(value, meta))?;
                if let Some(inlet) = &mut self.inlet {
                    inlet.recycle(input, batch);
                }
                into.batch_end(events)
            }
            Some(Next::Idle) => {
                self.emitted = Emitted::Idle;
                begin_with(Mark::Idle, into)
            }
            Some(Next::Close) => {
                self.emitted = Emitted::Closed;
                begin_with(Mark::Watermark(EventTime::MAX), into)
            }
            Some(Next::Barrier) => match self.epochs.next_due() {
                Some(epoch) => begin_with(Mark::Barrier(epoch), into),
                None => Ok(()),
            },
            Some(Next::Round(round)) => {
                self.round = round;
                self.quiescence.send(round);
                begin_with(Mark::Round(round), into)
            }
            Some(Next::End) => {
                self.emitted = Emitted::End;
                self.epochs.end();
                begin_with(Mark::End, into)
            }
        }
    }
}

impl<T: Send + 'static> Chain for FeedbackRoot<T> {
    fn fetch_local(&mut self) -> bool {
        false
    }

    fn poll_fetch(&mut self, cx: &mut Context<'_>) -> Poll<Result<()>> {
        if self.next.is_none() {
            self.next = Some(std::task::ready!(self.poll_next(cx)));
        }
        Poll::Ready(Ok(()))
    }

    fn sides<'a>(&'a mut self, _: Found<'_, 'a>) {}
}

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
    state: State,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum State {
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
        let (activity, state) = (Activity::None, State::Open);
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
                self.state = State::Ended;
                let activity = self.take_activity();
                self.quiescence.end(activity);
                self.epochs.end();
            }
        }
        Ok(())
    }
}

#[async_trait]
impl<T: Send> Delivery for FeedbackTail<T> {
    fn try_deliver(&mut self, flush: Flush) -> Result<Progress> {
        if flush == Flush::All {
            self.send()?;
        }
        Ok(Progress::Done)
    }

    async fn deliver(&mut self, flush: Flush) -> Result<()> {
        self.try_deliver(flush).map(|_done| ())
    }
}

impl<T: Send + 'static> Tail<T> for FeedbackTail<T> {
    fn has_ended(&self) -> bool {
        self.state == State::Ended
    }
}
