//! The side outputs of a node: late events, errors, overflow, unmatched events.

use super::fan_out::FanOut;
use super::outputs::SideOutputs;
use super::stream::Stream;
use super::time::{TimeState, Timed, Untimed};
use crate::lowering::Fusing;
use crate::state::Volatile;
use crate::topology::OutputKind;

/// The late events of a node, each with its time and the watermark that it missed.
///
/// # Examples
/// ```
/// use millstream::prelude::*;
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> millstream::Result<()> {
/// let (sums, late) = (Collected::new(), Collected::new());
/// let topology = topology!(
///     paid = source(from_iter([(5, 10), (70, 20), (6, 40)]))
///         >> event_time(|paid| EventTime::from_secs(paid.0), lateness(0.secs())),
///     minutes = paid >> by(|_| ()) >> window(tumbling(1.mins()))
///         >> aggregate(|paid| paid.1, sum()),
///     minutes >> map(|minute| minute.value) >> sink(sums.sink()),
///     minutes.late >> map(|late| late.event) >> sink(late.sink()),
/// );
/// topology.run(Config::default()).await?;
/// assert_eq!((sums.take(), late.take()), (vec![10, 20], vec![(6, 40)]));
/// # Ok(())
/// # }
/// ```
pub type LateStream<S, D = Volatile> = Stream<<S as SideOutputs>::Late, Timed<D>>;

/// The errors of a node.
pub type ErrorStream<S, D = Volatile> = Stream<<S as SideOutputs>::Error, Untimed<D>>;

/// The events dropped on the edge into a node. They branch off upstream of the node, out of order,
/// and have no event time: a window over them needs `event_time` again.
pub type OverflowStream<S, D = Volatile> = Stream<<S as SideOutputs>::Overflow, Untimed<D>>;

/// The events of a join that matched no other, each as one variant of an enum of the sides.
///
/// # Examples
/// ```
/// use millstream::prelude::*;
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> millstream::Result<()> {
/// let unpaid = Collected::new();
/// let time = |event: &(i64, &str)| EventTime::from_secs(event.0);
/// let topology = topology!(
///     orders = source(from_iter([(1, "book"), (9, "pen")]))
///         >> event_time(time, lateness(0.secs())),
///     payments = source(from_iter([(4, "book")])) >> event_time(time, lateness(0.secs())),
///     paid = (orders >> by(|order| order.1), payments >> by(|payment| payment.1))
///         >> join(within(0.secs(), 5.secs())),
///     paid.unmatched >> sink(unpaid.sink()),
///     paid.late >> ignore,
///     paid >> ignore,
/// );
/// topology.run(Config::default()).await?;
/// assert_eq!(unpaid.take(), [OneOf2::First((9, "pen"))]);
/// # Ok(())
/// # }
/// ```
pub type UnmatchedStream<S, D = Volatile> = Stream<<S as SideOutputs>::Unmatched, Timed<D>>;

/// A stream and the side outputs of its node: what [`Stream::outputs`] returns.
///
/// An output on which events could be lost must be connected, or end in
/// [`ignore`](Stream::ignore); otherwise the job is refused at start. Outputs that the node lacks
/// carry [`Infallible`](std::convert::Infallible) and may be left alone.
///
/// # Examples
/// ```
/// use millstream::prelude::*;
///
/// #[operator]
/// async fn parse(text: &'static str) -> Result<u32, std::num::ParseIntError> {
///     text.parse()
/// }
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> millstream::Result<()> {
/// let (numbers, failures) = (Collected::new(), Collected::new());
/// let job = Builder::new("parsing");
/// let parsed = job.source(from_iter(["1", "two"])).then(parse {}).outputs();
/// parsed.stream.sink(numbers.sink());
/// parsed.errors.map(|error| error.to_string()).sink(failures.sink());
/// job.build().run(Config::default()).await?;
/// assert_eq!(numbers.take(), [1]);
/// assert_eq!(failures.take(), ["invalid digit found in string"]);
/// # Ok(())
/// # }
/// ```
#[derive(Debug)]
pub struct NodeOutputs<S, L, E, V, U> {
    /// The events that the node emits. In a topology that is the name itself, so an editor does not
    /// offer the field.
    #[cfg_attr(rust_analyzer, doc(hidden))]
    pub stream: S,
    /// Events behind the watermark, if the node has windows, joins or sorts.
    pub late: L,
    /// Errors, if the operator can fail.
    pub errors: E,
    /// Events dropped on the edge into the node, if it has a policy for overflow. The edge
    /// downstream of this output applies backpressure, unless it has a policy too.
    pub overflow: V,
    /// Events without a match, if the node is a join that does not emit them.
    pub unmatched: U,
}

/// A stream `R` and the side outputs `S` of its node.
pub type NodeOutputsOf<R, S, D = Volatile> = NodeOutputs<
    R,
    LateStream<S, D>,
    ErrorStream<S, D>,
    OverflowStream<S, D>,
    UnmatchedStream<S, D>,
>;

impl<T, M, S, C> Stream<T, M, S, C>
where
    T: Send + 'static,
    M: TimeState,
    S: SideOutputs,
    C: Fusing<Out = T>,
{
    /// Separates the stream from the side outputs of its node: `late`, `errors`, `overflow` and
    /// `unmatched`.
    ///
    /// In [`topology!`](macro@crate::topology) the outputs are fields of the node's name:
    /// `name.errors >> …`. To use the stream more than once, call
    /// [`fan_out_with_outputs`](Stream::fan_out_with_outputs).
    ///
    /// # Examples
    /// ```
    /// use millstream::prelude::*;
    ///
    /// #[operator]
    /// async fn divide(pair: (i32, i32)) -> Result<i32, &'static str> {
    ///     pair.0.checked_div(pair.1).ok_or("divided by zero")
    /// }
    ///
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> millstream::Result<()> {
    /// let (results, failures) = (Collected::new(), Collected::new());
    /// let job = Builder::new("division");
    /// let divided = job.source(from_iter([(6, 3), (1, 0)])).then(divide {}).outputs();
    /// divided.stream.sink(results.sink());
    /// divided.errors.sink(failures.sink());
    /// job.build().run(Config::default()).await?;
    /// assert_eq!((results.take(), failures.take()), (vec![2], vec!["divided by zero"]));
    /// # Ok(())
    /// # }
    /// ```
    #[must_use]
    pub fn outputs(self) -> NodeOutputsOf<Self, S, M::Memory> {
        self.with_outputs(|stream| stream)
    }

    /// Like [`outputs`](Stream::outputs), with a main stream that can be used more than once.
    ///
    /// # Examples
    /// ```
    /// use millstream::prelude::*;
    ///
    /// #[operator]
    /// async fn parse(text: &'static str) -> Result<u32, std::num::ParseIntError> {
    ///     text.parse()
    /// }
    ///
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> millstream::Result<()> {
    /// let (numbers, doubled) = (Collected::new(), Collected::new());
    /// let job = Builder::new("parsing");
    /// let parsed = job.source(from_iter(["1", "x"])).then(parse {}).fan_out_with_outputs();
    /// parsed.stream.tap().sink(numbers.sink());
    /// parsed.stream.tap().map(|number| 2 * number).sink(doubled.sink());
    /// parsed.errors.ignore();
    /// job.build().run(Config::default()).await?;
    /// assert_eq!((numbers.take(), doubled.take()), (vec![1], vec![2]));
    /// # Ok(())
    /// # }
    /// ```
    #[must_use]
    pub fn fan_out_with_outputs(self) -> NodeOutputsOf<FanOut<T, M>, S, M::Memory>
    where
        T: Clone,
    {
        self.with_outputs(Self::fan_out)
    }

    pub(super) fn with_outputs<R>(
        self,
        stream: impl FnOnce(Self) -> R,
    ) -> NodeOutputsOf<R, S, M::Memory> {
        let (late, errors) = (self.side(OutputKind::Late), self.side(OutputKind::Errors));
        let (overflow, unmatched) =
            (self.side(OutputKind::Overflow), self.side(OutputKind::Unmatched));
        NodeOutputs { stream: stream(self), late, errors, overflow, unmatched }
    }

    fn side<U: Send + 'static, N: TimeState>(&self, port: OutputKind) -> Stream<U, N> {
        Stream::of(self.declared.other(port))
    }
}
