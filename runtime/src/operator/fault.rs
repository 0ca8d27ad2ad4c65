//! Errors of operators: which one failed or panicked, and on which event.
//!
//! A panic unwinds through the loop of a whole stage, in which the compiler has fused many
//! operators. So each operator runs under a [`Watch`]: a guard that costs nothing unless an
//! unwinding panic drops it, and then notes the operator and its event.

use super::{Instance, Snapshot};
use crate::error::{BoxError, Error, ErrorKind, Role};
use std::any::Any;
use std::cell::RefCell;
use std::sync::Arc;

thread_local! {
    static LAST: RefCell<Option<Error>> = const { RefCell::new(None) };
}

/// An instance of an operator, and the number of events it has received.
#[derive(Debug, Clone)]
pub struct OperatorPlace {
    node: Arc<str>,
    instance: Instance,
    events: u64,
}

impl OperatorPlace {
    /// An instance that has received no event.
    #[must_use]
    pub fn new(node: Arc<str>, instance: Instance) -> Self {
        Self { node, instance, events: 0 }
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

    /// An error of this operator, at the `nth` event since the last
    /// [`advance`](OperatorPlace::advance).
    #[cold]
    fn error(&self, kind: ErrorKind, what: &str, nth: u64, event: &impl Snapshot) -> Error {
        let shown = event.text().map(|text| format!(", {text}")).unwrap_or_default();
        let message = format!("{what} at its event {}{shown}", self.events + nth);
        Error::new(kind, message).of(Role::Operator, &self.node, self.instance)
    }

    /// The error of a job one of whose operators returned an error that is not routed.
    #[cold]
    #[must_use]
    pub fn failed(&self, nth: u64, event: &impl Snapshot, cause: impl Into<BoxError>) -> Error {
        self.error(ErrorKind::Operator, "failed", nth, event)
            .caused_by(cause)
            .help("connect its `.errors` to continue after an error")
    }

    /// The error of an operator that sets a timer and has no method to be called by it.
    #[cold]
    #[must_use]
    pub fn no_on_timer(&self, nth: u64) -> Error {
        self.error(ErrorKind::Operator, "set a timer", nth, &super::NoSnapshot)
            .caused_by("it has no `on_timer`")
            .help("write it as `#[operator] impl`")
    }

    /// Watches the operator while it processes an event, until [`Watch::end`].
    #[inline]
    pub fn watch<'a, S: Snapshot>(&'a self, nth: u64, event: &'a S) -> Watch<'a, S> {
        Watch { place: self, nth, event }
    }
}

/// Notes the operator and its event if an unwinding panic drops it.
///
/// An aborted job also drops the watch of an operator that awaits; then nothing is noted.
#[derive(Debug)]
pub struct Watch<'a, S: Snapshot> {
    place: &'a OperatorPlace,
    nth: u64,
    event: &'a S,
}

impl<S: Snapshot> Watch<'_, S> {
    /// Ends the watch: the operator did not panic.
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

impl<S: Snapshot> Drop for Watch<'_, S> {
    #[inline]
    fn drop(&mut self) {
        if std::thread::panicking() {
            note(self.place.error(ErrorKind::Panic, "panicked", self.nth, self.event));
        }
    }
}

#[cold]
fn note(error: Error) {
    // The innermost watch is dropped first, and it is the most exact.
    LAST.with_borrow_mut(|last| {
        last.get_or_insert(error);
    });
}

/// The error of a job in which user code panicked, from the payload of the panic.
#[cold]
#[must_use]
pub fn panicked(payload: &(dyn Any + Send)) -> Error {
    let noted = LAST.with_borrow_mut(Option::take);
    let text = payload
        .downcast_ref::<&str>()
        .map(ToString::to_string)
        .or_else(|| payload.downcast_ref::<String>().cloned())
        .unwrap_or_else(|| "a payload that is no text".into());
    let elsewhere = || Error::new(ErrorKind::Panic, "a source, key function or sink panicked");
    noted.unwrap_or_else(elsewhere).caused_by(text)
}
