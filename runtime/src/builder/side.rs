//! The other outputs of a node: late events, errors, events for which there was no room.

use super::fan_out::FanOut;
use super::outputs::SideOutputs;
use super::stream::Stream;
use super::time::{TimeState, Timed, Untimed};
use crate::lowering::Fusing;
use crate::topology::{Endpoint, OutputKind};

/// The late events of a node, and how late they were.
pub type LateStream<S> = Stream<<S as SideOutputs>::Late, Timed>;

/// The errors of a node.
pub type ErrorStream<S> = Stream<<S as SideOutputs>::Error, Untimed>;

/// The events that the edge into a node had no room for. They come from before the node, and in no
/// order of time: a window of them needs `event_time` anew.
pub type OverflowStream<S> = Stream<<S as SideOutputs>::Overflow, Untimed>;

/// The events of a join that found no partner.
pub type UnmatchedStream<S> = Stream<<S as SideOutputs>::Unmatched, Timed>;

/// A stream and the other outputs of its node.
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
    /// What the node gives on.
    pub stream: S,
    /// Events that came too late, if the node has windows or puts events in order.
    pub late: L,
    /// Errors, if the node can fail.
    pub errors: E,
    /// Events that the edge into the node had no room for, if it may drop some. The edge behind
    /// this output waits when it is full, unless something else is declared for it in turn.
    pub overflow: V,
    /// Events that found no partner, if the node is a join that gives on only what has one.
    pub unmatched: U,
}

/// A stream `R` and the other outputs of its node, namely `S`.
pub type NodeOutputsOf<R, S> =
    NodeOutputs<R, LateStream<S>, ErrorStream<S>, OverflowStream<S>, UnmatchedStream<S>>;

impl<T, M, S, C> Stream<T, M, S, C>
where
    T: Send + 'static,
    M: TimeState,
    S: SideOutputs,
    C: Fusing<Out = T>,
{
    /// The stream and the other outputs of its node.
    #[must_use]
    pub fn outputs(self) -> NodeOutputsOf<Self, S> {
        self.with_outputs(|stream| stream)
    }

    /// The stream, to be used more than once, and the other outputs of its node.
    #[must_use]
    pub fn fan_out_with_outputs(self) -> NodeOutputsOf<FanOut<T, M>, S>
    where
        T: Clone,
    {
        self.with_outputs(Self::fan_out)
    }

    pub(super) fn with_outputs<R>(self, stream: impl FnOnce(Self) -> R) -> NodeOutputsOf<R, S> {
        let (late, errors) = (self.side(OutputKind::Late), self.side(OutputKind::Errors));
        let (overflow, unmatched) =
            (self.side(OutputKind::Overflow), self.side(OutputKind::Unmatched));
        NodeOutputs { stream: stream(self), late, errors, overflow, unmatched }
    }

    fn side<U: Send + 'static, N: TimeState>(&self, port: OutputKind) -> Stream<U, N> {
        Stream::of(self.draft.clone(), vec![Endpoint { port, ..self.endpoint() }])
    }
}
