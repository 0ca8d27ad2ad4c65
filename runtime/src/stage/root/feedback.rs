//! The head of a loop: emits what its tails have fed back.
//!
//! The head is also where a loop takes part in the two protocols of [`control`](crate::control). It
//! injects barriers, like a source, and the rounds by which the job detects that its loops are
//! empty. No mark ever travels along the feedback edge; it carries events only.

use super::emissions::begin_with;
use super::pace::Pace;
use crate::control::{EpochSource, JobControl, LoopHead, Phase, TaskClock};
use crate::error::Result;
use crate::event::{Batch, Element, Mark, Origin, Round};
use crate::exchange::{EdgeReceiver, InputGate};
use crate::metrics::InstanceCounters;
use crate::operator::Emit;
use crate::stage::{Chain, Drive, LocalWork, Turn, VisitSides};
use crate::time::EventTime;
use std::fmt;
use std::sync::{Arc, Mutex, PoisonError};
use std::task::{Context, Poll};

/// The feedback edges of a loop, from its tails to its head.
///
/// Head and tails may be laid out in any order: each tail adds the receiving end of its edge here,
/// and the head takes all of them when it is first polled. Clones share the list.
pub struct Returning<T>(Arc<Mutex<Lines<T>>>);

type Lines<T> = Vec<(Origin, EdgeReceiver<T>)>;

impl<T> Returning<T> {
    /// Adds the edge from one instance of a tail.
    pub fn add(&self, origin: Origin, line: EdgeReceiver<T>) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).push((origin, line));
    }

    /// Takes all edges added so far.
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

/// Emits what the tails of a loop have fed back, and the marks of a loop head.
///
/// A turn emits the first of these that applies:
/// 1. the end, once the job is quiescent;
/// 2. a barrier, if one is due;
/// 3. the last watermark, once the loops are known to be empty for the first time;
/// 4. a batch that was fed back;
/// 5. the current round, as nothing is buffered;
/// 6. an idle mark, so that inputs merged with the loop need not wait for its watermark.
pub struct FeedbackRoot<T> {
    /// The feedback edges, until `inlet` is made of them.
    returning: Returning<T>,
    /// Made of `returning` at the first poll: by then all tails are laid out.
    inlet: Option<InputGate<T>>,
    /// What the job asks of the loop heads, and the rounds this one has sent.
    quiescence: LoopHead,
    /// The barriers this head has yet to send.
    epochs: EpochSource,
    counters: Arc<InstanceCounters>,
    /// Fetched by a poll, emitted by the next `drive`.
    next: Option<Fetched<T>>,
    /// The last mark of event time that was emitted.
    emitted: Emitted,
    /// The last round that was emitted.
    round: Round,
    /// Cuts batches that take too long.
    pace: Pace,
}

/// What the next turn emits.
enum Fetched<T> {
    /// A batch, and the input that gets its memory back.
    Batch(usize, Batch<T>),
    Idle,
    Barrier,
    /// The last watermark.
    Close,
    Round(Round),
    End,
}

/// The last mark of event time, in the order in which they are emitted; a batch undoes `Idle`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Emitted {
    /// None since the last batch.
    None,
    /// An idle mark: inputs merged with the loop do not wait for its watermark.
    Idle,
    /// The watermark [`EventTime::MAX`]: windows in the loop fire for the last time.
    Closed,
    /// The end mark.
    End,
}

impl<T> fmt::Debug for FeedbackRoot<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("FeedbackRoot").field("emitted", &self.emitted).finish_non_exhaustive()
    }
}

impl<T> FeedbackRoot<T> {
    /// A head for these feedback edges. Registers with `control` as a loop head and as a source.
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
            pace: Pace::default(),
        }
    }

    /// What to emit next, by the priorities above.
    fn poll_next(&mut self, cx: &mut Context<'_>) -> Poll<Fetched<T>> {
        let phase = self.quiescence.poll_phase(cx);
        match phase {
            _ if self.emitted == Emitted::End => return Poll::Pending,
            Phase::Quiescent => return Poll::Ready(Fetched::End),
            // Ahead of anything buffered: gates downstream align on this barrier, and the loop
            // would stall without it. What is in flight in the loop joins the next epoch.
            _ if self.epochs.poll_due(cx) => return Poll::Ready(Fetched::Barrier),
            Phase::Closing(_) if self.emitted < Emitted::Closed => {
                return Poll::Ready(Fetched::Close);
            }
            Phase::Running | Phase::Settling(_) | Phase::Closing(_) => {}
        }
        let returning = &self.returning;
        let inlet = self.inlet.get_or_insert_with(|| returning.inlet());
        // The tails send events only.
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

impl<T> FeedbackRoot<T> {
    /// Takes the fetched mark, to be emitted at once.
    fn mark(&mut self) -> Option<Mark> {
        match self.next.take()? {
            Fetched::Batch(..) => None,
            Fetched::Idle => {
                self.emitted = Emitted::Idle;
                Some(Mark::Idle)
            }
            Fetched::Close => {
                self.emitted = Emitted::Closed;
                Some(Mark::Watermark(EventTime::MAX))
            }
            Fetched::Barrier => self.epochs.next_due().map(Mark::Barrier),
            Fetched::Round(round) => {
                self.round = round;
                self.quiescence.send(round);
                Some(Mark::Round(round))
            }
            Fetched::End => {
                self.emitted = Emitted::End;
                self.epochs.end();
                Some(Mark::End)
            }
        }
    }
}

impl<T: Send + 'static> Drive for FeedbackRoot<T> {
    type Out = T;

    #[inline]
    fn drive<E: Emit<T>>(&mut self, into: &mut E) -> Result<()> {
        let Some(Fetched::Batch(input, mut batch)) = self.next.take() else {
            return Ok(());
        };
        if self.emitted == Emitted::Idle {
            self.emitted = Emitted::None;
        }
        let limit = self.pace.limit();
        if batch.len() > limit {
            let mut slice = Batch::default();
            batch.keep(|event| event >= limit, &mut slice);
            self.next = Some(Fetched::Batch(input, std::mem::replace(&mut batch, slice)));
        }
        let events = batch.len();
        self.counters.events_in.add(events as u64);
        self.counters.events_out.add(events as u64);
        batch.drain(|value, meta| into.emit(value, meta))?;
        if let Some(inlet) = &mut self.inlet {
            inlet.recycle(input, batch);
        }
        if self.pace.note(events, self.next.is_some()) {
            return into.slice_end();
        }
        into.batch_end(self.pace.done() as u64)
    }

    fn pass<E: Emit<T>>(&mut self, into: &mut E) -> Result<()> {
        match self.mark() {
            Some(mark) => begin_with(mark, into),
            None => Ok(()),
        }
    }
}

impl<T: Send + 'static> Chain for FeedbackRoot<T> {
    fn attach(&mut self, clock: &TaskClock) {
        self.pace.attach(clock);
    }

    fn fetch_local(&mut self, _: LocalWork) -> bool {
        false
    }

    fn poll_fetch(&mut self, cx: &mut Context<'_>) -> Poll<Result<()>> {
        if self.next.is_none() {
            self.next = Some(std::task::ready!(self.poll_next(cx)));
        }
        Poll::Ready(Ok(()))
    }

    fn goes_on(&mut self) -> bool {
        self.pace.goes_on()
    }

    fn poll_due(&mut self, _: &mut Context<'_>) -> Poll<()> {
        Poll::Pending
    }

    fn turn(&self) -> Turn {
        if matches!(self.next, Some(Fetched::Batch(..))) { Turn::Batch } else { Turn::Mark }
    }

    fn sides<'a>(&'a mut self, _: VisitSides<'_, 'a>) {}
}
