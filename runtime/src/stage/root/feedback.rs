//! The head of a loop: emits what its tails have fed back.
//!
//! The head is also where a loop takes part in the two protocols of [`control`](crate::control). It
//! injects barriers, like a source, and the rounds by which the job detects that its loops are
//! empty. A barrier that has reached the tails comes back along the feedback edges, and ends here:
//! the events that come back ahead of it were in flight when the state of the loop was saved.

use super::emissions::begin_with;
use super::loop_log::LoopLog;
use super::pace::Pace;
use crate::checkpoint::PartKind;
use crate::control::{EpochSource, JobControl, LoopHead, Phase, TaskClock};
use crate::error::Result;
use crate::event::{Batch, Element, Epoch, Mark, Origin, Round};
use crate::exchange::{EdgeReceiver, InputGate};
use crate::metrics::{EdgeCounters, InstanceCounters, StepFlow, StepKind};
use crate::operator::Emit;
use crate::stage::chain::closed;
use crate::stage::{Chain, Drive, LocalWork, Path, Saver, Turn, VisitSides, Way};
use crate::state::{Kept, KeptType, Memory, WAITING_EVENT, WrittenShapes};
use crate::time::EventTime;
use std::fmt;
use std::sync::{Arc, Mutex, PoisonError};
use std::task::{Context, Poll};

/// The feedback edges of a loop, from its tails to its head.
///
/// Head and tails may be laid out in any order: each tail adds the receiving end of its edge here,
/// and the head takes all of them when it is first polled. Clones share the list.
pub struct Returning<T>(Arc<Mutex<Lines<T>>>);

type Lines<T> = Vec<((Origin, EdgeReceiver<T>), Arc<EdgeCounters>)>;

impl<T> Returning<T> {
    /// Adds the edge from one instance of a tail. It replaces that of an attempt that failed before
    /// the head was polled.
    pub fn add(&self, origin: Origin, line: EdgeReceiver<T>, edge: Arc<EdgeCounters>) {
        edge.count();
        let mut lines = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        lines.retain(|((other, _), _)| *other != origin);
        lines.push(((origin, line), edge));
    }

    /// Takes all edges added so far.
    fn inlet(&self) -> InputGate<T> {
        let lines = std::mem::take(&mut *self.0.lock().unwrap_or_else(PoisonError::into_inner));
        let (lines, edges) = lines.into_iter().unzip();
        InputGate::new(lines).counted(edges)
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
///
/// After the barrier of the last epoch of a suspended job, it emits nothing; what is fed back
/// belongs to the checkpoint.
pub struct FeedbackRoot<T, D> {
    /// The feedback edges, until `inlet` is made of them.
    returning: Returning<T>,
    /// Made of `returning` at the first poll: by then all tails are laid out.
    inlet: Option<InputGate<T>>,
    /// What the job asks of the loop heads, and the rounds this one has sent.
    quiescence: LoopHead,
    /// The barriers this head has yet to send.
    epochs: EpochSource,
    /// What belongs to the checkpoint that is being taken.
    log: LoopLog<T, D>,
    counters: Arc<InstanceCounters>,
    flow: Arc<StepFlow>,
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
    /// A batch, and the input that gets its memory back, unless it comes from a checkpoint.
    Batch(Option<usize>, Batch<T>),
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

impl<T, D> fmt::Debug for FeedbackRoot<T, D> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("FeedbackRoot").field("emitted", &self.emitted).finish_non_exhaustive()
    }
}

impl<T: Kept<D>, D: Memory> FeedbackRoot<T, D> {
    /// What a head keeps in checkpoints.
    pub const KEEPS: PartKind = PartKind::Loop;

    /// The types of what it keeps.
    #[must_use]
    pub fn types() -> Vec<KeptType> {
        KeptType::of::<T, D>(WAITING_EVENT).into_iter().collect()
    }

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
            log: LoopLog::new(None),
            flow: counters.add_step(StepKind::Head),
            counters,
            next: None,
            emitted: Emitted::None,
            round: Round::default(),
            pace: Pace::default(),
        }
    }

    /// Reports what it keeps by `saver`.
    #[must_use]
    pub fn saved_by(self, saver: Option<Saver>) -> Self {
        Self { log: LoopLog::new(saver), ..self }
    }

    /// Takes back the events of a checkpoint, before the job starts. They are emitted first.
    ///
    /// # Errors
    /// If they were written by another type.
    pub fn restore(&mut self, bytes: &[u8], written: &WrittenShapes) -> Result<()> {
        let mut batch = Batch::default();
        LoopLog::<T, D>::read(bytes, written)?.into_iter().for_each(|event| batch.push(event));
        self.flow.restored.add(batch.len() as u64);
        if !batch.is_empty() {
            self.next = Some(Fetched::Batch(None, batch));
        }
        Ok(())
    }

    /// What to emit next, by the priorities above.
    fn poll_next(&mut self, cx: &mut Context<'_>) -> Poll<Fetched<T>> {
        if self.epochs.is_suspended() {
            return self.poll_returned(cx).map(|(input, batch)| Fetched::Batch(Some(input), batch));
        }
        let phase = self.quiescence.poll_phase(cx);
        match phase {
            _ if self.emitted == Emitted::End => return Poll::Pending,
            Phase::Quiescent => return Poll::Ready(Fetched::End),
            // Ahead of anything buffered: gates downstream align on this barrier, and the loop
            // would stall without it. What is in flight in the loop is logged.
            _ if self.epochs.poll_due(cx) => return Poll::Ready(Fetched::Barrier),
            Phase::Closing(_) if self.emitted < Emitted::Closed => {
                return Poll::Ready(Fetched::Close);
            }
            Phase::Running | Phase::Settling(_) | Phase::Closing(_) => {}
        }
        if let Poll::Ready((input, batch)) = self.poll_returned(cx) {
            return Poll::Ready(Fetched::Batch(Some(input), batch));
        }
        match phase.round() {
            // While a barrier is in the loop, events may be buffered behind it.
            Some(_) if self.log.is_open() => Poll::Pending,
            Some(round) if round > self.round => Poll::Ready(Fetched::Round(round)),
            None if self.emitted < Emitted::Idle => Poll::Ready(Fetched::Idle),
            Some(_) | None => Poll::Pending,
        }
    }

    /// The next batch that was fed back, and its input.
    fn poll_returned(&mut self, cx: &mut Context<'_>) -> Poll<(usize, Batch<T>)> {
        let returning = &self.returning;
        let inlet = self.inlet.get_or_insert_with(|| returning.inlet());
        while inlet.poll_fetch(cx).is_ready() {
            match inlet.take() {
                Some((input, Element::Batch(batch))) => return Poll::Ready((input, batch)),
                Some((_, Element::Mark(Mark::Barrier(_)))) => self.log.end(),
                Some((_, Element::Mark(Mark::End))) => self.log.no_tail_is_left(),
                // Tails send no others.
                Some((_, Element::Mark(Mark::Watermark(_) | Mark::Idle | Mark::Round(_))))
                | None => {}
            }
        }
        Poll::Pending
    }

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
            Fetched::Barrier => {
                let epoch = self.epochs.next_due()?;
                self.log.begin(epoch);
                Some(Mark::Barrier(epoch))
            }
            Fetched::Round(round) => {
                self.round = round;
                self.quiescence.send(round);
                Some(Mark::Round(round))
            }
            Fetched::End => {
                self.emitted = Emitted::End;
                self.log.close();
                self.epochs.end();
                Some(Mark::End)
            }
        }
    }
}

impl<T: Kept<D> + Send + 'static, D: Memory> Drive for FeedbackRoot<T, D> {
    type Out = T;

    #[inline]
    fn drive<W: Way, E: Emit<T>>(&mut self, into: &mut E) -> Result<()> {
        let Some(Fetched::Batch(input, mut batch)) = self.next.take() else {
            return Ok(());
        };
        if self.epochs.is_suspended() {
            self.log.note(batch.values());
            self.flow.buffered.add(batch.len() as u64);
            return Ok(());
        }
        if self.emitted == Emitted::Idle {
            self.emitted = Emitted::None;
        }
        let limit = self.pace.limit();
        if batch.len() > limit {
            let mut slice = Batch::default();
            batch.keep(|event| event >= limit, &mut slice);
            self.next = Some(Fetched::Batch(input, std::mem::replace(&mut batch, slice)));
        }
        self.log.note(batch.values());
        let events = batch.len();
        self.counters.events_in.add(events as u64);
        self.counters.events_out.add(events as u64);
        batch.drain(|value, meta| into.emit(value, meta))?;
        if let (Some(inlet), Some(input)) = (&mut self.inlet, input) {
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

impl<T: Kept<D> + Send + 'static, D: Memory> Path for FeedbackRoot<T, D> {
    closed!();
}

impl<T: Kept<D> + Send + 'static, D: Memory> Chain for FeedbackRoot<T, D> {
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

    fn awaited(&self) -> Option<Epoch> {
        (self.emitted != Emitted::End).then(|| self.epochs.awaited())
    }

    fn sides<'a>(&'a mut self, _: VisitSides<'_, 'a>) {}
}
