//! What `#[operator]` and `#[derive(Peek)]` expand to.

use super::{Peek, Peekers};
use std::fmt;
use std::marker::PhantomData;

/// Formats a field of a type that derives [`Peek`]. Its own type does not depend on that of the
/// field, so that the compiler reports a field that says nothing once.
#[doc(hidden)]
pub struct PeekedField<F>(pub F);

impl<F: Fn(&mut fmt::Formatter<'_>) -> fmt::Result> fmt::Debug for PeekedField<F> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        (self.0)(f)
    }
}

/// Adds a type to those whose events are shown, if it implements [`Peek`].
///
/// By autoref specialisation (David Tolnay, *dtolnay/case-studies*): method lookup prefers
/// [`ViaPeek`] where it applies and otherwise falls back to [`ViaNoPeek`].
#[doc(hidden)]
#[derive(Debug, Clone, Copy)]
pub struct PeekProbe<T>(PhantomData<T>);

impl<T> PeekProbe<T> {
    /// Creates a probe for events of type `T`.
    #[must_use]
    #[expect(clippy::new_without_default, reason = "only macros make one")]
    pub const fn new() -> Self {
        Self(PhantomData)
    }
}

/// Adds types that implement [`Peek`].
#[doc(hidden)]
pub trait ViaPeek {
    /// Adds the type.
    fn register(&self, to: &mut Peekers);
}

impl<T: Peek + 'static> ViaPeek for &PeekProbe<T> {
    fn register(&self, to: &mut Peekers) {
        T::register(to);
    }
}

/// Adds no other type.
#[doc(hidden)]
pub trait ViaNoPeek {
    /// Does nothing.
    fn register(&self, to: &mut Peekers);
}

impl<T> ViaNoPeek for PeekProbe<T> {
    fn register(&self, _: &mut Peekers) {}
}
