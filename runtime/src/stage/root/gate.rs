//! The root of a chain that is fed by other segments.

use super::emissions::begin_with;
use crate::error::Result;
use crate::exchange::InputGate;
use crate::operator::Emit;
use crate::stage::{Chain, Drive, Turn, VisitSides};
use std::task::{Context, Poll};

/// Emits what an [`InputGate`] receives from other segments, of this task or others.
#[derive(Debug)]
pub struct GateRoot<T> {
    /// Picks the next batch or merged mark among all inputs.
    inlet: InputGate<T>,
}

impl<T> GateRoot<T> {
    /// A root that reads from this gate.
    #[must_use]
    pub fn new(inlet: InputGate<T>) -> Self {
        Self { inlet }
    }
}

impl<T: Send + 'static> Drive for GateRoot<T> {
    type Out = T;

    #[inline]
    fn drive<E: Emit<T>>(&mut self, into: &mut E) -> Result<()> {
        let Some((input, mut batch)) = self.inlet.take_batch() else {
            return Ok(());
        };
        let events = batch.len() as u64;
        batch.drain(|value, meta| into.emit(value, meta))?;
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
        self.inlet.fetch_local()
    }

    fn poll_fetch(&mut self, cx: &mut Context<'_>) -> Poll<Result<()>> {
        self.inlet.poll_fetch(cx)
    }

    fn turn(&self) -> Turn {
        if self.inlet.is_at_mark() { Turn::Mark } else { Turn::Batch }
    }

    fn sides<'a>(&'a mut self, _: VisitSides<'_, 'a>) {}
}
