//! Verbs for event time and its order.

use super::bounds::{HasEventTime, Possible};
use super::outputs::{OfNode, SideOutputs};
use super::stream::Stream;
use super::time::{TimeState, Timed};
use crate::checkpoint::PartKind;
use crate::lowering::{ChainSpec, EventTimeSpec, Fusing, InOrderSpec, LinkedSpec};
use crate::state::{Kept, KeptType, WAITING_EVENT};
use crate::time::{EventTime, Watermarks};
use crate::topology::{Carried, Endpoint, OutputKind};
use crate::window::Late;
use std::convert::Infallible;

/// The side outputs of a node that sorts events.
pub(super) type Ordered<T, S> =
    OfNode<Late<T>, <S as SideOutputs>::Error, <S as SideOutputs>::Overflow, Infallible>;

impl<T, M, S, C> Stream<T, M, S, C>
where
    T: Send + 'static,
    M: TimeState,
    S: SideOutputs,
    C: Fusing<Out = T>,
{
    /// Assigns event time, and with it a watermark: needed by windows, joins, timers and
    /// [`in_order`](Stream::in_order).
    ///
    /// `time` returns when an event happened. `strategy` generates the watermark:
    /// [`lateness`](crate::time::lateness) bounds how late an event may arrive,
    /// [`punctuated`](crate::time::punctuated) reads watermarks from the events, and any
    /// [`Watermarks`] may be written by hand. Event times have a resolution of one microsecond. An
    /// input idle for 60 s is excluded from the watermark downstream, unless its strategy sets
    /// another limit. Assign event time as close to the source as possible, while events are still
    /// in order.
    ///
    /// # Examples
    /// ```
    /// use millstream::prelude::*;
    ///
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> millstream::Result<()> {
    /// let hours = Collected::new();
    /// let topology = topology!(
    ///     readings = source(from_iter([(0, 20.0), (1_800, 22.0), (3_600, 30.0)]))
    ///         >> event_time(|reading| EventTime::from_secs(reading.0), lateness(5.secs())),
    ///     hourly = readings >> by(|_| ()) >> window(tumbling(1.hours()))
    ///         >> aggregate(|reading| reading.1, mean()),
    ///     hourly >> map(|hour| (hour.start, hour.value)) >> sink(hours.sink()),
    ///     hourly.late >> ignore,
    /// );
    /// topology.run(Config::default()).await?;
    /// let [first, second] = [0, 3_600].map(EventTime::from_secs);
    /// assert_eq!(hours.take(), [(first, 21.0), (second, 30.0)]);
    /// # Ok(())
    /// # }
    /// ```
    #[track_caller]
    #[must_use]
    pub fn event_time<F, W>(
        self,
        time: F,
        strategy: W,
    ) -> Stream<T, Timed<M::Memory>, S::AtNode, C::With<impl ChainSpec<Out = T>>>
    where
        F: Fn(&T) -> EventTime + Clone + Send + 'static,
        W: Watermarks<T>,
    {
        let (stream, node) = self.at_own_node();
        let clock = stream.declared.declaration().add_clock(node, strategy.idleness());
        let spec = EventTimeSpec::<_, _, M::Memory>::new(time, strategy, (node, clock));
        let Stream { declared, chain, .. } = stream;
        Self::extended(declared, LinkedSpec::new(chain, spec), node)
    }

    /// Sorts the events by event time, and those of equal time by `tie`: for an operator whose
    /// result depends on the order.
    ///
    /// Each event is buffered until the watermark passes it, so the delay is that of the watermark,
    /// and memory grows with the number of events in that time. Events behind the watermark go to
    /// the `late` output, which must be connected or end in `ignore`.
    ///
    /// # Examples
    /// ```
    /// use millstream::prelude::*;
    ///
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> millstream::Result<()> {
    /// let sorted = Collected::new();
    /// let topology = topology!(
    ///     trades = source(from_iter([(3, "c"), (1, "b"), (1, "a"), (2, "x")]))
    ///         >> event_time(|trade| EventTime::from_secs(trade.0), lateness(5.secs())),
    ///     ordered = trades >> in_order(|trade| trade.1),
    ///     ordered >> map(|trade| trade.1) >> sink(sorted.sink()),
    ///     ordered.late >> ignore,
    /// );
    /// topology.run(Config::default()).await?;
    /// assert_eq!(sorted.take(), ["a", "b", "x", "c"]);
    /// # Ok(())
    /// # }
    /// ```
    #[track_caller]
    #[must_use]
    pub fn in_order<B, F>(
        self,
        tie: F,
    ) -> Stream<T, Timed<M::Memory>, Ordered<T, S>, C::With<impl ChainSpec<Out = T>>>
    where
        M: HasEventTime<Possible>,
        B: Ord + Send + 'static,
        F: Fn(&T) -> B + Clone + Send + 'static,
        T: Kept<M::Memory>,
    {
        let (stream, node) = self.at_own_node();
        let late = Endpoint { node, port: OutputKind::Late };
        stream.declared.declaration().add_output(late, Carried::of::<T>());
        let types = || KeptType::of::<T, M::Memory>(WAITING_EVENT).into_iter().collect();
        stream.declared.declaration().keep(node, PartKind::Sorter, types);
        let spec = InOrderSpec::<_, M::Memory>::new(tie, node);
        let Stream { declared, chain, .. } = stream;
        Self::extended(declared, LinkedSpec::new(chain, spec), node)
    }
}
