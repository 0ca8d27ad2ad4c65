//! One operator at work, whatever its chain.

use crate::error::{BoxError, Result};
use crate::event::{Mark, Meta};
use crate::exchange::Gather;
use crate::metrics::InstanceCounters;
use crate::operator::{Context, Emit, Operator, Place, Shape, Snapshot, Step, TimerUse};
use crate::time::{EventClock, EventTime, Timer};
use std::sync::Arc;

/// An instance of an operator and what surrounds it.
pub struct StepCore<O, Error> {
    pub(super) operator: O,
    pub(super) place: Place,
    pub(super) clock: EventClock,
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
        Self { operator, place, clock: EventClock::default(), errors, counters }
    }

    /// How far event time has come.
    #[inline(always)]
    pub(super) fn watermark(&self) -> EventTime {
        self.clock.watermark()
    }

    /// Takes one event through the operator; what that asked for.
    #[inline(always)]
    pub(super) fn step<T, E>(
        &mut self,
        tally: &mut Tally,
        (event, meta): (T, Meta),
        state: &mut O::State,
        into: &mut E,
    ) -> Result<Context>
    where
        O: Step<T, Error = Error>,
        E: Emit<O::Out>,
        Error: Into<BoxError>,
    {
        tally.taken += 1;
        let shown = O::describe(&event);
        let watch = self.place.watch(tally.taken, &shown);
        let mut ctx = Context::new(meta.time, self.watermark(), self.place.instance());
        {
            let given = self.operator.step(event, state, &mut ctx).map(IntoIterator::into_iter);
            watch.end();
            match given {
                Ok(given) => {
                    let parts = (given, meta.time, shape_of::<T, O>());
                    give(&self.place, tally, parts, &shown, into)?;
                }
                Err(error) => {
                    let Some(errors) = &mut self.errors else {
                        return Err(self.place.failed(tally.taken, &shown, error));
                    };
                    tally.failed += 1;
                    errors.emit(error, Meta { time: meta.time, ..Meta::default() })?;
                }
            }
        }
        if O::TIMERS == TimerUse::None && !ctx.timers().is_empty() {
            return Err(self.place.no_on_timer(tally.taken));
        }
        Ok(ctx)
    }

    /// Calls the operator for a timer that is due; what that asked for.
    pub(super) fn on_timer<T, E>(
        &mut self,
        tally: &mut Tally,
        timer: Timer,
        state: &mut O::State,
        into: &mut E,
    ) -> Result<Context>
    where
        O: Step<T, Error = Error>,
        E: Emit<O::Out>,
        Error: Into<BoxError>,
    {
        let time = self.time_of(timer);
        let watch = self.place.watch(tally.taken, &timer);
        let mut ctx = Context::new(time, self.watermark(), self.place.instance());
        {
            let given = self.operator.on_timer(timer, state, &mut ctx);
            watch.end();
            match given.map(IntoIterator::into_iter) {
                Ok(given) => give(&self.place, tally, (given, time, Shape::Many), &timer, into)?,
                Err(error) => {
                    let Some(errors) = &mut self.errors else {
                        return Err(self.place.failed(tally.taken, &timer, error));
                    };
                    // No event was taken for it, so it is not one of those that were not given on.
                    self.counters.errors.add(1);
                    errors.emit(error, Meta { time, ..Meta::default() })?;
                }
            }
        }
        Ok(ctx)
    }

    /// The time of what follows from a timer.
    pub(super) fn time_of(&self, timer: Timer) -> EventTime {
        match timer {
            Timer::At(time) => time,
            Timer::After(_) => self.watermark(),
        }
    }

    /// Takes a mark.
    pub(super) fn mark(&mut self, mark: Mark) -> Result<()> {
        if let Mark::Watermark(time) = mark {
            self.clock.advance(time);
        }
        match &mut self.errors {
            Some(errors) => errors.mark(mark),
            None => Ok(()),
        }
    }

    /// Adds up a batch; the number of events emitted.
    pub(super) fn batch_end<T>(&mut self, tally: Tally) -> Result<u64>
    where
        O: Operator<T>,
    {
        let Tally { taken, given, failed } = tally;
        if let Some(errors) = &mut self.errors {
            errors.batch_end(failed)?;
        }
        let given = if shape_of::<T, O>() == Shape::OneToOne { taken - failed } else { given };
        self.place.advance(taken);
        self.counters.events_in.add(taken);
        self.counters.events_out.add(given);
        self.counters.errors.add(failed);
        Ok(given)
    }
}

/// How what an operator gives on is counted: what it gives on at a timer follows from no event.
const fn shape_of<T, O: Operator<T>>() -> Shape {
    match O::TIMERS {
        TimerUse::None => O::SHAPE,
        TimerUse::Some => Shape::Many,
    }
}

/// Gives on what an operator has made of something.
#[inline(always)]
fn give<T, E: Emit<T>>(
    place: &Place,
    tally: &mut Tally,
    (mut given, time, shape): (impl Iterator<Item = T>, EventTime, Shape),
    shown: &impl Snapshot,
    into: &mut E,
) -> Result<()> {
    let meta = Meta { time, ..Meta::default() };
    loop {
        // What comes after the operator is not watched, or it would be blamed for its panics.
        let watch = place.watch(tally.taken, shown);
        let next = given.next();
        watch.end();
        let Some(event) = next else { return Ok(()) };
        // What gives on one for each is counted by what it takes.
        if shape != Shape::OneToOne {
            tally.given += 1;
        }
        into.emit(event, meta)?;
        // To ask once more, and be told that there is none, would be no work. But the event would
        // be moved out of an iterator that lives on, and such moves add up. The way on stands in
        // one place only: it is the whole rest of the chain.
        if shape != Shape::Many {
            return Ok(());
        }
    }
}
