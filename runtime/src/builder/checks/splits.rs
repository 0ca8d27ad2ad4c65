//! Which outputs of an enum are used.

use crate::builder::outputs::SideOutputs;
use crate::builder::split::{Branches, Split, SplitOutputs};
use crate::builder::stream::Stream;
use crate::builder::time::TimeState;
use crate::lowering::Fusing;
use std::fmt;
use std::marker::PhantomData;

/// A stream `S` that is about to be split. `U` says of each output whether it is used: a pair of
/// the first and all others.
///
/// [`topology!`](macro@crate::topology) says it of one output after the other, and then shows it
/// to the [places](Split::Places), which take only one of which all are used.
pub struct Splitting<E, S, U> {
    stream: S,
    uses: PhantomData<fn() -> (E, U)>,
}

impl<E, S, U> fmt::Debug for Splitting<E, S, U> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Splitting").finish_non_exhaustive()
    }
}

impl<E, M, O, C> Stream<E, M, O, C>
where
    E: Split<Choice: Branches> + Send + 'static,
{
    /// The stream, about to be split: its outputs are had once it is known which are used.
    #[must_use]
    pub fn splitting(self) -> Splitting<E, Self, E::Unused> {
        Splitting { stream: self, uses: PhantomData }
    }
}

impl<E, S, U> Splitting<E, S, U>
where
    E: Split<Choice: Branches> + Send + 'static,
{
    /// The places of the outputs, each a field of the output's name.
    #[must_use]
    pub fn places(&self) -> E::Places {
        E::PLACES
    }

    /// The output at this place is used.
    #[must_use]
    pub fn using<I>(self, _: OutputIndex<I>) -> SplittingNext<E, S, U, I>
    where
        U: UseOutput<I>,
    {
        <U::Then as UsedOutputs>::splitting(self.stream)
    }
}

impl<E, M, O, C, U> Splitting<E, Stream<E, M, O, C>, U>
where
    E: Split<Choice: Branches> + Send + 'static,
    M: TimeState,
    O: SideOutputs,
    C: Fusing<Out = E>,
{
    /// The streams of the variants, and the other outputs of the node.
    #[must_use]
    #[track_caller]
    pub fn outputs(self) -> SplitOutputs<E, M, O> {
        self.stream.split_with_outputs()
    }
}

/// A stream about to be split, once the output at the place `I` is used.
///
/// Of a place that does not exist nothing follows, not even that this is a [`Splitting`]: so the
/// compiler tells that once.
pub type SplittingNext<E, S, U, I> = <<U as UseOutput<I>>::Then as UsedOutputs>::Splitting<E, S>;

/// An output that no line uses.
#[derive(Debug, Clone, Copy)]
pub struct UnusedOutput;

/// An output that a line uses.
#[derive(Debug, Clone, Copy)]
pub struct UsedOutput;

/// The place of an output: `OutputIndex<FirstOutput>` is the first,
/// `OutputIndex<AfterOutput<FirstOutput>>` the second.
#[derive(Debug, Clone, Copy)]
pub struct OutputIndex<I>(PhantomData<fn() -> I>);

impl<I> OutputIndex<I> {
    /// The place.
    #[must_use]
    pub const fn new() -> Self {
        Self(PhantomData)
    }
}

impl<I> Default for OutputIndex<I> {
    fn default() -> Self {
        Self::new()
    }
}

/// The first place.
#[derive(Debug, Clone, Copy)]
pub struct FirstOutput;

/// The place behind another.
#[derive(Debug, Clone, Copy)]
pub struct AfterOutput<I>(PhantomData<fn() -> I>);

/// Outputs of which the one at the place `I` can be used.
pub trait UseOutput<I> {
    /// The same, it being used.
    type Then: UsedOutputs;
}

impl<U, R> UseOutput<FirstOutput> for (U, R) {
    type Then = (UsedOutput, R);
}

impl<U, R: UseOutput<I>, I> UseOutput<AfterOutput<I>> for (U, R) {
    type Then = (U, R::Then);
}

/// Which outputs are used: a pair of the first and all others.
pub trait UsedOutputs: Sized {
    /// A stream that is about to be split into them.
    type Splitting<E, S>;

    /// The stream, about to be split.
    fn splitting<E, S>(stream: S) -> Self::Splitting<E, S>;
}

impl<U, R> UsedOutputs for (U, R) {
    type Splitting<E, S> = Splitting<E, S, Self>;

    fn splitting<E, S>(stream: S) -> Splitting<E, S, Self> {
        Splitting { stream, uses: PhantomData }
    }
}
