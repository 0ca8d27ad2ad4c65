//! An aggregate made of functions.

use super::Aggregate;
use std::fmt;

/// An aggregate made of functions.
#[derive(Clone)]
pub struct Fold<S, A, M> {
    initial: S,
    add: A,
    merge: M,
}

impl<S, A, M> fmt::Debug for Fold<S, A, M> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Fold").finish_non_exhaustive()
    }
}

/// An aggregate that begins with `initial`, adds a value with `add`, and adds what came after with
/// `merge`; the result is the state, or what [`finish_with`](Fold::finish_with) makes of it.
///
/// # Examples
/// Functions that can be tested alone, as an operator can:
/// ```
/// use millstream::prelude::*;
///
/// /// The least and the greatest price.
/// type Seen = (f64, f64);
///
/// fn see(seen: &mut Seen, price: f64) {
///     *seen = (seen.0.min(price), seen.1.max(price));
/// }
///
/// fn join(seen: &mut Seen, later: &Seen) {
///     *seen = (seen.0.min(later.0), seen.1.max(later.1));
/// }
///
/// fn width(seen: &Seen) -> f64 {
///     seen.1 - seen.0
/// }
///
/// let spread = fold((f64::INFINITY, f64::NEG_INFINITY), see, join).finish_with(width);
/// let mut state = spread.create();
/// [2.0, 5.5, 3.0].into_iter().for_each(|price| spread.add(&mut state, price));
/// assert_eq!(spread.finish(&state), 3.5);
/// ```
///
/// Or closures:
/// ```
/// use millstream::prelude::*;
///
/// let product = fold(1, |product: &mut u64, value: u64| *product *= value, |product, later| {
///     *product *= later;
/// });
/// let mut state = product.create();
/// [2, 3].into_iter().for_each(|value| product.add(&mut state, value));
/// assert_eq!(product.finish(&state), 6);
/// ```
pub fn fold<S, V, A, M>(initial: S, add: A, merge: M) -> Fold<S, A, M>
where
    S: Clone + Send + 'static,
    A: Fn(&mut S, V) + Clone + Send + 'static,
    M: Fn(&mut S, &S) + Clone + Send + 'static,
{
    Fold { initial, add, merge }
}

impl<S, V, A, M> Aggregate<V> for Fold<S, A, M>
where
    S: Clone + Send + 'static,
    A: Fn(&mut S, V) + Clone + Send + 'static,
    M: Fn(&mut S, &S) + Clone + Send + 'static,
{
    type State = S;
    type Out = S;

    fn create(&self) -> S {
        self.initial.clone()
    }

    #[inline]
    fn add(&self, state: &mut S, value: V) {
        (self.add)(state, value);
    }

    #[inline]
    fn merge(&self, state: &mut S, later: &S) {
        (self.merge)(state, later);
    }

    fn finish(&self, state: &S) -> S {
        state.clone()
    }
}

impl<S, A, M> Fold<S, A, M> {
    /// The same with another result: what `finish` makes of the state.
    pub fn finish_with<R, F>(self, finish: F) -> FinishedFold<S, A, M, F>
    where
        R: Send + 'static,
        F: Fn(&S) -> R + Clone + Send + 'static,
    {
        FinishedFold { fold: self, finish }
    }
}

/// A [`Fold`] whose result is made of its state.
#[derive(Clone)]
pub struct FinishedFold<S, A, M, F> {
    fold: Fold<S, A, M>,
    finish: F,
}

impl<S, A, M, F> fmt::Debug for FinishedFold<S, A, M, F> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("FinishedFold").finish_non_exhaustive()
    }
}

impl<S, V, R, A, M, F> Aggregate<V> for FinishedFold<S, A, M, F>
where
    Fold<S, A, M>: Aggregate<V, State = S, Out = S>,
    S: Clone + Send + 'static,
    A: Clone + Send + 'static,
    M: Clone + Send + 'static,
    R: Send + 'static,
    F: Fn(&S) -> R + Clone + Send + 'static,
{
    type State = S;
    type Out = R;

    fn create(&self) -> S {
        self.fold.create()
    }

    #[inline]
    fn add(&self, state: &mut S, value: V) {
        self.fold.add(state, value);
    }

    #[inline]
    fn merge(&self, state: &mut S, later: &S) {
        self.fold.merge(state, later);
    }

    fn finish(&self, state: &S) -> R {
        (self.finish)(state)
    }
}
