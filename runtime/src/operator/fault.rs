//! Errors of user code: which node failed or panicked, and on which event.
//!
//! A panic unwinds through the loop of a whole stage, in which the compiler has fused many nodes.
//! So each call of user code runs under a [`WatchedCall`]: a guard that costs nothing unless an
//! unwinding panic drops it, and then notes the node and its event.

use super::reports::{CallFacts, CallFailure, ReportsAs, text_of_panic};
use super::{Context, Instance, Keying, Snapshot, TimerUse, TimersBy};
use crate::error::{BoxError, Error, ErrorKind, Result, Role, note_panic, take_noted};
use crate::time::{EventTime, Timer};
use std::any::Any;
use std::sync::Arc;

/// Where user code runs: an instance of a node, and the number of events it has received.
#[derive(Debug, Clone)]
pub struct OperatorPlace {
    role: Role,
    node: Arc<str>,
    instance: Instance,
    /// The node that emits the events, if the code picks their instance.
    upstream: Option<Arc<str>>,
    events: u64,
}

impl OperatorPlace {
    /// An instance of an operator that has received no event.
    #[must_use]
    pub fn new(node: Arc<str>, instance: Instance) -> Self {
        Self { role: Role::Operator, node, instance, upstream: None, events: 0 }
    }

    /// A source or sink.
    #[must_use]
    pub(crate) fn only(role: Role, node: Arc<str>) -> Self {
        Self { role, ..Self::new(node, Instance::ONLY) }
    }

    /// The copies of the output of an instance, one for each consumer.
    #[must_use]
    pub(crate) fn copies(self) -> Self {
        Self { role: Role::Output, ..self }
    }

    /// The code that picks the instance of `node` for each event of an instance of `upstream`.
    #[must_use]
    pub(crate) fn between(
        role: Role,
        (upstream, instance): (Arc<str>, Instance),
        node: Arc<str>,
    ) -> Self {
        Self { role, upstream: Some(upstream), ..Self::new(node, instance) }
    }

    /// Which of the operator's instances this is.
    #[inline]
    #[must_use]
    pub fn instance(&self) -> Instance {
        self.instance
    }

    /// Adds a batch to the number of events.
    pub fn advance(&mut self, events: u64) {
        self.events += events;
    }

    /// The name of the operator's node.
    #[must_use]
    pub fn node(&self) -> &Arc<str> {
        &self.node
    }

    /// An error at the `nth` event since the last [`advance`](OperatorPlace::advance).
    #[cold]
    fn error(&self, kind: ErrorKind, what: &str, nth: Option<u64>, event: &impl Snapshot) -> Error {
        let at = match (nth.map(|nth| self.events + nth), &self.upstream) {
            (None, _) => String::new(),
            (Some(nth), None) => format!(" at its event {nth}"),
            (Some(nth), Some(upstream)) if self.instance.count() == 1 => {
                format!(" at event {nth} of `{upstream}`")
            }
            (Some(nth), Some(upstream)) => {
                format!(" at event {nth} of `{upstream}` ({})", self.instance)
            }
        };
        let shown = match event.text() {
            Some(text) if nth.is_some() => format!(", {text}"),
            Some(text) => format!(" {text}"),
            None => String::new(),
        };
        Error::new(kind, format!("{what}{at}{shown}")).of(self.role, &self.node, self.instance)
    }

    /// The error of a job one of whose operators returned an error that is to `fail` it.
    #[cold]
    #[must_use]
    pub fn failed(&self, nth: u64, event: &impl Snapshot, cause: impl Into<BoxError>) -> Error {
        self.error(ErrorKind::Operator, "failed", Some(nth), event).caused_by(cause)
    }

    /// The error of a job that a call has ended whose failure is not reported.
    #[cold]
    #[must_use]
    pub fn ended<R: ReportsAs<In, E>, In, E: Into<BoxError>>(
        &self,
        nth: u64,
        event: &impl Snapshot,
        failure: CallFailure<E, R::Panic>,
    ) -> Error {
        match failure {
            CallFailure::Error(error) => self.failed(nth, event, error),
            CallFailure::Panic(panic) => {
                self.error(ErrorKind::Panic, "panicked", Some(nth), event).caused_by(R::text(panic))
            }
        }
    }

    /// What a dead letter says of a call for the `nth` event since the last
    /// [`advance`](OperatorPlace::advance).
    #[cold]
    #[must_use]
    pub fn facts(&self, nth: u64, attempts: u32, time: EventTime) -> CallFacts {
        let (node, instance) = (self.node.to_string(), self.instance);
        CallFacts { node, instance, attempts, position: self.events + nth, time }
    }

    /// Checks that a call has set no timers but those that its operator declares.
    ///
    /// # Errors
    /// If it has set one and has no method to be called by it, or one by the clock and declares
    /// that it sets none.
    #[inline]
    pub fn check_timers<Q: Keying>(&self, ctx: &Context, nth: u64) -> Result<()> {
        let by_clock = |timer: &Timer| matches!(timer, Timer::After(_));
        match const { (Q::TIMERS, Q::TIMERS_BY) } {
            (TimerUse::None, _) if !ctx.timers().is_empty() => Err(self.no_on_timer(nth)),
            (TimerUse::Some, TimersBy::EventTime) if ctx.timers().iter().any(by_clock) => {
                Err(self.no_clock_timer(nth))
            }
            _ => Ok(()),
        }
    }

    #[cold]
    fn no_on_timer(&self, nth: u64) -> Error {
        self.error(ErrorKind::Operator, "set a timer", Some(nth), &super::NoSnapshot)
            .caused_by("it has no `on_timer`")
            .help("write it as `#[operator] impl`")
    }

    #[cold]
    fn no_clock_timer(&self, nth: u64) -> Error {
        self.error(ErrorKind::Operator, "set a timer by the clock", Some(nth), &super::NoSnapshot)
            .caused_by("its `Keying` declares `SetsEventTimers`")
            .help("declare `SetsTimers`, or set the timer with `timer_at`")
    }

    /// Watches user code while it processes an event, until [`WatchedCall::end`].
    #[inline]
    pub fn watch<'a, N: Nth, S: Snapshot>(&'a self, nth: N, event: &'a S) -> WatchedCall<'a, N, S> {
        WatchedCall { place: self, nth, event }
    }
}

/// The number of an event since the last [`OperatorPlace::advance`]; asked for after a panic only.
pub trait Nth {
    /// The number, from 1, if it is known.
    fn nth(&self) -> Option<u64>;
}

impl Nth for u64 {
    fn nth(&self) -> Option<u64> {
        Some(*self)
    }
}

/// Without a number, or without an event.
#[derive(Debug, Clone, Copy)]
pub struct Uncounted;

impl Nth for Uncounted {
    fn nth(&self) -> Option<u64> {
        None
    }
}

impl<F: Fn() -> u64> Nth for F {
    fn nth(&self) -> Option<u64> {
        Some(self())
    }
}

/// Notes the node and its event if an unwinding panic drops it.
///
/// An aborted job also drops the watch of an operator that awaits; then nothing is noted.
#[derive(Debug)]
pub struct WatchedCall<'a, N: Nth, S: Snapshot> {
    place: &'a OperatorPlace,
    nth: N,
    event: &'a S,
}

impl<N: Nth, S: Snapshot> WatchedCall<'_, N, S> {
    /// Ends the watch: there was no panic.
    #[inline]
    #[expect(
        clippy::mem_forget,
        reason = "it holds references only; a check for a panic at every event \
        would cost more than many operators"
    )]
    pub fn end(self) {
        std::mem::forget(self);
    }
}

impl<N: Nth, S: Snapshot> Drop for WatchedCall<'_, N, S> {
    #[inline]
    fn drop(&mut self) {
        if std::thread::panicking() {
            let error = |nth| self.place.error(ErrorKind::Panic, "panicked", nth, self.event);
            note_panic(|| error(self.nth.nth()));
        }
    }
}

/// The error of a job in which user code panicked, from the payload of the panic.
#[cold]
#[must_use]
pub fn panicked(payload: &(dyn Any + Send)) -> Error {
    let noted = take_noted();
    let text = text_of_panic(payload);
    let elsewhere = || Error::new(ErrorKind::Panic, "user code panicked");
    noted.unwrap_or_else(elsewhere).caused_by(text)
}
