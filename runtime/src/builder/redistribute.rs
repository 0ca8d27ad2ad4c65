//! Which instances of the next node get the events of a stream.

use super::outputs::{OfEdge, SideOutputs};
use super::stream::{Ends, Stream};
use super::time::TimeState;
use crate::channel::Overflow;
use crate::grouping::{Forward, Grouping, Shuffle, ToAll, ToOne};
use crate::lowering::{ChainSpec, Copying, Fusing, Routed};
use crate::topology::{EdgeGrouping, Instances};
use millstream_graph::sentence::shape;

impl<T, M, S, C> Stream<T, M, S, C>
where
    T: Send + 'static,
    M: TimeState,
    S: SideOutputs,
    C: Fusing<Out = T>,
{
    pub(super) fn redistribute<G: Grouping<T>>(
        self,
        grouping: G,
        declared: EdgeGrouping,
        clone: Option<Copying<T>>,
    ) -> Stream<T, M, OfEdge<S::Dropped>, C::Between<Routed<C, G>>> {
        let (from, times) = (self.from.clone(), M::TIMES);
        let routed = |chain| C::between(Routed { chain, from, grouping, clone, times });
        let mut stream = self.with(routed);
        stream.ends = Ends::Loose;
        stream.next.grouping = declared;
        stream.next.instances = Instances::Default;
        stream
    }

    /// Gives the events to the instances of the next node in turn, batch by batch.
    #[must_use]
    pub fn shuffle(self) -> Stream<T, M, OfEdge<S::Dropped>, C::Between<impl ChainSpec<Out = T>>> {
        self.redistribute(Shuffle::default(), EdgeGrouping::Shuffle, None)
    }

    /// Gives every event to all instances of the next node.
    #[must_use]
    pub fn to_all(self) -> Stream<T, M, OfEdge<S::Dropped>, C::Between<impl ChainSpec<Out = T>>>
    where
        T: Clone,
    {
        self.redistribute(ToAll, EdgeGrouping::All, Some(T::clone))
    }

    /// Gives every event to the one instance of the next node.
    #[must_use]
    pub fn to_one(self) -> Stream<T, M, OfEdge<S::Dropped>, C::Between<impl ChainSpec<Out = T>>> {
        let mut stream = self.redistribute(ToOne, EdgeGrouping::Global, None);
        stream.next.instances = Instances::Exactly(1);
        stream
    }

    /// The same stream, free to have another number of instances.
    pub(super) fn repartition(
        self,
    ) -> Stream<T, M, OfEdge<S::Dropped>, C::Between<Routed<C, Forward>>> {
        let next = self.next;
        let mut stream = self.redistribute(Forward::default(), next.grouping, None);
        stream.next = next;
        stream
    }

    /// The number of instances of the next node.
    #[must_use]
    pub fn instances(
        self,
        instances: impl Into<Instances>,
    ) -> Stream<T, M, OfEdge<S::Dropped>, C::Between<impl ChainSpec<Out = T>>> {
        let mut stream = self.repartition();
        stream.next.instances = instances.into();
        stream
    }

    /// The next node has as many instances as this stream, namely `instances`: events stay where
    /// they are.
    #[must_use]
    pub fn same_instances(self, instances: impl Into<Instances>) -> Self {
        let instances = instances.into();
        let mut draft = self.draft();
        let declaration = &mut draft.declaration;
        let before = declaration.nodes.get(self.endpoint().node.0).map(|node| node.instances);
        if let (Some(Instances::Exactly(before)), Instances::Exactly(count)) = (before, instances)
            && before != count
        {
            declaration.broken.push(shape::other_instances(count, before));
        }
        drop(draft);
        self
    }

    /// The next node has as many instances as the job says.
    #[must_use]
    pub fn default_instances(
        self,
    ) -> Stream<T, M, OfEdge<S::Dropped>, C::Between<impl ChainSpec<Out = T>>> {
        self.instances(Instances::Default)
    }

    /// The edge to the next node is a channel for `events` events between each pair of instances.
    #[must_use]
    pub fn buffer(
        self,
        events: usize,
    ) -> Stream<T, M, OfEdge<S::Dropped>, C::Between<impl ChainSpec<Out = T>>> {
        let mut stream = self.repartition();
        stream.next.buffer = Some(events);
        stream
    }

    /// What the edge to the next node does when it is full, instead of holding back the producer
    /// and all other consumers of it. The edge is a channel.
    ///
    /// What it drops is counted at the next node, as
    /// [`overflow`](crate::metrics::InstanceMetrics::overflow), and goes to the
    /// [output of that name](super::NodeOutputs::overflow), which must be connected or end in
    /// `ignore`. A sink has no outputs: what is dropped before it is counted only.
    ///
    /// # Examples
    /// ```
    /// use millstream::prelude::*;
    ///
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> millstream::Result<()> {
    /// let shown = Collected::new();
    /// let job = Builder::new("shown");
    /// let numbers = job.source(from_iter(0..10_000_u64));
    /// numbers.overflow(Overflow::DropOldest).buffer(100).sink_named(shown.sink(), "shown");
    /// let mut job = job.build().start(Config::default())?;
    /// job.wait().await?;
    ///
    /// let lost = job.metrics().node("shown").map_or(0, |node| node.total().overflow);
    /// assert_eq!(shown.take().len() as u64 + lost, 10_000);
    /// # Ok(())
    /// # }
    /// ```
    #[must_use]
    pub fn overflow(
        self,
        policy: Overflow,
    ) -> Stream<T, M, OfEdge<T>, C::Between<impl ChainSpec<Out = T>>> {
        let mut stream = self.repartition();
        stream.next.overflow = Some(policy);
        stream.with(|chain| chain)
    }
}
