//! The root of a chain that begins at a source, and the barriers it injects.

use super::emissions::begin_with;
use crate::control::{EpochSource, JobControl};
use crate::error::{Error, ErrorKind, Instance, Result, Role};
use crate::event::{Epoch, Mark, Meta};
use crate::exchange::Tee;
use crate::metrics::InstanceCounters;
use crate::operator::{Emit, NoSnapshot, OperatorPlace, Uncounted};
use crate::source::{Intake, Malformed, Reader, Readiness};
use crate::stage::{Chain, Drive, Turn, VisitSides};
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
    /// The barriers this source has yet to send.
    epochs: EpochSource,
    /// The greatest number of events of a batch.
    limit: usize,
    counters: Arc<InstanceCounters>,
    /// Where malformed records go; without it, the first of them fails the job.
    errors: Option<Tee<Malformed>>,
    /// What can be done about a malformed record that fails the job.
    help: Option<&'static str>,
    state: SourceState,
    events: PhantomData<fn() -> T>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum SourceState {
    /// May have more events.
    Open,
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
        (place, reader): (OperatorPlace, R),
        limit: usize,
        control: JobControl,
        counters: Arc<InstanceCounters>,
        (errors, help): (Option<Tee<Malformed>>, Option<&'static str>),
    ) -> Self {
        let state = SourceState::Open;
        control.quiescence.add_source();
        let epochs = control.epochs.add_source();
        let events = PhantomData;
        Self { place, reader, control, epochs, limit, counters, errors, help, state, events }
    }

    /// The error of the source.
    #[cold]
    fn failed(&self, error: Error) -> Error {
        error.of(Role::Source, self.place.node(), Instance::ONLY)
    }

    /// Reports the end to the job and to the side output of errors.
    #[cold]
    fn end(&mut self) -> Result<()> {
        self.state = SourceState::Ended;
        self.control.quiescence.source_ended();
        self.epochs.end();
        if let Some(errors) = &mut self.errors {
            errors.mark(Mark::End)?;
        }
        Ok(())
    }

    /// What to emit at the end of an epoch.
    #[cold]
    fn barrier(&mut self, epoch: Epoch) -> Result<Mark> {
        let barrier = Mark::Barrier(epoch);
        if let Some(errors) = &mut self.errors {
            errors.mark(barrier)?;
        }
        Ok(barrier)
    }

    /// Reads and emits one batch; returns the number of events.
    #[inline(always)]
    fn read<E: Emit<T>>(&mut self, into: &mut E) -> Result<u64>
    where
        R: Reader<T>,
    {
        let Self { place, reader, errors, help, .. } = self;
        let mut taking = Taking { into, events: 0, errors, help: *help, rejected: 0 };
        // Without the number of the event: to have that after a panic would cost every event.
        let watch = place.watch(Uncounted, &NoSnapshot);
        let read = reader.read(self.limit, &mut taking);
        watch.end();
        let (events, rejected) = (taking.events, taking.rejected);
        read.map_err(|error| self.failed(error))?;
        self.counters.events_in.add(events + rejected);
        self.counters.events_out.add(events);
        self.counters.errors.add(rejected);
        if let Some(errors) = self.errors.as_mut().filter(|_| rejected > 0) {
            errors.batch_end(rejected)?;
        }
        Ok(events)
    }
}

impl<T: Send + 'static, R: Reader<T>> Drive for SourceRoot<R, T> {
    type Out = T;

    #[inline]
    fn drive<E: Emit<T>>(&mut self, into: &mut E) -> Result<()> {
        let events = self.read(into)?;
        into.batch_end(events)
    }

    fn pass<E: Emit<T>>(&mut self, into: &mut E) -> Result<()> {
        if self.state != SourceState::Open {
            self.end()?;
            return begin_with(Mark::End, into);
        }
        match self.epochs.next_due() {
            Some(epoch) => begin_with(self.barrier(epoch)?, into),
            None => Ok(()),
        }
    }
}

impl<T: Send + 'static, R: Reader<T>> Chain for SourceRoot<R, T> {
    fn fetch_local(&mut self) -> bool {
        false
    }

    fn poll_fetch(&mut self, cx: &mut Context<'_>) -> Poll<Result<()>> {
        match self.state {
            SourceState::Ended => return Poll::Pending,
            SourceState::Ending => return Poll::Ready(Ok(())),
            SourceState::Open => {}
        }
        if self.control.drain.is_cancelled() {
            self.state = SourceState::Ending;
            return Poll::Ready(Ok(()));
        }
        if self.epochs.is_due() {
            return Poll::Ready(Ok(()));
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

    fn turn(&self) -> Turn {
        let reads = self.state == SourceState::Open && !self.epochs.is_due();
        if reads { Turn::Batch } else { Turn::Mark }
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
        self.events += 1;
        self.into.emit(event, Meta::default())
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
