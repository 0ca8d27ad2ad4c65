//! Operators: transform events, with state, timers and errors if need be.
//!
//! An operator receives one event and emits none, one or many. Write it as an `async fn` under
//! [`#[operator]`](macro@crate::operator); its signature states what it needs: state, a
//! [`Context`], an [`Output`]. The macro implements the traits of this module, which are public so
//! that an operator can also be written by hand.
//!
//! There are two modes. An operator that never awaits implements [`Step`] and is fused into the
//! loop of its stage: it costs a function call. An operator that awaits implements [`AwaitStep`]
//! and runs as a future for each event: a *call*. One call at a time is in flight, or as many as
//! `#[operator(in_flight = 64)]` says; once that many are, the upstream is backpressured.
//!
//! # Examples
//! ```
//! use millstream::prelude::*;
//!
//! #[operator]
//! async fn average(reading: (&'static str, f64), seen: &mut (f64, f64)) -> (&'static str, f64) {
//!     *seen = (seen.0 + 1.0, seen.1 + reading.1);
//!     (reading.0, seen.1 / seen.0)
//! }
//!
//! # #[tokio::main(flavor = "current_thread")]
//! # async fn main() -> millstream::Result<()> {
//! let averages = Collected::new();
//! topology!(
//!     readings = source(from_iter([("north", 2.0), ("north", 4.0)])),
//!     readings >> by(|reading| reading.0) >> average >> sink(averages.sink()),
//! )
//! .run(Config::default())
//! .await?;
//! assert_eq!(averages.take(), [("north", 2.0), ("north", 3.0)]);
//! # Ok(())
//! # }
//! ```
//!
//! An operator written by hand:
//! ```
//! use millstream::operator::{Context, Keyed, Operator, Shape, Step, Stepping};
//! use std::convert::Infallible;
//!
//! /// Numbers the events of each key, from 1.
//! #[derive(Clone)]
//! struct Position;
//!
//! impl Operator<&'static str> for Position {
//!     type Out = (&'static str, u64);
//!     type State = u64;
//!     type Error = Infallible;
//!     type Keying = Keyed;
//!     type Mode = Stepping;
//!     const NAME: &'static str = "position";
//!     const SHAPE: Shape = Shape::OneToOne;
//! }
//!
//! impl Step<&'static str> for Position {
//!     fn step(
//!         &mut self,
//!         event: &'static str,
//!         seen: &mut u64,
//!         _: &mut Context,
//!     ) -> Result<impl IntoIterator<Item = (&'static str, u64)>, Infallible> {
//!         *seen += 1;
//!         Ok(Some((event, *seen)))
//!     }
//! }
//!
//! let (mut position, mut seen, mut ctx) = (Position, 1, Context::default());
//! let numbered = position.step("b", &mut seen, &mut ctx).unwrap();
//! assert_eq!(numbered.into_iter().collect::<Vec<_>>(), [("b", 2)]);
//! ```

pub(crate) mod calls;
mod context;
mod dead_letter;
pub(crate) mod emit;
pub(crate) mod fault;
pub(crate) mod handoff;
pub(crate) mod held;
mod keying;
mod mode;
pub(crate) mod output;
pub(crate) mod outputs;
pub(crate) mod reported;
pub(crate) mod reports;
mod returned;
pub(crate) mod snapshot;
mod sound;
pub(crate) mod stock;
#[cfg(feature = "tower")]
mod tower;

pub use crate::error::Instance;
pub use calls::{Backoff, Calls, MOST_IN_FLIGHT, Order, Retry, TimeLimit, TimedOut};
pub use context::Context;
pub use dead_letter::DeadLetter;
pub(crate) use emit::Emit;
pub(crate) use fault::{OperatorPlace, Uncounted, WatchedCall, panicked};
pub(crate) use handoff::Handoff;
pub use held::HeldBy;
pub use keying::{
    Keyed, Keying, Lifespan, NoTimers, NoTtl, OfInput, SetsEventTimers, SetsTimers, StateUse,
    TimeToLive, TimerUse, TimersBy, Ttl, TtlByClock, TtlClock, TtlTime, Unkeyed,
};
pub use mode::{Awaits, Mode, Stepping};
pub use output::Output;
pub use outputs::{Choice, Outputs};
pub(crate) use reported::{FailureOf, Reported, ReportsOf};
pub(crate) use reports::{CallFailure, OnPanic, ReportsAs};
pub use reports::{CatchesPanics, EmitsErrors, EmitsLetters, LetterCopies};
pub use returned::{EmittedBy, KindOf, OutcomeOf, ViaOne, value_kind};
pub use snapshot::Snapshot;
pub(crate) use snapshot::{Advancing, AtEventOf, InWindow, NoSnapshot};
pub use sound::{
    HasClone, HasDefault, IsArgument, IsError, IsSend, IsShared, OneEvent, SharedAs, Sound,
    TakenFrom, sound,
};
pub(crate) use stock::{Filter, FlatMap, Inspect, Map, PassOn};
#[cfg(feature = "tower")]
pub use tower::{InNoOrder, InOrderOfInput, InOrderOfKeys, ServiceOrder, service};

use crate::error::BoxError;
use crate::peek::Peekers;
use crate::state::State;
use crate::time::Timer;
use std::future::Future;

/// Declares an operator on events of type `In`: its output, state, error and mode.
///
/// `#[operator]` implements it together with [`Step`] or [`AwaitStep`]. Each instance uses its own
/// clone. Keep what must be remembered in [`State`](Operator::State), not in fields: fields are
/// neither per key nor restored.
///
/// # Examples
/// What the macro declares:
/// ```
/// use millstream::operator::{Operator, Shape};
/// use millstream::prelude::*;
///
/// #[operator]
/// async fn large(amount: u64) -> Option<u64> {
///     (amount > 100).then_some(amount)
/// }
///
/// assert_eq!(<large as Operator<u64>>::NAME, "large");
/// assert_eq!(<large as Operator<u64>>::SHAPE, Shape::AtMostOne);
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot take `{In}` events",
    label = "this operator does not take `{In}` events",
    note = "an operator's first parameter is the event type of the stream before it; \
            write it as an `async fn` under `#[operator]`"
)]
pub trait Operator<In>: Clone + Send + 'static {
    /// The events it emits.
    type Out: Send + 'static;
    /// Its state per key; `()` if it has none.
    type State: State;
    /// Its error; [`Infallible`](std::convert::Infallible) if it has none.
    type Error: Into<BoxError> + Send + 'static;
    /// [`Keyed`] if it has state, [`Keyed<SetsTimers>`](SetsTimers) if it sets timers, otherwise
    /// [`Unkeyed`]. With [`Ttl`] as the second parameter of `Keyed`, state expires.
    type Keying: Keying;
    /// [`Stepping`] if it implements [`Step`], [`Awaits`] if [`AwaitStep`]. With a parameter, such
    /// as `Stepping<EmitsLetters>`, `.errors` emits [dead letters](DeadLetter); then
    /// [`COPIES`](Operator::COPIES) copies events.
    type Mode: Mode<Reports: ReportsAs<In, Self::Error>>;
    /// The name of its node unless the topology names it.
    const NAME: &'static str;
    /// How many events it emits for each event.
    const SHAPE: Shape;
    /// How its calls are made, if it awaits.
    const CALLS: Calls<In, Self::State, Self::Error> = Calls::ONE;
    /// How it copies what its dead letters need, if it emits some.
    const COPIES: LetterCopies<In, Self::State> = LetterCopies::NOTHING;

    /// The largest number of its calls in flight, per instance, if it awaits: that of
    /// [`CALLS`](Operator::CALLS), unless the value has a number of its own, as a
    /// `service` of tower has. [`in_flight`](crate::builder::Stream::in_flight) sets another.
    fn calls_in_flight(&self) -> usize {
        Self::CALLS.in_flight
    }

    /// Adds the types of its events to those that are [shown](crate::Peek), if they say what of
    /// them may be.
    fn peekers(_types: &mut Peekers) {}

    /// Takes a snapshot of the event, to be shown in error messages; called for every event.
    #[inline]
    fn describe(_event: &In) -> impl Snapshot + Send + Sync + use<In, Self> {
        NoSnapshot
    }
}

/// Processes events without awaiting, as part of the loop of a stage.
///
/// # Examples
/// A step written by hand, which removes duplicates in sequence:
/// ```
/// use millstream::operator::{Context, Keyed, Operator, Shape, Step, Stepping};
/// use std::convert::Infallible;
///
/// #[derive(Clone)]
/// struct Changes;
///
/// impl Operator<u32> for Changes {
///     type Out = u32;
///     type State = Option<u32>;
///     type Error = Infallible;
///     type Keying = Keyed;
///     type Mode = Stepping;
///     const NAME: &'static str = "changes";
///     const SHAPE: Shape = Shape::AtMostOne;
/// }
///
/// impl Step<u32> for Changes {
///     fn step(
///         &mut self,
///         event: u32,
///         last: &mut Option<u32>,
///         _: &mut Context,
///     ) -> Result<impl IntoIterator<Item = u32>, Infallible> {
///         Ok((last.replace(event) != Some(event)).then_some(event))
///     }
/// }
///
/// let (mut last, mut ctx) = (Some(7), Context::default());
/// assert_eq!(Changes.step(7, &mut last, &mut ctx).unwrap().into_iter().count(), 0);
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self}` is declared not to await but does not implement `Step<{In}>`"
)]
pub trait Step<In>: Operator<In> {
    /// Processes one event and returns the events to emit.
    ///
    /// # Errors
    /// An error of the operator's own: it is sent to the error output, or ends the job.
    fn step(
        &mut self,
        event: In,
        state: &mut Self::State,
        ctx: &mut Context,
    ) -> Result<impl IntoIterator<Item = Self::Out>, Self::Error>;

    /// Called when a timer of a key is due, with the state of that key.
    ///
    /// Never called unless [`Keying`](Operator::Keying) is [`Keyed<SetsTimers>`](SetsTimers).
    ///
    /// # Errors
    /// An error of the operator's own: it is sent to the error output, or ends the job.
    fn on_timer(
        &mut self,
        _timer: Timer,
        _state: &mut Self::State,
        _ctx: &mut Context,
    ) -> Result<impl IntoIterator<Item = Self::Out>, Self::Error> {
        Ok(None::<Self::Out>)
    }
}

/// Processes events as a future: for operators that call services or wait.
///
/// # Examples
/// ```
/// use millstream::operator::{AwaitStep, Awaits, Context, Operator, Output, Shape, Unkeyed};
/// use std::convert::Infallible;
///
/// #[derive(Clone)]
/// struct Twice;
///
/// impl Operator<u32> for Twice {
///     type Out = u32;
///     type State = ();
///     type Error = Infallible;
///     type Keying = Unkeyed;
///     type Mode = Awaits;
///     const NAME: &'static str = "twice";
///     const SHAPE: Shape = Shape::Many;
/// }
///
/// impl AwaitStep<u32> for Twice {
///     async fn step(
///         &mut self,
///         event: u32,
///         _: &mut (),
///         _: &mut Context,
///         out: &mut Output<u32>,
///     ) -> Result<(), Infallible> {
///         out.send(event).await;
///         out.send(event).await;
///         Ok(())
///     }
/// }
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() {
/// let (mut ctx, mut out) = (Context::default(), Output::collecting());
/// Twice.step(7, &mut (), &mut ctx, &mut out).await.unwrap();
/// assert_eq!(out.into_events(), [7, 7]);
/// # }
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self}` is declared to await but does not implement `AwaitStep<{In}>`"
)]
pub trait AwaitStep<In>: Operator<In> {
    /// Processes one event and sends the results to `out`.
    ///
    /// Up to [`in_flight`](Calls::in_flight) calls run at once, each on a clone of the operator and
    /// at most one for a key with state. What they send leaves in [the order](Calls::order) asked
    /// for.
    ///
    /// # Errors
    /// An error of the operator's own. The call is made again if [`Calls::retry`] says so: state,
    /// context and output are then as they were. Otherwise, and after the last attempt, the error
    /// is sent to the error output, or ends the job.
    ///
    /// # Cancel safety
    /// The future is dropped when the job is aborted, and when it takes longer than
    /// [`Calls::timeout`] or [`Calls::deadline`]: what it has done outside the job stays done.
    fn step(
        &mut self,
        event: In,
        state: &mut Self::State,
        ctx: &mut Context,
        out: &mut Output<Self::Out>,
    ) -> impl Future<Output = Result<(), Self::Error>> + Send;

    /// Called when a timer of a key is due, with the state of that key.
    ///
    /// Never called unless [`Keying`](Operator::Keying) is [`Keyed<SetsTimers>`](SetsTimers).
    ///
    /// # Errors
    /// An error of the operator's own: it is sent to the error output, or ends the job.
    ///
    /// # Cancel safety
    /// As for [`step`](Self::step).
    fn on_timer(
        &mut self,
        _timer: Timer,
        _state: &mut Self::State,
        _ctx: &mut Context,
        _out: &mut Output<Self::Out>,
    ) -> impl Future<Output = Result<(), Self::Error>> + Send {
        std::future::ready(Ok(()))
    }
}

/// How many events an operator emits for each event it receives.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Shape {
    /// Exactly one.
    OneToOne,
    /// At most one: only the first item of the returned iterator is emitted.
    AtMostOne,
    /// Any number.
    Many,
}
