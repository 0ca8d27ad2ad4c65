//! The number of different values.

use super::Aggregate;
use crate::key::Key;
use hashbrown::HashTable;

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
    type State = HashTable<V>;
    type Out = u64;
    const GROWS: bool = true;

    fn create(&self) -> HashTable<V> {
        HashTable::new()
    }

    #[inline]
    fn add(&self, state: &mut HashTable<V>, value: V) {
        let hash = value.key_hash().get();
        let entry = state.entry(hash, |other| *other == value, |other| other.key_hash().get());
        entry.or_insert(value);
    }

    fn merge(&self, state: &mut HashTable<V>, later: &HashTable<V>) {
        for value in later {
            self.add(state, value.clone());
        }
    }

    fn finish(&self, state: &HashTable<V>) -> u64 {
        state.len() as u64
    }
}
