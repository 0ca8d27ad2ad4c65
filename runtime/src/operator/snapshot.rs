//! Snapshots of events for error messages.
//!
//! An operator owns its event, so the event is gone after a failure. Small events that are `Copy`
//! and `Debug` are copied first; the compiler removes the copy where the step cannot fail.

use crate::time::{EventTime, Timer};
use std::fmt::Debug;
use std::marker::PhantomData;

/// A snapshot of an event, to be shown in error messages.
///
/// `#[operator]` takes one of small events that are `Copy` and `Debug`. Implement it with
/// [`Operator::describe`](super::Operator::describe) to show more.
///
/// # Examples
/// ```
/// use millstream::operator::Snapshot;
///
/// struct OrderId(u64);
///
/// impl Snapshot for OrderId {
///     fn text(&self) -> Option<String> {
///         Some(format!("order {}", self.0))
///     }
/// }
///
/// assert_eq!(OrderId(7).text().as_deref(), Some("order 7"));
/// ```
pub trait Snapshot {
    /// Describes the event; `None` if it cannot be shown.
    fn text(&self) -> Option<String>;
}

/// A snapshot that keeps nothing.
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

/// Shows an event that cannot be shown itself by its event time, if it has one.
impl Snapshot for EventTime {
    fn text(&self) -> Option<String> {
        (*self > Self::MIN).then(|| format!("of {self}"))
    }
}

/// The same, where events are not counted.
#[derive(Debug, Clone, Copy)]
pub struct AtEventOf(pub EventTime);

impl Snapshot for AtEventOf {
    fn text(&self) -> Option<String> {
        self.0.text().map(|time| format!("at an event {time}"))
    }
}

/// The end of a window that fires.
#[derive(Debug, Clone, Copy)]
pub struct InWindow(pub EventTime);

impl Snapshot for InWindow {
    fn text(&self) -> Option<String> {
        (self.0 < EventTime::MAX).then(|| format!("in its window that ends at {}", self.0))
    }
}

/// The watermark that makes a node act without an event.
#[derive(Debug, Clone, Copy)]
pub struct Advancing(pub EventTime);

impl Snapshot for Advancing {
    fn text(&self) -> Option<String> {
        Some(match self.0 {
            EventTime::MAX => "at the end of its input".into(),
            watermark => format!("at its watermark {watermark}"),
        })
    }
}

/// A snapshot that keeps a copy of the event, if it is at most 128 bytes.
#[derive(Debug, Clone, Copy)]
pub struct EventCopy<T>(Option<T>);

impl<T: Debug> Snapshot for EventCopy<T> {
    fn text(&self) -> Option<String> {
        self.0.as_ref().map(|event| format!("{event:?}"))
    }
}

/// Selects the snapshot that an event type supports, for `#[operator]`.
///
/// By autoref specialisation (David Tolnay, *dtolnay/case-studies*): method lookup prefers
/// [`ViaCopy`] where it applies and otherwise falls back to [`ViaNothing`].
#[derive(Debug, Clone, Copy)]
pub struct Probe<T>(PhantomData<T>);

impl<T> Probe<T> {
    /// Creates a probe for events of type `T`.
    #[inline]
    #[must_use]
    #[expect(clippy::new_without_default, reason = "only macros make one")]
    pub const fn new() -> Self {
        Self(PhantomData)
    }
}

/// Takes snapshots of events that are `Copy` and `Debug`.
pub trait ViaCopy<T> {
    /// Copies the event.
    fn snapshot(&self, event: &T) -> EventCopy<T>;
}

impl<T: Copy + Debug> ViaCopy<T> for &Probe<T> {
    #[inline]
    fn snapshot(&self, event: &T) -> EventCopy<T> {
        EventCopy((size_of::<T>() <= 128).then_some(*event))
    }
}

/// Takes snapshots of all other events.
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
