//! The state of a window of a join: the events of all sides.

use super::Sides;
use crate::time::EventTime;
use crate::window::{Accumulator, Bounds, Firing};
use std::fmt;
use std::marker::PhantomData;

/// Keeps the events of all sides `S` in a window.
pub struct SideLists<S>(PhantomData<fn() -> S>);

impl<S> SideLists<S> {
    pub(super) const fn new() -> Self {
        Self(PhantomData)
    }
}

impl<S> Clone for SideLists<S> {
    fn clone(&self) -> Self {
        Self::new()
    }
}

impl<S> fmt::Debug for SideLists<S> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("SideLists")
    }
}

impl<K: Send + 'static, S: Sides> Accumulator<K, S::OneOf> for SideLists<S> {
    type State = S::Lists;
    type Out = S::Lists;
    const GROWS: bool = true;

    fn create(&self) -> S::Lists {
        S::Lists::default()
    }

    #[inline]
    fn add(&self, state: &mut S::Lists, event: S::OneOf, _: EventTime) {
        S::put(state, event);
    }

    fn merge(&self, state: &mut S::Lists, later: &S::Lists) {
        S::extend(state, later);
    }

    fn emit(&self, _: &K, _: (Bounds, Firing), state: &S::Lists) -> S::Lists {
        state.clone()
    }

    fn emit_last(&self, _: K, _: (Bounds, Firing), state: S::Lists) -> S::Lists {
        state
    }
}
