//! The root of a chain that is fed by other segments.

use super::emissions::{Emission, mark, one, take};
use crate::error::Result;
use crate::event::Element;
use crate::exchange::InputGate;
use crate::operator::Emit;
use crate::stage::{Chain, Drive, VisitSides};
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
        let Some((input, element)) = self.inlet.take() else {
            return Ok(());
        };
        let steps = match element {
            Element::Batch(mut batch) => {
                let events = batch.len() as u64;
                batch.drain(|value, meta| into.emit(value, meta))?;
                self.inlet.recycle(input, batch);
                one(Emission::BatchEnd(events))
            }
            Element::Mark(of_all) => mark(of_all),
        };
        take(steps, into)
    }
}

impl<T: Send + 'static> Chain for GateRoot<T> {
    fn fetch_local(&mut self) -> bool {
        self.inlet.fetch_local()
    }

    fn poll_fetch(&mut self, cx: &mut Context<'_>) -> Poll<Result<()>> {
        self.inlet.poll_fetch(cx)
    }

    fn sides<'a>(&'a mut self, _: VisitSides<'_, 'a>) {}
}
