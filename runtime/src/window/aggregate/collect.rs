//! All values, or the one at an end.

use super::Aggregate;

/// All values.
#[derive(Debug, Clone, Copy)]
pub struct Collect;

/// All values, in order of arrival within a pane and of time between panes.
///
/// An operator that takes a whole [`Window`](crate::window::Window) gets its events in order of
/// time, and without a copy.
///
/// # Examples
/// ```
/// use millstream::prelude::*;
///
/// let mut state = collect().create();
/// [3, 1].into_iter().for_each(|value| collect().add(&mut state, value));
/// assert_eq!(collect().finish(&state), [3, 1]);
/// ```
#[must_use]
pub fn collect() -> Collect {
    Collect
}

impl<V: Clone + Send + 'static> Aggregate<V> for Collect {
    type State = Vec<V>;
    type Out = Vec<V>;
    const GROWS: bool = true;

    fn create(&self) -> Vec<V> {
        Vec::new()
    }

    #[inline]
    fn add(&self, state: &mut Vec<V>, value: V) {
        state.push(value);
    }

    fn merge(&self, state: &mut Vec<V>, later: &Vec<V>) {
        state.extend_from_slice(later);
    }

    fn finish(&self, state: &Vec<V>) -> Vec<V> {
        state.clone()
    }
}

/// The first or the last of the values.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FirstOrLast {
    /// The first.
    First,
    /// The last.
    Last,
}

/// The value that came first, in the order of [`collect`]; none if there are none.
///
/// # Examples
/// ```
/// use millstream::prelude::*;
///
/// let mut state = first().create();
/// [3, 1].into_iter().for_each(|value| first().add(&mut state, value));
/// assert_eq!(first().finish(&state), Some(3));
/// ```
#[must_use]
pub fn first() -> FirstOrLast {
    FirstOrLast::First
}

/// The value that came last, in the order of [`collect`]; none if there are none.
///
/// # Examples
/// ```
/// use millstream::prelude::*;
///
/// let mut state = last().create();
/// [3, 1].into_iter().for_each(|value| last().add(&mut state, value));
/// assert_eq!(last().finish(&state), Some(1));
/// ```
#[must_use]
pub fn last() -> FirstOrLast {
    FirstOrLast::Last
}

impl<V: Clone + Send + 'static> Aggregate<V> for FirstOrLast {
    type State = Option<V>;
    type Out = Option<V>;

    fn create(&self) -> Option<V> {
        None
    }

    #[inline]
    fn add(&self, state: &mut Option<V>, value: V) {
        if *self == Self::Last || state.is_none() {
            *state = Some(value);
        }
    }

    #[inline]
    fn merge(&self, state: &mut Option<V>, later: &Option<V>) {
        if let Some(value) = later {
            self.add(state, value.clone());
        }
    }

    fn finish(&self, state: &Option<V>) -> Option<V> {
        state.clone()
    }
}
