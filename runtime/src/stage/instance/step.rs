//! One operator at work, whatever its chain.

use crate::error::{BoxError, Result};
use crate::event::Meta;
use crate::exchange::Tee;
use crate::metrics::InstanceCounters;
use crate::operator::{Context, Emit, Operator, OperatorPlace, Shape, Snapshot, Step, TimerUse};
use crate::time::{EventTime, Timer};
use std::sync::Arc;

/// An instance of an operator and what surrounds it.
pub struct StepCore<O, Error> {
    pub(in crate::stage) operator: O,
    pub(in crate::stage) place: OperatorPlace,
    pub(in crate::stage) errors: Option<Tee<Error>>,
    pub(in crate::stage) counters: Arc<InstanceCounters>,
}

/// What is counted while a batch is worked through. It lives on the stack, where the compiler keeps
/// it in registers, and is added up once a batch.
#[derive(Debug, Default)]
pub struct BatchCounts {
    pub(in crate::stage) events_in: u64,
    pub(in crate::stage) events_out: u64,
    pub(in crate::stage) errors: u64,
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
        place: OperatorPlace,
        errors: Option<Tee<Error>>,
        counters: Arc<InstanceCounters>,
    ) -> Self {
        Self { operator, place, errors, counters }
    }

    /// Takes one event through the operator; what that asked for.
    #[inline(always)]
    pub(in crate::stage) fn step<T, E>(
        &mut self,
        counts: &mut BatchCounts,
        (event, meta, watermark): (T, Meta, EventTime),
        state: &mut O::State,
        into: &mut E,
    ) -> Result<Context>
    where
        O: Step<T, Error = Error>,
        E: Emit<O::Out>,
        Error: Into<BoxError>,
    {
        counts.events_in += 1;
        let shown = O::describe(&event);
        let watch = self.place.watch(counts.events_in, &shown);
        let mut ctx = Context::new(meta.time, watermark, self.place.instance());
        {
            let given = self.operator.step(event, state, &mut ctx).map(IntoIterator::into_iter);
            watch.end();
            match given {
                Ok(given) => {
                    let parts = (given, meta.time, shape_of::<T, O>());
                    give(&self.place, counts, parts, &shown, into)?;
                }
                Err(error) => {
                    let Some(errors) = &mut self.errors else {
                        return Err(self.place.failed(counts.events_in, &shown, error));
                    };
                    counts.errors += 1;
                    errors.emit(error, Meta { time: meta.time, ..Meta::default() })?;
                }
            }
        }
        if O::TIMERS == TimerUse::None && !ctx.timers().is_empty() {
            return Err(self.place.no_on_timer(counts.events_in));
        }
        Ok(ctx)
    }

    /// Calls the operator for a timer that is due; what that asked for.
    pub(in crate::stage) fn on_timer<T, E>(
        &mut self,
        counts: &mut BatchCounts,
        (timer, watermark): (Timer, EventTime),
        state: &mut O::State,
        into: &mut E,
    ) -> Result<Context>
    where
        O: Step<T, Error = Error>,
        E: Emit<O::Out>,
        Error: Into<BoxError>,
    {
        let time = time_of(timer, watermark);
        let watch = self.place.watch(counts.events_in, &timer);
        let mut ctx = Context::new(time, watermark, self.place.instance());
        {
            let given = self.operator.on_timer(timer, state, &mut ctx);
            watch.end();
            match given.map(IntoIterator::into_iter) {
                Ok(given) => give(&self.place, counts, (given, time, Shape::Many), &timer, into)?,
                Err(error) => {
                    let Some(errors) = &mut self.errors else {
                        return Err(self.place.failed(counts.events_in, &timer, error));
                    };
                    // No event was taken for it, so it is not one of those that were not given on.
                    self.counters.errors.add(1);
                    errors.emit(error, Meta { time, ..Meta::default() })?;
                }
            }
        }
        Ok(ctx)
    }

    /// Adds up a batch; the number of events emitted.
    pub(in crate::stage) fn count<T>(&mut self, counts: &mut BatchCounts) -> u64
    where
        O: Operator<T>,
    {
        let BatchCounts { events_in, events_out, errors } = std::mem::take(counts);
        let one_to_one = shape_of::<T, O>() == Shape::OneToOne;
        let events_out = if one_to_one { events_in - errors } else { events_out };
        self.place.advance(events_in);
        self.counters.events_in.add(events_in);
        self.counters.events_out.add(events_out);
        self.counters.errors.add(errors);
        events_out
    }
}

/// The time of what follows from a timer.
pub(in crate::stage) fn time_of(timer: Timer, watermark: EventTime) -> EventTime {
    match timer {
        Timer::At(time) => time,
        Timer::After(_) => watermark,
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
    place: &OperatorPlace,
    counts: &mut BatchCounts,
    (mut given, time, shape): (impl Iterator<Item = T>, EventTime, Shape),
    shown: &impl Snapshot,
    into: &mut E,
) -> Result<()> {
    let meta = Meta { time, ..Meta::default() };
    loop {
        // What comes after the operator is not watched, or it would be blamed for its panics.
        let watch = place.watch(counts.events_in, shown);
        let next = given.next();
        watch.end();
        let Some(event) = next else { return Ok(()) };
        // What gives on one for each is counted by what it takes.
        if shape != Shape::OneToOne {
            counts.events_out += 1;
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
