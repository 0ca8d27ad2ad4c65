//! Streams laid out on their own: to be used more than once, or to leave their type behind.

use super::draft::SharedDraft;
use super::outputs::SideOutputs;
use super::stream::{Ends, Stream};
use super::time::TimeState;
use crate::error::Result;
use crate::event::Times;
use crate::exchange::{Target, Tee};
use crate::lowering::{Fusing, Layout, Lowering, each};
use crate::metrics::InstanceCounters;
use crate::stage::Segment;
use crate::topology::{Endpoint, Naming, NodeKind};
use std::fmt;
use std::marker::PhantomData;
use std::sync::Arc;

/// Makes the output of one instance: of its consumers, the size of its batches, whether events have
/// times, and what it counts.
type MakeOutput<T> = fn(Vec<Box<dyn Target<T>>>, (usize, Times), Arc<InstanceCounters>) -> Tee<T>;

fn to_one<T>(
    mut targets: Vec<Box<dyn Target<T>>>,
    (limit, times): (usize, Times),
    counters: Arc<InstanceCounters>,
) -> Tee<T> {
    Tee::one(targets.pop(), limit, times, counters)
}

fn to_all<T: Clone>(
    targets: Vec<Box<dyn Target<T>>>,
    (limit, times): (usize, Times),
    counters: Arc<InstanceCounters>,
) -> Tee<T> {
    Tee::all(targets, limit, times, counters)
}

impl<T, M, S, C> Stream<T, M, S, C>
where
    T: Send + 'static,
    M: TimeState,
    S: SideOutputs,
    C: Fusing<Out = T>,
{
    /// Lets the stream be used more than once: every use sees every event.
    #[must_use]
    pub fn fan_out(self) -> FanOut<T, M>
    where
        T: Clone,
    {
        let (draft, output) = self.detach(to_all);
        FanOut { draft, output, events: PhantomData }
    }

    /// Passes the stream through a function that takes and returns streams: a part of a topology
    /// with a name of its own.
    ///
    /// # Examples
    /// ```
    /// use millstream::prelude::*;
    ///
    /// fn even(numbers: Stream<u64>) -> Stream<u64> {
    ///     numbers.filter(|number| number % 2 == 0).detached()
    /// }
    ///
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> millstream::Result<()> {
    /// let kept = Collected::new();
    /// let topology = topology!(source(from_iter(1..=4)) >> through(even) >> sink(kept.sink()));
    /// topology.run(Config::default()).await?;
    /// assert_eq!(kept.take(), [2, 4]);
    /// # Ok(())
    /// # }
    /// ```
    pub fn through<R>(self, part: impl FnOnce(Stream<T, M>) -> R) -> R {
        part(self.detached())
    }

    /// The same stream with the chain before it out of its type, at the price of one dynamic call a
    /// batch.
    #[must_use]
    #[track_caller]
    pub fn detached(self) -> Stream<T, M> {
        if let Some(outputs) = self.chain.references() {
            return Stream::of(self.draft.clone(), outputs.to_vec());
        }
        let (draft, output) = self.detach(to_one);
        Stream::of(draft, vec![output])
    }

    /// Lays out the chain on its own; its consumers are known by then.
    #[track_caller]
    fn detach(self, make: MakeOutput<T>) -> (SharedDraft, Endpoint) {
        let output = if self.ends == Ends::AtNode {
            self.endpoint()
        } else {
            Endpoint::main(self.add_node("pass", Naming::Engine, NodeKind::Operator))
        };
        let Self { draft, chain, .. } = self;
        let layout: Layout = Box::new(move |lowering: &mut Lowering| -> Result<()> {
            let targets = lowering.take_targets(output);
            let chains = chain.lower(output.node, lowering)?;
            let mut targets = targets.into_iter();
            each(chains, |instance, chain| {
                let counters = lowering.counters(output.node, instance);
                let targets = targets.next().unwrap_or_default();
                let tail = make(targets, (lowering.batch, M::TIMES), counters);
                lowering.place(output.node, instance, Box::new(Segment::new(chain, tail)));
            });
            Ok(())
        });
        draft.borrow_mut().layouts.push((output.node, layout));
        (draft, output)
    }
}

/// A stream that is used more than once.
pub struct FanOut<T, M> {
    draft: SharedDraft,
    output: Endpoint,
    events: PhantomData<fn() -> (T, M)>,
}

impl<T, M> fmt::Debug for FanOut<T, M> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("FanOut").field("output", &self.output).finish_non_exhaustive()
    }
}

impl<T: Send + 'static, M: TimeState> FanOut<T, M> {
    /// One use of the stream.
    #[must_use]
    pub fn tap(&self) -> Stream<T, M> {
        Stream::of(self.draft.clone(), vec![self.output])
    }
}
