//! Streams of an enum, with an output for each of its variants.

use super::declared::{Declared, Ends};
use super::draft::SharedDraft;
use super::outputs::SideOutputs;
use super::side::NodeOutputsOf;
use super::stream::Stream;
use super::time::TimeState;
use crate::error::Result;
use crate::event::Times;
use crate::exchange::{Lanes, Splitter, Target, Tee};
use crate::lowering::{Fusing, Layout, Lowering};
use crate::operator::{Choice, Outputs};
use crate::topology::{Carried, Endpoint, Naming, NodeId, NodeKind, OutputKind};
use std::convert::Infallible;
use std::fmt;
use std::marker::PhantomData;

/// An enum whose variants are outputs: `#[derive(Outputs)]` implements it.
///
/// In a topology, a stream of such an enum becomes one stream per variant; see [`Stream::split`].
pub trait Split: Outputs {
    /// A struct with a stream for each output, in a field of the output's name.
    type Streams<M: TimeState>;
    /// A struct with the index of each output, in a field of the output's name.
    type Places;
    /// Records, for the compiler, that no output is used yet: a pair of the first and all others.
    type Unused;
    /// The indices of all outputs.
    const PLACES: Self::Places;

    /// The streams of all outputs.
    fn streams<M: TimeState>(variants: &Variants<M>) -> Self::Streams<M>;
}

/// The streams of the variants of the enum `E`.
pub type SplitStreams<E, M> = <E as Split>::Streams<M>;

/// The streams of the variants of an enum, and the side outputs `S` of their node.
pub type SplitOutputs<E, M, S> = NodeOutputsOf<SplitStreams<E, M>, S, <M as TimeState>::Memory>;

/// An editor offers the variants beside the side outputs: which of them are meant, only the line
/// that is being written will say.
#[cfg(rust_analyzer)]
impl<T: Split, M: TimeState, S, C, L, E, V, U> std::ops::Deref
    for super::side::NodeOutputs<super::stream::Stream<T, M, S, C>, L, E, V, U>
{
    type Target = SplitStreams<T, M>;

    fn deref(&self) -> &Self::Target {
        self.deref()
    }
}

/// The node whose outputs are the variants of an enum.
pub struct Variants<M> {
    draft: SharedDraft,
    node: NodeId,
    time: PhantomData<fn() -> M>,
}

impl<M> fmt::Debug for Variants<M> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Variants").field("node", &self.node).finish_non_exhaustive()
    }
}

impl<M: TimeState> Variants<M> {
    /// The stream of one variant.
    #[must_use]
    pub fn stream<T>(&self, output: &'static str) -> Stream<T, M> {
        let outputs = vec![variant(self.node, output)];
        Stream::of(Declared::new(self.draft.clone(), outputs, Ends::Loose))
    }
}

/// The type-level list of an enum's outputs: a [`Choice`] between the first and the others.
pub trait Branches: Send + Sized + 'static {
    /// The outputs at run time.
    type Lanes: Lanes<Self>;

    /// Lays out the outputs of these names, for every instance of the node.
    fn lay_out(
        names: &[&'static str],
        node: NodeId,
        times: Times,
        lowering: &mut Lowering,
    ) -> Vec<Self::Lanes>;
}

impl Branches for Infallible {
    type Lanes = ();

    fn lay_out(_: &[&'static str], node: NodeId, _: Times, lowering: &mut Lowering) -> Vec<()> {
        vec![(); lowering.instances(node)]
    }
}

impl<T: Send + 'static, R: Branches> Branches for Choice<T, R> {
    type Lanes = (Tee<T>, R::Lanes);

    fn lay_out(
        names: &[&'static str],
        node: NodeId,
        times: Times,
        lowering: &mut Lowering,
    ) -> Vec<Self::Lanes> {
        let (name, others) = names.split_first().unwrap_or((&"", &[]));
        let targets = lowering.take_targets(variant(node, name));
        let gather = |(instance, mut targets): (usize, Vec<Box<dyn Target<T>>>)| {
            let counters = lowering.counters(node, instance);
            Tee::one(targets.pop(), lowering.sizes.batch(), times, counters)
        };
        let first: Vec<Tee<T>> = targets.into_iter().enumerate().map(gather).collect();
        first.into_iter().zip(R::lay_out(others, node, times, lowering)).collect()
    }
}

fn variant(node: NodeId, output: &'static str) -> Endpoint {
    Endpoint { node, port: OutputKind::Variant(output) }
}

/// The outputs of an enum at run time.
type SplitterOf<E> = Splitter<E, <<E as Outputs>::Choice as Branches>::Lanes>;

fn splitters<E, M>(
    node: NodeId,
    lowering: &mut Lowering,
) -> impl Iterator<Item = SplitterOf<E>> + use<E, M>
where
    E: Split<Choice: Branches> + Send + 'static,
    M: TimeState,
{
    E::Choice::lay_out(E::NAMES, node, M::TIMES, lowering).into_iter().map(Splitter::new)
}

impl<E, M, S, C> Stream<E, M, S, C>
where
    E: Split<Choice: Branches> + Send + 'static,
    M: TimeState,
    S: SideOutputs,
    C: Fusing<Out = E>,
{
    /// Routes every event to the output of its variant, and returns a struct with a stream per
    /// variant, in fields named after the variants in snake case.
    ///
    /// In [`topology!`](macro@crate::topology) the streams are fields of the node's name:
    /// `parsed.number >> …`. Every variant must be used, if only by [`ignore`](Stream::ignore). For
    /// the side outputs of the node as well, call
    /// [`split_with_outputs`](Stream::split_with_outputs).
    ///
    /// # Examples
    /// ```
    /// use millstream::prelude::*;
    ///
    /// #[derive(Outputs)]
    /// enum Parsed {
    ///     Number(u64),
    ///     Garbage(&'static str),
    /// }
    ///
    /// #[operator]
    /// async fn parse(line: &'static str) -> Parsed {
    ///     line.parse().map_or(Parsed::Garbage(line), Parsed::Number)
    /// }
    ///
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> millstream::Result<()> {
    /// let (numbers, garbage) = (Collected::new(), Collected::new());
    /// let job = Builder::new("parsing");
    /// let parsed = job.source(from_iter(["1", "two", "3"])).then(parse {}).split();
    /// parsed.number.sink(numbers.sink());
    /// parsed.garbage.sink(garbage.sink());
    /// job.build().run(Config::default()).await?;
    /// assert_eq!(numbers.take(), [1, 3]);
    /// assert_eq!(garbage.take(), ["two"]);
    /// # Ok(())
    /// # }
    /// ```
    #[must_use]
    #[track_caller]
    pub fn split(self) -> SplitStreams<E, M> {
        let node = match self.declared.ends {
            Ends::AtNode | Ends::AtOutput => self.declared.endpoint().node,
            Ends::Loose => self.add_node("pass", Naming::Engine, NodeKind::Operator),
        };
        let draft = self.declared.draft.clone();
        for output in E::NAMES {
            let output = variant(node, output);
            draft.declaration().add_output(output, Carried::of::<E>());
        }
        if self.declared.ends == Ends::AtOutput {
            self.split_awaiting(node);
        } else {
            self.split_at(node);
        }
        E::streams(&Variants { draft, node, time: PhantomData::<fn() -> M> })
    }

    /// Like [`split`](Stream::split), and also returns the side outputs of the node.
    ///
    /// # Examples
    /// ```
    /// use millstream::prelude::*;
    ///
    /// #[derive(Outputs)]
    /// enum Payment {
    ///     Accepted(u32),
    ///     Review(u32),
    /// }
    ///
    /// #[operator]
    /// async fn check(cents: i64) -> Result<Payment, &'static str> {
    ///     let cents = u32::try_from(cents).map_err(|_| "negative")?;
    ///     Ok(if cents > 1_000 { Payment::Review(cents) } else { Payment::Accepted(cents) })
    /// }
    ///
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> millstream::Result<()> {
    /// let (accepted, refused) = (Collected::new(), Collected::new());
    /// let job = Builder::new("payments");
    /// let checked = job.source(from_iter([5, 9_000, -1])).then(check {}).split_with_outputs();
    /// checked.stream.accepted.sink(accepted.sink());
    /// checked.stream.review.ignore();
    /// checked.errors.sink(refused.sink());
    /// job.build().run(Config::default()).await?;
    /// assert_eq!((accepted.take(), refused.take()), (vec![5], vec!["negative"]));
    /// # Ok(())
    /// # }
    /// ```
    #[must_use]
    #[track_caller]
    pub fn split_with_outputs(self) -> SplitOutputs<E, M, S> {
        self.with_outputs(Self::split)
    }

    /// Ends the chain in the outputs.
    fn split_at(self, node: NodeId) {
        let Self { declared: Declared { draft, .. }, mut chain, .. } = self;
        let layout: Layout = Box::new(move |lowering: &mut Lowering| -> Result<()> {
            let mut tails = splitters::<E, M>(node, lowering);
            lowering.each_instance(node, &mut |at| {
                tails.next().map_or(Ok(()), |tail| at.add_segment(&mut chain, tail))
            })
        });
        draft.layouts.push(node, layout);
    }

    /// Makes the outputs the only consumer of an awaiting operator, which is laid out already. They
    /// are added first within its layout, so that nothing else comes between them.
    fn split_awaiting(self, node: NodeId) {
        self.declared.draft.layouts.replace(node, |mut operator| {
            Box::new(move |lowering: &mut Lowering| -> Result<()> {
                let boxed = |splitter| Box::new(splitter) as Box<dyn Target<E>>;
                let targets = splitters::<E, M>(node, lowering).map(boxed).collect();
                lowering.add_targets(Endpoint::main(node), targets);
                operator(lowering)
            })
        });
    }
}
