//! Where a loop begins: what was fed back comes in again.

use super::emissions::begin_with;
use crate::control::{EpochSource, JobControl, LoopHead, Phase};
use crate::error::Result;
use crate::event::{Batch, Element, Mark, Origin, Round};
use crate::exchange::{EdgeReceiver, InputGate};
use crate::metrics::InstanceCounters;
use crate::operator::Emit;
use crate::stage::{Chain, Drive, VisitSides};
use crate::time::EventTime;
use std::fmt;
use std::sync::{Arc, Mutex, PoisonError};
use std::task::{Context, Poll};

/// What leads from the tails of a loop to its head: the tails add to it while they are laid out.
pub struct Returning<T>(Arc<Mutex<Lines<T>>>);

type Lines<T> = Vec<(Origin, EdgeReceiver<T>)>;

impl<T> Returning<T> {
    /// Adds a way.
    pub fn add(&self, origin: Origin, line: EdgeReceiver<T>) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).push((origin, line));
    }

    fn inlet(&self) -> InputGate<T> {
        InputGate::new(std::mem::take(&mut *self.0.lock().unwrap_or_else(PoisonError::into_inner)))
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
    inlet: Option<InputGate<T>>,
    quiescence: LoopHead,
    epochs: EpochSource,
    counters: Arc<InstanceCounters>,
    next: Option<Fetched<T>>,
    /// The last mark of event time that was emitted.
    emitted: Emitted,
    /// The last round that was emitted.
    round: Round,
}

/// What was fetched.
enum Fetched<T> {
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

    fn poll_next(&mut self, cx: &mut Context<'_>) -> Poll<Fetched<T>> {
        let phase = self.quiescence.poll_phase(cx);
        match phase {
            _ if self.emitted == Emitted::End => return Poll::Pending,
            Phase::Quiescent => return Poll::Ready(Fetched::End),
            // At once, whatever waits: inlets behind this head do not read on without it, and
            // what is in flight in the loop belongs to the next epoch.
            _ if self.epochs.poll_due(cx) => return Poll::Ready(Fetched::Barrier),
            Phase::Closing(_) if self.emitted < Emitted::Closed => {
                return Poll::Ready(Fetched::Close);
            }
            Phase::Running | Phase::Settling(_) | Phase::Closing(_) => {}
        }
        let returning = &self.returning;
        let inlet = self.inlet.get_or_insert_with(|| returning.inlet());
        // Only events lead back.
        while inlet.poll_fetch(cx).is_ready() {
            if let Some((input, Element::Batch(batch))) = inlet.take() {
                return Poll::Ready(Fetched::Batch(input, batch));
            }
        }
        match phase.round() {
            Some(round) if round > self.round => Poll::Ready(Fetched::Round(round)),
            None if self.emitted < Emitted::Idle => Poll::Ready(Fetched::Idle),
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
            Some(Fetched::Batch(input, mut batch)) => {
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
            Some(Fetched::Idle) => {
                self.emitted = Emitted::Idle;
                begin_with(Mark::Idle, into)
            }
            Some(Fetched::Close) => {
                self.emitted = Emitted::Closed;
                begin_with(Mark::Watermark(EventTime::MAX), into)
            }
            Some(Fetched::Barrier) => match self.epochs.next_due() {
                Some(epoch) => begin_with(Mark::Barrier(epoch), into),
                None => Ok(()),
            },
            Some(Fetched::Round(round)) => {
                self.round = round;
                self.quiescence.send(round);
                begin_with(Mark::Round(round), into)
            }
            Some(Fetched::End) => {
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

    fn sides<'a>(&'a mut self, _: VisitSides<'_, 'a>) {}
}
