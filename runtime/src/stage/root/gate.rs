//! The root of a chain that is fed by other segments.

use super::emissions::begin_with;
use super::pace::Pace;
use crate::control::TaskClock;
use crate::error::Result;
use crate::event::{Batch, Parts};
use crate::exchange::InputGate;
use crate::operator::Emit;
use crate::stage::{Chain, Drive, LocalWork, Turn, VisitSides};
use std::fmt;
use std::task::{Context, Poll};

/// Emits what an [`InputGate`] receives from other segments, of this task or others.
pub struct GateRoot<T> {
    /// Picks the next batch or merged mark among all inputs.
    inlet: InputGate<T>,
    /// The rest of a slice with events that are behind their split; `None` between slices.
    rest: Option<Parts<T>>,
    /// Cuts batches that take too long.
    pace: Pace,
}

impl<T> fmt::Debug for GateRoot<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("GateRoot").field("inlet", &self.inlet).finish_non_exhaustive()
    }
}

/// Whether a slice has more events.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Rest {
    None,
    Some,
}

impl<T> GateRoot<T> {
    /// A root that reads from this gate.
    #[must_use]
    pub fn new(inlet: InputGate<T>) -> Self {
        Self { inlet, rest: None, pace: Pace::default() }
    }

    /// Leaves the first part of the slice in it, and emits what its split had passed.
    #[cold]
    fn take_apart<E: Emit<T>>(&mut self, slice: &mut Batch<T>, into: &mut E) -> Result<()> {
        self.rest = slice.parts();
        self.next_part(slice, into).map(|_first| ())
    }

    /// Moves the next part of a slice into it, and emits what its split had passed.
    ///
    /// A call of its own, once a slice: the compiler then leaves the loop over the events as it is.
    #[inline(never)]
    fn next_part<E: Emit<T>>(&mut self, slice: &mut Batch<T>, into: &mut E) -> Result<Rest> {
        let Some(rest) = &mut self.rest else { return Ok(Rest::None) };
        let passed = rest.next(slice);
        if rest.is_empty() {
            self.rest = None;
        }
        into.passed(passed)?;
        Ok(if self.rest.is_some() { Rest::Some } else { Rest::None })
    }
}

impl<T: Send + 'static> Drive for GateRoot<T> {
    type Out = T;

    #[inline]
    fn drive<E: Emit<T>>(&mut self, into: &mut E) -> Result<()> {
        let Some((input, mut slice)) = self.inlet.take_slice(self.pace.limit()) else {
            return Ok(());
        };
        let events = slice.len();
        if slice.has_parts() {
            self.take_apart(&mut slice, into)?;
        }
        loop {
            slice.drain(|value, meta| into.emit(value, meta))?;
            if self.next_part(&mut slice, into)? == Rest::None {
                break;
            }
        }
        self.inlet.recycle(input, slice);
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
