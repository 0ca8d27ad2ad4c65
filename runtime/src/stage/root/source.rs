//! The root of a chain that begins at a source, and the barriers it injects.

use super::emissions::begin_with;
use super::pace::Pace;
use crate::checkpoint::Moment;
use crate::control::{DriftSource, EpochSource, JobControl, PauseSwitch, TaskClock};
use crate::error::{Error, ErrorKind, Instance, Result, Role};
use crate::event::{Epoch, Mark, Meta};
use crate::exchange::Tee;
use crate::metrics::{InstanceCounters, StepKind};
use crate::operator::{Emit, NoSnapshot, OperatorPlace, Uncounted};
use crate::source::{Intake, Malformed, Position, Reader, Readiness};
use crate::stage::chain::closed;
use crate::stage::{Chain, Drive, LocalWork, Path, Saver, Turn, VisitSides, Way};
use std::marker::PhantomData;
use std::sync::Arc;
use std::task::{Context, Poll};

/// Reads a source in batches and emits a barrier whenever an epoch is due.
///
/// A turn emits one of three, in this order of priority: the end, a barrier, a batch. So a barrier
/// never splits a batch, and a drained source sends no barrier after its end.
pub struct SourceRoot<R, T> {
    /// Names the source in errors.
    place: OperatorPlace,
    /// The user's source.
    reader: R,
    /// By which the job asks the source to stop, and learns that it has ended.
    control: JobControl,
    /// Holds the source while it is ahead of those it is joined with; `None` if nothing does.
    drift: Option<DriftSource>,
    /// Whether the source is paused.
    pause: PauseSwitch,
    /// The barriers this source has yet to send.
    epochs: EpochSource,
    /// Where its position is reported, in a job with checkpoints.
    saver: Option<Saver>,
    /// The last position reported, until its checkpoint is known to be durable.
    reported: Option<(Epoch, Position)>,
    /// The greatest number of events of a batch.
    limit: usize,
    counters: Arc<InstanceCounters>,
    /// Where malformed records go; without it, the first of them fails the job.
    errors: Option<Tee<Malformed>>,
    /// What can be done about a malformed record that fails the job.
    help: Option<&'static str>,
    state: SourceState,
    /// Cuts batches that take too long.
    pace: Pace,
    /// Events of the current batch.
    read: u64,
    /// Malformed records of the current slice.
    rejected: u64,
    events: PhantomData<fn() -> T>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum SourceState {
    /// May have more events.
    Open,
    /// The job drains, and the reader still has events that would be lost.
    Draining,
    /// Exhausted or drained; the next turn emits the end.
    Ending,
    /// The end is emitted; never ready again.
    Ended,
}

impl<R, T> std::fmt::Debug for SourceRoot<R, T> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("SourceRoot").field("state", &self.state).finish_non_exhaustive()
    }
}

impl<R, T> SourceRoot<R, T> {
    /// A root that reads batches of at most `limit` events. Registers the source with `control`.
    pub fn new(
        (place, reader, saver): (OperatorPlace, R, Option<Saver>),
        limit: usize,
        (control, drift, pause): (JobControl, Option<DriftSource>, PauseSwitch),
        counters: Arc<InstanceCounters>,
        (errors, help): (Option<Tee<Malformed>>, Option<&'static str>),
    ) -> Self {
        let state = SourceState::Open;
        control.quiescence.add_source();
        let epochs = control.epochs.add_source();
        counters.add_step(StepKind::Source);
        let events = PhantomData;
        let (pace, read, rejected) = (Pace::default(), 0, 0);
        Self {
            place,
            reader,
            control,
            drift,
            pause,
            epochs,
            saver,
            reported: None,
            limit,
            counters,
            errors,
            help,
            state,
            pace,
            read,
            rejected,
            events,
        }
    }

    /// Whether the source is not read now: it is paused, or ahead of those it is joined with. A
    /// job that drains waits for neither.
    #[inline]
    fn is_held(&self, cx: &Context<'_>) -> bool {
        if self.state != SourceState::Open {
            return false;
        }
        if self.pause.poll_paused(cx) {
            // It may be idle, whatever it would wait for if it were read.
            self.drift.iter().for_each(DriftSource::release);
            return true;
        }
        self.drift.as_ref().is_some_and(|drift| drift.poll_held(cx))
    }

    /// The error of the source.
    #[cold]
    fn failed(&self, error: Error) -> Error {
        error.of(Role::Source, self.place.node(), Instance::ONLY)
    }

    /// Reports the end to the job and to the side output of errors.
    #[cold]
    fn end(&mut self) -> Result<()>
    where
        R: Reader<T>,
    {
        self.state = SourceState::Ended;
        self.counters.shown.end();
        self.save(Moment::End);
        self.control.quiescence.source_ended();
        self.epochs.end();
        if let Some(errors) = &mut self.errors {
            errors.mark(Mark::End)?;
        }
        Ok(())
    }

    /// What to emit at the end of an epoch.
    #[cold]
    fn barrier(&mut self, epoch: Epoch) -> Result<Mark>
    where
        R: Reader<T>,
    {
        self.note_durable();
        self.save(Moment::Barrier(epoch));
        let barrier = Mark::Barrier(epoch);
        if let Some(errors) = &mut self.errors {
            errors.mark(barrier)?;
        }
        Ok(barrier)
    }

    /// Reports the position up to which events have been read.
    fn save(&mut self, moment: Moment)
    where
        R: Reader<T>,
    {
        let Some(saver) = &self.saver else { return };
        let watch = self.place.watch(Uncounted, &NoSnapshot);
        let position = self.reader.position();
        watch.end();
        self.reported = match (moment, &position) {
            (Moment::Barrier(epoch), Ok(Some(position))) => Some((epoch, position.clone())),
            _ => None,
        };
        let bytes = position.map(|position| position.map(|at| at.as_bytes().to_owned()));
        saver.whole(moment, bytes);
    }

    /// Notifies the reader if the checkpoint with the last position is durable.
    fn note_durable(&mut self)
    where
        R: Reader<T>,
    {
        let epochs = &self.epochs;
        if let Some((_, at)) = self.reported.take_if(|(epoch, _)| epochs.is_durable(*epoch)) {
            let watch = self.place.watch(Uncounted, &NoSnapshot);
            self.reader.committed(&at);
            watch.end();
        }
    }

    /// Reads and emits a slice of a batch; returns the number of events.
    #[inline(always)]
    fn read<E: Emit<T>>(&mut self, limit: usize, into: &mut E) -> Result<u64>
    where
        R: Reader<T>,
    {
        let Self { place, reader, errors, help, .. } = self;
        let mut taking = Taking { into, events: 0, errors, help: *help, rejected: 0 };
        // Without the number of the event: to have that after a panic would cost every event.
        let watch = place.watch(Uncounted, &NoSnapshot);
        let read = reader.read(limit, &mut taking);
        watch.end();
        let (events, rejected) = (taking.events, taking.rejected);
        read.map_err(|error| self.failed(error))?;
        self.counters.events_in.add(events + rejected);
        self.counters.events_out.add(events);
        self.counters.errors.add(rejected);
        self.rejected = rejected;
        if let Some(errors) = self.errors.as_mut().filter(|_| rejected > 0) {
            errors.batch_end(rejected)?;
        }
        Ok(events)
    }

    /// The number of events to read now.
    fn limit(&mut self) -> usize {
        let slice = self.pace.limit();
        slice.min(self.limit - self.pace.done())
    }

    /// Notes what was read of at most `limit`; whether the batch goes on.
    fn note(&mut self, limit: usize, events: u64) -> bool {
        self.read += events;
        let taken = usize::try_from(events + self.rejected).unwrap_or(usize::MAX);
        let more = taken >= limit && self.pace.done() + taken < self.limit;
        self.pace.note(taken, more)
    }
}

impl<T: Send + 'static, R: Reader<T>> Drive for SourceRoot<R, T> {
    type Out = T;

    #[inline]
    fn drive<W: Way, E: Emit<T>>(&mut self, into: &mut E) -> Result<()> {
        let limit = self.limit();
        let events = self.read(limit, into)?;
        if self.note(limit, events) {
            return into.slice_end();
        }
        into.batch_end(std::mem::take(&mut self.read))
    }

    fn pass<E: Emit<T>>(&mut self, into: &mut E) -> Result<()> {
        if matches!(self.state, SourceState::Ending | SourceState::Ended) {
            self.end()?;
            return begin_with(Mark::End, into);
        }
        match self.epochs.next_due() {
            Some(epoch) => begin_with(self.barrier(epoch)?, into),
            None => Ok(()),
        }
    }
}

impl<T: Send + 'static, R: Reader<T>> Path for SourceRoot<R, T> {
    closed!();
}

impl<T: Send + 'static, R: Reader<T>> Chain for SourceRoot<R, T> {
    fn attach(&mut self, clock: &TaskClock) {
        self.pace.attach(clock);
    }

    fn fetch_local(&mut self, _: LocalWork) -> bool {
        false
    }

    fn poll_fetch(&mut self, cx: &mut Context<'_>) -> Poll<Result<()>> {
        match self.state {
            SourceState::Ended => return Poll::Pending,
            SourceState::Ending => return Poll::Ready(Ok(())),
            SourceState::Open if self.control.drain.is_cancelled() => {
                self.drift.iter().for_each(DriftSource::release);
                if !self.reader.drain() {
                    self.state = SourceState::Ending;
                    return Poll::Ready(Ok(()));
                }
                self.state = SourceState::Draining;
            }
            SourceState::Open | SourceState::Draining => {}
        }
        if self.epochs.is_suspended() {
            return Poll::Pending;
        }
        if self.epochs.is_due() {
            return Poll::Ready(Ok(()));
        }
        if self.is_held(cx) {
            return if self.epochs.poll_due(cx) { Poll::Ready(Ok(())) } else { Poll::Pending };
        }
        let watch = self.place.watch(Uncounted, &NoSnapshot);
        let polled = self.reader.poll_ready(cx);
        watch.end();
        let Poll::Ready(ready) = polled else {
            return if self.epochs.poll_due(cx) { Poll::Ready(Ok(())) } else { Poll::Pending };
        };
        let readiness = ready.map_err(|error| self.failed(error))?;
        if readiness == Readiness::End {
            self.state = SourceState::Ending;
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
        let reads = matches!(self.state, SourceState::Open | SourceState::Draining)
            && !self.epochs.is_due();
        if reads { Turn::Batch } else { Turn::Mark }
    }

    fn awaited(&self) -> Option<Epoch> {
        (self.state != SourceState::Ended).then(|| self.epochs.awaited())
    }

    fn sides<'a>(&'a mut self, visit: VisitSides<'_, 'a>) {
        if let Some(errors) = &mut self.errors {
            visit(errors);
        }
    }
}

/// Receives what the reader produces, and counts it on the stack.
struct Taking<'a, E> {
    into: &'a mut E,
    events: u64,
    errors: &'a mut Option<Tee<Malformed>>,
    help: Option<&'static str>,
    rejected: u64,
}

impl<T, E: Emit<T>> Intake<T> for Taking<'_, E> {
    #[inline(always)]
    fn event(&mut self, event: T) -> Result<()> {
        let emitted = self.into.emit(event, Meta::default());
        // Last, as in a step (decision 28).
        self.events += 1;
        emitted
    }

    #[cold]
    fn malformed(&mut self, record: Malformed) -> Result<()> {
        let Some(errors) = &mut *self.errors else {
            let error = Error::new(ErrorKind::Record, "").at(record.position()).caused_by(record);
            return Err(self.help.map_or(error.clone(), |help| error.help(help)));
        };
        self.rejected += 1;
        errors.emit(record, Meta::default())
    }
}
