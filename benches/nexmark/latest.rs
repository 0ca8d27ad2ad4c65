//! A sink for results that replace each other.

use foldhash::fast::FixedState;
use hashbrown::HashMap;
use millstream::env::Env;
use millstream::prelude::*;
use millstream::sink::{Idempotent, Writer};
use std::fmt;
use std::hash::Hash;
use std::sync::{Arc, Mutex, PoisonError};

/// Keeps the last row of each key: the result of a query once it has ended.
///
/// # Examples
/// ```
/// use millstream::prelude::*;
/// use millstream_benches::nexmark::LastPerKey;
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> millstream::Result<()> {
/// let last = LastPerKey::new();
/// let numbers = from_iter([("a", 1), ("b", 2), ("a", 3)]);
/// let sink = last.sink(|row: &(&str, i32)| row.0);
/// topology!(source(numbers) >> sink(sink)).run(Config::default()).await?;
/// let mut rows = last.take();
/// rows.sort();
/// assert_eq!(rows, [("a", 3), ("b", 2)]);
/// # Ok(())
/// # }
/// ```
pub struct LastPerKey<R> {
    rows: Arc<Mutex<Vec<R>>>,
}

impl<R> fmt::Debug for LastPerKey<R> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("LastPerKey").finish_non_exhaustive()
    }
}

impl<R> Default for LastPerKey<R> {
    fn default() -> Self {
        Self::new()
    }
}

impl<R> LastPerKey<R> {
    /// An empty collection.
    pub fn new() -> Self {
        Self { rows: Arc::default() }
    }

    /// A sink that keeps the last row of each key, and adds them to this collection at the end.
    pub fn sink<K>(&self, key: fn(&R) -> K) -> LastPerKeySink<K, R> {
        LastPerKeySink { key, last: HashMap::default(), rows: Arc::clone(&self.rows) }
    }

    /// Removes and returns the rows of the sinks that have ended, in no order.
    pub fn take(&self) -> Vec<R> {
        std::mem::take(&mut *self.rows.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

/// A sink that keeps the last row of each key, made by [`LastPerKey::sink`].
pub struct LastPerKeySink<K, R> {
    key: fn(&R) -> K,
    last: HashMap<K, R, FixedState>,
    rows: Arc<Mutex<Vec<R>>>,
}

impl<K, R> fmt::Debug for LastPerKeySink<K, R> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("LastPerKeySink").field("rows", &self.last.len()).finish_non_exhaustive()
    }
}

impl<K, R> Sink<R> for LastPerKeySink<K, R>
where
    K: Hash + Eq + Send + 'static,
    R: Send + 'static,
{
    type Writer = Self;
    type Repeat = Idempotent;

    fn open(self, _: &Env) -> millstream::Result<Self> {
        Ok(self)
    }
}

impl<K, R> Writer<R> for LastPerKeySink<K, R>
where
    K: Hash + Eq + Send + 'static,
    R: Send + 'static,
{
    fn write(&mut self, row: R) -> millstream::Result<()> {
        self.last.insert((self.key)(&row), row);
        Ok(())
    }

    async fn close(&mut self) -> millstream::Result<()> {
        let last = self.last.drain().map(|(_, row)| row);
        self.rows.lock().unwrap_or_else(PoisonError::into_inner).extend(last);
        Ok(())
    }
}
