//! An aggregate made of closures.

use super::Aggregate;
use std::fmt;

/// An aggregate made of closures.
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
/// `merge`; the result is the state.
///
/// # Examples
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
