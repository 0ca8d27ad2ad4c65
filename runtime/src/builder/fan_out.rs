//! Streams laid out on their own: to be used more than once, or to erase their chain.

use super::declared::{Declared, Ends};
use super::draft::SharedDraft;
use super::outputs::SideOutputs;
use super::stream::Stream;
use super::time::TimeState;
use crate::error::Result;
use crate::event::Times;
use crate::exchange::{Target, Tee};
use crate::lowering::{Fusing, Layout, Lowering};
use crate::metrics::InstanceCounters;
use crate::operator::OperatorPlace;
use crate::topology::{Endpoint, Naming, NodeKind};
use std::fmt;
use std::marker::PhantomData;
use std::sync::Arc;

/// Makes the output of one instance from its consumers, the batch size, whether events carry times,
/// and its counters.
type MakeOutput<T> = fn(Vec<Box<dyn Target<T>>>, (usize, Times), CountedPlace) -> Tee<T>;

/// The counters of an instance, and its name in errors.
type CountedPlace = (Arc<InstanceCounters>, OperatorPlace);

fn to_one<T>(
    mut targets: Vec<Box<dyn Target<T>>>,
    (limit, times): (usize, Times),
    (counters, _): CountedPlace,
) -> Tee<T> {
    Tee::one(targets.pop(), limit, times, counters)
}

fn to_all<T: Clone>(
    targets: Vec<Box<dyn Target<T>>>,
    (limit, times): (usize, Times),
    counted: CountedPlace,
) -> Tee<T> {
    Tee::all(targets, limit, times, counted)
}

impl<T, M, S, C> Stream<T, M, S, C>
where
    T: Send + 'static,
    M: TimeState,
    S: SideOutputs,
    C: Fusing<Out = T>,
{
    /// Lets the stream be used more than once: every consumer receives every event.
    ///
    /// In [`topology!`](macro@crate::topology), a name used in two lines does so. Cost: one clone
    /// per event for each consumer but the last. The slowest consumer backpressures the stream, and
    /// so all other consumers, unless its edge has a policy for [`overflow`](Stream::overflow).
    ///
    /// # Examples
    /// ```
    /// use millstream::prelude::*;
    ///
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> millstream::Result<()> {
    /// let (all, large) = (Collected::new(), Collected::new());
    /// let job = Builder::new("orders");
    /// let orders = job.source(from_iter([12, 250])).named("orders").fan_out();
    /// orders.tap().sink(all.sink()); // in topology!: orders >> sink(…)
    /// orders.tap().filter(|order| *order > 100).sink(large.sink());
    /// job.build().run(Config::default()).await?;
    /// assert_eq!((all.take(), large.take()), (vec![12, 250], vec![250]));
    /// # Ok(())
    /// # }
    /// ```
    #[must_use]
    pub fn fan_out(self) -> FanOut<T, M>
    where
        T: Clone,
    {
        let (draft, output) = self.detach(to_all);
        FanOut { draft, output, events: PhantomData }
    }

    /// Applies a function from streams to streams: a reusable part of a topology under a name of
    /// its own.
    ///
    /// The function may return anything: a stream, a tuple of streams, or nothing if it ends them.
    /// Cost: one dynamic call per batch, as for [`detached`](Stream::detached).
    ///
    /// # Examples
    /// ```
    /// use millstream::prelude::*;
    ///
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> millstream::Result<()> {
    /// fn even(numbers: Stream<u64>) -> Stream<u64> {
    ///     numbers.filter(|number| number % 2 == 0).detached()
    /// }
    ///
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

    /// Erases the chain of operators from the type of the stream, so that streams of different
    /// chains have one type: to return them from a function, or to put them into a `Vec`.
    ///
    /// Cost: one dynamic call per batch.
    ///
    /// # Examples
    /// ```
    /// use millstream::prelude::*;
    ///
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> millstream::Result<()> {
    /// let all = Collected::new();
    /// let job = Builder::new("regions");
    /// let regions = [("eu", [1, 2]), ("us", [3, 4])];
    /// let stream = |(name, orders)| job.source(from_iter(orders)).named(name).detached();
    /// let streams = regions.map(stream);
    /// merge(Vec::from(streams)).sink(all.sink());
    /// job.build().run(Config::default()).await?;
    ///
    /// let mut all = all.take();
    /// all.sort();
    /// assert_eq!(all, [1, 2, 3, 4]);
    /// # Ok(())
    /// # }
    /// ```
    #[must_use]
    #[track_caller]
    pub fn detached(self) -> Stream<T, M> {
        if let Some(outputs) = self.chain.references() {
            let (draft, outputs) = (self.declared.draft, outputs.to_vec());
            return Stream::of(Declared::new(draft, outputs, Ends::Loose));
        }
        let (draft, output) = self.detach(to_one);
        Stream::of(Declared::new(draft, vec![output], Ends::Loose))
    }

    /// Lays out the chain on its own, for any number of consumers.
    #[track_caller]
    pub(super) fn lay_out_for_all(self)
    where
        T: Clone,
    {
        self.detach(to_all);
    }

    /// Lays out the chain on its own, once its consumers are known.
    #[track_caller]
    fn detach(self, make: MakeOutput<T>) -> (SharedDraft, Endpoint) {
        let output = if self.declared.ends == Ends::AtNode {
            self.declared.endpoint()
        } else {
            Endpoint::main(self.add_node("pass", Naming::Engine, NodeKind::Operator))
        };
        let Self { declared: Declared { draft, .. }, mut chain, .. } = self;
        let layout: Layout = Box::new(move |lowering: &mut Lowering| -> Result<()> {
            let mut targets = lowering.take_targets(output).into_iter();
            lowering.each_instance(output.node, &mut |at| {
                let targets = targets.next().unwrap_or_default();
                let counted = (at.counters(), at.place().copies());
                let tail = make(targets, (at.lowering.sizes.batch(), M::TIMES), counted);
                at.add_segment(&mut chain, tail)
            })
        });
        draft.layouts.push(output.node, layout);
        (draft, output)
    }
}

/// A stream with any number of consumers: what [`Stream::fan_out`] returns.
///
/// Call [`tap`](FanOut::tap) for each consumer. A fan-out without a consumer is refused at start,
/// as any stream that goes nowhere.
///
/// # Examples
/// ```
/// use millstream::prelude::*;
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> millstream::Result<()> {
/// let totals = Collected::new();
/// let job = Builder::new("orders");
/// let orders = job.source(from_iter([12, 250])).named("orders").fan_out();
/// for rate in [7, 19] {
///     orders.tap().map(move |net| net + net * rate / 100).sink(totals.sink());
/// }
/// job.build().run(Config::default()).await?;
///
/// let mut totals = totals.take();
/// totals.sort();
/// assert_eq!(totals, [12, 14, 267, 297]);
/// # Ok(())
/// # }
/// ```
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
    /// A stream of all events, for one more consumer.
    ///
    /// Every call adds a consumer; an unused tap is not one.
    ///
    /// # Examples
    /// ```
    /// use millstream::prelude::*;
    ///
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> millstream::Result<()> {
    /// let (sizes, lines) = (Collected::new(), Collected::new());
    /// let job = Builder::new("logs");
    /// let logs = job.source(from_iter(["started", "stopped"])).fan_out();
    /// logs.tap().map(str::len).sink(sizes.sink());
    /// logs.tap().sink(lines.sink());
    /// job.build().run(Config::default()).await?;
    /// assert_eq!((sizes.take(), lines.take()), (vec![7, 7], vec!["started", "stopped"]));
    /// # Ok(())
    /// # }
    /// ```
    #[must_use]
    pub fn tap(&self) -> Stream<T, M> {
        Stream::of(Declared::new(self.draft.clone(), vec![self.output], Ends::Loose))
    }
}
