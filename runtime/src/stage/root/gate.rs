//! The root of a chain that is fed by other segments.

use super::emissions::begin_with;
use super::pace::Pace;
use crate::control::TaskClock;
use crate::error::Result;
use crate::event::{Batch, BatchParts, Epoch, Passed};
use crate::exchange::InputGate;
use crate::operator::Emit;
use crate::stage::chain::closed;
use crate::stage::{Chain, Drive, LocalWork, Path, Turn, VisitSides, Way};
use std::fmt;
use std::task::{Context, Poll};

/// Emits what an [`InputGate`] receives from other segments, of this task or others.
pub struct GateRoot<T> {
    /// Picks the next batch or merged mark among all inputs.
    inlet: InputGate<T>,
    /// A slice with events that are behind their split, driven one part after the other.
    apart: Option<Apart<T>>,
    /// Cuts batches that take too long.
    pace: Pace,
}

/// A slice of a batch that is taken apart.
struct Apart<T> {
    /// The input it came from, which gets its memory back.
    input: usize,
    /// Its number of events.
    events: usize,
    /// Holds one part at a time.
    part: Batch<T>,
    rest: BatchParts<T>,
}

impl<T> fmt::Debug for GateRoot<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("GateRoot").field("inlet", &self.inlet).finish_non_exhaustive()
    }
}

/// What to emit next: a slice, or a part of one.
struct Driven<T> {
    input: usize,
    batch: Batch<T>,
    /// What the split of these events had passed, if that has changed.
    passed: Option<Passed>,
    /// The number of events of the whole slice, if it ends with this part.
    ends: Option<usize>,
}

impl<T> GateRoot<T> {
    /// A root that reads from this gate.
    #[must_use]
    pub fn new(inlet: InputGate<T>) -> Self {
        Self { inlet, apart: None, pace: Pace::default() }
    }

    fn take(&mut self) -> Option<Driven<T>> {
        if self.apart.is_some() {
            return self.take_part();
        }
        let (input, mut batch) = self.inlet.take_slice(self.pace.limit())?;
        let events = batch.len();
        let Some(rest) = batch.parts() else {
            return Some(Driven { input, batch, passed: None, ends: Some(events) });
        };
        self.apart = Some(Apart { input, events, part: batch, rest });
        self.take_part()
    }

    /// Keeps the memory of a part for the next.
    #[cold]
    fn keep(&mut self, part: Batch<T>) {
        if let Some(apart) = &mut self.apart {
            apart.part = part;
        }
    }

    #[cold]
    fn take_part(&mut self) -> Option<Driven<T>> {
        let Apart { input, events, mut part, mut rest } = self.apart.take()?;
        let passed = Some(rest.next(&mut part));
        if rest.is_empty() {
            return Some(Driven { input, batch: part, passed, ends: Some(events) });
        }
        self.apart = Some(Apart { input, events, part: Batch::default(), rest });
        Some(Driven { input, batch: part, passed, ends: None })
    }
}

impl<T: Send + 'static> Drive for GateRoot<T> {
    type Out = T;

    #[inline]
    fn drive<W: Way, E: Emit<T>>(&mut self, into: &mut E) -> Result<()> {
        let Some(Driven { input, mut batch, passed, ends }) = self.take() else {
            return Ok(());
        };
        if let Some(passed) = passed {
            into.passed(passed)?;
        }
        batch.drain(|value, meta| into.emit(value, meta))?;
        let Some(events) = ends else {
            self.keep(batch);
            return into.slice_end();
        };
        self.inlet.recycle(input, batch);
        if self.pace.note(events, self.inlet.has_rest()) {
            return into.slice_end();
        }
        into.batch_end(self.pace.done() as u64)
    }

    fn pass<E: Emit<T>>(&mut self, into: &mut E) -> Result<()> {
        match self.inlet.take_mark() {
            Some(of_all) => begin_with(of_all, into),
            None => Ok(()),
        }
    }
}

impl<T: Send + 'static> Path for GateRoot<T> {
    closed!();
}

impl<T: Send + 'static> Chain for GateRoot<T> {
    fn attach(&mut self, clock: &TaskClock) {
        self.pace.attach(clock);
    }

    fn fetch_local(&mut self, work: LocalWork) -> bool {
        match work {
            LocalWork::Next => self.inlet.fetch_local(),
            LocalWork::Rest => self.inlet.fetch_local_rest(),
        }
    }

    fn poll_fetch(&mut self, cx: &mut Context<'_>) -> Poll<Result<()>> {
        self.inlet.poll_fetch(cx)
    }

    fn goes_on(&mut self) -> bool {
        self.apart.is_some() || self.pace.goes_on()
    }

    fn poll_due(&mut self, _: &mut Context<'_>) -> Poll<()> {
        Poll::Pending
    }

    fn turn(&self) -> Turn {
        if self.inlet.is_at_mark() { Turn::Mark } else { Turn::Batch }
    }

    fn awaited(&self) -> Option<Epoch> {
        self.inlet.awaited()
    }

    fn sides<'a>(&'a mut self, _: VisitSides<'_, 'a>) {}
}
