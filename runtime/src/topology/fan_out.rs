//! Streams laid out on their own: to be used more than once, or to leave their type behind.

use super::declared::{Declared, Tap, TimeState};
use super::draft::{Naming, SharedDraft};
use super::stream::Standing;
use super::{Endpoint, Lowering, NodeKind, Stream};
use crate::error::Result;
use crate::exchange::{Gather, Target};
use crate::metrics::InstanceCounters;
use crate::stage::Segment;
use std::fmt;
use std::marker::PhantomData;
use std::sync::Arc;

impl<T: Send + 'static, C: Declared<Out = T>> Stream<T, C> {
    /// Lets the stream be used more than once: every use sees every event.
    #[must_use]
    pub fn fan_out(self) -> FanOut<T, C::Time>
    where
        T: Clone,
    {
        let (draft, output) = self.detach(|targets, (limit, timed), counters| {
            Gather::all(targets, limit, timed, counters)
        });
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
    pub fn through<R>(self, part: impl FnOnce(Stream<T, Tap<T, C::Time>>) -> R) -> R {
        part(self.detached())
    }

    /// The same stream with the chain before it out of its type, at the price of one dynamic call a
    /// batch.
    #[must_use]
    #[track_caller]
    pub fn detached(self) -> Stream<T, Tap<T, C::Time>> {
        if let Some(outputs) = self.chain.taps() {
            return tap_all(&self.draft, outputs.to_vec());
        }
        let (draft, output) = self.detach(|mut targets, (limit, timed), counters| {
            Gather::one(targets.pop(), limit, timed, counters)
        });
        tap_all(&draft, vec![output])
    }

    /// Lays out the chain on its own; its consumers are known by then.
    fn detach(
        self,
        gather: impl Fn(Vec<Box<dyn Target<T>>>, (usize, bool), Arc<InstanceCounters>) -> Gather<T>
        + Send
        + 'static,
    ) -> (SharedDraft, Endpoint) {
        let settled = self.standing == Standing::Node;
        let output = if settled {
            self.endpoint()
        } else {
            Endpoint::main(self.add_node("pass", Naming::Engine, NodeKind::Operator))
        };
        let Self { draft, chain, .. } = self;
        let layout = Box::new(move |lowering: &mut Lowering| -> Result<()> {
            let timed = <C::Time as TimeState>::TIMED;
            let targets = lowering.take_targets(output);
            let chains = chain.lower(output.node, lowering)?;
            for (instance, (chain, targets)) in chains.into_iter().zip(targets).enumerate() {
                let counters = lowering.counters(output.node, instance);
                let tail = gather(targets, (lowering.batch, timed), counters);
                lowering.place(output.node, instance, Segment::new(chain, tail));
            }
            Ok(())
        });
        draft.borrow_mut().layouts.push((output.node, layout));
        (draft, output)
    }
}

/// A use of outputs that are laid out on their own.
pub(super) fn tap_all<T: Send + 'static, M: TimeState>(
    draft: &SharedDraft,
    outputs: Vec<Endpoint>,
) -> Stream<T, Tap<T, M>> {
    let chain = Tap { outputs: outputs.clone(), events: PhantomData };
    Stream::new(draft.clone(), chain, outputs, Standing::Loose)
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
    pub fn tap(&self) -> Stream<T, Tap<T, M>> {
        tap_all(&self.draft, vec![self.output])
    }
}
