//! Checks that every variant of an enum is used.

use crate::builder::outputs::SideOutputs;
use crate::builder::split::{Branches, Split, SplitOutputs};
use crate::builder::stream::Stream;
use crate::builder::time::TimeState;
use crate::lowering::Fusing;
use std::fmt;
use std::marker::PhantomData;

/// A stream `S` about to be split. `U` records for each output whether it is used, as a pair of the
/// first and all others.
///
/// [`topology!`](macro@crate::topology) marks one output after the other as used. The
/// [places](Split::Places) accept the result only if all are.
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
    /// The stream, about to be split. Its outputs are reachable once the used ones are known.
    #[doc(hidden)]
    #[must_use]
    pub fn splitting(self) -> Splitting<E, Self, E::Unused> {
        Splitting { stream: self, uses: PhantomData }
    }
}

impl<E, S, U> Splitting<E, S, U>
where
    E: Split<Choice: Branches> + Send + 'static,
{
    /// The index of each output, in a field of the output's name.
    #[must_use]
    pub fn places(&self) -> E::Places {
        E::PLACES
    }

    /// Marks the output at this index as used.
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
    /// The streams of the variants, and the side outputs of the node.
    #[must_use]
    #[track_caller]
    pub fn outputs(self) -> SplitOutputs<E, M, O> {
        self.stream.split_with_outputs()
    }
}

/// A stream about to be split, with the output at the index `I` marked as used.
///
/// For an index that does not exist the type is unknown, so the compiler reports it only once.
pub type SplittingNext<E, S, U, I> = <<U as UseOutput<I>>::Then as UsedOutputs>::Splitting<E, S>;

/// An output without a consumer.
#[derive(Debug, Clone, Copy)]
pub struct UnusedOutput;

/// An output with a consumer.
#[derive(Debug, Clone, Copy)]
pub struct UsedOutput;

/// The index of an output: `OutputIndex<FirstOutput>` is the first,
/// `OutputIndex<AfterOutput<FirstOutput>>` the second.
#[derive(Debug, Clone, Copy)]
pub struct OutputIndex<I>(PhantomData<fn() -> I>);

impl<I> OutputIndex<I> {
    /// The index.
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

/// The first index.
#[derive(Debug, Clone, Copy)]
pub struct FirstOutput;

/// The index after another.
#[derive(Debug, Clone, Copy)]
pub struct AfterOutput<I>(PhantomData<fn() -> I>);

/// Outputs with one at the index `I`.
pub trait UseOutput<I> {
    /// The outputs with that one marked as used.
    type Then: UsedOutputs;
}

impl<U, R> UseOutput<FirstOutput> for (U, R) {
    type Then = (UsedOutput, R);
}

impl<U, R: UseOutput<I>, I> UseOutput<AfterOutput<I>> for (U, R) {
    type Then = (U, R::Then);
}

/// Which outputs are used, as a pair of the first and all others.
pub trait UsedOutputs: Sized {
    /// A stream about to be split into them.
    type Splitting<E, S>;

    /// Wraps the stream.
    fn splitting<E, S>(stream: S) -> Self::Splitting<E, S>;
}

impl<U, R> UsedOutputs for (U, R) {
    type Splitting<E, S> = Splitting<E, S, Self>;

    fn splitting<E, S>(stream: S) -> Splitting<E, S, Self> {
        Splitting { stream, uses: PhantomData }
    }
}
