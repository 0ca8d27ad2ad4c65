//! One side of a join: its number, and what receives its events.

use crate::error::Result;
use crate::event::{Mark, Meta, Passed, WithKey};
use crate::exchange::Alignment;
use crate::join::FromSide;
use crate::operator::Emit;
use crate::time::InputIndex;
use std::fmt;
use std::marker::PhantomData;

/// A side of [`Paired`](super::Paired).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Side {
    First,
    Other,
}

impl Side {
    pub(super) fn next(self) -> Self {
        match self {
            Self::First => Self::Other,
            Self::Other => Self::First,
        }
    }

    pub(super) fn index(self) -> InputIndex {
        match self {
            Self::First => InputIndex(0),
            Self::Other => InputIndex(1),
        }
    }
}

impl fmt::Display for Side {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::First => "the first side of a join",
            Self::Other => "the other side of a join",
        })
    }
}

/// Emits the marks that a mark of one side releases for the join as a whole.
fn emit_marks<T>(
    alignment: &mut Alignment,
    side: Side,
    mark: Mark,
    into: &mut impl Emit<T>,
) -> Result<()> {
    if let Mark::Watermark(time) = mark {
        into.side_passed(side.index(), time)?;
    }
    let mut marks = alignment.on(side.index(), mark).map_err(|wrong| wrong.by(side))?;
    marks.try_for_each(|mark| {
        into.mark(mark)?;
        // Events that it releases are counted and flushed like a batch.
        if mark.may_release() { into.batch_end(0) } else { Ok(()) }
    })
}

/// Emits the end of a batch of one side; its events wake a side that was idle.
fn end_batch<T>(
    alignment: &mut Alignment,
    side: Side,
    events: u64,
    into: &mut impl Emit<T>,
) -> Result<()> {
    if events > 0 {
        alignment.wake(side.index());
    }
    into.batch_end(events)
}

/// Receives what the first side emits, and tags its events.
pub(super) struct OfFirst<'a, E, M> {
    alignment: &'a mut Alignment,
    into: &'a mut E,
    events: PhantomData<M>,
}

impl<'a, E, M> OfFirst<'a, E, M> {
    pub(super) fn new(alignment: &'a mut Alignment, into: &'a mut E) -> Self {
        Self { alignment, into, events: PhantomData }
    }
}

impl<K, T, U, O, E> Emit<WithKey<K, T>> for OfFirst<'_, E, fn() -> (U, O)>
where
    O: FromSide<T, U>,
    E: Emit<WithKey<K, O>>,
{
    #[inline(always)]
    fn emit(&mut self, event: WithKey<K, T>, meta: Meta) -> Result<()> {
        let WithKey { key, value } = event;
        self.into.emit(WithKey { key, value: O::first(value) }, meta)
    }

    fn passed(&mut self, passed: Passed) -> Result<()> {
        self.into.passed(passed)
    }

    fn mark(&mut self, mark: Mark) -> Result<()> {
        emit_marks(self.alignment, Side::First, mark, self.into)
    }

    fn slice_end(&mut self) -> Result<()> {
        self.into.slice_end()
    }

    fn batch_end(&mut self, events: u64) -> Result<()> {
        end_batch(self.alignment, Side::First, events, self.into)
    }
}

/// Receives what the other side emits, and tags its events.
pub(super) struct OfOther<'a, E, M> {
    alignment: &'a mut Alignment,
    into: &'a mut E,
    events: PhantomData<M>,
}

impl<'a, E, M> OfOther<'a, E, M> {
    pub(super) fn new(alignment: &'a mut Alignment, into: &'a mut E) -> Self {
        Self { alignment, into, events: PhantomData }
    }
}

impl<K, T, U, O, E> Emit<WithKey<K, U>> for OfOther<'_, E, fn() -> (T, O)>
where
    O: FromSide<T, U>,
    E: Emit<WithKey<K, O>>,
{
    #[inline(always)]
    fn emit(&mut self, event: WithKey<K, U>, meta: Meta) -> Result<()> {
        let WithKey { key, value } = event;
        self.into.emit(WithKey { key, value: O::other(value) }, meta)
    }

    fn passed(&mut self, passed: Passed) -> Result<()> {
        self.into.passed(passed)
    }

    fn mark(&mut self, mark: Mark) -> Result<()> {
        emit_marks(self.alignment, Side::Other, mark, self.into)
    }

    fn slice_end(&mut self) -> Result<()> {
        self.into.slice_end()
    }

    fn batch_end(&mut self, events: u64) -> Result<()> {
        end_batch(self.alignment, Side::Other, events, self.into)
    }
}
