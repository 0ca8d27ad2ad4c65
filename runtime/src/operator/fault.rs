//! Who was at work, on which event, when user code panicked.
//!
//! A panic unwinds through the loop of a whole stage, in which the compiler has fused many
//! operators. Each of them therefore stands under a [`Watch`] while it runs: a guard that costs
//! nothing unless it is dropped by an unwinding panic, and then notes the place.

use super::{Instance, Snapshot};
use crate::error::{Error, ErrorKind};
use std::any::Any;
use std::cell::RefCell;
use std::sync::Arc;

thread_local! {
    static LAST: RefCell<Option<String>> = const { RefCell::new(None) };
}

/// An instance of a node, and how far it has come.
#[derive(Debug, Clone)]
pub struct OperatorPlace {
    node: Arc<str>,
    instance: Instance,
    events: u64,
}

impl OperatorPlace {
    /// An instance of a node that has seen no event.
    #[must_use]
    pub fn new(node: Arc<str>, instance: Instance) -> Self {
        Self { node, instance, events: 0 }
    }

    /// Which instance this is.
    #[inline]
    #[must_use]
    pub fn instance(&self) -> Instance {
        self.instance
    }

    /// Counts events, once a batch.
    pub fn advance(&mut self, events: u64) {
        self.events += events;
    }

    /// The name of the node.
    #[must_use]
    pub fn node(&self) -> &Arc<str> {
        &self.node
    }

    /// The place and the event in words; `nth` counts since the last
    /// [`advance`](OperatorPlace::advance).
    #[cold]
    #[must_use]
    pub fn describe(&self, nth: u64, event: &impl Snapshot) -> String {
        let shown = event.text().map(|text| format!(", {text}")).unwrap_or_default();
        let number = self.events + nth;
        format!("operator `{}` ({}) at its event {number}{shown}", self.node, self.instance)
    }

    /// The error of an operator whose own error leads nowhere.
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

    /// The error of an operator that sets a timer, but is not called when it is due.
    #[cold]
    #[must_use]
    pub fn no_on_timer(&self, nth: u64) -> Error {
        let place = self.describe(nth, &super::NoSnapshot);
        let message =
            format!("{place} set a timer, but has no `on_timer`; write it as `#[operator] impl`");
        Error::new(ErrorKind::Operator, message)
    }

    /// Watches over the work on an event, until [`Watch::end`].
    #[inline]
    pub fn watch<'a, S: Snapshot>(&'a self, nth: u64, event: &'a S) -> Watch<'a, S> {
        Watch { place: self, nth, event }
    }
}

/// Notes the place if it is dropped before its end: by an unwinding panic, or by a job that is
/// aborted while it awaits.
#[derive(Debug)]
pub struct Watch<'a, S: Snapshot> {
    place: &'a OperatorPlace,
    nth: u64,
    event: &'a S,
}

impl<S: Snapshot> Watch<'_, S> {
    /// Ends the watch: nothing happened.
    #[inline]
    #[expect(
        clippy::mem_forget,
        reason = "it holds references only; asking at every event whether \
        a panic is under way would cost more than many an operator"
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
    // The innermost watch is dropped first, and it is the one that knows best.
    LAST.with_borrow_mut(|last| {
        last.get_or_insert(place);
    });
}

/// The error that a caught panic becomes: who was at work, on which event, and what the panic says.
#[cold]
#[must_use]
pub fn panicked(payload: &(dyn Any + Send)) -> Error {
    let place = LAST.with_borrow_mut(Option::take);
    let text = payload
        .downcast_ref::<&str>()
        .map(ToString::to_string)
        .or_else(|| payload.downcast_ref::<String>().cloned())
        .unwrap_or_else(|| "a payload that is no text".into());
    let place = place.unwrap_or_else(|| "a source, key function or sink".into());
    Error::new(ErrorKind::Panic, format!("{place} panicked: {text}"))
}
