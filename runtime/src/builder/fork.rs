//! Forks: consumers of one stream whose results meet again, in one loop.

use super::declared::{Declared, Ends};
use super::draft::SharedDraft;
use super::merge::tuples_of_streams;
use super::outputs::{OfEdge, SideOutputs};
use super::stream::Stream;
use super::time::TimeState;
use crate::lowering::{DiamondSpec, ForkMark, Fusing, OutputRef, PathSpec, PathSpecs, PathTo};
use crate::stage::Paths;
use crate::topology::Endpoint;
use millstream_graph::sentence;
use std::cell::Cell;
use std::fmt;

impl<T, M, S, C> Stream<T, M, S, C>
where
    T: Clone + Send + 'static,
    M: TimeState,
    S: SideOutputs,
    C: Fusing<Out = T>,
{
    /// Lets the stream be used more than once by consumers whose results meet again: all of them
    /// run in one loop, without a batch for each.
    ///
    /// In [`topology!`](macro@crate::topology), a name that is used by several lines is such a fork
    /// if all of these lines are merged by one other, and nothing between is keyed, has instances
    /// of its own, or bounds an edge. Any other name is a [`fan_out`](Stream::fan_out). Each event
    /// passes all paths before the next does. Cost: one clone per event for each path but the last.
    ///
    /// If an operator on a path awaits, sets timers or has state that expires, the paths run in
    /// loops of their own, as with `fan_out`. So do those of a fork that never
    /// [meets](Fork::meet). If only some of its paths meet, the topology is refused at start.
    ///
    /// # Examples
    /// ```
    /// use millstream::prelude::*;
    ///
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> millstream::Result<()> {
    /// let alerts = Collected::new();
    /// let job = Builder::new("payments");
    /// let payments = job.source(from_iter([90, 2_000])).named("payments").fork();
    /// let large = payments.path().filter(|cents| *cents > 1_000).map(|cents| (cents, "large"));
    /// let round = payments.path().filter(|cents| cents % 100 == 0).map(|cents| (cents, "round"));
    /// payments.meet((large, round)).sink(alerts.sink());
    /// job.build().run(Config::default()).await?;
    /// assert_eq!(alerts.take(), [(2_000, "large"), (2_000, "round")]);
    /// # Ok(())
    /// # }
    /// ```
    #[must_use]
    pub fn fork(self) -> Fork<T, M, S, C> {
        let (stream, output) = self.at_output();
        let draft = stream.declared.draft.clone();
        let mark = ForkMark::at(output.node);
        Fork { stream: Some(stream), draft, output, mark, paths: Cell::new(0) }
    }
}

/// A stream with several consumers whose results meet again, made by [`Stream::fork`].
///
/// Call [`path`](Self::path) for each consumer, and [`meet`](Self::meet) with what they return.
///
/// # Examples
/// See [`Stream::fork`].
pub struct Fork<T, M, S, C>
where
    T: Clone + Send + 'static,
    M: TimeState,
    S: SideOutputs,
    C: Fusing<Out = T>,
{
    /// What is forked, until it is laid out.
    stream: Option<Stream<T, M, S, C>>,
    draft: SharedDraft,
    output: Endpoint,
    mark: ForkMark,
    /// The number of paths.
    paths: Cell<usize>,
}

impl<T, M, S, C> fmt::Debug for Fork<T, M, S, C>
where
    T: Clone + Send + 'static,
    M: TimeState,
    S: SideOutputs,
    C: Fusing<Out = T>,
{
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Fork").field("output", &self.output).finish_non_exhaustive()
    }
}

/// The stream of a fork whose paths have met.
pub type Met<U, N, C, P> = Stream<U, N, OfEdge, <C as Fusing>::Between<DiamondSpec<C, P, U>>>;

impl<T, M, S, C> Fork<T, M, S, C>
where
    T: Clone + Send + 'static,
    M: TimeState,
    S: SideOutputs,
    C: Fusing<Out = T>,
{
    /// A stream of all events, for one more consumer.
    ///
    /// # Examples
    /// ```
    /// use millstream::prelude::*;
    ///
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> millstream::Result<()> {
    /// let numbers = Collected::new();
    /// let job = Builder::new("numbers");
    /// let all = job.source(from_iter([1, 2])).named("all").fork();
    /// let (tens, hundreds) = (all.path().map(|n| 10 * n), all.path().map(|n| 100 * n));
    /// all.meet((tens, hundreds)).sink(numbers.sink());
    /// job.build().run(Config::default()).await?;
    /// assert_eq!(numbers.take(), [10, 100, 20, 200]);
    /// # Ok(())
    /// # }
    /// ```
    #[must_use]
    pub fn path(&self) -> Stream<T, M, OfEdge, PathSpec<T>> {
        self.paths.set(self.paths.get() + 1);
        let declared = Declared::new(self.draft.clone(), vec![self.output], Ends::Loose);
        let chain = PathSpec::new(self.output, M::TIMES, self.mark.clone());
        Stream::new(declared, chain)
    }

    /// Merges the paths of the fork: a tuple of two to eight streams of one event type.
    ///
    /// The next node has to run in the task of the fork, with as many instances; before any other,
    /// write [`detached`](Stream::detached).
    ///
    /// # Examples
    /// ```
    /// use millstream::prelude::*;
    ///
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> millstream::Result<()> {
    /// let words = Collected::new();
    /// let job = Builder::new("words");
    /// let texts = job.source(from_iter(["Ada", "Bo"])).named("texts").fork();
    /// let upper = texts.path().map(str::to_uppercase);
    /// let lower = texts.path().map(str::to_lowercase);
    /// texts.meet((upper, lower)).sink(words.sink());
    /// job.build().run(Config::default()).await?;
    /// assert_eq!(words.take(), ["ADA", "ada", "BO", "bo"]);
    /// # Ok(())
    /// # }
    /// ```
    #[must_use]
    #[track_caller]
    pub fn meet<P: MeetingStreams>(self, paths: P) -> Met<P::Event, P::Time, C, P::Paths> {
        self.joined(paths.into_paths())
    }

    /// All paths as one stream: in one loop if they allow that.
    #[track_caller]
    pub(super) fn joined<U, N, P>(mut self, paths: MeetingPaths<P>) -> Met<U, N, C, P>
    where
        U: Send + 'static,
        N: TimeState,
        P: PathSpecs<U>,
    {
        let MeetingPaths { chains, ends } = paths;
        let declared = Declared::new(self.draft.clone(), ends, Ends::Loose);
        let chain = match self.stream.take() {
            Some(Stream { chain, .. }) if const { P::Paths::OPEN } => {
                self.check(chains.of(&self.mark), &declared);
                self.mark.fuse();
                DiamondSpec::Fused { chain, fork: self.output, paths: chains }
            }
            stream => {
                self.stream = stream;
                chains.lay_out(N::TIMES, &declared.draft.layouts);
                DiamondSpec::Apart(OutputRef::new(declared.from.clone(), N::TIMES))
            }
        };
        Stream::new(declared, C::between(chain))
    }

    /// Reports a path that leads elsewhere, or one of another fork; `met` are those of this one.
    fn check(&self, met: usize, declared: &Declared) {
        if (met, met) != (self.paths.get(), declared.from.len()) {
            let mut declaration = declared.declaration();
            let name = declaration.name_of(self.output.node).to_owned();
            declaration.broken.push(sentence::outcome::fork_leads_elsewhere(&name));
        }
    }
}

/// A fork that was not fused is a fan-out.
impl<T, M, S, C> Drop for Fork<T, M, S, C>
where
    T: Clone + Send + 'static,
    M: TimeState,
    S: SideOutputs,
    C: Fusing<Out = T>,
{
    fn drop(&mut self) {
        if let Some(stream) = self.stream.take() {
            stream.lay_out_for_all();
        }
    }
}

/// The chains of paths that meet, and where they end.
#[derive(Debug)]
pub struct MeetingPaths<P> {
    chains: P,
    ends: Vec<Endpoint>,
}

impl Default for MeetingPaths<()> {
    fn default() -> Self {
        Self { chains: (), ends: Vec::new() }
    }
}

impl<P> MeetingPaths<P> {
    /// Adds a path.
    #[track_caller]
    pub(super) fn and<T, M, S, C>(
        mut self,
        path: Stream<T, M, S, C>,
    ) -> MeetingPaths<(P, PathTo<C>)>
    where
        T: Send + 'static,
        M: TimeState,
        S: SideOutputs,
        C: Fusing<Out = T>,
    {
        let (Stream { chain, .. }, end) = path.at_output();
        self.ends.push(end);
        MeetingPaths { chains: (self.chains, PathTo { chain, end }), ends: self.ends }
    }
}

/// Streams that [`Fork::meet`] accepts: a tuple of two to eight paths of a fork, of one event type.
#[diagnostic::on_unimplemented(
    message = "these paths cannot meet",
    label = "paths that meet are streams of the same event type, and all or none have event time",
    note = "bring them to one type first: `path.map(|event| …)`"
)]
pub trait MeetingStreams {
    /// The event type of all of them.
    type Event: Send + 'static;
    /// Whether they have event time.
    type Time: TimeState;
    /// Their chains.
    type Paths: PathSpecs<Self::Event>;

    /// The chains, and where they end.
    fn into_paths(self) -> MeetingPaths<Self::Paths>;
}

macro_rules! nested {
    ($paths:ty;) => { $paths };
    ($paths:ty; $first:ident $($more:ident)*) => { nested!(($paths, PathTo<$first>); $($more)*) };
}

macro_rules! path_tuples {
    ($($($chain:ident $sides:ident $path:ident),+;)+) => {$(
        impl<T, M, $($chain, $sides),+> MeetingStreams for ($(Stream<T, M, $sides, $chain>,)+)
        where
            T: Send + 'static,
            M: TimeState,
            $($chain: Fusing<Out = T>, $sides: SideOutputs,)+
        {
            type Event = T;
            type Time = M;
            type Paths = nested!((); $($chain)+);

            #[track_caller]
            fn into_paths(self) -> MeetingPaths<Self::Paths> {
                let ($($path,)+) = self;
                MeetingPaths::default()$(.and($path))+
            }
        }
    )+};
}
tuples_of_streams!(path_tuples);
