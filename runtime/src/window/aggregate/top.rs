//! The greatest values.

use super::Aggregate;

/// The aggregate of [`top`].
#[derive(Debug, Clone, Copy)]
pub struct Top(usize);

/// Keeps the `n` greatest values, greatest first; of equal values those that were added first.
///
/// An `n` of 0 is refused at start. Memory is that of `n` values. Adding a value that is among the
/// greatest takes time linear in `n`, any other value constant time. To rank by one field, select a
/// tuple that starts with it, or a [`Reverse`](std::cmp::Reverse) of it for the least.
///
/// # Examples
/// ```
/// use millstream::prelude::*;
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> millstream::Result<()> {
/// let results = Collected::new();
/// let scores = [("ann", 70), ("bob", 95), ("cleo", 88)];
/// let topology = topology!(
///     best = source(from_iter(scores))
///         >> by(|_| ())
///         >> window(counted(100))
///         >> aggregate(|score| (score.1, score.0), top(2)),
///     best >> map(|best: WindowResult<(), Vec<_>>| best.value) >> sink(results.sink()),
///     best.late >> ignore,
/// );
/// topology.run(Config::default()).await?;
/// assert_eq!(results.take(), [[(95, "bob"), (88, "cleo")]]);
/// # Ok(())
/// # }
/// ```
#[must_use]
pub fn top(n: usize) -> Top {
    Top(n)
}

impl<V: Ord + Clone + Send + 'static> Aggregate<V> for Top {
    type State = Vec<V>;
    type Out = Vec<V>;

    fn keeps_nothing(&self) -> bool {
        self.0 == 0
    }

    fn create(&self) -> Vec<V> {
        Vec::new()
    }

    #[inline]
    fn add(&self, state: &mut Vec<V>, value: V) {
        if state.len() >= self.0 && state.last().is_none_or(|least| value <= *least) {
            return;
        }
        let at = state.partition_point(|other| *other >= value);
        state.insert(at, value);
        state.truncate(self.0);
    }

    fn merge(&self, state: &mut Vec<V>, later: &Vec<V>) {
        for value in later {
            self.add(state, value.clone());
        }
    }

    fn finish(&self, state: &Vec<V>) -> Vec<V> {
        state.clone()
    }
}
