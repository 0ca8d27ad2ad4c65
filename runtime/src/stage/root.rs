//! Where a chain begins: a source, or an inlet.

use super::{Chain, Found};
use crate::control::{EpochSource, JobControl};
use crate::error::{Error, ErrorKind, Result};
use crate::event::{Element, Epoch, Mark, Meta};
use crate::exchange::{Drive, Gather, Inlet};
use crate::metrics::InstanceCounters;
use crate::operator::Emit;
use crate::source::{Intake, Malformed, Reader, Readiness};
use crate::time::EventTime;
use std::marker::PhantomData;
use std::sync::Arc;
use std::task::{Context, Poll};

/// A source.
pub struct SourceRoot<R, T> {
    name: Arc<str>,
    reader: R,
    control: JobControl,
    epochs: EpochSource,
    limit: usize,
    counters: Arc<InstanceCounters>,
    errors: Option<Gather<Malformed>>,
    state: SourceState,
    events: PhantomData<fn() -> T>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum SourceState {
    Open,
    Ending,
    Ended,
}

impl<R, T> std::fmt::Debug for SourceRoot<R, T> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("SourceRoot").field("state", &self.state).finish_non_exhaustive()
    }
}

impl<R, T> SourceRoot<R, T> {
    /// A source that is read in batches of `limit` events.
    pub fn new(
        (name, reader): (Arc<str>, R),
        limit: usize,
        control: JobControl,
        counters: Arc<InstanceCounters>,
        errors: Option<Gather<Malformed>>,
    ) -> Self {
        let state = SourceState::Open;
        control.quiescence.add_source();
        let epochs = control.epochs.add_source();
        let events = PhantomData;
        Self { name, reader, control, epochs, limit, counters, errors, state, events }
    }

    /// The source has ended.
    #[cold]
    fn end(&mut self) -> Result<Steps> {
        self.state = SourceState::Ended;
        self.control.quiescence.source_ended();
        self.epochs.end();
        if let Some(errors) = &mut self.errors {
            errors.mark(Mark::End)?;
        }
        Ok(END)
    }

    /// An epoch has ended.
    #[cold]
    fn barrier(&mut self, epoch: Epoch) -> Result<Steps> {
        let barrier = Mark::Barrier(epoch);
        if let Some(errors) = &mut self.errors {
            errors.mark(barrier)?;
        }
        Ok(one(Step::Mark(barrier)))
    }

    /// Reads a batch.
    #[inline(always)]
    fn read<E: Emit<T>>(&mut self, into: &mut E) -> Result<Steps>
    where
        R: Reader<T>,
    {
        let mut taking = Taking { into, events: 0, errors: &mut self.errors, rejected: 0 };
        self.reader.read(self.limit, &mut taking)?;
        let (events, rejected) = (taking.events, taking.rejected);
        self.counters.events_in.add(events + rejected);
        self.counters.events_out.add(events);
        self.counters.errors.add(rejected);
        if let Some(errors) = self.errors.as_mut().filter(|_| rejected > 0) {
            errors.batch_end(rejected)?;
        }
        Ok(one(Step::BatchEnd(events)))
    }
}

/// What a root emits beside events, one after the other.
///
/// It does so in one place. The rest of the chain is inlined there, so its address never leaves the
/// loop and the compiler can keep what it counts in registers; and it is there only once.
type Steps = [Option<Step>; 3];

#[derive(Debug, Clone, Copy)]
enum Step {
    Mark(Mark),
    BatchEnd(u64),
}

const fn one(step: Step) -> Steps {
    [Some(step), None, None]
}

/// A mark; what a watermark has released is counted and handed over like any batch.
const fn mark(mark: Mark) -> Steps {
    match mark {
        Mark::End => END,
        Mark::Watermark(_) => [Some(Step::Mark(mark)), Some(Step::BatchEnd(0)), None],
        _ => one(Step::Mark(mark)),
    }
}

/// The end of a stream: everything that waits for a watermark is emitted, counted, and then the
/// end.
const END: Steps = [
    Some(Step::Mark(Mark::Watermark(EventTime::MAX))),
    Some(Step::BatchEnd(0)),
    Some(Step::Mark(Mark::End)),
];

#[inline(always)]
fn take<T>(steps: Steps, into: &mut impl Emit<T>) -> Result<()> {
    steps.into_iter().flatten().try_for_each(|step| match step {
        Step::Mark(mark) => into.mark(mark),
        Step::BatchEnd(events) => into.batch_end(events),
    })
}

/// Emits a mark at the beginning of a chain.
pub(super) fn begin_with<T>(first: Mark, into: &mut impl Emit<T>) -> Result<()> {
    take(mark(first), into)
}

impl<T: Send + 'static, R: Reader<T>> Drive for SourceRoot<R, T> {
    type Out = T;

    #[inline]
    fn drive<E: Emit<T>>(&mut self, into: &mut E) -> Result<()> {
        let steps = if self.state != SourceState::Open {
            self.end()?
        } else if let Some(epoch) = self.epochs.next_due() {
            self.barrier(epoch)?
        } else {
            self.read(into)?
        };
        take(steps, into)
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
        let Poll::Ready(ready) = self.reader.poll_ready(cx) else {
            return if self.epochs.poll_due(cx) { Poll::Ready(Ok(())) } else { Poll::Pending };
        };
        let name = &self.name;
        let readiness = ready.map_err(|error| {
            Error::new(error.kind(), format!("source `{name}`: {error}")).caused_by(error)
        })?;
        if readiness == Readiness::End {
            self.state = SourceState::Ending;
        }
        Poll::Ready(Ok(()))
    }

    fn sides<'a>(&'a mut self, found: Found<'_, 'a>) {
        if let Some(errors) = &mut self.errors {
            found(errors);
        }
    }
}

/// Takes in what the reader hands over.
struct Taking<'a, E> {
    into: &'a mut E,
    events: u64,
    errors: &'a mut Option<Gather<Malformed>>,
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
        let Some(errors) = self.errors else {
            let message =
                format!("{record}; route the source's `.errors` to go on after bad records");
            return Err(Error::new(ErrorKind::Record, message).caused_by(record));
        };
        self.rejected += 1;
        errors.emit(record, Meta::default())
    }
}

/// Where the events of other segments come in.
#[derive(Debug)]
pub struct InletRoot<T> {
    inlet: Inlet<T>,
}

impl<T> InletRoot<T> {
    /// A root fed by an inlet.
    #[must_use]
    pub fn new(inlet: Inlet<T>) -> Self {
        Self { inlet }
    }
}

impl<T: Send + 'static> Drive for InletRoot<T> {
    type Out = T;

    #[inline]
    fn drive<E: Emit<T>>(&mut self, into: &mut E) -> Result<()> {
        let Some((input, element)) = self.inlet.take() else {
            return Ok(());
        };
        let steps = match element {
            Element::Batch(mut batch) => {
                let events = batch.len() as u64;
                batch.drain(|value, meta| into.emit(value, meta))?;
                self.inlet.recycle(input, batch);
                one(Step::BatchEnd(events))
            }
            Element::Mark(of_all) => mark(of_all),
        };
        take(steps, into)
    }
}

impl<T: Send + 'static> Chain for InletRoot<T> {
    fn fetch_local(&mut self) -> bool {
        self.inlet.fetch_local()
    }

    fn poll_fetch(&mut self, cx: &mut Context<'_>) -> Poll<Result<()>> {
        self.inlet.poll_fetch(cx)
    }

    fn sides<'a>(&'a mut self, _: Found<'_, 'a>) {}
}
