//! All values, the first or the last.

use super::Aggregate;

/// The aggregate of [`collect`].
#[derive(Debug, Clone, Copy)]
pub struct Collect;

/// Collects all values into a `Vec`.
///
/// Values are in order of arrival within a pane, and panes in order of event time. Memory: all
/// values; each result is a copy. An operator on a [`Window`](crate::window::Window) receives its
/// events in order of event time, and without a copy.
///
/// # Examples
/// ```
/// use millstream::prelude::*;
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> millstream::Result<()> {
/// let results = Collected::new();
/// let added = [("ann", "book"), ("bob", "pen"), ("ann", "cup")];
/// let topology = topology!(
///     carts = source(from_iter(added))
///         >> by(|added| added.0)
///         >> window(counted(10))
///         >> aggregate(|added| added.1, collect()),
///     carts >> map(|cart: WindowResult<_, Vec<_>>| cart.value) >> sink(results.sink()),
///     carts.late >> ignore,
/// );
/// topology.run(Config::default()).await?;
/// assert_eq!(results.take(), [vec!["book", "cup"], vec!["pen"]]);
/// # Ok(())
/// # }
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

/// The aggregate of [`first`] and [`last`].
///
/// # Examples
/// ```
/// use millstream::prelude::*;
/// use millstream::window::aggregate::FirstOrLast;
///
/// fn opening_or_closing_price(opening: bool) -> FirstOrLast {
///     if opening { first() } else { last() }
/// }
///
/// assert_eq!(opening_or_closing_price(true), FirstOrLast::First);
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FirstOrLast {
    /// The first value.
    First,
    /// The last value.
    Last,
}

/// Keeps the first value, in the order of [`collect`]; `None` if there are no values.
///
/// # Examples
/// ```
/// use millstream::prelude::*;
///
/// let mut opening = first().create();
/// [310, 295, 302].into_iter().for_each(|price| first().add(&mut opening, price));
/// assert_eq!(first().finish(&opening), Some(310));
/// ```
#[must_use]
pub fn first() -> FirstOrLast {
    FirstOrLast::First
}

/// Keeps the last value, in the order of [`collect`]; `None` if there are no values.
///
/// # Examples
/// ```
/// use millstream::prelude::*;
///
/// let mut closing = last().create();
/// [310, 295, 302].into_iter().for_each(|price| last().add(&mut closing, price));
/// assert_eq!(last().finish(&closing), Some(302));
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
