//! What is done to events.
//!
//! An operator takes one event and gives on none, one or many. It is nearly always written as an
//! `async fn` under [`#[operator]`](macro@crate::operator), which implements the traits of this
//! module; they are public so that everything can also be written by hand.
//!
//! There are two kinds. One that never awaits implements [`Step`]: it becomes part of its stage's
//! loop, as an iterator adaptor would. One that awaits implements [`AwaitStep`]: it runs as a
//! future and its awaiting is the backpressure.
//!
//! # Examples
//! ```
//! use millstream::operator::{Context, Keyed, Operator, Shape, Step, Stepping};
//! use std::convert::Infallible;
//!
//! /// The position of an event among those of its key, from 1.
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
//! ```

mod context;
pub(crate) mod emit;
pub(crate) mod fault;
pub(crate) mod output;
pub(crate) mod outputs;
pub(crate) mod snapshot;
pub(crate) mod stock;

pub use crate::error::Instance;
pub use context::Context;
pub(crate) use emit::Emit;
pub(crate) use fault::{OperatorPlace, panicked};
pub(crate) use output::Outlet;
pub use output::Output;
pub use outputs::{Choice, Outputs};
pub(crate) use snapshot::NoSnapshot;
pub use snapshot::Snapshot;
pub(crate) use stock::{Filter, FlatMap, Inspect, Map, PassOn};

use crate::error::BoxError;
use crate::state::State;
use crate::time::Timer;
use std::future::Future;

/// Something that is done to every event of type `In`.
///
/// Each instance of the operator works on a clone; what it must remember belongs into its
/// [`State`](Operator::State), not into its fields.
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot take `{In}` events",
    label = "this operator does not take `{In}` events",
    note = "an operator's first parameter is the event type of the stream before it; \
            write it as an `async fn` under `#[operator]`"
)]
pub trait Operator<In>: Clone + Send + 'static {
    /// The events it gives on.
    type Out: Send + 'static;
    /// What it remembers of a key; `()` if nothing.
    type State: State;
    /// Its error; [`Infallible`](std::convert::Infallible) if it has none.
    type Error: Into<BoxError> + Send + 'static;
    /// [`Keyed`] if it has state, else [`Unkeyed`].
    type Keying;
    /// [`Stepping`] if it implements [`Step`], [`Awaits`] if [`AwaitStep`].
    type Mode;
    /// What its node is called unless the topology names it.
    const NAME: &'static str;
    /// How many events it gives on for each.
    const SHAPE: Shape;
    /// Whether it sets timers; if not, they cost it nothing.
    const TIMERS: TimerUse = TimerUse::None;

    /// What to keep of an event so that an error about it can show it.
    #[inline]
    fn describe(_event: &In) -> impl Snapshot + use<In, Self> {
        NoSnapshot
    }
}

/// An operator that never awaits.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is declared not to await but does not implement `Step<{In}>`"
)]
pub trait Step<In>: Operator<In> {
    /// Takes one event and gives on what follows from it.
    ///
    /// # Errors
    /// Its own, which goes to the error output or ends the job.
    fn step(
        &mut self,
        event: In,
        state: &mut Self::State,
        ctx: &mut Context,
    ) -> Result<impl IntoIterator<Item = Self::Out>, Self::Error>;

    /// Is called when a timer of a key is due; only if [`TIMERS`](Operator::TIMERS) says so.
    ///
    /// # Errors
    /// Its own, which goes to the error output or ends the job.
    fn on_timer(
        &mut self,
        _timer: Timer,
        _state: &mut Self::State,
        _ctx: &mut Context,
    ) -> Result<impl IntoIterator<Item = Self::Out>, Self::Error> {
        Ok(None::<Self::Out>)
    }
}

/// An operator that awaits.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is declared to await but does not implement `AwaitStep<{In}>`"
)]
pub trait AwaitStep<In>: Operator<In> {
    /// Takes one event and sends on what follows from it.
    ///
    /// Events of an instance are taken one after the other.
    ///
    /// # Errors
    /// Its own, which goes to the error output or ends the job.
    ///
    /// # Cancel safety
    /// Dropped only when the whole job is aborted.
    fn step(
        &mut self,
        event: In,
        state: &mut Self::State,
        ctx: &mut Context,
        out: &mut Output<Self::Out>,
    ) -> impl Future<Output = Result<(), Self::Error>> + Send;

    /// Is called when a timer of a key is due; only if [`TIMERS`](Operator::TIMERS) says so.
    ///
    /// # Errors
    /// Its own, which goes to the error output or ends the job.
    ///
    /// # Cancel safety
    /// Dropped only when the whole job is aborted.
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

/// How many events an operator gives on for each it takes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Shape {
    /// Exactly one.
    OneToOne,
    /// One or none: what it returns is asked for its first event only.
    AtMostOne,
    /// Any number.
    Many,
}

/// Whether an operator sets timers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TimerUse {
    /// It sets none: one that does so all the same ends the job.
    None,
    /// It may set some: [`Step::on_timer`] or [`AwaitStep::on_timer`] is called for them.
    Some,
}

/// The operator has state, so its events need a key.
#[derive(Debug, Clone, Copy)]
pub struct Keyed;

/// The operator needs no key.
#[derive(Debug, Clone, Copy)]
pub struct Unkeyed;

/// The operator never awaits.
#[derive(Debug, Clone, Copy)]
pub struct Stepping;

/// The operator awaits.
#[derive(Debug, Clone, Copy)]
pub struct Awaits;
