//! The root of a chain that is fed by other segments.

use super::emissions::begin_with;
use super::pace::Pace;
use crate::control::TaskClock;
use crate::error::Result;
use crate::exchange::InputGate;
use crate::operator::Emit;
use crate::stage::{Chain, Drive, LocalWork, Turn, VisitSides};
use std::task::{Context, Poll};

/// Emits what an [`InputGate`] receives from other segments, of this task or others.
#[derive(Debug)]
pub struct GateRoot<T> {
    /// Picks the next batch or merged mark among all inputs.
    inlet: InputGate<T>,
    /// Cuts batches that take too long.
    pace: Pace,
}

impl<T> GateRoot<T> {
    /// A root that reads from this gate.
    #[must_use]
    pub fn new(inlet: InputGate<T>) -> Self {
        Self { inlet, pace: Pace::default() }
    }
}

impl<T: Send + 'static> Drive for GateRoot<T> {
    type Out = T;

    #[inline]
    fn drive<E: Emit<T>>(&mut self, into: &mut E) -> Result<()> {
        let Some((input, mut batch)) = self.inlet.take_slice(self.pace.limit()) else {
            return Ok(());
        };
        let events = batch.len();
        batch.drain(|value, meta| into.emit(value, meta))?;
        self.inlet.recycle(input, batch);
        if self.pace.note(events, self.inlet.has_rest()) {
            into.slice_end();
            return Ok(());
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
        self.pace.goes_on()
    }

    fn poll_due(&mut self, _: &mut Context<'_>) -> Poll<()> {
        Poll::Pending
    }

    fn turn(&self) -> Turn {
        if self.inlet.is_at_mark() { Turn::Mark } else { Turn::Batch }
    }

    fn sides<'a>(&'a mut self, _: VisitSides<'_, 'a>) {}
}
