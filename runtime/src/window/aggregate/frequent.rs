//! The most frequent values.

use super::Aggregate;
use crate::key::Key;
use hashbrown::HashTable;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// The aggregate of [`most_frequent`].
#[derive(Debug, Clone, Copy)]
pub struct MostFrequent(usize);

/// Finds the `n` values that occur most often, with their counts: trending pages, the most frequent
/// errors. An `n` of 0 is refused at start.
///
/// The result is a `Vec<(V, u64)>`, most frequent first; of values that are equally frequent, the
/// least comes first. It is exact. So memory grows with the number of different values, which are
/// compared as [keys](Key): each is kept once, with its count. Adding a value takes constant time,
/// the result time linear in the number of different values.
///
/// # Examples
/// ```
/// use millstream::prelude::*;
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> millstream::Result<()> {
/// let trending = Collected::new();
/// let views = ["/a", "/b", "/c", "/b", "/a", "/b"];
/// let topology = topology!(
///     pages = source(from_iter(views))
///         >> by(|_| ())
///         >> window(counted(1_000))
///         >> aggregate(|page| *page, most_frequent(2)),
///     pages >> map(|pages: WindowResult<(), Vec<_>>| pages.value) >> sink(trending.sink()),
///     pages.late >> ignore,
/// );
/// topology.run(Config::default()).await?;
/// assert_eq!(trending.take(), [[("/b", 3), ("/a", 2)]]);
/// # Ok(())
/// # }
/// ```
#[must_use]
pub fn most_frequent(n: usize) -> MostFrequent {
    MostFrequent(n)
}

/// Counts a value `more` times.
#[inline]
fn count<V: Key>(ValueCounts(state): &mut ValueCounts<V>, value: V, more: u64) {
    let hash = value.key_hash().get();
    let entry =
        state.entry(hash, |(other, _)| *other == value, |(other, _)| other.key_hash().get());
    entry.or_insert((value, 0)).into_mut().1 += more;
}

impl<V: Key + Ord> Aggregate<V> for MostFrequent {
    type State = ValueCounts<V>;
    type Out = Vec<(V, u64)>;
    const GROWS: bool = true;

    fn keeps_nothing(&self) -> bool {
        self.0 == 0
    }

    fn create(&self) -> Self::State {
        ValueCounts(HashTable::new())
    }

    #[inline]
    fn add(&self, state: &mut Self::State, value: V) {
        count(state, value, 1);
    }

    fn merge(&self, state: &mut Self::State, later: &Self::State) {
        for (value, times) in &later.0 {
            count(state, value.clone(), *times);
        }
    }

    fn finish(&self, state: &Self::State) -> Vec<(V, u64)> {
        let order = |(one, times): &(V, u64), (other, often): &(V, u64)| {
            often.cmp(times).then_with(|| one.cmp(other))
        };
        // References first: only the values of the result are cloned.
        let mut values: Vec<&(V, u64)> = state.0.iter().collect();
        if self.0 > 0 && self.0 < values.len() {
            values.select_nth_unstable_by(self.0 - 1, |one, other| order(one, other));
        }
        values.truncate(self.0);
        values.sort_unstable_by(|one, other| order(one, other));
        values.into_iter().cloned().collect()
    }
}

/// How often each value was added; serialized as a list of both.
#[derive(Debug, Clone)]
pub struct ValueCounts<V>(HashTable<(V, u64)>);

impl<V: Serialize> Serialize for ValueCounts<V> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_seq(&self.0)
    }
}

impl<'de, V: Key + Deserialize<'de>> Deserialize<'de> for ValueCounts<V> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let mut state = Self(HashTable::new());
        let values: Vec<(V, u64)> = Vec::deserialize(deserializer)?;
        values.into_iter().for_each(|(value, times)| count(&mut state, value, times));
        Ok(state)
    }
}
