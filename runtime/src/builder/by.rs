//! Verbs that give a stream a key.

use super::keyed::KeyedStream;
use super::outputs::{OfEdge, SideOutputs};
use super::stream::Stream;
use super::time::TimeState;
use crate::grouping::Fields;
use crate::key::Key;
use crate::lowering::{ChainSpec, Fusing};
use crate::topology::EdgeGrouping;

impl<T, M, S, C> Stream<T, M, S, C>
where
    T: Send + 'static,
    M: TimeState,
    S: SideOutputs,
    C: Fusing<Out = T>,
{
    /// Partitions the stream by key: every event goes to the instance of the next node that owns
    /// its key, where operators find the state of that key.
    ///
    /// The events of one key keep their order per instance upstream. The key function must be pure:
    /// it may run once to route an event and again where its state is looked up. A key is an
    /// integer, a `bool`, a `char`, a string, an `Option` or a tuple of these, or a type that
    /// implements [`Key`].
    ///
    /// # Examples
    /// ```
    /// use millstream::prelude::*;
    ///
    /// #[operator]
    /// async fn visits(page: &'static str, seen: &mut u64) -> (&'static str, u64) {
    ///     *seen += 1;
    ///     (page, *seen)
    /// }
    ///
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> millstream::Result<()> {
    /// let counts = Collected::new();
    /// let topology = topology!(
    ///     pages = source(from_iter(["/", "/cart", "/"])),
    ///     pages >> by(|page| *page) >> visits >> sink(counts.sink()),
    /// );
    /// topology.run(Config::default()).await?;
    /// assert_eq!(counts.take(), [("/", 1), ("/cart", 1), ("/", 2)]);
    /// # Ok(())
    /// # }
    /// ```
    #[must_use]
    pub fn by<K, F>(
        self,
        key: F,
    ) -> KeyedStream<K, F, T, M, OfEdge<S::Dropped>, C::Received<impl ChainSpec<Out = T>>>
    where
        K: Key,
        F: Fn(&T) -> K + Clone + Send + 'static,
    {
        let groups = self.declared.declaration().key_groups();
        let grouping = Fields::new(key.clone(), groups);
        KeyedStream::new(self.grouped(grouping, EdgeGrouping::Fields).with(C::received), key)
    }

    /// Lets the next operator keep one state per instance instead of one per key: for counters,
    /// caches and connections.
    ///
    /// Events stay where they are. With several instances each sees a part of the stream, so a
    /// result depends on their number.
    ///
    /// # Examples
    /// ```
    /// use millstream::prelude::*;
    ///
    /// #[operator]
    /// async fn numbered(line: &'static str, last: &mut u64) -> (u64, &'static str) {
    ///     *last += 1;
    ///     (*last, line)
    /// }
    ///
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> millstream::Result<()> {
    /// let lines = Collected::new();
    /// let topology = topology!(
    ///     source(from_iter(["a", "b"])) >> per_instance >> numbered >> sink(lines.sink()),
    /// );
    /// topology.run(Config::default()).await?;
    /// assert_eq!(lines.take(), [(1, "a"), (2, "b")]);
    /// # Ok(())
    /// # }
    /// ```
    #[must_use]
    pub fn per_instance(
        self,
    ) -> KeyedStream<
        (),
        impl Fn(&T) + Clone + Send + 'static,
        T,
        M,
        OfEdge<S::Dropped>,
        C::Received<impl ChainSpec<Out = T>>,
    > {
        KeyedStream::new(self.repartition().with(C::received), |_: &T| ())
    }
}
