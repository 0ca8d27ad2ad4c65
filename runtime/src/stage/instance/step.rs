//! One call of an operator: what surrounds it, whatever its chain.

use crate::env::Env;
use crate::error::Result;
use crate::event::{Meta, Passed};
use crate::exchange::Tee;
use crate::metrics::{InstanceCounters, StepShape};
use crate::mutant::Mutant;
use crate::operator::{
    CallFailure, Context, Emit, FailureOf, Keying, OnPanic, Operator, OperatorPlace, Reported,
    ReportsAs, ReportsOf, Shape, Snapshot, Step, TimerUse,
};
use crate::time::{EventTime, Timer};
use std::sync::Arc;

/// An instance of an operator, with its place for errors, its error output and its counters; `R` is
/// what that output emits.
pub struct StepCore<O, R> {
    /// The user's operator.
    pub(in crate::stage) operator: O,
    /// Node and instance: names the operator in errors and panics.
    pub(in crate::stage) place: OperatorPlace,
    /// Where errors go; without it, the first of them fails the job.
    pub(in crate::stage) errors: Option<Tee<R>>,
    pub(in crate::stage) counters: Arc<InstanceCounters>,
    /// Dates dead letters.
    env: Env,
}

/// The greatest size of an event in bytes that passes from one operator to the next in registers.
const IN_REGISTERS: usize = 64;

/// Counts of the batch being driven. They live on the stack, where the compiler keeps them in
/// registers, and are added to the shared counters once per batch.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq)]
pub struct BatchCounts {
    /// Events received.
    pub(in crate::stage) events_in: u64,
    /// Events emitted; not counted if the operator emits one for each it receives.
    pub(in crate::stage) events_out: u64,
    /// Events that ended in an error instead.
    pub(in crate::stage) errors: u64,
}

impl<O, R> std::fmt::Debug for StepCore<O, R> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("StepCore").field("place", &self.place).finish_non_exhaustive()
    }
}

impl<O, R: Send> StepCore<O, R> {
    /// An instance at `place`. Errors are emitted into `errors`, or fail the job if it is `None`.
    pub fn new(
        operator: O,
        place: OperatorPlace,
        errors: Option<Tee<R>>,
        counters: Arc<InstanceCounters>,
        env: Env,
    ) -> Self {
        Self { operator, place, errors, counters, env }
    }

    /// Calls the operator with one event and emits the results; returns what it asked for (timers,
    /// forgetting its key).
    #[inline(always)]
    pub(in crate::stage) fn step<T, E>(
        &mut self,
        counts: &mut BatchCounts,
        (event, meta, watermark): (T, Meta, EventTime),
        state: &mut O::State,
        into: &mut E,
    ) -> Result<Context>
    where
        T: Send,
        O: Step<T>,
        ReportsOf<O, T>: ReportsAs<T, O::Error, Reported = R>,
        E: Emit<O::Out>,
    {
        if const { matches!(ReportsOf::<O, T>::ON_PANIC, OnPanic::Report) } {
            return self.guarded(counts, (event, meta, watermark), state, into);
        }
        let shown = O::describe(&event);
        let before = counts.events_in;
        let nth = || before + 1;
        let watch = self.place.watch(nth, &shown);
        let kept = ReportsOf::<O, T>::keep(Some(&event), O::COPIES.event);
        let mut ctx = Context::new(meta.time, watermark, self.place.instance());
        let to = (&self.place, &mut self.errors, &self.env);
        let fail = |error, counts: &mut BatchCounts| {
            let failed = (CallFailure::Error(error), ReportsOf::<O, T>::kept(kept));
            report::<O, T>(to, (counts, nth()), (failed, meta.time), &shown)
        };
        let shape = const { shape_of::<T, O>() };
        let emitted = if const { Self::is_asked_at_once::<T>() } {
            let given = match self.operator.step(event, state, &mut ctx) {
                Ok(given) => Ok(given.into_iter().next()),
                Err(error) => Err(error),
            };
            watch.end();
            match given {
                Ok(Some(event)) => give(counts, (event, meta.time, shape), into),
                Ok(None) => Ok(()),
                Err(error) => fail(error, counts),
            }
        } else {
            let given = match self.operator.step(event, state, &mut ctx) {
                Ok(given) => Ok(given.into_iter()),
                Err(error) => Err(error),
            };
            watch.end();
            match given {
                Ok(given) => {
                    let place = (&self.place, nth);
                    give_all(place, counts, (given, meta.time, shape), &shown, into)
                }
                Err(error) => fail(error, counts),
            }
        };
        // Counted last. The compiler leads from where the kind of an event is chosen straight to
        // where it is matched, unless there is something in between, be it an addition.
        counts.events_in += 1;
        self.place.check_timers::<O::Keying>(&ctx, counts.events_in)?;
        emitted?;
        Ok(ctx)
    }

    /// Whether the result of a call is asked for its event at once.
    ///
    /// An `Option` in memory is then not moved into its iterator before it is known to contain an
    /// event: parts that were stored would be loaded as a whole, for which the processor waits.
    /// Small events are in registers, where the loop of an iterator takes less time.
    const fn is_asked_at_once<T>() -> bool
    where
        O: Operator<T>,
    {
        !matches!(shape_of::<T, O>(), Shape::Many) && size_of::<O::Out>() > IN_REGISTERS
    }

    /// The same for an operator whose panics are reported. Its results are emitted once it has
    /// returned all of them; a call that fails leaves nothing behind.
    #[inline]
    fn guarded<T, E>(
        &mut self,
        counts: &mut BatchCounts,
        (event, meta, watermark): (T, Meta, EventTime),
        state: &mut O::State,
        into: &mut E,
    ) -> Result<Context>
    where
        T: Send,
        O: Step<T>,
        ReportsOf<O, T>: ReportsAs<T, O::Error, Reported = R>,
        E: Emit<O::Out>,
    {
        counts.events_in += 1;
        let shown = O::describe(&event);
        // A copy that panics is not the call: there would be nothing to report or to put back.
        let watch = self.place.watch(counts.events_in, &shown);
        let kept = ReportsOf::<O, T>::keep(Some(&event), O::COPIES.event);
        let before = ReportsOf::<O, T>::before(Some(&*state), O::COPIES.state);
        watch.end();
        let mut ctx = Context::new(meta.time, watermark, self.place.instance());
        let operator = &mut self.operator;
        let called = ReportsOf::<O, T>::guard(|| match operator.step(event, state, &mut ctx) {
            Ok(given) => Ok(AllResults::of(given.into_iter(), const { shape_of::<T, O>() })),
            Err(error) => Err(error),
        });
        let failure = match called {
            Ok(Ok(AllResults { first, rest })) => {
                self.place.check_timers::<O::Keying>(&ctx, counts.events_in)?;
                for event in first.into_iter().chain(rest) {
                    give(counts, (event, meta.time, const { shape_of::<T, O>() }), into)?;
                }
                return Ok(ctx);
            }
            Ok(Err(error)) => CallFailure::Error(error),
            Err(panic) => CallFailure::Panic(panic),
        };
        ReportsOf::<O, T>::put_back(before, state);
        let failed = (failure, ReportsOf::<O, T>::kept(kept));
        let (to, nth) = ((&self.place, &mut self.errors, &self.env), counts.events_in);
        report::<O, T>(to, (counts, nth), (failed, meta.time), &shown)?;
        Ok(Context::new(meta.time, watermark, self.place.instance()))
    }

    /// Calls the operator for a due timer and emits the results; returns what it asked for.
    pub(in crate::stage) fn on_timer<T, E>(
        &mut self,
        counts: &mut BatchCounts,
        (timer, watermark): (Timer, EventTime),
        state: &mut O::State,
        into: &mut E,
    ) -> Result<Context>
    where
        O: Step<T>,
        ReportsOf<O, T>: ReportsAs<T, O::Error, Reported = R>,
        E: Emit<O::Out>,
    {
        let time = time_of(timer, watermark);
        let watch = self.place.watch(counts.events_in, &timer);
        let mut ctx = Context::new(time, watermark, self.place.instance());
        {
            let given = self.operator.on_timer(timer, state, &mut ctx);
            watch.end();
            match given.map(IntoIterator::into_iter) {
                Ok(given) => {
                    let nth = counts.events_in;
                    let given = (given, time, Shape::Many);
                    give_all((&self.place, || nth), counts, given, &timer, into)?;
                }
                Err(error) => {
                    let to = (&self.place, &mut self.errors, &self.env);
                    // Not in `counts`, where it would offset an event received.
                    let mut failed = BatchCounts { errors: 0, ..*counts };
                    let failure = (CallFailure::Error(error), None);
                    let nth = failed.events_in;
                    report::<O, T>(to, (&mut failed, nth), (failure, time), &timer)?;
                    self.counters.errors.add(failed.errors);
                }
            }
        }
        self.place.check_timers::<O::Keying>(&ctx, counts.events_in)?;
        Ok(ctx)
    }

    /// Counts timers that will never fire, and what they held as dropped.
    #[inline]
    pub(in crate::stage) fn count_unfired(&self, unfired: u64) {
        if unfired > 0 {
            self.counters.unfired.add(unfired);
            self.counters.count_dropped(unfired);
        }
    }

    /// How many events it emits for each one it has processed.
    pub(in crate::stage) fn step_shape<T>(&self) -> StepShape
    where
        O: Operator<T>,
    {
        match shape_of::<T, O>() {
            Shape::OneToOne => StepShape::OneToOne,
            Shape::AtMostOne => StepShape::AtMostOne,
            Shape::Many => StepShape::Any,
        }
    }

    /// Adds the counts of a batch to the counters; returns the number of events emitted.
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

/// The event time of what a timer emits.
pub(in crate::stage) fn time_of(timer: Timer, watermark: EventTime) -> EventTime {
    match timer {
        Timer::At(time) => time,
        Timer::After(_) => watermark,
    }
}

/// What the results of a timer carry: what the event that set it carries if they are behind that,
/// else their own time, so that timers downstream up to then are called before them.
pub(in crate::stage) fn passed_of(timer: Timer, passed: Passed, watermark: EventTime) -> Passed {
    let time = time_of(timer, watermark);
    if passed.is_after(time) { passed } else { Passed::until(time) }
}

/// How emitted events are counted: with timers, not every event emitted follows from one received.
const fn shape_of<T, O: Operator<T>>() -> Shape {
    match O::Keying::TIMERS {
        TimerUse::None => O::SHAPE,
        TimerUse::Some => Shape::Many,
    }
}

/// What a call that has failed leaves: how, the event if it was kept, and the event time.
type Failed<O, T> = ((FailureOf<O, T>, Option<T>), EventTime);

/// Emits the error of one call, or fails the job with it.
#[cold]
fn report<O: Operator<T>, T>(
    (place, errors, env): (&OperatorPlace, &mut Option<Tee<Reported<O, T>>>, &Env),
    (counts, nth): (&mut BatchCounts, u64),
    ((failure, event), time): Failed<O, T>,
    shown: &impl Snapshot,
) -> Result<()> {
    let ended = |failure| place.ended::<ReportsOf<O, T>, T, O::Error>(nth, shown, failure);
    let Some(errors) = errors else { return Err(ended(failure)) };
    let facts = || place.facts(nth, 1, env.clock().wall());
    let reported = ReportsOf::<O, T>::report(failure, event, facts).map_err(ended)?;
    counts.errors += 1;
    errors.emit(reported, Meta { time, ..Meta::default() })
}

/// All results of a call, before any is emitted. Most calls have one, which takes no allocation.
struct AllResults<T> {
    first: Option<T>,
    rest: Vec<T>,
}

impl<T> AllResults<T> {
    #[inline]
    fn of(mut given: impl Iterator<Item = T>, shape: Shape) -> Self {
        let first = given.next();
        let rest = if shape == Shape::Many && first.is_some() { given.collect() } else { vec![] };
        Self { first, rest }
    }
}

/// Emits the results of the `nth` call.
#[inline(always)]
fn give_all<T, E: Emit<T>>(
    (place, nth): (&OperatorPlace, impl Fn() -> u64 + Copy),
    counts: &mut BatchCounts,
    (mut given, time, shape): (impl Iterator<Item = T>, EventTime, Shape),
    shown: &impl Snapshot,
    into: &mut E,
) -> Result<()> {
    loop {
        // Only the operator is watched: a panic further downstream is not its fault.
        let watch = place.watch(nth, shown);
        let next = given.next();
        watch.end();
        let Some(event) = next else { return Ok(()) };
        give(counts, (event, time, shape), into)?;
        // Asking for a second item would be cheap in itself. But the first would then be moved out
        // of an iterator that lives on, and such moves add up.
        if shape != Shape::Many {
            return Ok(());
        }
    }
}

/// Emits a result, and counts it.
#[inline(always)]
fn give<T, E: Emit<T>>(
    counts: &mut BatchCounts,
    (event, time, shape): (T, EventTime, Shape),
    into: &mut E,
) -> Result<()> {
    let meta = Meta { time, ..Meta::default() };
    let emitted = if Mutant::LostInChain.strikes() { Ok(()) } else { into.emit(event, meta) };
    // One-to-one operators are counted by what they receive.
    if shape != Shape::OneToOne {
        counts.events_out += 1;
    }
    emitted
}
