//! What is kept of an event so that an error can show it.
//!
//! An operator owns its event, so after a failure it is gone. Events that are `Copy + Debug` and
//! small are copied first; the compiler drops the copy wherever the step cannot fail.

use crate::time::Timer;
use std::fmt::Debug;
use std::marker::PhantomData;

/// What is kept of an event so that an error can show it.
pub trait Snapshot {
    /// The event in words, if it can be shown.
    fn text(&self) -> Option<String>;
}

/// Nothing is kept.
#[derive(Debug, Clone, Copy)]
pub struct NoSnapshot;

impl Snapshot for NoSnapshot {
    fn text(&self) -> Option<String> {
        None
    }
}

impl Snapshot for Timer {
    fn text(&self) -> Option<String> {
        Some(match self {
            Self::At(time) => format!("on its timer at {time}"),
            Self::After(wait) => format!("on its timer after {wait:?}"),
        })
    }
}

/// The event itself, copied.
#[derive(Debug, Clone, Copy)]
pub struct EventCopy<T>(Option<T>);

impl<T: Debug> Snapshot for EventCopy<T> {
    fn text(&self) -> Option<String> {
        self.0.as_ref().map(|event| format!("{event:?}"))
    }
}

/// Picks the way by what the event type can do (autoref specialisation, used by `#[operator]`).
#[derive(Debug, Clone, Copy)]
pub struct Probe<T>(PhantomData<T>);

impl<T> Probe<T> {
    /// A probe for events of type `T`.
    #[inline]
    #[must_use]
    #[expect(clippy::new_without_default, reason = "only macros make one")]
    pub const fn new() -> Self {
        Self(PhantomData)
    }
}

/// The way of events that can be copied and shown.
pub trait ViaCopy<T> {
    /// Keeps a copy.
    fn snapshot(&self, event: &T) -> EventCopy<T>;
}

impl<T: Copy + Debug> ViaCopy<T> for &Probe<T> {
    #[inline]
    fn snapshot(&self, event: &T) -> EventCopy<T> {
        EventCopy((size_of::<T>() <= 128).then_some(*event))
    }
}

/// The way of all other events.
pub trait ViaNothing<T> {
    /// Keeps nothing.
    fn snapshot(&self, event: &T) -> NoSnapshot;
}

impl<T> ViaNothing<T> for Probe<T> {
    #[inline]
    fn snapshot(&self, _: &T) -> NoSnapshot {
        NoSnapshot
    }
}
