//! An aggregate of this benchmark: all values of the highest rank.

use millstream::prelude::*;
use std::cmp::Ordering;
use std::fmt;

/// All values of the highest rank, in order of arrival.
#[derive(Clone)]
pub struct Highest<F> {
    rank: F,
}

/// Collects all values of the highest rank, in order of arrival.
///
/// # Examples
/// ```
/// use millstream::prelude::*;
/// use millstream_benches::nexmark::highest;
///
/// let longest = highest(|word: &&str| word.len());
/// let mut state = longest.create();
/// ["to", "two", "a", "ten"].into_iter().for_each(|word| longest.add(&mut state, word));
/// assert_eq!(longest.finish(&state), ["two", "ten"]);
/// ```
pub fn highest<V, R, F: Fn(&V) -> R>(rank: F) -> Highest<F> {
    Highest { rank }
}

impl<F> fmt::Debug for Highest<F> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Highest").finish_non_exhaustive()
    }
}

impl<V, R, F> Aggregate<V> for Highest<F>
where
    V: Clone + Send + 'static,
    R: Ord,
    F: Fn(&V) -> R + Clone + Send + 'static,
{
    type State = Vec<V>;
    type Out = Vec<V>;

    fn create(&self) -> Vec<V> {
        Vec::new()
    }

    #[inline]
    fn add(&self, highest: &mut Vec<V>, value: V) {
        let Some(held) = highest.first() else {
            highest.push(value);
            return;
        };
        match (self.rank)(&value).cmp(&(self.rank)(held)) {
            Ordering::Less => {}
            Ordering::Equal => highest.push(value),
            Ordering::Greater => {
                highest.clear();
                highest.push(value);
            }
        }
    }

    fn merge(&self, highest: &mut Vec<V>, later: &Vec<V>) {
        for value in later {
            self.add(highest, value.clone());
        }
    }

    fn finish(&self, highest: &Vec<V>) -> Vec<V> {
        highest.clone()
    }
}
