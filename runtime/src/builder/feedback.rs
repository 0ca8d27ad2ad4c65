//! Loops: streams fed back to a node upstream.

use super::declared::{Declared, Ends};
use super::draft::SharedDraft;
use super::job::{Builder, SourceChain};
use super::outputs::{OfNode, SideOutputs};
use super::promise::Promise;
use super::stream::Stream;
use super::time::{TimeState, Untimed};
use crate::channel::{Capacity, Overflow, lossy};
use crate::checkpoint::PartKind;
use crate::error::Result;
use crate::event::Origin;
use crate::exchange::EdgeReceiver;
use crate::lowering::{FeedbackSpec, Fused, Fusing, Layout, Lowering};
use crate::stage::{FeedbackRoot, FeedbackTail, Returning, TailCounters};
use crate::state::Kept;
use crate::topology::{
    Carried, EdgeDeclared, EdgeGrouping, Endpoint, Instances, Naming, NodeId, NodeKind,
};
use std::fmt;
use std::panic::Location;
use std::sync::Arc;

/// The tail of a loop, for [`Stream::feedback`]: events fed into it come back on the stream that
/// [`Builder::feedback`] returned with it.
///
/// # Examples
/// ```
/// use millstream::prelude::*;
/// use millstream::builder::Feedback;
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> millstream::Result<()> {
/// fn halve_again(numbers: Stream<u64>, back: Feedback<u64>) {
///     numbers.filter(|n| n % 2 == 0).map(|n| n / 2).feedback(back);
/// }
///
/// let all = Collected::new();
/// let job = Builder::new("halving");
/// let (again, back) = job.feedback(100, Overflow::DropNewest);
/// let numbers = merge((job.source(from_iter([12])), again)).fan_out();
/// numbers.tap().sink(all.sink());
/// halve_again(numbers.tap(), back);
/// job.build().run(Config::default()).await?;
/// assert_eq!(all.take(), [12, 6, 3]);
/// # Ok(())
/// # }
/// ```
#[must_use = "a loop is empty unless a stream is fed back"]
pub struct Feedback<T> {
    draft: SharedDraft,
    head: NodeId,
    returning: Returning<T>,
    capacity: usize,
    policy: Overflow,
}

impl<T> fmt::Debug for Feedback<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Feedback").field("head", &self.head).finish_non_exhaustive()
    }
}

/// The stream of a loop's head in a job with the delivery guarantee `D`.
pub type FedBackStream<T, D> =
    Stream<T, Untimed<MemoryOf<D>>, OfNode, SourceChain<FeedbackSpec<T, MemoryOf<D>>>>;

/// Whether a job with the delivery guarantee `D` keeps the events of its loops.
type MemoryOf<D> = <D as Promise>::Memory;

impl<D: Promise> Builder<D> {
    /// Begins a loop, such as a retry: returns the stream of events fed back, and the tail to feed.
    ///
    /// The loop has a buffer of `capacity` events for each instance that feeds it. Feeding never
    /// waits, since a full loop would wait for itself forever; instead `policy` drops the newest or
    /// the oldest event, counted at this node as
    /// [`overflow`](crate::metrics::InstanceMetrics::overflow). A capacity of 0, and policies that
    /// wait, are refused at start.
    ///
    /// The job ends once its sources are exhausted and no event is in flight in any loop. Events
    /// fed back have no event time. Assigned again by [`event_time`](Stream::event_time), they may
    /// be late: an empty loop does not hold the watermark.
    ///
    /// In a job with checkpoints, these contain the events in flight in the loop: their type is a
    /// serde type, and the loop has a name. What the policy drops stays dropped.
    ///
    /// # Examples
    /// ```
    /// use millstream::prelude::*;
    ///
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> millstream::Result<()> {
    /// let counted = Collected::new();
    /// let job = Builder::new("countdown");
    /// let (again, back) = job.feedback::<u64>(1_000, Overflow::DropOldest);
    /// let numbers = merge((job.source(from_iter([2, 3])).detached(), again.detached()));
    /// let numbers = numbers.map(|number| number).fan_out();
    /// numbers.tap().sink(counted.sink());
    /// numbers.tap().filter(|n| *n > 0).map(|n| n - 1).feedback(back);
    /// job.build().run(Config::default()).await?;
    ///
    /// let mut counted = counted.take();
    /// counted.sort();
    /// assert_eq!(counted, [0, 0, 1, 1, 2, 2, 3]);
    /// # Ok(())
    /// # }
    /// ```
    #[track_caller]
    pub fn feedback<T: Kept<D::Memory> + Send + 'static>(
        &self,
        capacity: usize,
        policy: impl Into<Overflow>,
    ) -> (FedBackStream<T, D>, Feedback<T>) {
        let policy = policy.into();
        let (location, one) = (Location::caller(), Instances::Exactly(1));
        let (draft, returning) = (self.draft().clone(), Returning::default());
        let (name, kind) = (("feedback", Naming::Engine), NodeKind::LoopHead { capacity, policy });
        let node = draft.declaration().add_node(name, kind, one, location);
        let types = FeedbackRoot::<T, D::Memory>::types;
        draft.declaration().keep(node, PartKind::Loop, types);
        let chain = Fused::new(FeedbackSpec::new(node, returning.clone()));
        let stream = Stream::new(Declared::at(draft.clone(), node, Ends::AtNode), chain);
        (stream, Feedback { draft, head: node, returning, capacity, policy })
    }
}

impl<T, M, S, C> Stream<T, M, S, C>
where
    T: Send + 'static,
    M: TimeState,
    S: SideOutputs,
    C: Fusing<Out = T>,
{
    /// Ends the stream in a loop: its events come back on the stream that [`Builder::feedback`]
    /// returned together with `back`.
    ///
    /// # Examples
    /// ```
    /// use millstream::prelude::*;
    ///
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> millstream::Result<()> {
    /// let settled = Collected::new();
    /// let topology = topology!(
    ///     orders = source(from_iter([1_u64, 6])),
    ///     again = feedback(100, drop_oldest),
    ///     halved = [orders, again] >> map(|n| if n % 2 == 0 { n / 2 } else { n }),
    ///     halved >> filter(|n| n % 2 == 1) >> sink(settled.sink()),
    ///     halved >> filter(|n| n % 2 == 0) >> feedback(again),
    /// );
    /// topology.run(Config::default()).await?;
    ///
    /// let mut settled = settled.take();
    /// settled.sort();
    /// assert_eq!(settled, [1, 3]);
    /// # Ok(())
    /// # }
    /// ```
    #[track_caller]
    pub fn feedback(self, back: Feedback<T>) {
        let Feedback { draft, head, returning, capacity, policy } = back;
        let at_node = self.declared.ends == Ends::AtNode;
        let node = if at_node {
            self.declared.endpoint().node
        } else {
            let name = format!("{}_feed", draft.declaration().name_of(head));
            self.add_node(&name, Naming::Engine, NodeKind::LoopTail)
        };
        draft.declaration().edges.push(EdgeDeclared {
            from: Endpoint::main(node),
            to: head,
            grouping: EdgeGrouping::Feedback,
            buffer: Some(capacity),
            overflow: Some(policy),
            weakened: None,
            events: Carried::of::<T>(),
            window: None,
        });
        let mut chain = self.chain;
        let layout: Layout = Box::new(move |lowering: &mut Lowering| -> Result<()> {
            let capacity = Capacity::of(capacity, lowering.sizes.batch());
            lowering.each_instance(node, &mut |at| {
                let (sender, receiver) = lossy(capacity, policy);
                let origin = Origin { node: at.lowering.name(node), instance: at.instance };
                let edge = at.lowering.edge_counters((Endpoint::main(node), head));
                edge.gauges.add(0, sender.gauge());
                returning.add(origin, EdgeReceiver::Lossy(receiver), Arc::clone(&edge));
                let own = (!at_node).then(|| at.counters());
                let head = at.lowering.counters(head, 0);
                let counters = TailCounters { own, head, edge };
                let control = &at.lowering.control;
                let tail = FeedbackTail::new(sender, capacity.batch(), control, counters);
                at.add_segment(&mut chain, tail)
            })
        });
        draft.layouts.push(node, layout);
    }
}
