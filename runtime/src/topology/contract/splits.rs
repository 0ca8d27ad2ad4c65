//! Which outputs of an enum are used.

use crate::topology::declared::Declared;
use crate::topology::{Branches, Split, SplitOutputs, Stream};
use std::fmt;
use std::marker::PhantomData;

/// A stream that is about to be split. `U` says of each output whether it is used: a pair of the
/// first and all others.
///
/// [`topology!`](macro@crate::topology) says it of one output after the other, and then shows it
/// to the [places](Split::Places), which take only one of which all are used.
pub struct Splitting<E, C, U> {
    stream: Stream<E, C>,
    uses: PhantomData<fn() -> U>,
}

impl<E, C, U> fmt::Debug for Splitting<E, C, U> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Splitting").finish_non_exhaustive()
    }
}

impl<E, C, U> Splitting<E, C, U>
where
    E: Split<Choice: Branches> + Send + 'static,
    C: Declared<Out = E>,
{
    pub(in crate::topology) fn of(stream: Stream<E, C>) -> Self {
        Self { stream, uses: PhantomData }
    }

    /// The places of the outputs, each a field of the output's name.
    #[must_use]
    pub fn places(&self) -> E::Places {
        E::PLACES
    }

    /// The output at this place is used.
    #[must_use]
    pub fn using<I>(self, _: Place<I>) -> SplittingThen<E, C, U, I>
    where
        U: Use<I>,
    {
        <U::Then as Uses>::splitting(self.stream)
    }

    /// The streams of the variants, and the other outputs of the node.
    #[must_use]
    #[track_caller]
    pub fn outputs(self) -> SplitOutputs<E, C> {
        self.stream.outputs_split()
    }
}

/// A stream about to be split, once the output at the place `I` is used.
///
/// Of a place that does not exist nothing follows, not even that this is a [`Splitting`]: so the
/// compiler tells that once.
pub type SplittingThen<E, C, U, I> = <<U as Use<I>>::Then as Uses>::Splitting<E, C>;

/// An output that no line uses.
#[derive(Debug, Clone, Copy)]
pub struct Unused;

/// An output that a line uses.
#[derive(Debug, Clone, Copy)]
pub struct Used;

/// The place of an output: `Place<Here>` is the first, `Place<Behind<Here>>` the second.
#[derive(Debug, Clone, Copy)]
pub struct Place<I>(PhantomData<fn() -> I>);

impl<I> Place<I> {
    /// The place.
    #[must_use]
    pub const fn new() -> Self {
        Self(PhantomData)
    }
}

impl<I> Default for Place<I> {
    fn default() -> Self {
        Self::new()
    }
}

/// The first place.
#[derive(Debug, Clone, Copy)]
pub struct Here;

/// The place behind another.
#[derive(Debug, Clone, Copy)]
pub struct Behind<I>(PhantomData<fn() -> I>);

/// Outputs of which the one at the place `I` can be used.
pub trait Use<I> {
    /// The same, it being used.
    type Then: Uses;
}

impl<U, R> Use<Here> for (U, R) {
    type Then = (Used, R);
}

impl<U, R: Use<I>, I> Use<Behind<I>> for (U, R) {
    type Then = (U, R::Then);
}

/// Which outputs are used: a pair of the first and all others.
pub trait Uses: Sized {
    /// A stream that is about to be split into them.
    type Splitting<E, C>;

    /// The stream, about to be split.
    fn splitting<E, C>(stream: Stream<E, C>) -> Self::Splitting<E, C>;
}

impl<U, R> Uses for (U, R) {
    type Splitting<E, C> = Splitting<E, C, Self>;

    fn splitting<E, C>(stream: Stream<E, C>) -> Splitting<E, C, Self> {
        Splitting { stream, uses: PhantomData }
    }
}
