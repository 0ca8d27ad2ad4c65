//! The root of a chain that is fed by other segments.

use super::emissions::begin_with;
use crate::error::Result;
use crate::event::{Batch, Parts, Passed};
use crate::exchange::InputGate;
use crate::operator::Emit;
use crate::stage::{Chain, Drive, Turn, VisitSides};
use std::fmt;
use std::task::{Context, Poll};

/// Emits what an [`InputGate`] receives from other segments, of this task or others.
pub struct GateRoot<T> {
    /// Picks the next batch or merged mark among all inputs.
    inlet: InputGate<T>,
    /// A batch with events that are behind their split: one turn for each part of it.
    apart: Option<Apart<T>>,
}

/// A batch that is taken apart.
struct Apart<T> {
    /// The input it came from, which gets its memory back.
    input: usize,
    /// Its number of events.
    events: u64,
    /// Holds one part at a time.
    part: Batch<T>,
    rest: Parts<T>,
}

impl<T> fmt::Debug for GateRoot<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("GateRoot").field("inlet", &self.inlet).finish_non_exhaustive()
    }
}

/// What to emit in a turn.
struct Fetched<T> {
    input: usize,
    batch: Batch<T>,
    /// What the split of these events had passed, if that has changed.
    passed: Option<Passed>,
    /// The number of events of the whole batch, if it ends with this turn.
    ends: Option<u64>,
}

impl<T> GateRoot<T> {
    /// A root that reads from this gate.
    #[must_use]
    pub fn new(inlet: InputGate<T>) -> Self {
        Self { inlet, apart: None }
    }

    fn take(&mut self) -> Option<Fetched<T>> {
        if self.apart.is_some() {
            return self.take_part();
        }
        let (input, mut batch) = self.inlet.take_batch()?;
        let events = batch.len() as u64;
        let Some(rest) = batch.parts() else {
            return Some(Fetched { input, batch, passed: None, ends: Some(events) });
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
    fn take_part(&mut self) -> Option<Fetched<T>> {
        let Apart { input, events, mut part, mut rest } = self.apart.take()?;
        let passed = Some(rest.next(&mut part));
        if rest.is_empty() {
            return Some(Fetched { input, batch: part, passed, ends: Some(events) });
        }
        self.apart = Some(Apart { input, events, part: Batch::default(), rest });
        Some(Fetched { input, batch: part, passed, ends: None })
    }
}

impl<T: Send + 'static> Drive for GateRoot<T> {
    type Out = T;

    #[inline]
    fn drive<E: Emit<T>>(&mut self, into: &mut E) -> Result<()> {
        let Some(Fetched { input, mut batch, passed, ends }) = self.take() else {
            return Ok(());
        };
        if let Some(passed) = passed {
            into.passed(passed)?;
        }
        batch.drain(|value, meta| into.emit(value, meta))?;
        let Some(events) = ends else {
            self.keep(batch);
            return Ok(());
        };
        self.inlet.recycle(input, batch);
        into.batch_end(events)
    }

    fn pass<E: Emit<T>>(&mut self, into: &mut E) -> Result<()> {
        match self.inlet.take_mark() {
            Some(of_all) => begin_with(of_all, into),
            None => Ok(()),
        }
    }
}

impl<T: Send + 'static> Chain for GateRoot<T> {
    fn fetch_local(&mut self) -> bool {
        self.apart.is_some() || self.inlet.fetch_local()
    }

    fn poll_fetch(&mut self, cx: &mut Context<'_>) -> Poll<Result<()>> {
        if self.apart.is_some() { Poll::Ready(Ok(())) } else { self.inlet.poll_fetch(cx) }
    }

    fn turn(&self) -> Turn {
        if self.apart.is_none() && self.inlet.is_at_mark() { Turn::Mark } else { Turn::Batch }
    }

    fn sides<'a>(&'a mut self, _: VisitSides<'_, 'a>) {}
}
