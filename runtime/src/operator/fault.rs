//! Finds the operator and the event of an error or panic in user code.
//!
//! A panic unwinds through the loop of a whole stage, into which the compiler has fused many
//! operators. Each of them therefore runs under a [`Watch`]: a guard that costs nothing unless an
//! unwinding panic drops it, and then records the operator and its event.

use super::{Instance, Snapshot};
use crate::error::{Error, ErrorKind};
use std::any::Any;
use std::cell::RefCell;
use std::sync::Arc;

thread_local! {
    static LAST: RefCell<Option<String>> = const { RefCell::new(None) };
}

/// An instance of a node and the number of its events, for error messages.
#[derive(Debug, Clone)]
pub struct OperatorPlace {
    node: Arc<str>,
    instance: Instance,
    events: u64,
}

impl OperatorPlace {
    /// Creates the place of an instance before its first event.
    #[must_use]
    pub fn new(node: Arc<str>, instance: Instance) -> Self {
        Self { node, instance, events: 0 }
    }

    /// The instance.
    #[inline]
    #[must_use]
    pub fn instance(&self) -> Instance {
        self.instance
    }

    /// Adds a batch to the number of events.
    pub fn advance(&mut self, events: u64) {
        self.events += events;
    }

    /// The name of the node.
    #[must_use]
    pub fn node(&self) -> &Arc<str> {
        &self.node
    }

    /// Describes the operator, instance and event; `nth` counts from the last
    /// [`advance`](OperatorPlace::advance).
    #[cold]
    #[must_use]
    pub fn describe(&self, nth: u64, event: &impl Snapshot) -> String {
        let shown = event.text().map(|text| format!(", {text}")).unwrap_or_default();
        let number = self.events + nth;
        format!("operator `{}` ({}) at its event {number}{shown}", self.node, self.instance)
    }

    /// The error of a job whose operator fails and has no destination for errors.
    #[cold]
    #[must_use]
    pub fn failed(
        &self,
        nth: u64,
        event: &impl Snapshot,
        cause: impl Into<crate::error::BoxError>,
    ) -> Error {
        let cause = cause.into();
        let place = self.describe(nth, event);
        Error::new(
            ErrorKind::Operator,
            format!("{place} failed: {cause}; route its `.errors` to go on after an error"),
        )
        .caused_by(cause)
    }

    /// The error of an operator that sets a timer and has no `on_timer`.
    #[cold]
    #[must_use]
    pub fn no_on_timer(&self, nth: u64) -> Error {
        let place = self.describe(nth, &super::NoSnapshot);
        let message =
            format!("{place} set a timer, but has no `on_timer`; write it as `#[operator] impl`");
        Error::new(ErrorKind::Operator, message)
    }

    /// Guards the processing of an event until [`Watch::end`].
    #[inline]
    pub fn watch<'a, S: Snapshot>(&'a self, nth: u64, event: &'a S) -> Watch<'a, S> {
        Watch { place: self, nth, event }
    }
}

/// Records the place of a panic when dropped by one.
///
/// An aborted job drops it too, while an operator awaits; nothing is recorded then.
#[derive(Debug)]
pub struct Watch<'a, S: Snapshot> {
    place: &'a OperatorPlace,
    nth: u64,
    event: &'a S,
}

impl<S: Snapshot> Watch<'_, S> {
    /// Ends the guard: the event was processed without a panic.
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
            note(self.place.describe(self.nth, self.event));
        }
    }
}

#[cold]
fn note(place: String) {
    // The innermost guard is dropped first and is the most precise.
    LAST.with_borrow_mut(|last| {
        last.get_or_insert(place);
    });
}

/// Turns a caught panic into an error with its operator, event and message.
#[cold]
#[must_use]
pub fn panicked(payload: &(dyn Any + Send)) -> Error {
    let place = LAST.with_borrow_mut(Option::take);
    let text = payload
        .downcast_ref::<&str>()
        .map(ToString::to_string)
        .or_else(|| payload.downcast_ref::<String>().cloned())
        .unwrap_or_else(|| "a payload that is not text".into());
    let place = place.unwrap_or_else(|| "a source, key function or sink".into());
    Error::new(ErrorKind::Panic, format!("{place} panicked: {text}"))
}
