//! Aggregates made of functions.

use super::Aggregate;
use std::fmt;

/// The aggregate of [`fold`].
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

/// Makes an aggregate of functions, where implementing [`Aggregate`] is too much.
///
/// The state starts as `initial`; `add` adds a value and `merge` adds a later state, under the laws
/// of [`Aggregate`]. The result is the state, or what [`finish_with`](Fold::finish_with) computes
/// from it.
///
/// # Examples
/// With closures:
/// ```
/// use millstream::prelude::*;
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> millstream::Result<()> {
/// let results = Collected::new();
/// let product = fold(1.0, |product, rate: f64| *product *= rate, |product, later| {
///     *product *= later;
/// });
/// let topology = topology!(
///     growth = source(from_iter([1.5, 2.0, 1.0]))
///         >> by(|_| ())
///         >> window(counted(3))
///         >> aggregate(|rate| *rate, product),
///     growth >> map(|growth: WindowResult<(), f64>| growth.value) >> sink(results.sink()),
///     growth.late >> ignore,
/// );
/// topology.run(Config::default()).await?;
/// assert_eq!(results.take(), [3.0]);
/// # Ok(())
/// # }
/// ```
///
/// With functions, which can be tested on their own:
/// ```
/// use millstream::prelude::*;
///
/// /// The least and the greatest price.
/// type Range = (f64, f64);
///
/// fn add(range: &mut Range, price: f64) {
///     *range = (range.0.min(price), range.1.max(price));
/// }
///
/// fn merge(range: &mut Range, later: &Range) {
///     *range = (range.0.min(later.0), range.1.max(later.1));
/// }
///
/// fn width(range: &Range) -> f64 {
///     range.1 - range.0
/// }
///
/// let spread = fold((f64::INFINITY, f64::NEG_INFINITY), add, merge).finish_with(width);
/// let mut state = spread.create();
/// [2.0, 5.5, 3.0].into_iter().for_each(|price| spread.add(&mut state, price));
/// assert_eq!(spread.finish(&state), 3.5);
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
    /// Returns what `finish` computes from the state, instead of the state itself.
    ///
    /// `finish` may be called several times on one state.
    ///
    /// # Examples
    /// ```
    /// use millstream::prelude::*;
    ///
    /// let words = fold(String::new(), |all: &mut String, word: &str| *all += word, |all, later| {
    ///     all.push_str(later);
    /// });
    /// let letters = words.finish_with(|all: &String| all.len());
    /// let mut state = letters.create();
    /// ["in", "order"].into_iter().for_each(|word| letters.add(&mut state, word));
    /// assert_eq!(letters.finish(&state), 7);
    /// ```
    pub fn finish_with<R, F>(self, finish: F) -> FinishedFold<S, A, M, F>
    where
        R: Send + 'static,
        F: Fn(&S) -> R + Clone + Send + 'static,
    {
        FinishedFold { fold: self, finish }
    }
}

/// A [`Fold`] with a result computed from its state, made by [`finish_with`](Fold::finish_with).
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
