//! What an operator keeps per key: state or none, with or without timers, for ever or for a time.

use std::fmt;
use std::marker::PhantomData;
use std::time::Duration;

/// Whether an operator keeps state.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum StateUse {
    /// It keeps none.
    None,
    /// It keeps a value for each key, which is found by the name of its node.
    Some,
}

/// Whether an operator sets timers, and so has an `on_timer`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TimerUse {
    /// It sets none; a timer set anyway ends the job with an error.
    None,
    /// It may; [`Step::on_timer`](super::Step::on_timer) or
    /// [`AwaitStep::on_timer`](super::AwaitStep::on_timer) is called when one is due.
    Some,
}

/// The time of the timers that an operator sets.
///
/// # Examples
/// ```
/// use millstream::operator::{Keyed, Keying, SetsEventTimers, SetsTimers, TimersBy};
///
/// assert_eq!(<Keyed<SetsTimers>>::TIMERS_BY, TimersBy::AnyTime);
/// assert_eq!(<Keyed<SetsEventTimers>>::TIMERS_BY, TimersBy::EventTime);
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TimersBy {
    /// Event time alone; one by the clock that is set anyway ends the job with an error.
    EventTime,
    /// Event time or the job's clock.
    AnyTime,
}

/// What an operator keeps per key: [`Unkeyed`], [`Keyed`] or [`Keyed<SetsTimers>`](SetsTimers).
pub trait Keying {
    /// Whether it keeps state.
    const STATE: StateUse = StateUse::Some;
    /// Whether it sets timers; if not, timers cost nothing.
    const TIMERS: TimerUse;
    /// The time of its timers, if it sets any.
    const TIMERS_BY: TimersBy = TimersBy::AnyTime;
    /// How long its state lives without being used; if `None`, until the operator forgets the key.
    const TTL: Option<TimeToLive> = None;
}

/// [`Operator::Keying`](super::Operator::Keying) of an operator with state, whose input needs a
/// key.
///
/// `T` is [`NoTimers`], [`SetsTimers`] or [`SetsEventTimers`]; `L` is [`NoTtl`], or [`Ttl`] if
/// state expires.
#[derive(Debug, Clone, Copy)]
pub struct Keyed<T = NoTimers, L = NoTtl>(PhantomData<fn() -> (T, L)>);

/// An operator without timers.
#[derive(Debug, Clone, Copy)]
pub struct NoTimers;

/// An operator that sets timers: an event may wait for one of its key, and is then part of what a
/// job with checkpoints keeps.
#[derive(Debug, Clone, Copy)]
pub struct SetsTimers;

/// An operator whose timers are all in event time
/// ([`timer_at`](super::Context::timer_at)), so that its results follow from its input.
///
/// A sink that is idempotent may follow it in a job with `exactly_once`, as it may not follow
/// [`SetsTimers`]. `#[operator]` chooses it for methods that do nothing else with their `Context`.
#[derive(Debug, Clone, Copy)]
pub struct SetsEventTimers;

impl<L: Lifespan> Keying for Keyed<NoTimers, L> {
    const TIMERS: TimerUse = TimerUse::None;
    const TTL: Option<TimeToLive> = L::TTL;
}

impl<L: Lifespan> Keying for Keyed<SetsTimers, L> {
    const TIMERS: TimerUse = TimerUse::Some;
    const TTL: Option<TimeToLive> = L::TTL;
}

impl<L: Lifespan> Keying for Keyed<SetsEventTimers, L> {
    const TIMERS: TimerUse = TimerUse::Some;
    const TIMERS_BY: TimersBy = TimersBy::EventTime;
    const TTL: Option<TimeToLive> = L::TTL;
}

impl Keying for Unkeyed {
    const STATE: StateUse = StateUse::None;
    const TIMERS: TimerUse = TimerUse::None;
}

/// [`Operator::Keying`](super::Operator::Keying) of an operator without state.
#[derive(Debug, Clone, Copy)]
pub struct Unkeyed;

/// How long the state of a key lives without being used: [`NoTtl`] or [`Ttl`].
pub trait Lifespan: 'static {
    /// The time to live; `None` if state never expires.
    const TTL: Option<TimeToLive>;
}

/// State that lives until the operator forgets its key.
///
/// # Examples
/// ```
/// use millstream::operator::{Keyed, Keying, NoTimers, NoTtl};
///
/// assert_eq!(<Keyed<NoTimers, NoTtl>>::TTL, None);
/// ```
#[derive(Debug, Clone, Copy)]
pub struct NoTtl;

impl Lifespan for NoTtl {
    const TTL: Option<TimeToLive> = None;
}

/// State that expires `MICROS` microseconds after its last use: `#[operator(ttl = "1h")]`, for an
/// operator written by hand.
///
/// A call for an event or a timer of the key uses its state. By event time, an event happens at its
/// own time, or at the watermark of its split if it is behind that. An event `MICROS` or more after
/// the last use finds the state of a new key. Timers do not expire: one that is called later finds
/// the state of a new key, too.
///
/// Memory: the state of an expired key is freed once the watermark, or the clock, has advanced by
/// an eighth of the time to live. `C` is [`OfInput`] or [`TtlByClock`]. 0 is refused at start.
///
/// # Examples
/// ```
/// use millstream::operator::{Context, Keyed, NoTimers, Operator, Shape, Step, Stepping, Ttl};
/// use millstream::prelude::*;
/// use std::convert::Infallible;
///
/// /// Numbers the events of a visit, which is over after a minute without one.
/// #[derive(Clone)]
/// struct Page;
///
/// impl Operator<i64> for Page {
///     type Out = u32;
///     type State = u32;
///     type Error = Infallible;
///     type Keying = Keyed<NoTimers, Ttl<60_000_000>>;
///     type Mode = Stepping;
///     const NAME: &'static str = "page";
///     const SHAPE: Shape = Shape::OneToOne;
/// }
///
/// impl Step<i64> for Page {
///     fn step(
///         &mut self,
///         _: i64,
///         pages: &mut u32,
///         _: &mut Context,
///     ) -> Result<impl IntoIterator<Item = u32>, Infallible> {
///         *pages += 1;
///         Ok(Some(*pages))
///     }
/// }
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> millstream::Result<()> {
/// let pages = Collected::new();
/// let job = Builder::new("visits");
/// let clicks = job.source(from_iter([0, 59, 119, 150]));
/// let clicks = clicks.event_time(|second| EventTime::from_secs(*second), lateness(1.secs()));
/// clicks.by(|_| ()).then(Page).sink(pages.sink());
/// job.build().run(Config::default()).await?;
/// assert_eq!(pages.take(), [1, 2, 1, 2]);
/// # Ok(())
/// # }
/// ```
#[derive(Debug, Clone, Copy)]
pub struct Ttl<const MICROS: u64, C = OfInput>(PhantomData<fn() -> C>);

impl<const MICROS: u64, C: TtlClock> Lifespan for Ttl<MICROS, C> {
    const TTL: Option<TimeToLive> =
        Some(TimeToLive { length: Duration::from_micros(MICROS), by: C::TIME });
}

/// The time of a [`Ttl`] is event time where the input of the operator has it, and otherwise the
/// job's clock.
///
/// # Examples
/// ```
/// use millstream::operator::{Keyed, Keying, NoTimers, OfInput, Ttl, TtlTime};
///
/// let ttl = <Keyed<NoTimers, Ttl<1_000, OfInput>>>::TTL.unwrap();
/// assert_eq!(ttl.by, TtlTime::OfInput);
/// ```
#[derive(Debug, Clone, Copy)]
pub struct OfInput;

/// The time of a [`Ttl`] is the job's clock, also where events have event time.
///
/// # Examples
/// ```
/// use millstream::operator::{Keyed, Keying, NoTimers, Ttl, TtlByClock, TtlTime};
///
/// let ttl = <Keyed<NoTimers, Ttl<1_000, TtlByClock>>>::TTL.unwrap();
/// assert_eq!(ttl.by, TtlTime::Clock);
/// ```
#[derive(Debug, Clone, Copy)]
pub struct TtlByClock;

/// The time of a [`Ttl`], as a type.
pub trait TtlClock: 'static {
    /// The same as a value.
    const TIME: TtlTime;
}

impl TtlClock for OfInput {
    const TIME: TtlTime = TtlTime::OfInput;
}

impl TtlClock for TtlByClock {
    const TIME: TtlTime = TtlTime::Clock;
}

/// How long state lives without being used, and by which time.
///
/// # Examples
/// ```
/// use millstream::operator::{Keyed, Keying, NoTimers, TimeToLive, Ttl, TtlTime};
/// use millstream::time::DurationExt;
///
/// let hour = TimeToLive { length: 1.hours(), by: TtlTime::OfInput };
/// assert_eq!(<Keyed<NoTimers, Ttl<3_600_000_000>>>::TTL, Some(hour));
/// assert_eq!(hour.to_string(), "3600s");
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TimeToLive {
    /// How long.
    pub length: Duration,
    /// By which time.
    pub by: TtlTime,
}

/// The time by which state expires.
///
/// # Examples
/// ```
/// use millstream::operator::{TimeToLive, TtlTime};
/// use millstream::time::DurationExt;
///
/// let minute = TimeToLive { length: 60.secs(), by: TtlTime::Clock };
/// assert_eq!(minute.to_string(), "60s by clock");
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TtlTime {
    /// Event time where the input of the operator has it, and otherwise the job's clock.
    OfInput,
    /// The job's clock.
    Clock,
}

impl fmt::Display for TimeToLive {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:?}", self.length)?;
        match self.by {
            TtlTime::OfInput => Ok(()),
            TtlTime::Clock => f.write_str(" by clock"),
        }
    }
}
