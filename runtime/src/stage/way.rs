//! A loop for each way that a batch can take through a chain.
//!
//! A chain has alternatives: an edge is a call or a channel, a join is driven from one side or the
//! other. In one function, the links downstream would be compiled once for each alternative, side
//! by side. The compiler inlines less into a function that large, and leaves events in memory. So
//! each combination gets a function of its own, which a segment [picks](super::Chain::way) once for
//! a batch.

use super::ahead::{InFront, LookAhead, LooksAt, Straight};
use std::marker::PhantomData;

/// The alternatives that a loop is compiled for, from the tail up to the root.
pub trait Way: 'static {
    /// Whether the loop has the first alternative of the next choice upstream: the call, or the
    /// first side.
    const FIRST: bool;
    /// Whether it has the second: the channel, or the other side.
    const SECOND: bool;
    /// What it is compiled for further upstream.
    type Rest: Way;
    /// What stands in front of a link: something that [looks ahead](super::Chain::looks_ahead), or
    /// nothing.
    type Front<'a, In: 'a, L: LooksAt<In> + 'a>: InFront<'a, In, L>;
}

/// All alternatives in one loop: for loops over few events, and for roots, which have none.
#[derive(Debug)]
pub enum EveryWay {}

impl Way for EveryWay {
    const FIRST: bool = true;
    const SECOND: bool = true;
    type Rest = Self;
    type Front<'a, In: 'a, L: LooksAt<In> + 'a> = Straight<'a, L>;
}

/// The first alternative, then those of `W`.
#[derive(Debug)]
pub(super) struct ViaFirst<W>(PhantomData<W>);

impl<W: Way> Way for ViaFirst<W> {
    const FIRST: bool = true;
    const SECOND: bool = false;
    type Rest = W;
    type Front<'a, In: 'a, L: LooksAt<In> + 'a> = Straight<'a, L>;
}

/// The second alternative, then those of `W`.
#[derive(Debug)]
pub(super) struct ViaSecond<W>(PhantomData<W>);

impl<W: Way> Way for ViaSecond<W> {
    const FIRST: bool = false;
    const SECOND: bool = true;
    type Rest = W;
    type Front<'a, In: 'a, L: LooksAt<In> + 'a> = Straight<'a, L>;
}

/// The way `W`, on which links look ahead.
#[derive(Debug)]
pub struct LookingAhead<W>(PhantomData<W>);

impl<W: Way> Way for LookingAhead<W> {
    const FIRST: bool = W::FIRST;
    const SECOND: bool = W::SECOND;
    type Rest = LookingAhead<W::Rest>;
    type Front<'a, In: 'a, L: LooksAt<In> + 'a> = LookAhead<'a, In, L>;
}

/// A value for each way, such as its loop.
pub trait ForWay {
    /// The same type for all of them.
    type Value;

    /// That of this way.
    fn of<W: Way>(self) -> Self::Value;
}

/// What is `0` for the ways whose next choice is the first alternative.
#[derive(Debug)]
pub(super) struct ForFirst<V>(pub(super) V);

impl<V: ForWay> ForWay for ForFirst<V> {
    type Value = V::Value;

    fn of<W: Way>(self) -> V::Value {
        self.0.of::<ViaFirst<W>>()
    }
}

/// The same for the second alternative.
#[derive(Debug)]
pub(super) struct ForSecond<V>(pub(super) V);

impl<V: ForWay> ForWay for ForSecond<V> {
    type Value = V::Value;

    fn of<W: Way>(self) -> V::Value {
        self.0.of::<ViaSecond<W>>()
    }
}
