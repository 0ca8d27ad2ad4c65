//! One call of an operator: what it takes along, and brings back.

use super::deadlines::CallClock;
use crate::error::Error;
use crate::metrics::InstanceCounters;
use crate::operator::{
    self, AwaitStep, Calls, Handoff, Keying, OperatorPlace, Output, Retry, Snapshot, TimeLimit,
    TimerUse,
};
use crate::state::new_state;
use crate::time::{Monotonic, Timer};
use std::fmt;
use std::future::{Future, poll_fn};
use std::pin::pin;
use std::sync::Arc;
use std::task::Poll;

/// Everything a call uses, in one piece of memory that is used again for the next call.
///
/// The future of a call owns its seat and lends the parts to the user's function, so nothing in it
/// is borrowed from the segment. A timeout drops the user's future, never the seat: state cannot be
/// lost with it.
pub struct Seat<O: AwaitStep<T>, T> {
    /// The clone of the operator that belongs to this seat.
    operator: O,
    pub(super) out: Output<O::Out>,
    place: OperatorPlace,
    clock: Arc<CallClock>,
    counters: Arc<InstanceCounters>,
    errors: OnError,
    /// The number of the event.
    pub(super) nth: u64,
    /// The state of the key, while a call has it.
    pub(super) state: Option<O::State>,
    pub(super) ctx: operator::Context,
    pub(super) outcome: Outcome<O::Error>,
}

/// What becomes of the error of a call.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum OnError {
    /// It is emitted.
    Emit,
    /// It ends the job.
    EndJob,
}

/// How a call has ended.
#[derive(Debug)]
pub(super) enum Outcome<E> {
    Done,
    /// With an error to emit.
    Failed(E),
    /// With an error that ends the job.
    Fatal(Error),
}

/// What an operator is called for.
pub enum Work<T> {
    /// An event.
    Event(T),
    /// A timer of its key.
    Timer(Timer),
}

impl<O: AwaitStep<T>, T> fmt::Debug for Seat<O, T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Seat").field("place", &self.place).finish_non_exhaustive()
    }
}

impl<T> fmt::Debug for Work<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Event(_) => "Event",
            Self::Timer(_) => "Timer",
        })
    }
}

impl<O: AwaitStep<T>, T> Seat<O, T> {
    pub(super) fn new(
        (operator, place): (O, OperatorPlace),
        (handoff, limit): (Arc<Handoff<O::Out>>, usize),
        (clock, counters): (Arc<CallClock>, Arc<InstanceCounters>),
        errors: OnError,
    ) -> Self {
        // What an attempt sends is kept until it has succeeded, if it may be repeated.
        let out = match O::CALLS.retry {
            Some(_) => Output::collecting(),
            None => Output::to(handoff, limit),
        };
        let (state, ctx) = (None, operator::Context::default());
        let (nth, outcome) = (0, Outcome::Done);
        Self { operator, out, place, clock, counters, errors, nth, state, ctx, outcome }
    }
}

/// Makes the future of a call: [`call`], whose type has no name.
#[doc(hidden)]
pub trait CallMaker<O: AwaitStep<T>, T>: Send + 'static {
    /// The future; it gives the seat back.
    type Call: Future<Output = Box<Seat<O, T>>> + Send + 'static;

    /// Makes one.
    fn make(&self, seat: Box<Seat<O, T>>, work: Work<T>) -> Self::Call;
}

impl<O: AwaitStep<T>, T, L, F> CallMaker<O, T> for L
where
    L: Fn(Box<Seat<O, T>>, Work<T>) -> F + Send + 'static,
    F: Future<Output = Box<Seat<O, T>>> + Send + 'static,
{
    type Call = F;

    #[inline]
    fn make(&self, seat: Box<Seat<O, T>>, work: Work<T>) -> F {
        self(seat, work)
    }
}

/// A call. It owns all it uses, and gives it back.
pub async fn call<O: AwaitStep<T>, T: Send>(
    mut seat: Box<Seat<O, T>>,
    work: Work<T>,
) -> Box<Seat<O, T>> {
    let Seat { operator, out, place, clock, counters, errors, nth, state, ctx, outcome } =
        &mut *seat;
    let state = state.get_or_insert_with(new_state);
    let shown = show::<O, T>(&work);
    let watch = place.watch(*nth, &shown);
    let limits = Limits { clock, counters, end: call_end::<O, T>(clock) };
    let result = match &O::CALLS.retry {
        None => attempt((operator, out), work, (state, ctx), &limits).await,
        Some(retry) => repeated((operator, out), work, (state, ctx), &limits, retry).await,
    };
    watch.end();
    *outcome = match result {
        Ok(()) => Outcome::Done,
        Err(error) if *errors == OnError::Emit => Outcome::Failed(error),
        Err(error) => Outcome::Fatal(place.failed(*nth, &shown, error)),
    };
    seat
}

/// The clock of a call, when all its attempts are to be over, and what counts them.
struct Limits<'a> {
    clock: &'a CallClock,
    counters: &'a InstanceCounters,
    end: Option<Monotonic>,
}

/// When all attempts of a call are to be over.
fn call_end<O: AwaitStep<T>, T>(clock: &CallClock) -> Option<Monotonic> {
    O::CALLS.deadline.as_ref().map(|deadline| clock.now().plus(deadline.length))
}

/// Calls the operator until it succeeds, as often as `retry` says. State, context and output are
/// as before an attempt that has failed.
async fn repeated<O: AwaitStep<T>, T: Send>(
    (operator, out): (&mut O, &mut Output<O::Out>),
    work: Work<T>,
    (state, ctx): (&mut O::State, &mut operator::Context),
    limits: &Limits<'_>,
    retry: &Retry<T, O::State, O::Error>,
) -> Result<(), O::Error> {
    let (fresh, saved) = (ctx.clone(), (retry.state)(state));
    let mut repetition = 0;
    loop {
        let copy = match &work {
            Work::Event(event) => Work::Event((retry.event)(event)),
            Work::Timer(timer) => Work::Timer(*timer),
        };
        let result =
            attempt((&mut *operator, &mut *out), copy, (&mut *state, &mut *ctx), limits).await;
        let Err(error) = result else { return Ok(()) };
        (*state, *ctx) = ((retry.state)(&saved), fresh.clone());
        drop(out.drain());
        if repetition == retry.backoff.times || !(retry.retry_if)(&error) {
            return Err(error);
        }
        let Limits { clock, counters, end } = *limits;
        let again = clock.now().plus(clock.jittered(retry.backoff.wait(repetition)));
        if end.is_some_and(|end| again >= end) {
            // The last error says more than that time has run out.
            return Err(error);
        }
        clock.sleep_until(again).await;
        counters.retries.add(1);
        repetition += 1;
    }
}

/// Calls the operator once.
async fn attempt<O: AwaitStep<T>, T: Send>(
    (operator, out): (&mut O, &mut Output<O::Out>),
    work: Work<T>,
    (state, ctx): (&mut O::State, &mut operator::Context),
    limits: &Limits<'_>,
) -> Result<(), O::Error> {
    let call = async {
        match work {
            Work::Event(event) => operator.step(event, state, ctx, out).await,
            Work::Timer(timer) if const { matches!(O::Keying::TIMERS, TimerUse::Some) } => {
                operator.on_timer(timer, state, ctx, out).await
            }
            Work::Timer(_) => Ok(()),
        }
    };
    if O::CALLS.timeout.is_none() && O::CALLS.deadline.is_none() {
        return call.await;
    }
    let Limits { clock, counters, end } = *limits;
    let mut call = pin!(call);
    let mut limit = None;
    poll_fn(|cx| {
        if let Poll::Ready(result) = call.as_mut().poll(cx) {
            return Poll::Ready(result);
        }
        let Some((until, limit)) = *limit.get_or_insert_with(|| limit_of::<O, T>(clock, end))
        else {
            return Poll::Pending;
        };
        if clock.now() >= until {
            counters.timeouts.add(1);
            return Poll::Ready(Err(limit.exceeded()));
        }
        clock.wake_at(until);
        Poll::Pending
    })
    .await
}

/// When an attempt that begins now has to be over, and by which limit.
fn limit_of<O: AwaitStep<T>, T>(
    clock: &CallClock,
    end: Option<Monotonic>,
) -> Option<(Monotonic, TimeLimit<O::Error>)> {
    let Calls { timeout, deadline, .. } = &O::CALLS;
    let timeout = timeout.map(|limit| (clock.now().plus(limit.length), limit));
    match (timeout, end.zip(*deadline)) {
        (Some(timeout), Some(deadline)) if deadline.0 < timeout.0 => Some(deadline),
        (timeout, deadline) => timeout.or(deadline),
    }
}

/// What a call works on, as errors show it.
fn show<O: AwaitStep<T>, T>(work: &Work<T>) -> impl Snapshot + Send + Sync + use<O, T> {
    match work {
        Work::Event(event) => Shown::Event(O::describe(event)),
        Work::Timer(timer) => Shown::Timer(*timer),
    }
}

enum Shown<S> {
    Event(S),
    Timer(Timer),
}

impl<S: Snapshot> Snapshot for Shown<S> {
    fn text(&self) -> Option<String> {
        match self {
            Self::Event(event) => event.text(),
            Self::Timer(timer) => timer.text(),
        }
    }
}
