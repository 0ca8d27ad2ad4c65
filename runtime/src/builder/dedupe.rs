//! The verb that drops repeated events.

use super::bounds::{HasEventTime, IsKeyed, Possible, Upstream};
use super::keyed::KeyedStream;
use super::outputs::SideOutputs;
use super::stream::Stream;
use super::time::TimeState;
use super::windowed::OfAggregate;
use super::windowed::StoreOf;
use crate::key::Key;
use crate::lowering::{ChainSpec, Fusing, LinkedSpec, OperatorSpec, StoreSpec};
use crate::operator::PassOn;
use crate::stage::NoStates;
use crate::state::Kept;
use crate::topology::{Carried, Endpoint, Naming, NodeKind, OutputKind};
use crate::window::Dedupe;
use std::time::Duration;

impl<K, F, T, M, S, C> KeyedStream<K, F, T, M, S, C>
where
    K: Key,
    F: Fn(&T) -> K + Clone + Send + 'static,
    T: Send + 'static,
    M: TimeState,
    S: SideOutputs,
    C: Fusing<Out = T>,
{
    /// Drops repeated events: emits the first event of each key, and no other less than `within`
    /// later in event time. For sources that deliver an event more than once, and for alarms that
    /// must not repeat.
    ///
    /// The first is that with the least event time, whatever the order of arrival; of those at
    /// equal times, the one that arrived first. `within` counts from the event that was emitted: a
    /// duplicate does not extend it, and an event exactly `within` later is emitted. An event is
    /// emitted, at its own time, when the watermark has passed it, and in order of event time. So
    /// the same events are emitted at any batch size and number of instances. If events of one key
    /// and equal time come from several splits, which of them is emitted is not fixed.
    ///
    /// Duplicates are dropped, and counted as
    /// [`duplicates`](crate::metrics::InstanceMetrics::duplicates). Events behind the watermark go
    /// to the `late` output, which must be connected or end in `ignore`. An event whose key is
    /// [missing](crate::key::Key::is_missing) is no duplicate. Needs event time; a `within` of 0 is
    /// refused at start.
    ///
    /// Memory: the events between the watermark and the greatest event time, and each key until the
    /// watermark is `within` after its emitted event; with [`Duration::MAX`], all keys for good.
    ///
    /// # Examples
    /// ```
    /// use millstream::prelude::*;
    ///
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> millstream::Result<()> {
    /// let paid = Collected::new();
    /// let payments = [("p1", 10), ("p2", 20), ("p1", 12), ("p1", 5), ("p2", 90)];
    /// let topology = topology!(
    ///     payments = source(from_iter(payments))
    ///         >> event_time(|payment| EventTime::from_secs(payment.1), lateness(30.secs())),
    ///     once = payments >> by(|payment| payment.0) >> dedupe(1.mins()),
    ///     once >> sink(paid.sink()),
    ///     once.late >> ignore,
    /// );
    /// let mut job = topology.start(Config::default())?;
    /// job.wait().await?;
    /// assert_eq!(paid.take(), [("p1", 5), ("p2", 20), ("p2", 90)]);
    /// assert_eq!(job.metrics().node("once").map(|once| once.total().duplicates), Some(2));
    /// # Ok(())
    /// # }
    /// ```
    #[track_caller]
    #[must_use]
    pub fn dedupe(
        self,
        within: Duration,
    ) -> Stream<T, M, OfAggregate<S, T>, C::With<impl ChainSpec<Out = T>>>
    where
        M: HasEventTime<Possible>,
        K: Kept<M::Memory>,
        T: Kept<M::Memory>,
    {
        let dedupe = Dedupe::new(within);
        self.stream.refuse_no_length(&dedupe, dedupe.is_empty());
        let stream = self.with_key();
        let carried = Carried::of::<T>().with_times(M::TIMES);
        let name = ("dedupe", Naming::Engine);
        let node = stream.declared.add_node(name, NodeKind::Operator, carried);
        let mut declaration = stream.declared.declaration();
        declaration.add_output(Endpoint { node, port: OutputKind::Late }, Carried::of::<T>());
        declaration.set_windows(node, &dedupe, Carried::of::<T>());
        drop(declaration);
        let Stream { declared, chain, .. } = stream;
        declared.keep_store::<K, T, StoreOf<Dedupe, K, T>, M::Memory>(node);
        let chain = LinkedSpec::new(chain, StoreSpec::<_, M::Memory>::new(dedupe));
        let pass_on = OperatorSpec::<_, NoStates, T>::new(PassOn, node, M::TIMES);
        Stream::<T, M, S, C>::extended(declared, LinkedSpec::new(chain, pass_on), node)
    }
}

impl<T, M, O, C> Stream<T, M, O, C> {
    /// `dedupe` needs a key: this method exists to report that.
    #[doc(hidden)]
    #[must_use]
    pub fn dedupe<Q>(self, _: Duration) -> Self
    where
        Self: Upstream<Key = Q>,
        Q: IsKeyed<Possible>,
    {
        self
    }
}
