//! One call of an operator: what it takes along, and brings back.

use super::deadlines::CallClock;
use crate::error::Error;
use crate::metrics::InstanceCounters;
use crate::operator::{
    self, AwaitStep, CallFailure, Calls, FailureOf, Handoff, Keying, OnPanic, Operator,
    OperatorPlace, Output, Reported, ReportsAs, ReportsOf, Retry, Snapshot, TimeLimit, TimerUse,
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
    pub(super) outcome: Outcome<Reported<O, T>>,
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
pub(super) enum Outcome<R> {
    Done,
    /// With an error to emit, or a dead letter.
    Failed(R),
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
    /// Whether what a call that fails has done is undone, although it is not repeated.
    const CATCHES: bool = matches!(ReportsOf::<O, T>::ON_PANIC, OnPanic::Report);

    pub(super) fn new(
        (operator, place): (O, OperatorPlace),
        (handoff, limit): (Arc<Handoff<O::Out>>, usize),
        (clock, counters): (Arc<CallClock>, Arc<InstanceCounters>),
        errors: OnError,
    ) -> Self {
        // What an attempt sends is kept until it has succeeded, if it may be repeated or forgotten.
        let out = match O::CALLS.retry.is_some() || Self::CATCHES {
            true => Output::collecting(),
            false => Output::to(handoff, limit),
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
    let kept = ReportsOf::<O, T>::keep(event_of(&work), O::COPIES.event);
    let before = before::<O, T>(&work, state, ctx);
    let limits = Limits { clock, counters, end: call_end::<O, T>(clock) };
    let mut attempts = 1;
    let result = match &O::CALLS.retry {
        None => attempt((operator, out), work, (state, ctx), &limits).await,
        Some(retry) => {
            let counted = (retry, &mut attempts);
            repeated((operator, out), work, (state, ctx), &limits, counted).await
        }
    };
    watch.end();
    let Err(failure) = result else {
        *outcome = Outcome::Done;
        return seat;
    };
    if Seat::<O, T>::CATCHES {
        drop(out.drain());
        ReportsOf::<O, T>::put_back(before.0, state);
        ReportsOf::<O, T>::put_back(before.1, ctx);
    }
    let facts = || place.facts(*nth, attempts, clock.wall());
    let reported = match errors {
        OnError::Emit => ReportsOf::<O, T>::report(failure, ReportsOf::<O, T>::kept(kept), facts),
        OnError::EndJob => Err(failure),
    };
    let ended = |failure| place.ended::<ReportsOf<O, T>, T, O::Error>(*nth, &shown, failure);
    *outcome = reported.map_or_else(|failure| Outcome::Fatal(ended(failure)), Outcome::Failed);
    seat
}

/// The clock of a call, when all its attempts are to be over, and what counts them.
struct Limits<'a> {
    clock: &'a CallClock,
    counters: &'a InstanceCounters,
    end: Option<Monotonic>,
}

/// The event of a call.
fn event_of<T>(work: &Work<T>) -> Option<&T> {
    match work {
        Work::Event(event) => Some(event),
        Work::Timer(_) => None,
    }
}

/// What is kept of a value during the call of an operator.
type Before<O, T, V> = <ReportsOf<O, T> as ReportsAs<T, <O as Operator<T>>::Error>>::Before<V>;

/// What is kept of state and context.
type BeforeCall<O, T> = (Before<O, T, <O as Operator<T>>::State>, Before<O, T, operator::Context>);

/// Keeps what a call changes, if it is put back; repetitions do so themselves.
fn before<O: AwaitStep<T>, T>(
    work: &Work<T>,
    state: &O::State,
    ctx: &operator::Context,
) -> BeforeCall<O, T> {
    let kept = O::CALLS.retry.is_none() && event_of(work).is_some();
    let state = ReportsOf::<O, T>::before(kept.then_some(state), O::COPIES.state);
    (state, ReportsOf::<O, T>::before(kept.then_some(ctx), Some(Clone::clone)))
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
    (retry, attempts): (&Retry<T, O::State, O::Error>, &mut u32),
) -> Result<(), FailureOf<O, T>> {
    let (fresh, saved) = (ctx.clone(), (retry.state)(state));
    let mut repetition = 0;
    loop {
        let copy = match &work {
            Work::Event(event) => Work::Event((retry.event)(event)),
            Work::Timer(timer) => Work::Timer(*timer),
        };
        let result =
            attempt((&mut *operator, &mut *out), copy, (&mut *state, &mut *ctx), limits).await;
        let Err(failure) = result else { return Ok(()) };
        (*state, *ctx) = ((retry.state)(&saved), fresh.clone());
        drop(out.drain());
        // A panic is a mistake, and would be the same again.
        let again = matches!(&failure, CallFailure::Error(error) if (retry.retry_if)(error));
        if repetition == retry.backoff.times || !again {
            return Err(failure);
        }
        let Limits { clock, counters, end } = *limits;
        let again = clock.now().plus(clock.jittered(retry.backoff.wait(repetition)));
        if end.is_some_and(|end| again >= end) {
            // The last error says more than that time has run out.
            return Err(failure);
        }
        clock.sleep_until(again).await;
        counters.retries.add(1);
        repetition += 1;
        *attempts += 1;
    }
}

/// Calls the operator once.
async fn attempt<O: AwaitStep<T>, T: Send>(
    (operator, out): (&mut O, &mut Output<O::Out>),
    work: Work<T>,
    (state, ctx): (&mut O::State, &mut operator::Context),
    limits: &Limits<'_>,
) -> Result<(), FailureOf<O, T>> {
    let call = async {
        match work {
            Work::Event(event) => operator.step(event, state, ctx, out).await,
            Work::Timer(timer) if const { matches!(O::Keying::TIMERS, TimerUse::Some) } => {
                operator.on_timer(timer, state, ctx, out).await
            }
            Work::Timer(_) => Ok(()),
        }
    };
    if O::CALLS.timeout.is_none() && O::CALLS.deadline.is_none() && !Seat::<O, T>::CATCHES {
        return call.await.map_err(CallFailure::Error);
    }
    let Limits { clock, counters, end } = *limits;
    let mut call = pin!(call);
    let mut limit = None;
    poll_fn(|cx| {
        match ReportsOf::<O, T>::guard(|| call.as_mut().poll(cx)) {
            Ok(Poll::Ready(result)) => return Poll::Ready(result.map_err(CallFailure::Error)),
            Ok(Poll::Pending) => {}
            Err(panic) => return Poll::Ready(Err(CallFailure::Panic(panic))),
        }
        let Some((until, limit)) = *limit.get_or_insert_with(|| limit_of::<O, T>(clock, end))
        else {
            return Poll::Pending;
        };
        if clock.now() >= until {
            counters.timeouts.add(1);
            return Poll::Ready(Err(CallFailure::Error(limit.exceeded())));
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
