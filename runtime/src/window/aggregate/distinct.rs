//! The number of different values.

use super::Aggregate;
use crate::key::Key;
use hashbrown::HashTable;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// The aggregate of [`distinct`].
#[derive(Debug, Clone, Copy)]
pub struct Distinct;

/// Counts different values exactly: visitors of a page, devices of a user.
///
/// Values are compared as [keys](Key). Memory: each different value is kept once.
///
/// # Examples
/// ```
/// use millstream::prelude::*;
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> millstream::Result<()> {
/// let visitors = Collected::new();
/// let views = [("/home", "ann"), ("/home", "bob"), ("/home", "ann")];
/// let topology = topology!(
///     pages = source(from_iter(views))
///         >> by(|view| view.0)
///         >> window(counted(1_000))
///         >> aggregate(|view| view.1, distinct()),
///     pages >> map(|page: WindowResult<_, u64>| (page.key, page.value)) >> sink(visitors.sink()),
///     pages.late >> ignore,
/// );
/// topology.run(Config::default()).await?;
/// assert_eq!(visitors.take(), [("/home", 2)]);
/// # Ok(())
/// # }
/// ```
#[must_use]
pub fn distinct() -> Distinct {
    Distinct
}

impl<V: Key> Aggregate<V> for Distinct {
    type State = DistinctValues<V>;
    type Out = u64;
    const GROWS: bool = true;

    fn create(&self) -> DistinctValues<V> {
        DistinctValues(HashTable::new())
    }

    #[inline]
    fn add(&self, DistinctValues(state): &mut DistinctValues<V>, value: V) {
        let hash = value.key_hash().get();
        let entry = state.entry(hash, |other| *other == value, |other| other.key_hash().get());
        entry.or_insert(value);
    }

    fn merge(&self, state: &mut DistinctValues<V>, later: &DistinctValues<V>) {
        for value in &later.0 {
            self.add(state, value.clone());
        }
    }

    fn finish(&self, state: &DistinctValues<V>) -> u64 {
        state.0.len() as u64
    }
}

/// The different values; serialized as a list of them.
#[derive(Debug, Clone)]
pub struct DistinctValues<V>(HashTable<V>);

impl<V: Serialize> Serialize for DistinctValues<V> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_seq(&self.0)
    }
}

impl<'de, V: Key + Deserialize<'de>> Deserialize<'de> for DistinctValues<V> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let mut state = Distinct.create();
        Vec::deserialize(deserializer)?
            .into_iter()
            .for_each(|value: V| Distinct.add(&mut state, value));
        Ok(state)
    }
}
