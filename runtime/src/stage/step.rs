//! One operator at work, whatever its chain.

use crate::error::{BoxError, Result};
use crate::event::{Meta, Signal};
use crate::exchange::Gather;
use crate::metrics::InstanceCounters;
use crate::operator::{Context, Emit, Operator, Place, Shape, Step};
use crate::time::EventTime;
use std::sync::Arc;

/// An instance of an operator and what surrounds it.
pub struct StepCore<O, Error> {
    pub(super) operator: O,
    pub(super) place: Place,
    pub(super) watermark: EventTime,
    pub(super) errors: Option<Gather<Error>>,
    pub(super) counters: Arc<InstanceCounters>,
}

/// What is counted while a batch is worked through. It lives on the stack, where the compiler keeps
/// it in registers, and is added up once a batch.
#[derive(Debug, Default)]
pub(super) struct Tally {
    pub(super) taken: u64,
    pub(super) given: u64,
    pub(super) failed: u64,
}

impl<O, Error> std::fmt::Debug for StepCore<O, Error> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("StepCore").field("place", &self.place).finish_non_exhaustive()
    }
}

impl<O, Error: Send> StepCore<O, Error> {
    /// An instance of an operator whose errors, if routed, go to `errors`.
    pub fn new(
        operator: O,
        place: Place,
        errors: Option<Gather<Error>>,
        counters: Arc<InstanceCounters>,
    ) -> Self {
        Self { operator, place, watermark: EventTime::MIN, errors, counters }
    }

    /// Takes one event through the operator; whether its key is to be forgotten.
    #[inline(always)]
    pub(super) fn step<T, E>(
        &mut self,
        tally: &mut Tally,
        (event, meta): (T, Meta),
        state: &mut O::State,
        into: &mut E,
    ) -> Result<bool>
    where
        O: Step<T, Error = Error>,
        E: Emit<O::Out>,
        Error: Into<BoxError>,
    {
        tally.taken += 1;
        let shown = O::describe(&event);
        let watch = self.place.watch(tally.taken, &shown);
        let mut ctx = Context::new(meta.time, self.watermark, self.place.instance());
        {
            let given = self.operator.step(event, state, &mut ctx).map(IntoIterator::into_iter);
            watch.end();
            let mut given = match given {
                Ok(given) => given,
                Err(error) => {
                    let Some(errors) = &mut self.errors else {
                        return Err(self.place.failed(tally.taken, &shown, error));
                    };
                    tally.failed += 1;
                    errors.emit(error, Meta { time: meta.time, ..Meta::default() })?;
                    return Ok(false);
                }
            };
            let meta = Meta { time: meta.time, ..Meta::default() };
            loop {
                // What comes after the operator is not watched, or it would be blamed for its
                // panics.
                let watch = self.place.watch(tally.taken, &shown);
                let next = given.next();
                watch.end();
                let Some(event) = next else { break };
                // What gives on one for each is counted by what it takes.
                if O::SHAPE == Shape::Many {
                    tally.given += 1;
                }
                into.emit(event, meta)?;
            }
        }
        Ok(ctx.forgets_key())
    }

    /// Takes a mark; the mark to be given on.
    pub(super) fn signal<T>(&mut self, tally: &mut Tally, signal: Signal) -> Result<Signal>
    where
        O: Operator<T>,
    {
        if let Signal::Watermark(time) = signal {
            self.watermark = time;
        }
        if let Some(errors) = &mut self.errors {
            errors.signal(signal)?;
        }
        Ok(match signal {
            Signal::BatchEnd(_) => Signal::BatchEnd(self.count(O::SHAPE, tally)),
            other => other,
        })
    }

    /// Adds up a batch; the number of events given on.
    fn count(&mut self, shape: Shape, tally: &mut Tally) -> u64 {
        let Tally { taken, given, failed } = std::mem::take(tally);
        let given = if shape == Shape::Many { given } else { taken - failed };
        self.place.advance(taken);
        self.counters.events_in.add(taken);
        self.counters.events_out.add(given);
        self.counters.errors.add(failed);
        given
    }
}
